from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_forecast_run_engine import (
    clear_lines_sql,
    compute_sql,
    drop_old_lines_sql,
    upsert_runs_sql,
)

METHOD = "weighted"
# Lines can be computed again from the snapshots at any time, so old ones are dropped.
LINE_RETENTION_DAYS = 90
GC_BATCH = 100_000


class CrmForecastRun(models.Model):
    """The forecast of one period as it was on one day, saved with its lines.

    - One run per period, day and method; computing again on that day replaces it.
    - Today's run reads the leads as they are now; a run of an earlier day reads the
      snapshots of that day and nothing newer, so it can be repeated exactly.
    - The totals are the sums of the lines, and stay when old lines are dropped.
    """

    _name = "crm.forecast.run"
    _inherit = ["crm.forecast.memory"]
    _description = "Saved Forecast"
    _order = "date DESC, period_id, id"
    _rec_names_search = ["period_id"]
    _log_access = False

    period_id = fields.Many2one(
        "crm.forecast.period", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "As Of",
        required=True,
        readonly=True,
        help="The forecast knows what was known at the end of this day.",
    )
    method = fields.Selection(
        selection=[("weighted", "Probability × expected revenue")],
        required=True,
        readonly=True,
    )
    computed_at = fields.Datetime("Computed", required=True, readonly=True)
    computed_by = fields.Many2one("res.users", readonly=True)
    line_ids = fields.One2many(
        "crm.forecast.line", "run_id", "Opportunities", readonly=True
    )
    line_count = fields.Integer("Number of Opportunities", readonly=True)
    amount_won = fields.Monetary("Won So Far", readonly=True)
    amount_open = fields.Monetary("Open Amount", readonly=True)
    amount_weighted = fields.Monetary("Weighted Open", readonly=True)
    amount_total = fields.Monetary("Forecast", readonly=True)
    undated_count = fields.Integer(
        "Without Date",
        readonly=True,
        help="Open opportunities of the company that have no expected closing: they "
        "are in no period's forecast.",
    )
    undated_amount = fields.Monetary("Amount Without Date", readonly=True)
    omitted_count = fields.Integer(
        "Omitted",
        readonly=True,
        help="Open opportunities of the company whose forecast category is “Omitted”: "
        "they are in no forecast.",
    )
    omitted_amount = fields.Monetary(readonly=True)

    _period_day = models.UniqueIndex("(period_id, date, method)")

    @api.depends("period_id", "date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.period_id.name} · {run.date}"

    @api.model
    def _compute(self, period, date=None):
        """Forecast one or more periods and save the result.

        :param period: crm.forecast.period records
        :param date: forecast with what was known at the end of this day; default: with
            the leads as they are now
        :return: one run per period
        """
        date = fields.Date.to_date(date)
        if date:
            self._check_remembered(period.company_id, date)
        cr = self.env.cr
        now = cr.now()
        self.env.flush_all()
        cr.execute(upsert_runs_sql(period.ids, METHOD, now, self.env.uid, date))
        ids = [run_id for (run_id,) in cr.fetchall()]
        cr.execute(clear_lines_sql(ids))
        cr.execute(compute_sql(ids, now, date))
        self.invalidate_model()
        self.env["crm.forecast.line"].invalidate_model()
        period.invalidate_recordset(["run_ids"])
        return self.browse(ids)

    @api.model
    def _check_remembered(self, companies, date):
        """An empty memory must not pass for an empty pipeline."""
        snapshots = self.env["crm.forecast.snapshot"].sudo()
        for company in companies:
            if date > company._forecast_today():
                raise UserError(
                    self.env._(
                        "A forecast as of %(date)s cannot be made: the day is still to "
                        "come.",
                        date=date,
                    )
                )
            known = [("company_id", "=", company.id), ("date", "<=", date)]
            if not snapshots.search_count(known, limit=1):
                raise UserError(
                    self.env._(
                        "%(company)s has no snapshot of %(date)s or before, so the "
                        "forecast of that day is unknown. Choose a later day.",
                        company=company.name,
                        date=date,
                    )
                )

    def _action_open(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_run_action"
        )
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)]}

    def action_view_lines(self):
        """The lines of this run, as a pivot."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_line_action"
        )
        return {**action, "domain": [("run_id", "=", self.id)]}

    # -- cron --------------------------------------------------------------------
    @api.model
    def _daily(self):
        """End of the day: log, remember, and save the forecast of the open periods.

        In one transaction; the scheduled action is `_cron_daily`.

        :return: the runs
        """
        return self.browse().union(*filter(None, self._night()))

    @api.model
    def _cron_daily(self):
        """Scheduled action: `_daily`, kept step by step.

        A day that was not remembered is lost for good, while everything else can be
        made again the next night. So what is done is committed before the next step
        begins: an error ends the night there and the rest is made the next one.
        """
        for _runs in self._night():
            # without numbers: after an error the job is to wait for the next night, and
            # not to start again at once because there was progress
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _night(self):
        """The steps of the night as a generator, the irretrievable ones first.

        Each step can stand alone and be made again. It yields the runs that the step
        saved, ``None`` where it saved none.
        """
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        self.env["crm.stage.log"]._sync()
        self.env["crm.forecast.snapshot"]._take()
        yield
        # the forecast of the day, before all that only looks back
        periods = self._open_periods()
        yield self._compute(periods)
        for of_company in periods.grouped("company_id").values():
            yield self._compute_learned(of_company)
        self.env["crm.stage.pace"]._refresh()
        self.env["crm.stage.health.count"]._refresh()
        yield
        for company in companies:
            self.env["crm.forecast.backtest"]._extend(company)
            yield
            self.env["crm.forecast.optimism"]._refresh(company)
            yield

    @api.model
    def _open_periods(self):
        """The current and the next period of each kind and company; created if new."""
        Period = self.env["crm.forecast.period"]
        periods = Period.browse()
        for company in self.env["res.company"].search([("active", "=", True)]):
            today = company._forecast_today()
            Period._ensure(today, company)
            Period._ensure(today + relativedelta(months=3), company)
            for kind, _label in Period._fields["kind"].selection:
                periods += Period.search(
                    [
                        ("company_id", "=", company.id),
                        ("kind", "=", kind),
                        ("date_to", ">=", today),
                    ],
                    order="date_from",
                    limit=2,
                )
        return periods

    @api.autovacuum
    def _gc_lines(self):
        cr = self.env.cr
        cr.execute(drop_old_lines_sql(LINE_RETENTION_DAYS, cr.now(), GC_BATCH))
        self.env["crm.forecast.line"].invalidate_model()
        return cr.rowcount, cr.rowcount == GC_BATCH
