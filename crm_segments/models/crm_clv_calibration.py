from odoo import api, fields, models


class CrmClvCalibration(models.Model):
    """Predicted and actual purchases of one frequency class in the test of a model."""

    _name = "crm.clv.calibration"
    _description = "Prediction Test"
    _order = "model_id, repeat_purchases"
    _rec_name = "repeat_purchases"
    _allow_sudo_commands = False

    model_id = fields.Many2one(
        "crm.clv.model", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="model_id.company_id", store=True, index=True)
    repeat_purchases = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Purchase days after the first one, before the test began. The last class "
        "includes everyone with more.",
    )
    is_last = fields.Boolean("And More", readonly=True)
    customers = fields.Integer(readonly=True)
    predicted = fields.Float("Predicted Purchases", digits=(16, 1), readonly=True)
    actual = fields.Integer("Actual Purchases", readonly=True)
    error_ratio = fields.Float(
        "Error",
        compute="_compute_error_ratio",
        aggregator=None,
        help="Predicted against actual purchases: 0 % is exact, -10 % a tenth too few.",
    )

    @api.depends("predicted", "actual")
    def _compute_error_ratio(self):
        for row in self:
            row.error_ratio = row.predicted / row.actual - 1 if row.actual else 0.0

    @api.depends("repeat_purchases", "is_last")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.repeat_purchases}{'+' * row.is_last}"
