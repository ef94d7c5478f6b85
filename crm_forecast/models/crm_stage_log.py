from odoo import api, fields, models
from odoo.tools import SQL

from .crm_forecast_engine import settle_company_sql
from .crm_stage_log_engine import backfill_sql, close_sql, end_sql, open_sql, since_sql

TRACKED_FIELDS = ("stage_id", "expected_revenue", "user_id", "team_id")


class CrmStageLog(models.Model):
    """One stay of a lead in one stage and status.

    - The stays of a lead follow each other without a gap from its creation on, and at
      most one is running (`leave` empty): the lead's present stage and status.
    - A change of stage, winning, losing, archiving and reopening each end a stay and
      begin the next. Salesperson, team and amount are those at its beginning.
    - Rows never change, except for `leave` and `seconds` being filled once, and a
      reference being emptied when its record is deleted.
    - Backfilled rows come from the chatter's tracking when the module was installed.
    """

    _name = "crm.stage.log"
    _inherit = ["crm.forecast.memory"]
    _description = "Stage History"
    _order = "enter DESC, id DESC"
    _rec_name = "lead_id"
    _log_access = False
    _memory_immutable = True
    _memory_closing_fields = ("leave", "seconds")

    lead_key = fields.Integer(
        "Lead ID",
        required=True,
        readonly=True,
        aggregator=None,
        help="Database ID of the lead; it stays when the lead is deleted.",
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", readonly=True, index="btree_not_null"
    )
    stage_id = fields.Many2one("crm.stage", readonly=True, ondelete="set null")
    status = fields.Selection(
        selection=[
            ("open", "Open"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("archived", "Archived"),
        ],
        required=True,
        readonly=True,
    )
    enter = fields.Datetime("Entered", required=True, readonly=True)
    leave = fields.Datetime("Left", readonly=True)
    seconds = fields.Integer(
        readonly=True, help="Length of the stay; empty while it is running."
    )
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        "Expected Revenue",
        readonly=True,
        help="Expected revenue when the stay began.",
    )
    is_backfilled = fields.Boolean(
        "Reconstructed",
        readonly=True,
        help="Read from the chatter's tracking when the module was installed.",
    )
    duration = fields.Char("Dwell Time", compute="_compute_duration")

    _running = models.UniqueIndex("(lead_key) WHERE leave IS NULL")
    _lead_enter_idx = models.Index("(lead_key, enter)")
    _closed_whole = models.Constraint(
        "CHECK ((leave IS NULL) = (seconds IS NULL))",
        "A stay that has ended has a length.",
    )
    _ends_after_begin = models.Constraint(
        "CHECK (leave >= enter AND seconds >= 0)", "A stay cannot end before it begins."
    )

    @api.depends("enter", "leave")
    @api.depends_context("lang")
    def _compute_duration(self):
        now = self.env.cr.now()
        for log in self:
            stay = (log.leave or now) - (log.enter or now)
            if stay.days:
                log.duration = self.env._("%(days)s days", days=stay.days)
            else:
                log.duration = self.env._(
                    "%(hours)s h %(minutes)s min",
                    hours=stay.seconds // 3600,
                    minutes=stay.seconds % 3600 // 60,
                )

    @api.model
    def _sync(self, leads=None):
        """Bring the log to the present stage and status of `leads`.

        Three statements for any number of leads; nothing is written when nothing
        changed.

        :param leads: crm.lead records; default: all leads, which also catches changes
            made by SQL
        """
        if leads is None:
            self.env.flush_all()
            self.env.cr.execute(settle_company_sql())
            condition = SQL("TRUE")
        else:
            leads.flush_recordset()
            condition = SQL("lead.id = ANY(%s)", leads.ids)
        now = self.env.cr.now()
        self.env.cr.execute(close_sql(condition, now))
        self.env.cr.execute(open_sql(condition, now))
        self.env.cr.execute(since_sql(condition))
        self.invalidate_model()
        self.env["crm.lead"].invalidate_model(
            ["forecast_company_id", "forecast_stage_since", "stage_log_ids"]
        )

    @api.model
    def _end(self, leads):
        """End the running stays of leads that are about to be deleted."""
        condition = SQL("lead.id = ANY(%s)", leads.ids)
        self.env.cr.execute(end_sql(condition, self.env.cr.now()))
        self.invalidate_model()

    @api.model
    def _backfill(self):
        """Log the past of leads that have no log, as far as the chatter knows it."""
        self.env.flush_all()
        fields_by_name = self.env["ir.model.fields"]._get_ids("crm.lead")
        field_ids = {name: fields_by_name[name] for name in TRACKED_FIELDS}
        self.env.cr.execute(backfill_sql(self.env.cr.now(), field_ids))
        self.invalidate_model()
        # stages that were changed without tracking
        self._sync()
