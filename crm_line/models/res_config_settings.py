from odoo import api, fields, models
from odoo.exceptions import ValidationError

# System parameters "crm_line.<name>": days, default, least.
DAYS = {"event_days": (30, 1), "sent_days": (0, 0)}
MAX_DAYS = 3650


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    line_plan_id = fields.Many2one(related="company_id.line_plan_id", readonly=False)
    line_event_days = fields.Integer(
        string="Days Raw Events Are Kept",
        config_parameter="crm_line.event_days",
        default=DAYS["event_days"][0],
    )
    line_sent_days = fields.Integer(
        string="Days Sent Contents Are Kept",
        config_parameter="crm_line.sent_days",
        default=DAYS["sent_days"][0],
    )

    @api.model
    def _line_days(self, name):
        """The days of a retention parameter; its default when it is unreadable."""
        default, least = DAYS[name]
        value = self.env["ir.config_parameter"].sudo().get_param(f"crm_line.{name}")
        try:
            days = int(value)
        except ValueError:
            return default
        return days if least <= days <= MAX_DAYS else default

    def set_values(self):
        for settings in self:
            settings._check_line_days()
        return super().set_values()

    def _check_line_days(self):
        labels = self.fields_get(["line_event_days", "line_sent_days"], ["string"])
        for name, (_default, least) in DAYS.items():
            if not least <= self[f"line_{name}"] <= MAX_DAYS:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” must be %(least)s to %(most)s.",
                        field=labels[f"line_{name}"]["string"],
                        least=least,
                        most=MAX_DAYS,
                    )
                )
