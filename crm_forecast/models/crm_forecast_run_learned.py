from odoo import api, fields, models

from ..tools import baselines
from .crm_forecast_learning import MIN_TRAINING_PERIODS
from .crm_forecast_learning_engine import sold_lines_sql
from .crm_forecast_run_engine import (
    bounds_sql,
    chance_sql,
    clear_lines_sql,
    compute_sql,
    describe_run_sql,
    haircut_sql,
    learned_sql,
    new_business_sql,
    sellers_sql,
    upsert_runs_sql,
)
from .res_company import ACTUALS


class CrmForecastRun(models.Model):
    """Saved forecasts that were learned from past periods, and the plain haircut.

    They hold themselves against what counts as sold, so with orders or invoices that is
    also what they count as won so far; the weighted ones count won opportunities.
    """

    _inherit = "crm.forecast.run"

    method = fields.Selection(
        selection_add=[("learned", "Learned"), ("haircut", "Haircut")],
        ondelete={"learned": "cascade", "haircut": "cascade"},
    )
    amount_new = fields.Monetary(
        "New Business",
        readonly=True,
        help="What is usually opened and won between that day and the period's end.",
    )
    amount_low = fields.Monetary("Lower Bound", readonly=True)
    amount_high = fields.Monetary(
        "Upper Bound",
        readonly=True,
        help="Eight of ten periods end between the bounds, if the future is like the "
        "past.",
    )
    training_periods = fields.Integer(
        "Learned From",
        readonly=True,
        aggregator=None,
        help="Number of past periods.",
    )
    haircut_factor = fields.Float(
        digits=(6, 3),
        readonly=True,
        aggregator=None,
        help="What was sold in past periods, as a share of what probability × expected "
        "revenue had promised.",
    )
    actual = fields.Selection(
        selection=ACTUALS,
        string="What Counted as Sold",
        readonly=True,
        help="What this forecast counted as sold, in the past and so far.",
    )
    is_recommended = fields.Boolean(
        "Recommended", compute="_compute_recommended", compute_sudo=True
    )
    recommendation = fields.Char(
        "Why This Method", compute="_compute_recommended", compute_sudo=True
    )

    @api.depends("method", "period_id")
    @api.depends_context("lang")
    def _compute_recommended(self):
        gate = self.env["crm.forecast.gate"]
        groups = self.grouped(lambda run: (run.company_id, run.period_id.kind))
        for (company, kind), runs in groups.items():
            method, reason = gate._recommend(company, kind)
            for run in runs:
                run.is_recommended = run.method == method
                run.recommendation = reason

    @api.model
    def _compute_learned(self, periods, date=None):
        """Forecast periods by what past ones teach, and save the result.

        :param periods: crm.forecast.period records
        :param date: forecast with what was known at the end of this day; default: with
            the leads as they are now
        :return: runs of the methods learned and haircut; none for a period that is
            over, and none of a method for which its past does not say enough
        """
        date = fields.Date.to_date(date)
        runs = self.browse()
        for period in periods:
            day = date or period.company_id._forecast_today()
            if day > period.date_to:
                continue
            if date:
                self._check_remembered(period.company_id, date)
            runs += self._learn_period(period, day, date)
        self.invalidate_model()
        self.env["crm.forecast.line"].invalidate_model()
        periods.invalidate_recordset(["run_ids"])
        return runs

    def _learn_period(self, period, day, date):
        learning = self.env["crm.forecast.learning"]
        past = learning._past_periods(period, day)
        if len(past) < MIN_TRAINING_PERIODS:
            return self.browse()
        days_left = (period.date_to - day).days
        spans = [learning._span(other, days_left, day) for other in past]
        actual = period.company_id.forecast_actual
        cases = learning._cases(spans, period.company_id)
        calibration = learning._calibrate(past, cases)
        earlier = [case for other in past for case in cases[other.id]]
        haircut = baselines.Haircut(
            learning._deals(earlier), [sum(case.sold_after for case in earlier)]
        )
        sold = sold_lines_sql(learning._span(period, days_left, day), actual)

        def save(method, scaled, factor=None):
            description = (len(past), factor, actual)
            return self._save(
                period, method, date, lambda lines: scaled(sold(lines)), description
            )

        runs = self.browse()
        if calibration.deal_count:
            runs += save("learned", learned_sql(calibration))
            sellers = learning._sellers(past, cases, self._sellers(runs))
            self._add_new_business(
                runs, sum(calibration.new_business(rep) for rep in sellers)
            )
            self._set_bounds(runs, calibration)
            self.env["crm.forecast.run.rep"]._store(runs, calibration, sellers)
        if haircut.factor is not None:
            runs += save("haircut", haircut_sql(haircut.factor), haircut.factor)
        return runs

    def _sellers(self, run):
        """Who has a line in it; ``None``: nobody."""
        return {user for (user,) in self.env.execute_query(sellers_sql(run.id))}

    def _save(self, period, method, date, lines, description):
        cr = self.env.cr
        now = cr.now()
        self.env.flush_all()
        cr.execute(upsert_runs_sql(period.ids, method, now, self.env.uid, date))
        ((run_id,),) = cr.fetchall()
        cr.execute(describe_run_sql(run_id, *description))
        cr.execute(clear_lines_sql([run_id]))
        cr.execute(compute_sql([run_id], now, date, method=lines))
        return self.browse(run_id)

    def _add_new_business(self, run, amount):
        self.env.cr.execute(new_business_sql(run.id, amount))

    def _set_bounds(self, run, calibration):
        cr = self.env.cr
        cr.execute(chance_sql(run.id, calibration.spread))
        chance, pipeline = cr.fetchone()
        cr.execute(bounds_sql(run.id, calibration.margin(chance, pipeline)))
