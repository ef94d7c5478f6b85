from odoo import api, fields, models
from odoo.tools import SQL

from .crm_funnel_engine import keep_health_sql
from .crm_stage_health import DAYS, TRAILING_PERIODS


class CrmStageHealthCount(models.Model):
    """What the ended stays of each stage came to, by span of 90 days.

    Kept by the nightly job: spans of months hardly move within a day, and reading all
    stays of more than a year is too much for a page that is opened all the time.
    """

    _name = "crm.stage.health.count"
    _inherit = ["crm.forecast.memory"]
    _description = "Figures of the Stage Health"
    _order = "company_id, team_id, stage_id, age, id"
    _rec_name = "stage_id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        readonly=True,
        ondelete="cascade",
        help="Empty: of the whole company.",
    )
    stage_id = fields.Many2one(
        "crm.stage", required=True, readonly=True, ondelete="cascade"
    )
    age = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="0: the last 90 days, 1: the 90 days before, and so on.",
    )
    ended = fields.Integer("Ended Stays", readonly=True)
    advanced = fields.Integer("Went On", readonly=True)
    leaked = fields.Integer("Lost Here", readonly=True)
    median_days = fields.Float(readonly=True, aggregator=None)

    _one_row_each = models.UniqueIndex(
        "(company_id, COALESCE(team_id, 0), stage_id, age)"
    )

    @api.model
    def _refresh(self):
        """Count all again from the stage log."""
        self.env.flush_all()
        now = self.env.cr.now()
        self.env.cr.execute(keep_health_sql(now, DAYS, TRAILING_PERIODS))
        self.invalidate_model()

    @api.model
    def _figures(self, company_id, team_id=None):
        """Rows for `crm.stage.health._judge_stages`, of last night.

        Of all salespeople: the caller answers for who sees them.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT stage_id, age, ended, advanced, leaked, median_days
                  FROM crm_stage_health_count
                 WHERE company_id = %s AND team_id IS NOT DISTINCT FROM %s""",
                company_id,
                team_id,
            )
        )
