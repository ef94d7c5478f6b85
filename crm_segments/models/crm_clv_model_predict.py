from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError

from ..tools import bgnbd, gamma_gamma, scientific
from . import crm_clv_engine as engine
from .crm_stats_engine import analyze, drop

#: the models count in weeks, as the papers do
WEEK = 7
YEAR_WEEKS = 52
#: up to so many customers days are exact; beyond, whole weeks keep the cells few
EXACT_CUSTOMERS = 50_000
#: significant digits of mean amounts, exact and beyond
DIGITS, COARSE_DIGITS = 12, 3
REFIT_DAYS = 7
#: the last frequency class of the test takes everyone with as many or more
LAST_CLASS = 7
#: minutes until the job tries again when a refresh was running
RETRY_MINUTES = 10


class CrmClvModel(models.Model):
    """Fitting, testing and scoring: one door through which predictions are written."""

    _inherit = "crm.clv.model"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _predict(self, company, refit=False, today=None):
        """Write the predicted values of a company's customers as of ``today``.

        :param bool refit: fit a new model first; also done when the last is a week old
        :return: the model in use, or the one that says why there is none
        :raise LockError: the statistics are being refreshed
        """
        self.env.flush_all()
        self.env["crm.partner.stats"]._lock_refresh()
        today = fields.Date.to_date(today) or company._stats_today()
        model = self._latest(company)
        if (
            refit
            or not model
            or not model.fitted_on <= today < model.fitted_on + timedelta(REFIT_DAYS)
            or (model.state == "unavailable") == scientific.available()
        ):
            model = self._fit(company, today)
        self._score(company, model, today)
        return model

    @api.model
    def _fit(self, company, today):
        """A new model row, whatever comes of it."""
        self._load(company, today, today)
        [[customers, repeating, loyal, first_date, median]] = self._rows(
            engine.select_facts()
        )
        values = {
            "company_id": company.id,
            "fitted_on": today,
            "customers": customers,
            "repeat_customers": repeating,
            "loyal_customers": loyal,
            "first_date": first_date,
            "median_interval_days": median,
            "min_customers": company.crm_clv_min_customers,
            "min_days": company.crm_clv_min_days,
            "min_loyal": company.crm_clv_min_loyal,
            "state": "not_enough",
        }
        days = (today - first_date).days if first_date else 0
        if not scientific.available():
            values["state"] = "unavailable"
        elif (
            customers >= company.crm_clv_min_customers
            and days >= company.crm_clv_min_days
            and loyal >= company.crm_clv_min_loyal
        ):
            try:
                values.update(self._fit_values(company, customers))
                # a young company is tested on half of its history at most
                held = min(company.crm_clv_holdout_days, (days + 1) // 2)
                values.update(self._test_values(company, today, held))
                values["state"] = "ok"
            except bgnbd.NoMaximumError:
                values["state"] = "no_maximum"
        # several attempts on one day: the last one counts
        self.search(
            [("company_id", "=", company.id), ("fitted_on", ">=", today)]
        ).unlink()
        calibration = values.pop("calibration", [])
        model = self.create(values)
        self.env["crm.clv.calibration"].create(
            [{**row, "model_id": model.id} for row in calibration]
        )
        return model

    @api.model
    def _load(self, company, until, today):
        """Fill ``crm_clv_customer`` with a company's purchases up to ``until``."""
        stats = self.env["crm.partner.stats"]
        sources = stats._transaction_sources()
        buyers = stats.search_count(
            [("company_id", "=", company.id), ("order_count", ">", 0)],
            limit=EXACT_CUSTOMERS + 1,
        )
        grid = 1 if buyers <= EXACT_CUSTOMERS else WEEK
        stats._run(
            drop("crm_clv_customer"),
            engine.create_customers(sources, company.id, until, today, grid),
            analyze("crm_clv_customer", "partner_id", "x", "t_x", "t"),
        )

    @api.model
    def _rows(self, statement):
        self.env.cr.execute(statement)
        return self.env.cr.fetchall()

    @api.model
    def _cells(self):
        """Arrays x, t_x (weeks), t (weeks), customers, held-out purchases."""
        np = scientific.numpy
        rows = np.array(self._rows(engine.select_cells()), dtype=float).reshape(-1, 5)
        x, t_x, t, customers, held_out = rows.T
        return x, t_x / WEEK, t / WEEK, customers, held_out

    @api.model
    def _fit_values(self, company, customers):
        np = scientific.numpy
        (r, alpha, a, b), log_likelihood = bgnbd.fit(*self._cells()[:4])
        digits = DIGITS if customers <= EXACT_CUSTOMERS else COARSE_DIGITS
        amounts = np.array(self._rows(engine.select_amounts(digits)), dtype=float)
        x, mean, weight = amounts.reshape(-1, 3).T
        spending, _maximum = gamma_gamma.fit(x, mean, weight)
        if spending.q > 1:
            unknown = gamma_gamma.expected_amount(spending, 0, 0)
        else:
            # such a spread has no mean in theory; the customers do
            unknown = float(np.average(mean, weights=weight))
        [[refund_share]] = self._rows(engine.select_refund_share(company.id))
        return {
            "r": r,
            "alpha": alpha,
            "a": a,
            "b": b,
            "log_likelihood": log_likelihood,
            "p": spending.p,
            "q": spending.q,
            "v": spending.v,
            "mean_amount": unknown,
            "spend_correlation": gamma_gamma.correlation(x, mean, weight),
            "refund_share": min(max(refund_share, 0.0), 1.0),
        }

    @api.model
    def _test_values(self, company, today, held):
        """Fit without the last ``held`` days and compare with what was bought then."""
        self._load(company, today - timedelta(held), today)
        x, t_x, t, customers, actual = self._cells()
        parameters, _maximum = bgnbd.fit(x, t_x, t, customers)
        predicted = customers * bgnbd.expected_orders(
            parameters, x, t_x, t, held / WEEK
        )
        rows = []
        for repeat in range(LAST_CLASS + 1):
            chosen = x == repeat if repeat < LAST_CLASS else x >= repeat
            if chosen.any():
                rows.append(
                    {
                        "repeat_purchases": repeat,
                        "is_last": repeat == LAST_CLASS,
                        "customers": int(customers[chosen].sum()),
                        "predicted": float(predicted[chosen].sum()),
                        "actual": int(actual[chosen].sum()),
                    }
                )
        return {
            "holdout_days": held,
            "predicted": float(predicted.sum()),
            "actual": int(actual.sum()),
            "calibration": rows,
        }

    @api.model
    def _score(self, company, model, today):
        """Predict from the model, set-based; without one only the overdue ratio."""
        self._load(company, today, today)
        [[*_counts, median]] = self._rows(engine.select_facts())
        cells, spending = [[]] * 5, None
        if model.state == "ok":
            cells = self._score_cells(model)
            spending = (
                *(model.p, model.q, model.v, model.mean_amount),
                1 - model.refund_share,
            )
        stats = self.env["crm.partner.stats"]
        stats._run(
            drop("crm_clv_cell"),
            engine.create_cells(*cells),
            analyze("crm_clv_cell", "x", "t_x", "t"),
            engine.update_stats(
                company.id,
                today,
                median,
                spending,
                company.currency_id.decimal_places,
            ),
        )
        stats.invalidate_model(engine.PREDICTED)

    @api.model
    def _score_cells(self, model):
        np = scientific.numpy
        parameters = bgnbd.Parameters(model.r, model.alpha, model.a, model.b)
        x, t_x, t, _customers, _held_out = self._cells()
        alive = bgnbd.p_alive(parameters, x, t_x, t)
        orders = bgnbd.expected_orders(parameters, x, t_x, t, YEAR_WEEKS)
        days = (np.rint(times * WEEK).astype(int) for times in (t_x, t))
        # never exactly 0, which a screen shows as "unknown"
        alive, orders = np.clip(alive, 1e-9, 1), np.maximum(orders, 0)
        return [values.tolist() for values in (x.astype(int), *days, alive, orders)]

    @api.model
    def _cron_predict(self):
        """Daily: score every company, and fit its model again every week."""
        cron = self.env["ir.cron"]
        companies = self.env["crm.partner.stats"]._stats_companies()
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                self._predict(company)
            except LockError:
                self.env.ref("crm_segments.ir_cron_clv_predict")._trigger(
                    fields.Datetime.now() + timedelta(minutes=RETRY_MINUTES)
                )
                return
            if not cron._commit_progress(1):
                return
