from odoo import models
from odoo.exceptions import UserError

from ..tools import line_message
from .line_link import REQUEST_MINUTES


class LineUserOffer(models.Model):
    """Messages with buttons by which a person is asked to link their account."""

    _inherit = "line.user"  # pylint: disable=R8180

    def _offer_message(self):
        """The message with the button to the binding page, in the language of env."""
        self.ensure_one()
        account = self.sudo().account_id
        actions = [
            line_message.uri(self.env._("Log in and link"), account._offer_url(self))
        ]
        if account.liff_url:
            actions.append(
                line_message.uri(self.env._("I have a code"), account.liff_url)
            )
        text = self.env._(
            "Link your LINE account to your customer record to get order notices here. "
            "You can end this at any time."
        )
        return line_message.buttons(text, text, actions)

    def _request_message(self, partner):
        """The question whether the person is ``partner``."""
        text = self.env._(
            "Link this LINE account to the customer record of %(name)s? Confirm "
            "within %(minutes)s minutes. You can unlink at any time.",
            name=_veiled(partner.name or ""),
            minutes=REQUEST_MINUTES,
        )
        return line_message.buttons(
            text,
            text,
            [
                line_message.message_action(self.env._("Confirm"), "確認綁定"),
                line_message.message_action(self.env._("Cancel"), "取消綁定"),
            ],
        )

    def _send_text(self, text, lane, key):
        """Also takes a LINE message object instead of a text."""
        if isinstance(text, str):
            return super()._send_text(text, lane, key)
        self.ensure_one()
        Outbox = self.env["line.outbox"].sudo()
        known = Outbox._find(self, key)
        if known:
            return known
        row = Outbox._enqueue(self, [text], lane, key)
        if row.state == "queued":
            row.mail_message_id = self._post_from_bot(text["altText"])
        return row

    # -- actions --------------------------------------------------------------
    def action_send_offer(self):
        """Send the button to the binding page into the conversation."""
        self.ensure_one()
        self._check_binder()
        if self.partner_id:
            raise UserError(
                self.env._(
                    "This LINE user is bound to %(partner)s. Unbind first.",
                    partner=self.partner_id.display_name,
                )
            )
        user = self.sudo().with_context(lang=self.sudo()._lang())
        number = (
            self.env["line.outbox"]
            .sudo()
            .search_count(
                [
                    ("line_user_id", "=", self.id),
                    ("idempotency_key", "=like", "offer:%"),
                ]
            )
        )
        user._send_text(user._offer_message(), "chat", f"offer:{number + 1}")
        return True

    def action_bind_by_phone(self):
        """Find the contact by the telephone number that the customer told."""
        self.ensure_one()
        self._check_binder()
        wizard = self.env["line.binding.wizard.phone"].create({"line_user_id": self.id})
        return wizard._again()

    def _ask_to_confirm(self, partner):
        """Ask the person in the chat whether they are ``partner``."""
        self.ensure_one()
        user = self.sudo().with_context(lang=self.sudo()._lang())
        link = user.env["line.link"]._create_request(user, partner.sudo())
        user._send_text(
            user._request_message(partner.sudo()), "chat", f"request:{link.id}"
        )
        return link


def _veiled(name):
    """王小明 -> 王○明, Wang Xiaoming -> W○○○ X○○○: enough to know oneself."""
    words = name.split()[:3]
    if len(words) == 1 and 2 <= len(name) <= 4 and not name.isascii():
        return name[0] + "○" * max(len(name) - 2, 1) + (name[-1] if name[2:] else "")
    return " ".join(word[0] + "○○○" for word in words)
