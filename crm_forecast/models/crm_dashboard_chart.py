from odoo import api, models


class CrmForecastDashboard(models.AbstractModel):
    """The chart of the dashboards: the saved forecasts over the days of the period."""

    _inherit = "crm.forecast.dashboard"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _chart(self, scope, days):
        """Won, forecast and interval by day, beside what was won the period before.

        ``days`` are numbers of the day within the period, so that both periods share
        the axis; ``series`` hold one value for each of them, ``None`` where nothing was
        saved.

        :param days: rows of `_run_days`
        """
        now, before = {}, {}
        for row in days:
            if row["period_id"] == scope.period_id:
                if row["date"] < scope.date_from:
                    continue  # saved before the period began
                number = (row["date"] - scope.date_from).days + 1
                now.setdefault(number, {})[row["method"]] = row
            elif row["method"] == "weighted":
                number = (row["date"] - scope.before_from).days + 1
                before[number] = row
        numbers = sorted({*now, *before})
        weighted = [now.get(number, {}).get("weighted") for number in numbers]
        learned = [now.get(number, {}).get("learned") for number in numbers]
        past = [before.get(number) for number in numbers]
        series = [
            ("won", self.env._("Won"), weighted, "won"),
            ("weighted", self.env._("Won and Weighted"), weighted, "total"),
            ("learned", self.env._("Learned Forecast"), learned, "total"),
            ("low", self.env._("Lower Bound"), learned, "low"),
            ("high", self.env._("Upper Bound"), learned, "high"),
            ("before", self.env._("Won in the Period Before"), past, "won"),
        ]
        return {
            "title": self.env._("How the Forecast Moved"),
            "help": self.env._(
                "The saved forecasts by day of the period. Each night adds one; the "
                "band is the interval of 80 % of the learned forecast."
            ),
            "empty": self.env._(
                "No forecast of this period has been saved yet. One is saved every "
                "night, or by “Compute Forecast” on the period."
            ),
            "days": numbers,
            "series": [
                {
                    "name": name,
                    "label": label,
                    "values": [row and row[key] for row in rows],
                }
                for name, label, rows, key in series
                if any(row and row[key] is not None for row in rows)
            ],
        }
