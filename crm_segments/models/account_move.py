from odoo import models
from odoo.tools import SQL


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.stats.source"]

    _stats_fields = frozenset(
        {
            "state",
            "partner_id",
            "company_id",
            "invoice_date",
            "date",
            "amount_untaxed_signed",
            "reversed_entry_id",
        }
    )
    _stats_condition = SQL("move_type = 'out_refund'")
