from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.stats.source"]

    _stats_fields = frozenset(
        {
            "state",
            "partner_id",
            "company_id",
            "date_order",
            "amount_untaxed",
            "currency_rate",
        }
    )
