from odoo import api, fields, models

from ..tools import scientific


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=R8180

    crm_clv_min_customers = fields.Integer(
        related="company_id.crm_clv_min_customers", readonly=False
    )
    crm_clv_min_days = fields.Integer(
        related="company_id.crm_clv_min_days", readonly=False
    )
    crm_clv_min_loyal = fields.Integer(
        related="company_id.crm_clv_min_loyal", readonly=False
    )
    crm_clv_holdout_days = fields.Integer(
        related="company_id.crm_clv_holdout_days", readonly=False
    )
    crm_clv_available = fields.Boolean(
        string="Prediction Available", compute="_compute_crm_clv"
    )
    crm_clv_message = fields.Text(
        string="State of the Prediction", compute="_compute_crm_clv"
    )

    @api.depends("company_id")
    def _compute_crm_clv(self):
        for settings in self:
            settings.crm_clv_available = scientific.available()
            settings.crm_clv_message = (
                self.env["crm.clv.model"].sudo()._latest(settings.company_id).message
            )
