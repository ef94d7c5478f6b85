from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..models.pdpa_field import KINDS
from ..models.pdpa_reveal import REASONS
from ..models.pdpa_reveal_break_glass import HOURS

CONTACT = {"phone", "email", "address"}


class PdpaBreakGlass(models.TransientModel):
    """Ask for clear data of many records, get them at once, and be reviewed for it."""

    _name = "pdpa.break.glass"
    _description = "Break-Glass"

    model = fields.Selection(
        selection="_select_models",
        string="Records of",
        required=True,
        default="res.partner",
    )
    domain = fields.Char(string="Which Records", required=True, default="[]")
    record_count = fields.Integer(
        string="Number of Records", compute="_compute_record_count"
    )
    data_kind = fields.Selection(
        [("contact", "Telephone, e-mail and address"), ("all", "Everything"), *KINDS],
        string="Data Needed",
        required=True,
        default="contact",
    )
    reason = fields.Selection(REASONS, required=True)
    note = fields.Char(
        required=True, help="What happened, and why reveals one by one do not do."
    )
    ticket = fields.Char(required=True, help="Number of the ticket or case.")
    hours = fields.Integer(
        default=lambda self: self.env["pdpa.reveal"]._setting(HOURS), required=True
    )
    has_reviewer = fields.Boolean(compute="_compute_has_reviewer")

    @api.model
    def _select_models(self):
        """Documents of the catalogue that the user may read, by their names."""
        known = [
            name
            for name in self.env["pdpa.field"]._masked_map()
            if not self.env[name]._abstract
            and not self.env[name]._transient
            and self.env[name].has_access("read")
        ]
        labels = self.env["ir.model"].sudo().search([("model", "in", known)])
        return sorted(
            ((model.model, model.name) for model in labels), key=lambda pair: pair[1]
        )

    @api.depends("model", "domain")
    def _compute_record_count(self):
        for wizard in self:
            try:
                domain = wizard._parsed_domain()
                wizard.record_count = self.env[wizard.model].search_count(domain)
            except (ValidationError, AccessError):
                wizard.record_count = 0  # pressing the button says why

    def _compute_has_reviewer(self):
        self.has_reviewer = bool(self.env["pdpa.reveal"]._reviewers())

    def _parsed_domain(self):
        """The domain, checked against the model.

        :raise ValidationError: it is none, or asks for personal data
        """
        try:
            domain = Domain(literal_eval(self.domain or "[]"))
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValidationError(
                self.env._("“Which Records” is not a valid filter. Choose it again.")
            ) from error
        return self.env["pdpa.reveal"]._check_domain(self.env[self.model], domain)

    def _field_names(self):
        personal = self.env[self.model]._pdpa_personal()
        kinds = CONTACT if self.data_kind == "contact" else {self.data_kind}
        return [
            name
            for name, kind in personal.items()
            if self.data_kind == "all" or kind in kinds
        ]

    def action_break(self):
        """Open the data, tell the officers, and show what was opened."""
        self.ensure_one()
        domain = self._parsed_domain()
        self.env["pdpa.reveal"]._break_glass(
            self.env[self.model],
            domain,
            self._field_names(),
            self.reason,
            self.note,
            self.ticket,
            self.hours,
        )
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._select_models())[self.model],
            "res_model": self.model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(domain),
        }
