from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..models.crm_lost_reason import LOST_THEMES

_lt = LazyTranslate(__name__)
# such a label is translated as code: without the mark no translator would see it
NO_REASON = _lt("No reason given")


class CrmLostReport(models.Model):
    """Lost opportunities, by theme of the reason and the stage they were lost in."""

    _name = "crm.lost.report"
    _description = "Lost Reasons Analysis"
    _auto = False
    _order = "date_closed DESC, id DESC"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "date_closed",
            "expected_revenue",
            "forecast_company_id",
            "lost_reason_id",
            "stage_id",
            "team_id",
            "type",
            "user_id",
            "won_status",
        ],
        "crm.lost.reason": ["theme"],
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    theme = fields.Selection(LOST_THEMES, readonly=True, falsy_value_label=NO_REASON)
    lost_reason_id = fields.Many2one(
        "crm.lost.reason", readonly=True, falsy_value_label=NO_REASON
    )
    stage_id = fields.Many2one("crm.stage", "Lost in Stage", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_closed = fields.Datetime("Lost On", readonly=True)
    amount = fields.Monetary("Lost Amount", readonly=True)

    @property
    def _table_query(self):
        return SQL("""
            SELECT lead.id, lead.id AS lead_id, reason.theme, lead.lost_reason_id,
                   lead.stage_id, lead.team_id, lead.user_id,
                   lead.forecast_company_id AS company_id, lead.date_closed,
                   lead.expected_revenue AS amount
              FROM crm_lead lead
              LEFT JOIN crm_lost_reason reason ON reason.id = lead.lost_reason_id
             WHERE lead.won_status = 'lost' AND lead.type = 'opportunity'""")
