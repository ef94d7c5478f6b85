from odoo import api, models

from ..tools import accuracy

# The distance at which methods are compared, and how many periods must speak.
JUDGED_DAYS = 30
MIN_JUDGED_PERIODS = 4


class CrmForecastGate(models.AbstractModel):
    """Which method a company's own past recommends, and the sentence that says why."""

    _name = "crm.forecast.gate"
    _description = "Choice of the Forecast Method"

    @api.model
    def _judge(self, company, kind):
        """Company errors of the learned method and the haircut in the same periods.

        :return: (periods, WAPE learned, WAPE haircut); the errors may be ``None``
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
                    ("method", "in", ("learned", "haircut")),
                ],
                ["method", "amount_forecast", "amount_actual"],
            )
        )
        pairs = {
            method: [(r.amount_forecast, r.amount_actual) for r in found]
            for method, found in rows.grouped("method").items()
        }
        learned, haircut = pairs.get("learned", []), pairs.get("haircut", [])
        return len(learned), accuracy.wape(learned), accuracy.wape(haircut)

    @api.model
    def _recommend(self, company, kind):
        """:return: (method, sentence for the screen)"""
        count, learned, haircut = self._judge(company, kind)
        chosen = company.forecast_method
        if chosen != "auto":
            return chosen, self.env._("This method was chosen in the settings.")
        if not count or learned is None or haircut is None:
            return "weighted", self.env._(
                "There are no past periods to learn from yet, so it is probability × "
                "expected revenue."
            )
        values = {
            "count": count,
            "days": JUDGED_DAYS,
            "learned": f"{learned:.0%}",
            "haircut": f"{haircut:.0%}",
        }
        if count < MIN_JUDGED_PERIODS:
            return "haircut", self.env._(
                "Only %(count)s past periods can be judged, so it is the haircut.",
                **values,
            )
        if learned < haircut:
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
