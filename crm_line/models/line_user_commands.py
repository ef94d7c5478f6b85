import datetime

from odoo import fields, models

from ..tools import binding_code
from ..tools.line_text import normalise

MAX_GUESSES = 5  # wrong codes or numbers per LINE user and period
GUESS_MINUTES = 15
LINK_WORDS = ("綁定", "绑定", "綁定帳號", "BIND")
UNLINK_WORDS = ("解除綁定", "解除绑定", "UNLINK")
CONFIRM_WORDS = ("確認", "确认", "確認綁定", "CONFIRM")
DECLINE_WORDS = ("取消", "取消綁定", "CANCEL")
LATE_MINUTES = 60  # how long an answer to an expired request is recognised


class LineUserCommands(models.Model):
    """What people type in LINE to be bound or unbound."""

    _inherit = "line.user"  # pylint: disable=R8180

    phone_try_count = fields.Integer(
        readonly=True, help="Telephone numbers that staff tried in vain."
    )
    phone_try_since = fields.Datetime(readonly=True)

    def _answer_binding(self, text):
        """Answers to a command or a binding code; empty for ordinary talk.

        :return: list of texts and LINE message objects
        """
        self.ensure_one()
        word = normalise(text)
        if word in UNLINK_WORDS:
            return [self._answer_unlink()]
        if word in LINK_WORDS:
            return [self._answer_link()]
        if word in CONFIRM_WORDS + DECLINE_WORDS:
            return self._answer_request(word in CONFIRM_WORDS)
        code = binding_code.find(text)
        return [self._redeem(code, "code")[1]] if code else []

    def _answer_link(self):
        """The button to the binding page."""
        if self.partner_id:
            return self.env._(
                "Your LINE account is already linked to your customer record. To end "
                "this, enter “解除綁定” (unlink)."
            )
        return self._offer_message()

    def _answer_unlink(self):
        if not self.partner_id:
            return self.env._("This LINE account is not linked to a customer record.")
        self._unbind("customer")
        return self.env._(
            "Your LINE account is no longer linked to your customer record. Your "
            "consents stay as they are. You can link it again at any time."
        )

    def _welcome(self, partner):
        """What everybody is told who has just been bound."""
        return self.env._(
            "Welcome, %(name)s! Your LINE account is now linked to your customer "
            "record. To end this, enter “解除綁定” (unlink) at any time.",
            name=partner.name,
        )

    # -- codes ----------------------------------------------------------------
    def _redeem(self, code, via, phone=None):
        """Bind with ``code`` when it is right.

        :param str phone: telephone number that the person gave; it must be that of
            the contact, if the contact has one
        :return: (the bound contact or empty, sentence for the person)
        """
        nobody = self.env["res.partner"]
        if self._tries_used_up("guess"):
            return nobody, self.env._(
                "Too many codes were entered. Wait %(minutes)s minutes and try again.",
                minutes=GUESS_MINUTES,
            )
        link = self.env["line.link"].sudo()._find(self.account_id, code or "")
        if not link or (phone is not None and not self._has_phone(link, phone)):
            self._count_try("guess")
            return nobody, self._wrong_code(phone)
        partner = link.partner_id
        problem = self._binding_problem(partner)
        if problem:
            return nobody, problem
        link._use(self)
        self._bind(partner, via)
        if link.consent_marketing:
            self._record_consent(partner)
        return partner, self._welcome(partner)

    def _wrong_code(self, phone):
        """The same sentence whatever was wrong: it must not help guessing."""
        if phone is None:
            return self.env._(
                "This code is not valid or has expired. Ask us for a new one."
            )
        return self.env._(
            "The telephone number and the code do not fit, or the code has expired. "
            "Check both, or ask us for a new code."
        )

    def _has_phone(self, link, phone):
        """Whether ``phone`` is the number of the contact, in any writing."""
        known = link.partner_id.phone_sanitized
        return not known or self._normalised_phone(phone, link.partner_id) == known

    def _normalised_phone(self, phone, partner=None):
        """E.164 of ``phone``, a local number being one of the contact's country.

        False when it is no valid number.
        """
        if not phone:
            return False
        country = (
            (partner and partner.country_id)
            or self.company_id.sudo().country_id
            or self.env.ref("base.tw")
        )
        return self.env["res.partner"]._phone_format(number=phone, country=country)

    # -- requests of the staff ------------------------------------------------
    def _answer_request(self, agrees):
        """The answer to "Is this you?"; ordinary talk when nobody asked."""
        link = self.env["line.link"]._last_request(self).try_lock_for_update()
        if not link or self.partner_id:
            return []
        if not link._is_open():
            return self._answer_late(link)
        if not agrees:
            link._expire()
            self._post_notification(
                self._for_staff().env._("The customer refused to be bound.")
            )
            return [self.env._("Nothing was linked.")]
        problem = self._binding_problem(link.partner_id)
        if problem:
            return [problem]
        link._use(self)
        self._bind(link.partner_id, "agent")
        return [self._welcome(link.partner_id)]

    def _answer_late(self, link):
        late = datetime.timedelta(minutes=LATE_MINUTES)
        if link.expires_at + late < self._now():
            return []
        return [self.env._("This request has expired. Ask us to send it again.")]

    # -- guessing -------------------------------------------------------------
    def _tries_used_up(self, what):
        """Whether the wrong tries of this period are used up.

        :param str what: ``guess`` (codes) or ``phone_try`` (numbers)
        """
        self.ensure_one()
        start = self._now() - datetime.timedelta(minutes=GUESS_MINUTES)
        since = self[f"{what}_since"]
        if not since or since <= start:
            return False
        return self[f"{what}_count"] >= MAX_GUESSES

    def _count_try(self, what):
        now = self._now()
        start = now - datetime.timedelta(minutes=GUESS_MINUTES)
        user = self.sudo()
        if not user[f"{what}_since"] or user[f"{what}_since"] <= start:
            user[f"{what}_since"], user[f"{what}_count"] = now, 0
        user[f"{what}_count"] += 1
