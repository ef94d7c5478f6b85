import collections

from odoo import api, models

from ..tools import accuracy

# The distance at which methods are compared, and how many periods must speak.
JUDGED_DAYS = 30
MIN_JUDGED_PERIODS = 4
# Every tested period has a row of this method, whatever the past says.
MARK = "manual"

# tested: periods with any test; count, learned, haircut: periods with a test of both
# methods, and their errors (WAPE, 0-1; ``None`` where nothing was sold);
# latest: the methods that the latest tested period has tests of
Judged = collections.namedtuple("Judged", "tested count learned haircut latest")


class CrmForecastGate(models.AbstractModel):
    """Which method a company's own past recommends, and the sentence that says why."""

    _name = "crm.forecast.gate"
    _description = "Choice of the Forecast Method"

    @api.model
    def _judge(self, company, kind):
        """Company errors of the learned method and the haircut in the same periods.

        :return: ``Judged``
        """
        rows = (
            self.env["crm.forecast.backtest"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("period_kind", "=", kind),
                    ("level", "=", "company"),
                    ("days_left", "=", JUDGED_DAYS),
                    ("method", "in", ("learned", "haircut", MARK)),
                ],
                ["period_id", "date", "method", "amount_forecast", "amount_actual"],
            )
        )
        pairs = {"learned": [], "haircut": []}
        tested = rows.grouped("period_id").values()
        for found in tested:
            by_method = {row.method: row for row in found}
            if by_method.keys() >= pairs.keys():
                for method, known in pairs.items():
                    row = by_method[method]
                    known.append((row.amount_forecast, row.amount_actual))
        return Judged(
            tested=len(tested),
            count=len(pairs["learned"]),
            learned=accuracy.wape(pairs["learned"]),
            haircut=accuracy.wape(pairs["haircut"]),
            latest=set(max(tested, key=lambda found: found[0].date).mapped("method"))
            if tested
            else set(),
        )

    @api.model
    def _recommend(self, company, kind):
        """:return: (method, sentence for the screen)"""
        chosen = company.forecast_method
        if chosen != "auto":
            return chosen, self.env._("This method was chosen in the settings.")
        judged = self._judge(company, kind)
        method, reason = self._compare(judged)
        if method != "weighted" and method not in judged.latest:
            return "weighted", self._says_too_little()
        return method, reason

    def _says_too_little(self):
        return self.env._(
            "Past periods do not say how far probability × expected revenue is off: "
            "hardly anything of what was sold had been among the open opportunities "
            "%(days)s days before the end. So it is probability × expected revenue.",
            days=JUDGED_DAYS,
        )

    def _compare(self, judged):
        """:return: (method, sentence for the screen) by how wrong the methods were"""
        if not judged.tested:
            return "weighted", self.env._(
                "There are no past periods to learn from yet, so it is probability × "
                "expected revenue."
            )
        if not judged.count:
            return "weighted", self._says_too_little()
        if judged.learned is None or judged.haircut is None:
            return "weighted", self.env._(
                "Nothing was sold in the past periods that can be judged, so it is "
                "probability × expected revenue."
            )
        values = {
            "count": judged.count,
            "days": JUDGED_DAYS,
            "learned": f"{judged.learned:.0%}",
            "haircut": f"{judged.haircut:.0%}",
        }
        if judged.count < MIN_JUDGED_PERIODS:
            return "haircut", self.env._(
                "Only %(count)s past periods can be judged, so it is the haircut.",
                **values,
            )
        if judged.learned < judged.haircut:
            return "learned", self.env._(
                "Learned: in the last %(count)s periods it was wrong by %(learned)s, "
                "%(days)s days before the end, the haircut by %(haircut)s.",
                **values,
            )
        return "haircut", self.env._(
            "Haircut: in the last %(count)s periods the learned method was wrong by "
            "%(learned)s, %(days)s days before the end, the haircut by %(haircut)s.",
            **values,
        )
