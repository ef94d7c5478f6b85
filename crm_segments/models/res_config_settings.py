from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    nesl_existing_months = fields.Integer(
        related="company_id.nesl_existing_months", readonly=False
    )
    nesl_sleeping_months = fields.Integer(
        related="company_id.nesl_sleeping_months", readonly=False
    )
    nesl_window_months = fields.Integer(
        related="company_id.nesl_window_months", readonly=False
    )
    nesl_main_orders = fields.Integer(
        related="company_id.nesl_main_orders", readonly=False
    )
    company_currency_id = fields.Many2one(
        "res.currency",
        string="Company Currency",
        related="company_id.currency_id",
        readonly=True,
    )
    nesl_important_amount = fields.Monetary(
        related="company_id.nesl_important_amount",
        currency_field="company_currency_id",
        readonly=False,
    )
    crm_stats_refreshed_on = fields.Date(related="company_id.crm_stats_refreshed_on")
