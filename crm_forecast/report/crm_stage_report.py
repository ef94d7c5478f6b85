from odoo import fields, models
from odoo.tools import SQL


class CrmStageReport(models.Model):
    """Dwell time: the stays of the stage log, running ones counted up to now."""

    _name = "crm.stage.report"
    _description = "Dwell Time Analysis"
    _auto = False
    _order = "enter DESC, id DESC"
    _rec_name = "lead_id"
    _depends = {
        "crm.stage.log": [
            "amount",
            "company_id",
            "enter",
            "lead_id",
            "leave",
            "seconds",
            "stage_id",
            "status",
            "team_id",
            "user_id",
        ],
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    status = fields.Selection(
        [
            ("open", "Open"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("archived", "Archived"),
        ],
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    enter = fields.Datetime("Entered", readonly=True)
    leave = fields.Datetime("Left", readonly=True)
    is_running = fields.Boolean("Still There", readonly=True)
    dwell_days = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days in the stage; up to now for those that are still there.",
    )
    amount = fields.Monetary("Expected Revenue", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT log.id, log.lead_id, log.stage_id, log.status, log.user_id,
                   log.team_id, log.company_id, log.enter, log.leave, log.amount,
                   log.leave IS NULL AS is_running,
                   COALESCE(log.seconds,
                            EXTRACT(EPOCH FROM %(now)s::timestamp - log.enter)
                   )::float8 / 86400 AS dwell_days
              FROM crm_stage_log log""",
            now=self.env.cr.now(),
        )
