from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.loyalty_member_enroll import PURPOSE

MARKETING = "marketing"


class LoyaltyMemberJoin(models.TransientModel):
    """Staff enrol one person: contact data, birthday, notice and marketing answer."""

    _name = "loyalty.member.join"
    _description = "New Member"

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        help="The contact who joins. Empty: the contact with the telephone number or "
        "e-mail address below, else a new one.",
    )
    name = fields.Char()
    phone = fields.Char(string="Telephone")
    email = fields.Char(string="E-mail")
    birthdate = fields.Date(string="Birthday")
    tax_id = fields.Char(
        string="Company Tax ID",
        help="Business number of eight digits, for invoices to a company.",
    )
    notice_version_id = fields.Many2one(
        "pdpa.notice.version", compute="_compute_notices", string="Notice"
    )
    notice_text = fields.Html(compute="_compute_notices", sanitize=False)
    notice_given = fields.Boolean(
        string="The person has been given this notice",
        help="Recorded in the receipt of joining.",
    )
    has_marketing_notice = fields.Boolean(compute="_compute_notices")
    marketing = fields.Selection(
        [("grant", "Agreed"), ("deny", "Refused")],
        string="Marketing Messages",
        help="The answer of the person. Empty: the question was not asked.",
    )

    @api.depends_context("company", "lang")
    def _compute_notices(self):
        Notice = self.env["pdpa.notice"]
        version = Notice._published_version(PURPOSE)
        text = version and self.env["ir.qweb"]._render(
            "crm_pdpa.preference_notice", {"version": version}
        )
        for wizard in self:
            wizard.notice_version_id = version
            wizard.notice_text = text
            wizard.has_marketing_notice = bool(Notice._published_version(MARKETING))

    def action_enroll(self):
        """Enrol the person and open the new member."""
        self.ensure_one()
        Member = self.env["loyalty.member"]
        Member._check_may_enroll()
        Member._enrolment_program("staff")
        if self.notice_version_id and not self.notice_given:
            raise UserError(
                self.env._("Give the notice about personal data first, then tick it.")
            )
        partner = self._person()
        if Member._members_of(self.env["loyalty.program"]._membership(), partner):
            raise UserError(
                self.env._(
                    "“%(contact)s” is a member already.", contact=partner.display_name
                )
            )
        receipt = {"kind": "explicit", "version": self.notice_version_id}
        member = Member._enroll(
            partner, "staff", receipt if self.notice_version_id else None
        )
        if self.birthdate:
            member.sudo().loyalty_birthdate = self.birthdate
        self._record_marketing(partner)
        return member.get_formview_action()

    # -- the contact ----------------------------------------------------------
    def _person(self):
        """The contact (with the rights of the user) who joins."""
        values = self._contact_values()
        partner = self.partner_id or self._known_contact(values)
        if partner:
            self._complete(partner.sudo(), values)
            return partner
        if not (self.name or "").strip():
            raise ValidationError(
                self.env._("Fill in “Name”, or choose the “Contact” who joins.")
            )
        if not (values.get("phone") or values.get("email")):
            raise ValidationError(
                self.env._("Fill in “Telephone” or “E-mail” of the new contact.")
            )
        created = self.env["res.partner"].sudo().create({**values, "name": self.name})
        return created.with_env(self.env)

    def _contact_values(self):
        """What was typed, in the form in which it is stored."""
        values = {}
        if (self.phone or "").strip():
            values["phone"] = self._formatted_phone()
        if (self.email or "").strip():
            values["email"] = self.email.strip()
        if (self.tax_id or "").strip():
            values["vat"] = self.env["res.partner"]._checked_tax_id(
                self.tax_id, self.name or ""
            )
        return values

    def _formatted_phone(self):
        country = (
            self.partner_id.country_id
            or self.env.company.country_id
            or self.env.ref("base.tw")
        )
        number = self.env["res.partner"]._phone_format(
            number=self.phone, country=country, force_format="INTERNATIONAL"
        )
        if not number:
            raise ValidationError(
                self.env._(
                    "“Telephone”: %(value)s is not a valid number. Correct it; numbers "
                    "of another country begin with + and its code.",
                    value=self.phone,
                )
            )
        return number

    def _known_contact(self, values):
        """The contact with the telephone number or e-mail address that was typed.

        :raise ValidationError: several such contacts, or one with another name
        """
        found = self.env["loyalty.member"]._contacts_by_address(
            [values.get("phone")], [values.get("email")]
        )
        if not found:
            return found
        same_name = (self.name or "").strip().casefold() in {
            "",
            *(p.name.strip().casefold() for p in found if p.name),
        }
        if len(found) > 1 or not same_name:
            raise ValidationError(
                self.env._(
                    "“%(contacts)s” has this telephone number or e-mail address. "
                    "Choose the “Contact”, or correct what you typed.",
                    contacts="”, “".join(found.mapped("display_name")),
                )
            )
        return found.with_env(self.env)

    def _complete(self, partner, values):
        """Fill what the contact lacks; nothing that it has is replaced."""
        missing = {n: value for n, value in values.items() if not partner[n]}
        vat = values.get("vat")
        if vat and (partner.parent_id or partner.vat and partner.vat != vat):
            raise ValidationError(
                self.env._(
                    "“Company Tax ID”: “%(contact)s” has another one, or belongs to a "
                    "company. Correct it on the contact.",
                    contact=partner.display_name,
                )
            )
        if missing:
            partner.write(missing)

    # -- marketing ------------------------------------------------------------
    def _record_marketing(self, partner):
        if not self.marketing:
            return
        version = self.env["pdpa.notice"]._published_version(MARKETING)
        granted = self.marketing == "grant"
        self.env["pdpa.receipt"]._record(
            partner, MARKETING, self.marketing, version=version if granted else None
        )
