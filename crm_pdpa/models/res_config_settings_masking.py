from odoo import api, fields, models
from odoo.exceptions import UserError

from .pdpa_reveal import MAX_HOURS
from .pdpa_reveal_break_glass import HOURS, MAX_RECORDS
from .pdpa_reveal_door import MINUTES, PER_HOUR

_NUMBERS = {
    "pdpa_reveal_minutes": MINUTES,
    "pdpa_reveals_per_hour": PER_HOUR,
    "pdpa_break_glass_hours": HOURS,
    "pdpa_break_glass_records": MAX_RECORDS,
}


class ResConfigSettings(models.TransientModel):
    """Masking and reveals. Numbers are stored by hand: 0 reveals is not "no value"."""

    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    pdpa_masking = fields.Boolean(
        string="Masking", compute="_compute_pdpa_masking", help="Whether it is on."
    )
    pdpa_reveal_minutes = fields.Integer(
        string="Minutes of a Reveal", help="How long a shown value stays visible."
    )
    pdpa_reveals_per_hour = fields.Integer(
        string="Reveals per Hour", help="For each user. 0: nobody may show values."
    )
    pdpa_break_glass_hours = fields.Integer(
        string="Hours of a Break-Glass", help="Proposed when one is asked for."
    )
    pdpa_break_glass_records = fields.Integer(
        string="Records of a Break-Glass", help="At most this many at once."
    )

    @api.depends_context("uid")
    def _compute_pdpa_masking(self):
        self.pdpa_masking = self.env["pdpa.field"]._masking_on()

    @api.model
    def get_values(self):
        setting = self.env["pdpa.reveal"]._setting
        numbers = {name: setting(number) for name, number in _NUMBERS.items()}
        return {**super().get_values(), **numbers}

    def set_values(self):
        """Store the settings.

        :raise UserError: a number out of its range
        """
        self._check_pdpa_numbers()
        result = super().set_values()
        set_param = self.env["ir.config_parameter"].sudo().set_param
        for name, (key, _default, _least) in _NUMBERS.items():
            set_param(key, str(self[name]))
        return result

    def _check_pdpa_numbers(self):
        most = {
            "pdpa_reveal_minutes": MAX_HOURS * 60,
            "pdpa_break_glass_hours": MAX_HOURS,
        }
        for name, (_key, _default, least) in _NUMBERS.items():
            if not least <= self[name] <= most.get(name, self[name]):
                raise UserError(
                    self.env._(
                        "“%(field)s” must be at least %(least)s and, where it is a "
                        "time, at most 24 hours. Correct the number.",
                        field=self._fields[name]._description_string(self.env),
                        least=least,
                    )
                )
