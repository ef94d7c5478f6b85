from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import signed_code

# members shown when a name fits many
FOUND_LIMIT = 10


class LoyaltyMember(models.Model):
    """Finding a member at the counter: by number, telephone, scan or name."""

    _inherit = "loyalty.member"  # pylint: disable=R8180

    search_key = fields.Char(
        string="Number, Phone or Scan",
        store=False,
        search="_search_search_key",
    )

    @api.model
    def _search_search_key(self, operator, value):
        if operator not in ("in", "ilike", "like"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        return Domain.OR(self._search_key_domain(text) for text in texts if text)

    @api.model
    def _search_key_domain(self, text):
        """Members whom exactly this text identifies; extend it with further keys.

        Telephone numbers go through the masks of the contact: who does not see them
        finds a whole number, never a part of one.

        :param str text: member number, telephone number or signed code
        """
        text = text.strip()
        if signed_code.is_code(text):
            try:
                return Domain("id", "=", self._verify_qr(text).id)
            except UserError:
                return Domain.FALSE
        found = Domain("number", "=", text)
        country = self.env.company.country_id or self.env.ref("base.tw")
        phone = self._phone_format(number=text, country=country)
        if phone:
            found |= Domain("partner_id.phone_sanitized", "=", phone)
        return found

    @api.model
    def find_member(self, text):
        """Members of the current company for what was scanned or typed.

        :param str text: member number, telephone number, signed code or part of a name
        :return: dict with ``members`` (id, name, number, tier, color, points, pending,
            debt, state of each), ``signed`` (whether a valid signed code was shown)
            and ``message`` (why nobody was found, else empty)
        """
        self.check_access("read")
        text = (text or "").strip()
        answer = {"members": [], "signed": False, "message": ""}
        if not text:
            answer["message"] = self.env._("Scan a card or type a number.")
            return answer
        if signed_code.is_code(text):
            try:
                found = self._verify_qr(text)
            except UserError as refusal:
                return {**answer, "message": str(refusal)}
            answer["signed"] = True
        else:
            found = self._found_by_text(text)
        if not found:
            answer["message"] = self.env._(
                "No member has the number, telephone number or name “%(text)s”.",
                text=text,
            )
        answer["members"] = [member._found_values() for member in found]
        return answer

    @api.model
    def _found_by_text(self, text):
        here = Domain("company_id", "in", self.env.companies.ids)
        found = self.search(here & self._search_key_domain(text), limit=FOUND_LIMIT)
        if found or len(text) < 2 or text.isdigit():
            return found
        by_name = Domain("partner_id.name", "ilike", text)
        return self.search(here & by_name, limit=FOUND_LIMIT)

    def _found_values(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.partner_id.name,
            "number": self.number,
            "tier": self.tier_id.name,
            "color": self.tier_color,
            "points": self.balance,
            "pending": self.pending,
            "debt": self.debt,
            "state": self.state,
            "state_label": labels[self.state],
        }
