from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..tools import metric as maths
from ..tools.metric import DOWN, UP, Metric

ACCURACY_PERIODS = 6


class CrmForecastMetric(models.AbstractModel):
    """The registry of figures: what each is called, what it means, how it is made.

    Tiles, tables, tooltips, workbooks and improvement notes take a figure from here, so
    that it is the same everywhere. Another module adds figures by extending `_metrics`,
    and what they are counted from by extending `crm.forecast.facts`.
    """

    _name = "crm.forecast.metric"
    _description = "Metrics of the Forecast"

    @api.model
    def _metrics(self):
        """All metrics in the user's language, in order; extend with super()."""
        return [
            *self._metrics_sold(),
            *self._metrics_forecast(),
            *self._metrics_pipeline(),
            *self._metrics_people(),
        ]

    @api.model
    def _by_code(self):
        """{code: Metric}"""
        return {metric.code: metric for metric in self._metrics()}

    @api.model
    def _metric(self, code):
        """:raise UserError: no module defines such a metric, or none does any more"""
        metric = self._by_code().get(code)
        if not metric:
            raise UserError(self.env._("There is no such figure: %(code)s.", code=code))
        return metric

    @api.model
    def _measure(self, code, scope):
        """The value of one metric for one scope, counted now.

        :return: a number, or ``None`` where it is not known
        :raise UserError: there is no such metric
        """
        return self._measure_both(code, scope)[0]

    @api.model
    def _measure_both(self, code, scope):
        """The same, and the value of the period before up to the same day."""
        metric = self._metric(code)
        facts = self.env["crm.forecast.facts"]._of(scope, metric.facts)
        return tuple(metric.value(part) for part in facts)

    @api.model
    def _text(self, value, unit, currency=None, digits=1):
        """A value in its unit, as the user's language writes it.

        :param currency: of an amount
        :param digits: decimals of a ratio (of its percentage) and of days
        """
        if unit == "ratio":
            return f"{formatLang(self.env, value * 100, digits=digits)}%"
        if unit == "amount":
            return formatLang(self.env, value, currency_obj=currency)
        if unit == "days":
            number = formatLang(self.env, value, digits=digits)
            return self.env._("%s days", number)
        return formatLang(self.env, value, digits=0)

    @api.model
    def _metrics_sold(self):
        return [
            Metric(
                "won",
                self.env._("Won"),
                self.env._(
                    "Expected revenue of the opportunities won in the period, by "
                    "closing date."
                ),
                "amount",
                facts=("won",),
                better=UP,
                cumulative=True,
            ),
            Metric(
                "won_count",
                self.env._("Deals Won"),
                self.env._(
                    "Number of opportunities won in the period, by closing date."
                ),
                "count",
                facts=("won_count",),
                better=UP,
                cumulative=True,
            ),
            Metric(
                "win_rate",
                self.env._("Win Rate"),
                self.env._(
                    "Of the opportunities closed in the period, the share that was "
                    "won: won / (won + lost), by number."
                ),
                "ratio",
                facts=("won_count", "lost_count"),
                compute=maths.win_rate,
                better=UP,
            ),
            Metric(
                "last_won",
                self.env._("Won in the Period Before"),
                self.env._("Everything won in the period before, to its end."),
                "amount",
                facts=("last_won",),
            ),
        ]

    @api.model
    def _metrics_forecast(self):
        return [
            Metric(
                "weighted",
                self.env._("Won and Weighted"),
                self.env._(
                    "Won so far, and probability × expected revenue of the open "
                    "opportunities due in the period."
                ),
                "amount",
                facts=("won", "weighted"),
                compute=lambda won, weighted: won + weighted,
                better=UP,
                cumulative=True,
            ),
            Metric(
                "learned",
                self.env._("Learned Forecast"),
                self.env._(
                    "What past periods teach of the win rate of each stage, of each "
                    "salesperson and of new business, as last saved. Below it the "
                    "bounds of 80 %: eight of ten periods end between them, if the "
                    "future is like the past."
                ),
                "amount",
                facts=("learned",),
                better=UP,
            ),
            Metric(
                "forecast_error",
                self.env._("Forecast Error"),
                self.env._(
                    "How much was missed as a share of what was sold, in the last %s "
                    "periods that were tested, by the forecast of 30 days before "
                    "their end.",
                    ACCURACY_PERIODS,
                ),
                "ratio",
                facts=("missed", "actual"),
                compute=maths.share,
                better=DOWN,
            ),
            Metric(
                "forecast_bias",
                self.env._("Forecast Bias"),
                self.env._(
                    "Forecast less what was sold, as a share of what was sold, in the "
                    "same periods as the forecast error; above zero: too much was "
                    "promised."
                ),
                "ratio",
                facts=("promised", "actual"),
                compute=lambda promised, actual: maths.share(promised - actual, actual),
            ),
        ]

    @api.model
    def _metrics_pipeline(self):
        return [
            Metric(
                "due",
                self.env._("Open, Due in the Period"),
                self.env._(
                    "Expected revenue of the open opportunities whose expected closing "
                    "is in the period; one whose expected closing has passed counts "
                    "today."
                ),
                "amount",
                facts=("due_amount",),
            ),
            Metric(
                "open_count",
                self.env._("Open Opportunities"),
                self.env._("Number of open opportunities, whenever they are due."),
                "count",
                facts=("open_count",),
            ),
            Metric(
                "open_amount",
                self.env._("Open Amount"),
                self.env._(
                    "Expected revenue of all open opportunities, whenever they are due."
                ),
                "amount",
                facts=("open_amount",),
            ),
            Metric(
                "late_count",
                self.env._("Expected Closing Passed"),
                self.env._(
                    "Open opportunities counted in the period whose expected closing "
                    "has passed."
                ),
                "count",
                facts=("late_count",),
                better=DOWN,
            ),
            Metric(
                "undated_count",
                self.env._("Without Expected Closing"),
                self.env._(
                    "Open opportunities without an expected closing: they are in no "
                    "forecast."
                ),
                "count",
                facts=("undated_count",),
                better=DOWN,
            ),
            Metric(
                "stuck_count",
                self.env._("Stuck Deals"),
                self._stuck_definition(),
                "count",
                facts=("stuck_count",),
                better=DOWN,
            ),
            Metric(
                "stuck_amount",
                self.env._("Stuck Amount"),
                self.env._("Expected revenue of the stuck deals."),
                "amount",
                facts=("stuck_amount",),
                better=DOWN,
            ),
            Metric(
                "stuck_share",
                self.env._("Stuck Share"),
                self.env._(
                    "Stuck deals as a share of the open opportunities, by number."
                ),
                "ratio",
                facts=("stuck_count", "open_count"),
                compute=maths.share,
                better=DOWN,
            ),
            Metric(
                "dwell",
                self.env._("Mean Days in Stage"),
                self.env._(
                    "Mean number of days that the open opportunities have been in "
                    "their present stage."
                ),
                "days",
                facts=("dwell_days",),
                better=DOWN,
            ),
        ]

    @api.model
    def _stuck_definition(self):
        return self.env._(
            "Open opportunities that have been in their stage for longer than 9 of 10 "
            "past stays of the team; with too few of these, of the company; else for "
            "longer than the stage's days to rot."
        )

    @api.model
    def _metrics_people(self):
        return [
            Metric(
                "activities",
                self.env._("Activities to Do"),
                self.env._(
                    "Planned activities on leads and contacts that are due today or "
                    "earlier."
                ),
                "count",
                facts=("activities",),
                better=DOWN,
            ),
            Metric(
                "activities_late",
                self.env._("Overdue Activities"),
                self.env._(
                    "Planned activities on leads and contacts whose day has passed."
                ),
                "count",
                facts=("activities_late",),
                better=DOWN,
            ),
            Metric(
                "unvisited",
                self.env._("Unvisited Customers"),
                self.env._(
                    "Own customers, and those of own open and won opportunities, with "
                    "no activity done, meeting or confirmed order for %s days and none "
                    "planned. A company and all its contacts are one customer. The "
                    "number of days is a setting of the company.",
                    self.env.company.forecast_unvisited_days,
                ),
                "count",
                facts=("unvisited",),
                better=DOWN,
            ),
        ]
