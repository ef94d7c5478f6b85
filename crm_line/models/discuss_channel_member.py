import datetime

from odoo import fields, models

LOADING_SECONDS = 20  # how long LINE shows the sign; not sent again before


class DiscussChannelMember(models.Model):
    """Customers see that an agent types and reads.

    LINE tells nobody what the customer has read: there are no marks of that side.
    """

    _inherit = "discuss.channel.member"

    def _notify_typing(self, is_typing):
        result = super()._notify_typing(is_typing)
        if is_typing:
            for member in self.filtered(_is_agent):
                member._line_send_loading()
        return result

    def _set_last_seen_message(self, message, notify=True):
        before = self.seen_message_id.id
        result = super()._set_last_seen_message(message, notify=notify)
        if _is_agent(self) and before < message.id:
            self._line_send_read(message)
        return result

    def _line_send_loading(self):
        """At most one sign in 20 seconds, however many agents type."""
        user = self.channel_id.sudo().line_user_id
        if not user.account_id.send_loading or user.friend_state == "blocked":
            return
        Outbox = self.env["line.outbox"].sudo()
        now = fields.Datetime.now()
        since = now - datetime.timedelta(seconds=LOADING_SECONDS)
        recent = Outbox.search_count(
            [
                ("line_user_id", "=", user.id),
                ("action", "=", "loading"),
                ("create_date", ">", since),
            ],
            limit=1,
        )
        if not recent:
            Outbox._enqueue_control(
                user,
                "loading",
                {"seconds": LOADING_SECONDS},
                f"loading:{int(now.timestamp()) // LOADING_SECONDS}",
            )

    def _line_send_read(self, message):
        """LINE marks everything up to the newest message that was read."""
        user = self.channel_id.sudo().line_user_id
        if not user.account_id.send_read:
            return
        newest = (
            self.env["line.message"]
            .sudo()
            .search(
                [
                    ("line_user_id", "=", user.id),
                    ("mail_message_id", "<=", message.id),
                    ("mark_as_read_token", "!=", False),
                ],
                order="id DESC",
                limit=1,
            )
        )
        if newest:
            self.env["line.outbox"].sudo()._enqueue_control(
                user,
                "mark_read",
                {"token": newest.mark_as_read_token},
                f"read:{newest.line_message_id}",
            )


def _is_agent(member):
    """A member of the team in a LINE conversation, not the customer and not the bot."""
    partner = member.sudo().partner_id
    return bool(
        member.channel_id.channel_type == "line"
        and partner
        and not partner.partner_share
    )
