import datetime

from odoo import models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import binding_code
from ..tools.line_text import normalise

MAX_GUESSES = 5  # wrong codes per user and period
GUESS_MINUTES = 15
UNLINK_WORDS = ("解除綁定", "解除绑定", "UNLINK")


class LineUserBinding(models.Model):
    """Binding a LINE user to a contact, and ending it, by either side."""

    _inherit = "line.user"

    # -- commands typed in LINE -----------------------------------------------
    def _answer_binding(self, text):
        """Texts for a binding code or an unlink request; empty for ordinary talk."""
        self.ensure_one()
        if normalise(text) in UNLINK_WORDS:
            return [self._answer_unlink()]
        code = binding_code.find(text)
        return [self._answer_code(code)] if code else []

    def _answer_unlink(self):
        if not self.partner_id:
            return self.env._("This LINE account is not linked to a customer record.")
        self._unbind("customer")
        return self.env._(
            "Your LINE account is no longer linked to your customer record. You can "
            "link it again at any time."
        )

    def _answer_code(self, code):
        """Bind with ``code`` when it is right; the answer for the customer."""
        if self._guesses_too_much():
            return self.env._(
                "Too many codes were entered. Wait %(minutes)s minutes and try again.",
                minutes=GUESS_MINUTES,
            )
        link = self.env["line.link"].sudo()._find(self.account_id, code)
        if not link:
            self._count_guess()
            return self.env._(
                "This code is not valid or has expired. Ask us for a new one."
            )
        partner = link.partner_id
        if self.partner_id and self.partner_id != partner:
            return self.env._(
                "Your LINE account is already linked to another customer record. "
                "Enter “解除綁定” (unlink) first."
            )
        link._use(self)
        self._bind(partner, "code")
        if link.consent_marketing:
            self._record_consent(partner)
        return self.env._(
            "Welcome, %(name)s! Your LINE account is now linked to your customer "
            "record. To end this, enter “解除綁定” (unlink) at any time.",
            name=partner.name,
        )

    # -- guessing -------------------------------------------------------------
    def _guesses_too_much(self):
        """Whether the wrong codes of this period are used up."""
        self.ensure_one()
        start = self._now() - datetime.timedelta(minutes=GUESS_MINUTES)
        if not self.guess_since or self.guess_since <= start:
            return False
        return self.guess_count >= MAX_GUESSES

    def _count_guess(self):
        now = self._now()
        start = now - datetime.timedelta(minutes=GUESS_MINUTES)
        user = self.sudo()
        if not user.guess_since or user.guess_since <= start:
            user.guess_since, user.guess_count = now, 0
        user.guess_count += 1

    # -- bind and unbind ------------------------------------------------------
    def _for_staff(self):
        """Self as superuser, in the language of the team that reads the history."""
        self.ensure_one()
        return self.sudo().with_context(lang=self.sudo().account_id._staff_lang())

    def _bind(self, partner, via):
        """Bind to ``partner``; another LINE user of the contact loses the binding."""
        self.ensure_one()
        user = self._for_staff()
        if user.partner_id == partner:
            return
        earlier = user.search(
            [
                ("account_id", "=", user.account_id.id),
                ("partner_id", "=", partner.id),
            ]
        )
        earlier._unbind("moved")
        user.write(
            {"partner_id": partner.id, "bound_at": self._now(), "bound_via": via}
        )
        user.flush_recordset()
        user._note(
            partner,
            user.env._("LINE user %(user)s was bound to this contact.", user=user.name),
        )
        user._post_notification(
            user.env._("Bound to contact %(partner)s.", partner=partner.display_name)
        )
        user._refresh_conversation()

    def _unbind(self, cause):
        """End the binding; the conversation stays.

        :param str cause: ``customer``, ``staff``, ``moved`` or ``merged``
        """
        for bound in self.sudo().filtered("partner_id"):
            user = bound._for_staff()
            partner, reason = user.partner_id, user._unbind_reason(cause)
            user.write({"partner_id": False, "bound_at": False, "bound_via": False})
            user.flush_recordset()
            user._note(
                partner,
                user.env._(
                    "LINE user %(user)s was unbound from this contact (%(reason)s).",
                    user=user.name,
                    reason=reason,
                ),
            )
            user._post_notification(
                user.env._(
                    "Unbound from contact %(partner)s (%(reason)s).",
                    partner=partner.display_name,
                    reason=reason,
                )
            )
            user._refresh_conversation()

    def _unbind_reason(self, cause):
        """Who or what ended the binding, for the history of the contact."""
        return {
            "customer": self.env._("by the customer, in LINE"),
            "staff": self.env._("by %(user)s", user=self.env.user.name),
            "moved": self.env._("another LINE user was bound to the contact"),
            "merged": self.env._("its contacts were merged"),
        }[cause]

    def _note(self, partner, text):
        """A line in the history of the contact."""
        partner.sudo().message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _refresh_conversation(self):
        if self.channel_id:
            self.channel_id.sudo()._line_send_header()

    def _record_consent(self, partner):
        """The consent that staff ticked when the code was made.

        Without a published notice there is no valid consent: the binding stands and
        the history says what is missing.
        """
        self.ensure_one()
        staff = self._for_staff()
        receipts = staff.env["pdpa.receipt"].with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                receipts._record(partner, "marketing", "grant", ["line"], via="line")
        except (ValidationError, ValueError) as error:
            self._note(
                partner,
                staff.env._(
                    "Consent to marketing by LINE was not recorded: %(error)s",
                    error=error,
                ),
            )

    # -- actions --------------------------------------------------------------
    def action_unbind(self):
        """Unbind by a member of the team."""
        self.check_access("read")
        if not self.env.user.has_group("crm_line.group_line_agent"):
            raise AccessError(self.env._("Only agents of LINE may unbind a LINE user."))
        if not any(self.mapped("partner_id")):
            raise UserError(self.env._("This LINE user is not bound to a contact."))
        self._unbind("staff")
        return True
