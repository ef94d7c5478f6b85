from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..models.pdpa_field import KINDS
from ..models.pdpa_reveal import MAX_HOURS, NOTE_LENGTH, REASONS

MODELS = [("res.partner", "Contacts"), ("crm.lead", "Leads and Opportunities")]


class PdpaBreakGlass(models.TransientModel):
    """Ask for clear data of many records at once, at once, and be reviewed for it."""

    _name = "pdpa.break.glass"
    _description = "Break-Glass"

    model = fields.Selection(
        MODELS, string="Records of", required=True, default="res.partner"
    )
    domain = fields.Char(string="Which Records", required=True, default="[]")
    record_count = fields.Integer(
        string="Number of Records", compute="_compute_record_count"
    )
    kind = fields.Selection(
        [("contact", "Telephone, e-mail and address"), *KINDS],
        string="Data Needed",
        required=True,
        default="contact",
    )
    reason = fields.Selection(REASONS, required=True)
    note = fields.Char(
        required=True, help="What happened, and why reveals one by one do not do."
    )
    ticket = fields.Char(required=True, help="Number of the ticket or case.")
    hours = fields.Integer(default=1, required=True)

    @api.depends("model", "domain")
    def _compute_record_count(self):
        for wizard in self:
            wizard.record_count = self.env[wizard.model].search_count(
                wizard._parsed_domain()
            )

    def _parsed_domain(self):
        """The domain, checked against the model.

        :raise ValidationError: it is none, or names a field that does not exist
        """
        try:
            domain = Domain(literal_eval(self.domain or "[]"))
            domain.validate(self.env[self.model])
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValidationError(
                self.env._("“Which Records” is not a valid filter. Choose it again.")
            ) from error
        return domain

    def _field_names(self):
        personal = self.env[self.model]._pdpa_personal()
        kinds = {"phone", "email", "address"} if self.kind == "contact" else {self.kind}
        return [name for name, kind in personal.items() if kind in kinds]

    def action_break(self):
        """Open the data, tell the officers, and show what was opened."""
        self.ensure_one()
        self._check_request()
        grant = self.env["pdpa.reveal"]._break_glass(
            self.model,
            self._parsed_domain(),
            self._field_names(),
            self.reason,
            self.note,
            self.ticket,
            self.hours,
        )
        grant._tell_officers()
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["model"]._description_selection(self.env))[
                self.model
            ],
            "res_model": self.model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(self._parsed_domain()),
        }

    def _check_request(self):
        if not 1 <= self.hours <= MAX_HOURS:
            raise ValidationError(
                self.env._("“Hours” must be between 1 and %(max)s.", max=MAX_HOURS)
            )
        if len((self.note or "").strip()) < NOTE_LENGTH or not self.ticket.strip():
            raise ValidationError(
                self.env._(
                    "Fill in “Note” (at least %(length)s characters) and “Ticket”: the "
                    "review needs them.",
                    length=NOTE_LENGTH,
                )
            )
        if not self.record_count or not self._field_names():
            raise ValidationError(
                self.env._("Nothing to open: choose other records or other data.")
            )
