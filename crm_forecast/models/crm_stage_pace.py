from odoo import api, fields, models

from .crm_funnel_engine import pace_sql


class CrmStagePace(models.Model):
    """How long stays in a stage usually last, by company and by team.

    Kept by the nightly job, so that judging a list of leads costs one query. A row
    without team is about the whole company.
    """

    _name = "crm.stage.pace"
    _inherit = ["crm.forecast.memory"]
    _description = "Usual Dwell Time"
    _order = "company_id, team_id, stage_id, id"
    _rec_name = "stage_id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", readonly=True, index=True, ondelete="cascade"
    )
    stage_id = fields.Many2one(
        "crm.stage", required=True, readonly=True, index=True, ondelete="cascade"
    )
    stays = fields.Integer(
        "Ended Stays", readonly=True, help="Stays that ended in the last two years."
    )
    median_days = fields.Float(readonly=True, aggregator=None)
    p90_days = fields.Float(
        "90th Percentile",
        readonly=True,
        aggregator=None,
        help="9 of 10 stays ended within so many days.",
    )

    _one_row_each = models.UniqueIndex("(company_id, COALESCE(team_id, 0), stage_id)")

    @api.model
    def _refresh(self):
        """Work out all rows again from the stage log."""
        self.env.flush_all()
        self.env.cr.execute(pace_sql(self.env.cr.now()))
        self.invalidate_model()
        self.env["crm.lead"].invalidate_model(["is_stuck", "stuck_reason"])
