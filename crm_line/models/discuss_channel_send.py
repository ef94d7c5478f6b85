from odoo import models
from odoo.exceptions import UserError

from ..tools import line_message, line_text

MAX_BUBBLES = line_text.MAX_MESSAGES


class DiscussChannelSend(models.Model):
    """What agents write in a LINE conversation is queued in the same transaction.

    A text, each picture and each file is a bubble of its own, five at most. A message
    that waits in the queue may still be changed or deleted; afterwards it may not,
    because LINE changes nothing that was sent.
    """

    _inherit = "discuss.channel"  # pylint: disable=consider-merging-classes-inherited

    def _message_post_after_hook(self, message, msg_vals):
        if self._line_must_send(message):
            self._line_send(message)
        return super()._message_post_after_hook(message, msg_vals)

    def _line_must_send(self, message):
        """A comment that a member of the team wrote, not a note and not the bot."""
        author = message.sudo().author_id
        return bool(
            self.channel_type == "line"
            and message.message_type == "comment"
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and author
            and not author.partner_share
            and author != self.env.ref("base.partner_root")
        )

    def _line_send(self, message, key=None):
        """Queue an agent's message for LINE, in this transaction."""
        self.ensure_one()
        return (
            self.env["line.outbox"]
            .sudo()
            ._enqueue(
                self.sudo().line_user_id,
                self._line_bubbles(message),
                "chat",
                key or f"msg:{message.id}",
                mail_message=message,
            )
        )

    # -- bubbles --------------------------------------------------------------
    def _line_bubbles(self, message):
        """The LINE messages for a Discuss message."""
        texts = self._line_texts(message)
        attachments = message.sudo().attachment_ids.sorted("id")
        if not texts and not attachments:
            self.env["line.outbox"]._text_messages("")  # says what is wrong
        if len(texts) + len(attachments) > MAX_BUBBLES:
            raise UserError(
                self.env._(
                    "A LINE message holds %(limit)s parts at most, and this one has "
                    "%(count)s: every file and every 5,000 characters are a part. Send "
                    "it in several messages.",
                    limit=MAX_BUBBLES,
                    count=len(texts) + len(attachments),
                )
            )
        account = self.sudo().line_user_id.account_id
        bubbles = texts + [
            bubble._line_bubble(account, message) for bubble in attachments
        ]
        return self._line_with_sender(account, message, bubbles)

    def _line_texts(self, message):
        text = line_text.from_html(message.body)
        texts = self.env["line.outbox"]._text_messages(text) if text else []
        quoted = message.sudo().parent_id
        if not quoted:
            return texts
        token = self.env["line.message"]._quote_token(quoted)
        if not token or not texts:
            raise UserError(
                self.env._(
                    "LINE cannot quote this message. Remove the quote and send again."
                )
                if not token
                else self.env._(
                    "LINE can quote only together with a text. Write a text, or "
                    "remove the quote."
                )
            )
        texts[0]["quoteToken"] = token
        return texts

    def _line_with_sender(self, account, message, bubbles):
        """Shown under the agent's name and picture, where the account wants that."""
        if not account.show_agent_name:
            return bubbles
        author = message.sudo().author_id
        icon = author._line_icon_url(account)
        return [
            line_message.with_sender(bubble, author.name, icon) for bubble in bubbles
        ]

    # -- changing and deleting ------------------------------------------------
    def _check_can_update_message_content(self, message):
        if self.channel_type == "line" and self._line_must_send(message):
            self._line_take_back(message)
        elif self.channel_type == "line" and not self._line_is_note(message):
            raise self._line_unchangeable()
        return super()._check_can_update_message_content(message)

    def _line_is_note(self, message):
        """A note of the team: it never left."""
        return message.subtype_id == self.env.ref("mail.mt_note")

    def _line_unchangeable(self):
        return UserError(
            self.env._("LINE does not let us change or delete a sent message.")
        )

    def _line_take_back(self, message):
        """Cancel what waits in the queue; refuse when it may have left."""
        rows = self.env["line.outbox"].sudo()
        rows = rows.search([("mail_message_id", "=", message.id)])
        live = rows.filtered(lambda row: row.state != "cancelled")
        locked = live.try_lock_for_update()
        if locked != live or any(
            row.state != "queued" or row.attempts for row in locked
        ):
            raise self._line_unchangeable()
        live.write(
            {
                "state": "cancelled",
                "next_at": False,
                "reason": self.env._(
                    "Changed by %(user)s before it was sent.", user=self.env.user.name
                ),
            }
        )

    def _message_update_content(self, message, /, *, strict=True, **kwargs):
        """A message that was taken back from the queue is queued anew."""
        result = super()._message_update_content(message, strict=strict, **kwargs)
        if strict and self.channel_type == "line" and self._line_must_send(message):
            rows = self.env["line.outbox"].sudo()
            count = rows.search_count([("mail_message_id", "=", message.id)])
            if not message.sudo()._filter_empty():  # else it was deleted
                self._line_send(message, f"msg:{message.id}:{count}")
            message._line_send_state()
        return result
