import collections
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools import interval
from .crm_dashboard_engine import accuracy_sql, run_days_sql
from .crm_dashboard_people_engine import (
    customers_sql,
    overdue_activities_sql,
    unvisited_sql,
)
from .crm_forecast_gate import JUDGED_DAYS
from .crm_forecast_metric import ACCURACY_PERIODS
from .crm_lead_facts_engine import (
    LEAD_FACTS,
    LEAD_FACTS_BEFORE,
    LEAD_GROUPS,
    lead_facts_sql,
)

# the method's name in the tests of past periods
TESTED_METHODS = {"learned": "learned", "haircut": "haircut", "weighted": "manual"}


class CrmForecastFacts(models.AbstractModel):
    """What metrics are made of, counted in the database.

    A source is one statement that counts several facts. Facts of the scope come as two
    dicts by name: now, and in the period before up to the same day. A fact that is
    missing in a dict is not known.
    """

    _name = "crm.forecast.facts"
    _description = "Facts of the Forecast"

    @api.model
    def _sources(self):
        """{source: names of its facts}; it is counted by ``_source_<name>(scope)``,
        which returns (now, before). Extend with super()."""
        return {
            "leads": {*LEAD_FACTS, "last_won"},
            # weighted: that of the period before, as it was saved then
            "runs": {"learned", "weighted"},
            "accuracy": {"missed", "promised", "actual"},
            "activities": {"activities", "activities_late"},
            "customers": {"unvisited"},
        }

    @api.model
    def _of(self, scope, names):
        """The facts of these names: (now, before)."""
        now, before = {}, {}
        for source, known in self._sources().items():
            if not known.isdisjoint(names):
                found, past = getattr(self, f"_source_{source}")(scope)
                now.update(found)
                before.update(past)
        return now, before

    # -- opportunities ----------------------------------------------------------
    @api.model
    def _source_leads(self, scope):
        return self._lead_facts(scope)["all"][()]

    @api.model
    def _lead_facts(self, scope, groups=()):
        """{"all" or group: {key: (now, before)}}; keys are tuples of ids."""
        found = collections.defaultdict(dict)
        for kind, key, values in self._grouped(lead_facts_sql, scope, groups):
            now = dict(zip(LEAD_FACTS, values, strict=False))
            before = dict(
                zip(LEAD_FACTS_BEFORE, values[len(LEAD_FACTS) :], strict=True)
            )
            now["last_won"] = before.pop("won_whole")
            if not scope.before_id:
                before = {}
                now["last_won"] = None
            found[kind][key] = (now, before)
        return found

    @api.model
    def _grouped(self, statement, scope, groups):
        """Rows of a statement by groups: (kind, key, values)."""
        self.env.flush_all()
        position, begin = {"all": slice(0, 0)}, 0
        for group in groups:
            width = len(LEAD_GROUPS[group])
            position[group] = slice(begin, begin + width)
            begin += width
        # compiling the statement would take longer than running it
        query = SQL(
            "SET LOCAL jit = off; %s", statement(scope, self.env.cr.now(), groups)
        )
        for kind, key, *values in self.env.execute_query(query):
            yield kind, tuple(key[position[kind]]), values

    # -- saved forecasts ----------------------------------------------------------
    @api.model
    def _source_runs(self, scope):
        if scope.stage_id:
            return {}, {}
        return self._run_facts(scope, self._run_days(scope))

    @api.model
    def _run_facts(self, scope, days):
        """The latest learned forecast of each period among these days."""
        now, before = {}, {}
        for day in days:
            is_past = day["period_id"] == scope.before_id
            if is_past and day["date"] > scope.before_cut:
                continue
            if day["method"] == "weighted" and is_past:
                before["weighted"] = day["weighted"]
            if day["method"] != "learned":
                continue
            if day["period_id"] == scope.period_id:
                now["learned"] = day["total"]
                now["learned_low"], now["learned_high"] = day["low"], day["high"]
                now["learned_run"], now["learned_date"] = day["run_id"], day["date"]
            else:
                before["learned"] = day["total"]
        return now, before

    @api.model
    def _run_days(self, scope):
        """The saved forecasts of both periods with their bounds, day by day."""
        days = self.env.execute_query_dict(run_days_sql(scope))
        for day in days:
            day["low"], day["high"] = interval.bounds(
                *(day[name] for name in ("total", "won", "variance", "shock")),
                day["quantile"] if day["method"] == "learned" else None,
            )
        return days

    # -- accuracy -------------------------------------------------------------------
    @api.model
    def _source_accuracy(self, scope):
        if scope.stage_id:
            return {}, {}
        method, _reason = self._recommended(scope)
        rows = self._accuracy_rows(scope, method)
        level = "rep" if scope.user_id else "team" if scope.team_id else "company"
        return self._errors(row for row in rows if row["level"] == level), {}

    @api.model
    def _recommended(self, scope):
        """The method that is recommended now, and the sentence that says why."""
        company = self.env["res.company"].sudo().browse(scope.company_id)
        return self.env["crm.forecast.gate"]._recommend(company, scope.kind)

    @api.model
    def _accuracy_rows(self, scope, method):
        """How wrong this method was in the last periods, by level and salesperson."""
        query = accuracy_sql(
            scope, TESTED_METHODS[method], JUDGED_DAYS, ACCURACY_PERIODS
        )
        return self.env.execute_query_dict(query)

    @api.model
    def _errors(self, rows):
        """Facts of tests of periods; none without tests."""
        rows = list(rows)
        if not rows:
            return {}
        return {
            "missed": sum(abs(row["forecast"] - row["actual"]) for row in rows),
            "promised": sum(row["forecast"] for row in rows),
            "actual": sum(row["actual"] for row in rows),
            "tested_method": rows[0]["method"],
            "tested_periods": [row["period_id"] for row in rows],
        }

    # -- people -----------------------------------------------------------------------
    @api.model
    def _source_activities(self, scope):
        if scope.stage_id:
            return {}, {}
        by_user = self._activities_by_user(scope)
        return {
            "activities": sum(due for _late, due in by_user.values()),
            "activities_late": sum(late for late, _due in by_user.values()),
        }, {}

    @api.model
    def _activities_by_user(self, scope):
        """{user id: (overdue, due today or overdue)}"""
        self.env.flush_all()
        rows = self.env.execute_query(overdue_activities_sql(scope))
        return {user_id: (late, due) for user_id, late, due in rows}

    @api.model
    def _source_customers(self, scope):
        if scope.stage_id or (scope.team_id and not scope.user_id):
            return {}, {}
        rows = self._unvisited(scope, 1)
        return {"unvisited": rows[0]["total"] if rows else 0}, {}

    @api.model
    def _unvisited(self, scope, limit):
        """The unvisited customers of a salesperson, those with most open first."""
        self.env.flush_all()
        company = self.env["res.company"].browse(scope.company_id)
        query = self._customers_query(company, scope.user_id and [scope.user_id])
        return self.env.execute_query_dict(unvisited_sql(query, limit))

    @api.model
    def _customers_query(self, company, user_ids=None):
        """SQL of the unvisited customers of these salespeople; ``None``: of all."""
        days = company.sudo().forecast_unvisited_days
        return customers_sql(
            company.id,
            self.env.cr.now() - timedelta(days=days),
            company._forecast_today(),
            user_ids,
        )
