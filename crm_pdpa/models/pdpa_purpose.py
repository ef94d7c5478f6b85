from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Article 19(1) of the Personal Data Protection Act: the eight cases in which a
# company may collect or process personal data, in the order of the Act.
LEGAL_BASES = [
    ("law", "1. Provided by law"),
    ("contract", "2. Contract or similar relation, with proper security"),
    ("disclosed", "3. Made public by the person or lawfully"),
    ("research", "4. Statistics or research in the public interest"),
    ("consent", "5. Consent of the person"),
    ("public_interest", "6. Needed for the public interest"),
    ("public_source", "7. Obtained from a generally available source"),
    ("no_harm", "8. Does no harm to the person's rights and interests"),
]


class PdpaPurpose(models.Model):
    """Why the company uses personal data: what a notice covers, what consent is for.

    One code per company; a purpose without company is shared by all companies. The
    code and the company never change: programs and receipts refer to them.
    """

    _name = "pdpa.purpose"
    _inherit = ["mail.thread"]
    _description = "Purpose of Personal Data Use"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        help="Technical name that programs use, such as marketing.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: shared by all companies. A company's own purpose replaces the "
        "shared one with the same code, and starts without any consent.",
    )
    description = fields.Text(translate=True)
    code_ids = fields.Many2many("pdpa.purpose.code", string="Official Purposes")
    category_ids = fields.Many2many(
        "pdpa.category",
        string="Data Categories",
        help="Categories of personal data that this purpose needs (article 5).",
    )
    legal_basis = fields.Selection(
        LEGAL_BASES,
        required=True,
        default="consent",
        tracking=True,
        help="Article 19(1) of the Personal Data Protection Act: the case that allows "
        "the company to collect and process the data.",
    )
    requires_consent = fields.Boolean(
        compute="_compute_requires_consent",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Checked: a person may be contacted only after a recorded consent. "
        "Unchecked: a person may be contacted unless they refused.",
    )
    is_marketing = fields.Boolean(
        tracking=True,
        help="Article 20(2) and (3): the first message offers a free way to refuse, "
        "and a refusal takes effect at once.",
    )
    channel_ids = fields.Many2many(
        "pdpa.channel", string="Channels", default=lambda self: self._default_channels()
    )
    receipt_count = fields.Integer(
        string="Receipts",
        compute="_compute_receipt_count",
        groups="crm_pdpa.group_pdpa_user",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "This company already has a purpose with this code.",
    )
    _code_format = models.Constraint(
        "CHECK(code ~ '^[a-z][a-z0-9_]*$')",
        "A purpose code has lower case letters, digits and underscores only.",
    )
    _consent_basis = models.Constraint(
        "CHECK(legal_basis != 'consent' OR requires_consent)",
        "A purpose whose legal basis is consent must require consent.",
    )

    @api.model
    def _default_channels(self):
        return self.env["pdpa.channel"].search([("active", "=", True)])

    @api.depends("legal_basis")
    def _compute_requires_consent(self):
        for purpose in self:
            purpose.requires_consent = purpose.legal_basis == "consent"

    def _compute_receipt_count(self):
        counts = dict(
            self.env["pdpa.receipt"]._read_group(
                [("purpose_id", "in", self.ids)], ["purpose_id"], ["__count"]
            )
        )
        for purpose in self:
            purpose.receipt_count = counts.get(purpose, 0)

    @api.constrains("channel_ids")
    def _check_channels(self):
        for purpose in self:
            if not purpose.with_context(active_test=False).channel_ids:
                raise ValidationError(
                    self.env._(
                        "Purpose %(purpose)s needs at least one channel.",
                        purpose=purpose.display_name,
                    )
                )

    def write(self, vals):
        for name in ("code", "company_id"):
            if name in vals and any(
                self._fields[name].convert_to_write(purpose[name], purpose)
                != (vals[name] or False)
                for purpose in self
            ):
                raise UserError(
                    self.env._(
                        "The code and the company of a purpose cannot be changed: "
                        "programs and receipts refer to them. Archive the purpose and "
                        "create another one."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        shipped = set(self.get_external_id().values()) - {""}
        receipts = self.env["pdpa.receipt"].sudo()
        if shipped or receipts.search_count([("purpose_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "A purpose that has receipts, or that was installed with an app, "
                    "cannot be deleted. Archive it: nobody is contacted for it then."
                )
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "code" not in (default or {}):
            for vals in vals_list:
                vals["code"] = f"{vals['code']}_copy"
        return vals_list

    @api.model
    def _get(self, code, company=None):
        """The purpose that ``code`` means for a company.

        :param str code: technical code, such as ``marketing``
        :param company: ``res.company`` record, the current company when empty
        :return: ``pdpa.purpose`` (sudo): the company's own, else the shared one;
            an archived purpose only when there is no active one
        :raise ValueError: for an unknown code; the message names it
        """
        company = company or self.env.company
        found = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch(
                [("code", "=", code), ("company_id", "in", (False, company.id))],
                ["code", "company_id", "active", "requires_consent", "legal_basis"],
            )
        )
        if not found:
            raise ValueError(f"Unknown personal data purpose: {code!r}")
        return found.sorted(lambda p: (not p.active, not p.company_id))[:1]
