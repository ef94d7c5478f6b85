from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    forecast_period_kind = fields.Selection(
        related="company_id.forecast_period_kind", readonly=False, required=True
    )
    forecast_actual = fields.Selection(
        related="company_id.forecast_actual", readonly=False, required=True
    )
    forecast_method = fields.Selection(
        related="company_id.forecast_method", readonly=False, required=True
    )
    forecast_unvisited_days = fields.Integer(
        related="company_id.forecast_unvisited_days", readonly=False, required=True
    )
    forecast_last_snapshot = fields.Date(
        string="Last Snapshot", compute="_compute_forecast_last_snapshot"
    )

    @api.depends("company_id")
    def _compute_forecast_last_snapshot(self):
        for settings in self:
            last = self.env["crm.forecast.snapshot"].search_fetch(
                [("company_id", "=", settings.company_id.id)],
                ["date"],
                order="date DESC",
                limit=1,
            )
            settings.forecast_last_snapshot = last.date
