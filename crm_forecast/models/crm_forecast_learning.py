import collections
import datetime

from odoo import api, models

from ..tools.calibration import Calibration, Deal, NewBusiness
from .crm_forecast_learning_engine import (
    CASE_COLUMNS,
    LATE_DAYS,
    cases_sql,
    first_day_sql,
)

TRAINING_PERIODS = 8
MIN_TRAINING_PERIODS = 2

Case = collections.namedtuple("Case", CASE_COLUMNS)


class CrmForecastLearning(models.AbstractModel):
    """What the past periods of a company teach, read from the snapshots alone.

    A forecast as of a day reads nothing that was written later, so it can be made again
    for any remembered day; that is how its accuracy is measured.
    """

    _name = "crm.forecast.learning"
    _description = "Learning of the Forecast"

    @api.model
    def _past_periods(self, period, date):
        """Periods of the same kind that were over on ``date``, the last ones, in order.

        Only those whose origin, seen as far from their end as ``date`` is from the end
        of ``period``, is remembered.
        """
        days_left = (period.date_to - date).days
        first = self._first_day(period.company_id)
        if not first:
            return period.browse()
        past = period.search(
            [
                ("company_id", "=", period.company_id.id),
                ("kind", "=", period.kind),
                ("date_to", "<", min(date, period.date_from)),
                ("date_to", ">=", first + datetime.timedelta(days=days_left)),
            ],
            order="date_to DESC",
            limit=TRAINING_PERIODS,
        )
        return past.sorted("date_to")

    @api.model
    def _first_day(self, company):
        rows = self.env.execute_query(first_day_sql(company.id))
        return rows[0][0] if rows else None

    @api.model
    def _span(self, period, days_left, known):
        """The arguments of the engine for one period.

        :param known: the last day that may be looked at
        """
        late = period.date_to + datetime.timedelta(days=LATE_DAYS)
        return {
            "period_id": period.id,
            "company_id": period.company_id.id,
            "date_from": period.date_from,
            "date_to": period.date_to,
            "origin": period.date_to - datetime.timedelta(days=days_left),
            "known": min(late, known),
        }

    @api.model
    def _cases(self, spans, company):
        """The cases of these spans, by period id."""
        result = {span["period_id"]: [] for span in spans}
        if spans:
            self.env.flush_all()
            query = cases_sql(spans, company.forecast_actual)
            for row in self.env.execute_query(query):
                case = Case(*row)
                result[case.period_id].append(case)
        return result

    @api.model
    def _deals(self, cases):
        """Candidates as ``Deal``; one with nothing sold after the origin is not won."""
        return [
            Deal(
                period=case.period_id,
                rep=case.user_id,
                stage=case.stage_id,
                stated=case.stated,
                amount=case.amount,
                won=case.sold_after > 0,
                actual=max(case.sold_after, 0.0),
                native=case.native,
            )
            for case in cases
            if case.is_candidate
        ]

    @api.model
    def _new_business(self, cases):
        return [
            NewBusiness(case.period_id, case.user_id, case.sold_after)
            for case in cases
            if not case.is_candidate and case.sold_after
        ]

    @api.model
    def _calibrate(self, past, cases):
        """:param past: periods; :param cases: by period id"""
        known = [case for period in past for case in cases[period.id]]
        return Calibration(
            past.ids,
            self._deals(known),
            self._new_business(known),
            {case.user_id for case in known},
        )

    @api.model
    def _sellers(self, past, cases, now):
        """Who is expected to sell: who has deals now or sold in the last period.

        :param now: the cases of the period that is forecast, or who has open deals in
            it (a set of user ids)
        """
        recent = {case.user_id for case in cases.get(past[-1:].id, ())}
        return recent | {getattr(row, "user_id", row) for row in now}
