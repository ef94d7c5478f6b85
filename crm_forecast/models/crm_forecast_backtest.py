import collections
import datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import backtest
from .crm_forecast_learning import MIN_TRAINING_PERIODS
from .crm_forecast_learning_engine import LATE_DAYS

HORIZONS = (90, 60, 30, 7)
METHODS = [
    ("learned", "Learned"),
    ("haircut", "Haircut"),
    ("native", "Scored Probability × Amount"),
    ("manual", "Stated Probability × Amount"),
    ("last", "Last Period"),
    ("call", "Calls and Overrides"),
]
LEVEL_COLUMNS = {"team": "team_id", "rep": "user_id"}
COLUMNS = (
    "company_id",
    "period_id",
    "days_left",
    "date",
    "level",
    "team_id",
    "user_id",
    "method",
    "amount_forecast",
    "amount_low",
    "amount_high",
    "amount_actual",
    "training_periods",
    "computed_at",
)


class CrmForecastBacktest(models.Model):
    """What each method would have said of a past period, and what came of it.

    Rolling origin: a period is forecast from the snapshots as they were a number of
    days before its end, by what the periods before had taught by then. Rows are made
    once a period is over, and every night anew until LATE_DAYS later, since what was
    sold on its last days is often recorded after them; they can be made again at any
    time.
    """

    _name = "crm.forecast.backtest"
    _inherit = ["crm.forecast.memory"]
    _description = "Forecast Accuracy"
    _order = "date DESC, period_id DESC, level, method, id"
    _rec_name = "period_id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_id = fields.Many2one(
        "crm.forecast.period", required=True, readonly=True, ondelete="cascade"
    )
    period_kind = fields.Selection(related="period_id.kind")
    days_left = fields.Integer(
        "Days Before the End", required=True, readonly=True, aggregator=None
    )
    date = fields.Date("Forecast As Of", required=True, readonly=True)
    level = fields.Selection(
        [("company", "Company"), ("team", "Sales Team"), ("rep", "Salesperson")],
        required=True,
        readonly=True,
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", "Salesperson", readonly=True, ondelete="cascade"
    )
    method = fields.Selection(METHODS, required=True, readonly=True)
    amount_forecast = fields.Monetary("Forecast", readonly=True)
    amount_low = fields.Monetary("Lower Bound", readonly=True)
    amount_high = fields.Monetary("Upper Bound", readonly=True)
    amount_actual = fields.Monetary("Actual", readonly=True)
    amount_error = fields.Monetary("Forecast − Actual", compute="_compute_error")
    is_within = fields.Boolean(
        "Within the Interval",
        compute="_compute_error",
        help="The actual lies between the bounds of 80 %.",
    )
    training_periods = fields.Integer(
        readonly=True, aggregator=None, help="Past periods the forecast was taught by."
    )
    computed_at = fields.Datetime("Computed", required=True, readonly=True)

    _case_unique = models.UniqueIndex(
        "(period_id, days_left, level, COALESCE(team_id, 0), COALESCE(user_id, 0),"
        " method)"
    )
    _company_idx = models.Index("(company_id, level, method, days_left, date)")

    @api.depends("amount_forecast", "amount_actual", "amount_low", "amount_high")
    def _compute_error(self):
        for row in self:
            row.amount_error = row.amount_forecast - row.amount_actual
            row.is_within = (
                row.method == "learned"
                and row.level == "company"
                and row.amount_low <= row.amount_actual <= row.amount_high
            )

    # -- making ---------------------------------------------------------------
    @api.model
    def _extend(self, companies=None, fresh=False):
        """Test the periods that are over and have not been tested for good.

        :param bool fresh: test all of them anew, for example after the setting of what
            counts as sold was changed
        :return: number of periods and horizons tested
        """
        tested = 0
        for company in companies or self.env["res.company"].sudo().search(
            [("active", "=", True)]
        ):
            if fresh:
                self._forget(company)
            today = company._forecast_today()
            periods = self.env["crm.forecast.period"].search(
                [("company_id", "=", company.id), ("date_to", "<", today)],
                order="date_to, id",
            )
            called = self._called_periods(periods)
            for days_left in HORIZONS:
                testable = self._testable(periods, called, days_left)
                tested += self._extend_horizon(testable, days_left, today)
        self.invalidate_model()
        return tested

    def _forget(self, companies):
        """Drop the tests of these companies; the nightly job makes them anew."""
        if companies:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM crm_forecast_backtest WHERE company_id = ANY(%s)",
                    companies.ids,
                )
            )
            self.invalidate_model()

    def _called_periods(self, periods):
        """The ids of those that somebody called."""
        rows = (
            self.env["crm.forecast.submission"]
            .sudo()
            ._read_group([("period_id", "in", periods.ids)], ["period_id"])
        )
        return {period.id for (period,) in rows}

    @api.model
    def _testable(self, periods, called, days_left):
        """Those of a company's past periods that `_test` can say something about.

        The others, from before the first snapshot, would be tried in vain every night.

        :param periods: all past periods of one company
        :param called: ids of the periods that somebody called
        """
        company = periods.company_id
        first = company and self.env["crm.forecast.learning"]._first_day(company)
        known_from = first and first + datetime.timedelta(days=days_left)

        def has_past(period):
            origin = period.date_to - datetime.timedelta(days=days_left)
            past = [
                other
                for other in periods
                if other.kind == period.kind
                and known_from <= other.date_to < min(origin, period.date_from)
            ]
            return len(past) >= MIN_TRAINING_PERIODS

        return periods.filtered(
            lambda period: period.id in called or first and has_past(period)
        )

    def _extend_horizon(self, periods, days_left, today):
        if not periods:
            return 0
        tested_on = dict(
            self.env.execute_query(
                SQL(
                    """SELECT period_id, min(computed_at AT TIME ZONE 'UTC'
                                                         AT TIME ZONE %s)::date
                         FROM crm_forecast_backtest
                        WHERE days_left = %s AND period_id = ANY(%s)
                        GROUP BY period_id""",
                    periods.company_id._forecast_timezone(),
                    days_left,
                    periods.ids,
                )
            )
        )
        tested = 0
        for period in periods:
            day = tested_on.get(period.id)
            final = period.date_to + datetime.timedelta(days=LATE_DAYS)
            if day is None or day <= final and day < today:
                rows = self._test(period, days_left, today)
                self._replace(period, days_left, rows)
                tested += bool(rows)
        return tested

    def _replace(self, period, days_left, rows):
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_forecast_backtest"
                " WHERE period_id = %s AND days_left = %s",
                period.id,
                days_left,
            )
        )
        self._store(rows)

    @api.model
    def _test(self, period, days_left, today):
        """The rows of one period at one distance from its end.

        Calls need no past to learn from; the other methods do.
        """
        learning = self.env["crm.forecast.learning"]
        origin = period.date_to - datetime.timedelta(days=days_left)
        past = learning._past_periods(period, origin)
        calls = self.env["crm.forecast.submission"]._known_on(period, origin)
        if len(past) < MIN_TRAINING_PERIODS:
            past = past.browse()
            if not calls:
                return []
        company = period.company_id
        spans = [learning._span(other, days_left, origin) for other in past]
        spans.append(learning._span(period, days_left, today))
        cases = learning._cases(spans, company)
        now = cases[period.id]
        actual = _sums(now, lambda case: case.sold_before + case.sold_after)
        open_deals = learning._deals(now)
        before = [case for case in now if case.is_candidate or case.sold_before]
        closed = _sums(before, lambda case: case.sold_before)
        earlier = [case for other in past for case in cases[other.id]]
        found = past and backtest.outlooks(
            learning._calibrate(past, cases),
            open_deals,
            learning._sellers(past, cases, before),
            closed,
            learning._deals(earlier),
            sum(case.sold_after for case in earlier),
            _sums(cases[past[-1:].id], lambda case: case.sold_before + case.sold_after),
        )
        team_of = {
            **{rep: team for _kind, rep, team, _amount in calls if rep},
            **_teams([*earlier, *now]),
        }
        values = {
            "company_id": company.id,
            "period_id": period.id,
            "days_left": days_left,
            "date": origin,
            "training_periods": len(past),
            "computed_at": self.env.cr.now(),
        }
        rows = []
        for method, outlook in (found or {}).items():
            teams = backtest.by_team(outlook.by_rep, team_of)
            rows += self._rows(method, outlook, teams, actual, team_of, values)
        called = backtest.called(calls, backtest.stated(closed, open_deals), team_of)
        if called:
            rows += self._call_rows(called, actual, team_of, values)
        return rows

    def _call_rows(self, called, actual, team_of, values):
        """Rows of the persons and teams of whom something was said, and of all."""
        rows = self._rows("call", called, called.by_team, actual, team_of, values)
        said = {"team": called.by_team, "rep": called.by_rep}
        return [
            row
            for row in rows
            if row["level"] == "company"
            or row[LEVEL_COLUMNS[row["level"]]] in said[row["level"]]
        ]

    def _rows(self, method, outlook, teams, actual, team_of, values):
        """Rows of all levels: those who had a forecast or sold something."""
        common = {**values, "method": method}
        rows = [
            {
                **common,
                "level": "company",
                "amount_forecast": outlook.total,
                "amount_low": outlook.low,
                "amount_high": outlook.high,
                "amount_actual": sum(actual.values()),
            }
        ]
        team_actual = backtest.by_team(actual, team_of)
        for team in sorted({*teams, *team_actual} - {None}):
            rows.append(
                {
                    **common,
                    "level": "team",
                    "team_id": team,
                    "amount_forecast": teams.get(team, 0.0),
                    "amount_actual": team_actual.get(team, 0.0),
                }
            )
        for rep in sorted({*outlook.by_rep, *actual} - {None}):
            rows.append(
                {
                    **common,
                    "level": "rep",
                    "team_id": team_of.get(rep),
                    "user_id": rep,
                    "amount_forecast": outlook.by_rep.get(rep, 0.0),
                    "amount_actual": actual.get(rep, 0.0),
                }
            )
        return rows

    def _store(self, rows):
        if rows:
            self.env.cr.execute_values(
                f"INSERT INTO crm_forecast_backtest ({', '.join(COLUMNS)}) VALUES %s"
                " ON CONFLICT DO NOTHING",
                [tuple(row.get(name) for name in COLUMNS) for row in rows],
            )


def _sums(cases, amount):
    """Amount by rep; cases without salesperson count for nobody (``None``)."""
    result = collections.defaultdict(float)
    for case in cases:
        value = amount(case)
        if value:
            result[case.user_id] += value
    return dict(result)


def _teams(cases):
    """The team that most cases of each rep are in."""
    counts = collections.defaultdict(collections.Counter)
    for case in cases:
        if case.team_id:
            counts[case.user_id][case.team_id] += 1
    return {rep: teams.most_common(1)[0][0] for rep, teams in counts.items()}
