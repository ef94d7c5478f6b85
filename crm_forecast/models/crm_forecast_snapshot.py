from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_forecast_engine import as_of_sql
from .crm_forecast_memory_engine import take_sql
from .crm_stage import FORECAST_CATEGORIES


class CrmForecastSnapshot(models.Model):
    """What was known of a lead from a given day on: the memory of the pipeline.

    - A row is valid from its `date` until the lead's next row. "As of day D" is the
      latest row per `lead_key` with date <= D (`_as_of`), whatever came later.
    - At most one row per lead and day, and it is final: what changes after the day's
      snapshot is remembered on the next day.
    - A row is written only when something differs from the lead's latest row.
    - Rows never change, except that a reference is emptied when its record is deleted;
      `lead_key` stays. A deleted lead ends with an inactive row that is not won.
    - Every active lead is remembered, won ones included (they are the actuals); lost
      and archived leads from the snapshot in which they were last open.
    """

    _name = "crm.forecast.snapshot"
    _inherit = ["crm.forecast.memory"]
    _description = "Pipeline Snapshot"
    _order = "date DESC, lead_key DESC"
    _rec_name = "lead_id"
    _log_access = False
    _memory_immutable = True

    date = fields.Date(
        "Valid From",
        required=True,
        readonly=True,
        help="Calendar date in the company's time zone.",
    )
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
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Company the lead is counted in: its own, else its team's, else its "
        "salesperson's.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True, ondelete="set null")
    lead_type = fields.Selection(
        [("lead", "Lead"), ("opportunity", "Opportunity")], "Type", readonly=True
    )
    probability = fields.Float("Probability (%)", readonly=True, aggregator="avg")
    automated_probability = fields.Float(
        "Automated Probability (%)", readonly=True, aggregator="avg"
    )
    expected_revenue = fields.Monetary(readonly=True)
    date_deadline = fields.Date("Expected Closing", readonly=True)
    date_closed = fields.Date("Closing Date", readonly=True)
    won_status = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("pending", "Pending")],
        "Won/Lost",
        readonly=True,
    )
    lead_active = fields.Boolean("Active", readonly=True)
    category = fields.Selection(FORECAST_CATEGORIES, "Forecast Category", readonly=True)

    _lead_day = models.UniqueIndex("(lead_key, date)")
    _company_day_idx = models.Index("(company_id, date DESC)")
    _deleted_lead_idx = models.Index("(lead_key, date DESC) WHERE lead_id IS NULL")

    @api.model
    def _take(self, date=None):
        """Remember the leads of all companies as they are now.

        Calling it again on the same day changes nothing.

        :param date: day to write instead of each company's today, for seeding a
            history: not in the future, and not before a company's latest row
        :return: number of rows written
        """
        date = fields.Date.to_date(date)
        if date:
            self._check_date(date)
        self.env.flush_all()
        self.env.cr.execute(take_sql(self.env.cr.now(), date))
        written = self.env.cr.rowcount
        self.invalidate_model()
        return written

    def _check_date(self, date):
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            if date > company._forecast_today():
                raise UserError(
                    self.env._(
                        "A snapshot of %(date)s cannot be taken: the day is still to "
                        "come.",
                        date=date,
                    )
                )
        latest = self.sudo().search([("date", ">", date)], order="date DESC", limit=1)
        if latest:
            raise UserError(
                self.env._(
                    "A snapshot of %(date)s cannot be taken: %(company)s already has "
                    "one of %(latest)s, and history is written in order. Use that day "
                    "or a later one.",
                    date=date,
                    company=latest.company_id.name,
                    latest=latest.date,
                )
            )

    @api.model
    def _as_of(self, date):
        """State of every remembered lead at the end of `date`.

        :return: SQL of a SELECT with `lead_key` and STATE_COLUMNS of the engine, for
            use in FROM; run it after `flush_all()`. Record rules are the caller's.
        """
        return as_of_sql(fields.Date.to_date(date))
