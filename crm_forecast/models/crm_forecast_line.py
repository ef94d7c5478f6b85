from odoo import fields, models


class CrmForecastLine(models.Model):
    """One lead's contribution to a saved forecast; its columns never change.

    Lines are replaced as a whole when the run is computed again on the same day, and
    dropped after LINE_RETENTION_DAYS.
    """

    _name = "crm.forecast.line"
    _inherit = ["crm.forecast.memory", "crm.forecast.line.mixin"]
    _description = "Saved Forecast Line"
    _order = "run_id DESC, amount_total DESC, id"
    _rec_name = "lead_id"
    _log_access = False

    run_id = fields.Many2one(
        "crm.forecast.run",
        "Saved Forecast",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Date(related="run_id.date", string="As Of")
    lead_key = fields.Integer(
        "Lead ID",
        required=True,
        readonly=True,
        aggregator=None,
        help="Database ID of the lead; it stays when the lead is deleted.",
    )
    period_id = fields.Many2one(required=True, ondelete="restrict")
    company_id = fields.Many2one(required=True, ondelete="restrict")
    lead_id = fields.Many2one(index="btree_not_null")
    stage_id = fields.Many2one(ondelete="set null")
