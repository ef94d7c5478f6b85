from odoo import api, models

from .crm_forecast_gate import JUDGED_DAYS

LIST = [[False, "list"], [False, "form"]]


class CrmForecastDashboard(models.AbstractModel):
    """What a figure of the dashboards opens: the records that it counts."""

    _inherit = "crm.forecast.dashboard"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _openers(self):
        """{metric: function(name, scope, facts, *conditions)} that returns an action.

        Conditions are domain terms of the opportunities, where only some of those of
        the scope are meant. Extend with super().
        """
        return {
            "won": self._open_won,
            "win_rate": self._open_closed,
            "last_won": self._open_last_won,
            "weighted": self._open_weighted,
            "learned": self._open_learned,
            "forecast_error": self._open_accuracy,
            "due": self._open_due,
            "open_count": self._open_leads,
            "open_amount": self._open_leads,
            "undated_count": self._open_undated,
            "stuck_count": self._open_stuck,
            "stuck_share": self._open_stuck,
            "activities": self._open_activities,
            "activities_late": self._open_late_activities,
            "unvisited": self._open_customers,
        }

    @api.model
    def _open_metric(self, metric, scope, facts, *conditions, name=None):
        """The action of a metric; False where it opens nothing."""
        opener = self._openers().get(metric.code)
        return (
            opener(name or metric.name, scope, facts, *conditions) if opener else False
        )

    @api.model
    def _open(self, name, model, domain, **more):
        """A list of records, as an action."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": LIST,
            "domain": domain,
            **more,
        }

    @api.model
    def _open_record(self, model, record_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [[False, "form"]],
        }

    @api.model
    def _whose(self, scope, company="company_id"):
        """Domain of the rows of the company, salesperson and team of the scope."""
        domain = [[company, "=", scope.company_id]]
        if scope.user_id:
            domain.append(["user_id", "=", scope.user_id])
        if scope.team_id:
            domain.append(["team_id", "=", scope.team_id])
        return domain

    # -- opportunities ------------------------------------------------------------
    @api.model
    def _opportunities(self, name, scope, *conditions):
        domain = [
            *self._whose(scope, "forecast_company_id"),
            ["type", "=", "opportunity"],
            *conditions,
        ]
        return self._open(name, "crm.lead", domain)

    @api.model
    def _open_leads(self, name, scope, facts, *conditions):
        """The open opportunities."""
        return self._opportunities(
            name, scope, ["won_status", "=", "pending"], *conditions
        )

    @api.model
    def _open_undated(self, name, scope, facts, *conditions):
        return self._open_leads(
            name, scope, facts, ["date_deadline", "=", False], *conditions
        )

    @api.model
    def _open_stuck(self, name, scope, facts, *conditions):
        return self._open_leads(
            name, scope, facts, ["is_stuck", "=", True], *conditions
        )

    @api.model
    def _open_closed(self, name, scope, facts, *conditions, statuses=("won", "lost")):
        """The opportunities closed in the period up to now, archived ones included."""
        since, until = map(str, scope.moments)
        return self._opportunities(
            name,
            scope,
            ["won_status", "in", list(statuses)],
            ["active", "in", [True, False]],
            ["date_closed", ">=", since],
            ["date_closed", "<", until],
            *conditions,
        )

    # -- the live forecast ----------------------------------------------------------
    @api.model
    def _open_lines(self, name, scope, **values):
        """The rows of the live forecast that a figure of the period sums up."""
        values = {"period_id": scope.period_id or 0, **values}
        domain = [[field, "=", value] for field, value in values.items()]
        return self._open(
            name, "crm.forecast.report", [*self._whose(scope), *domain], views=LIST[:1]
        )

    @api.model
    def _open_won(self, name, scope, facts, *conditions):
        if conditions:  # the rows of the forecast do not know all of the opportunity
            return self._open_closed(name, scope, facts, *conditions, statuses=("won",))
        return self._open_lines(name, scope, status="won")

    @api.model
    def _open_last_won(self, name, scope, facts):
        period_id = scope.before_id or 0
        return self._open_lines(name, scope, status="won", period_id=period_id)

    @api.model
    def _open_weighted(self, name, scope, facts):
        return self._open_lines(name, scope)

    @api.model
    def _open_due(self, name, scope, facts):
        return self._open_lines(name, scope, status="open")

    # -- saved forecasts ------------------------------------------------------------
    @api.model
    def _open_learned(self, name, scope, facts):
        """The rows of the saved forecast, new business included; False without one."""
        if not facts.get("learned_run"):
            return False
        return self._open(
            name,
            "crm.forecast.run.rep",
            [*self._whose(scope), ["run_id", "=", facts["learned_run"]]],
            views=LIST[:1],
        )

    @api.model
    def _open_accuracy(self, name, scope, facts):
        """The tests that the error is made of; all of the period's kind without any."""
        level = "rep" if scope.user_id else "team" if scope.team_id else "company"
        domain = [
            *self._whose(scope),
            ["level", "=", level],
            ["period_kind", "=", scope.kind],
        ]
        if facts.get("tested_periods"):
            domain += [
                ["period_id", "in", facts["tested_periods"]],
                ["method", "=", facts["tested_method"]],
                ["days_left", "=", f"{JUDGED_DAYS:02}"],
            ]
        action = self._open(name, "crm.forecast.accuracy", domain)
        return {**action, "views": [[False, "list"], [False, "pivot"]]}

    # -- people -----------------------------------------------------------------------
    @api.model
    def _open_activities(self, name, scope, facts, *conditions):
        """Activities that are due by today, counted as `activity_place_sql` does."""
        domain = [
            ["forecast_company_id", "=", scope.company_id],
            ["date_deadline", "<=", str(scope.today)],
            *conditions,
        ]
        if scope.user_id:
            domain.append(["user_id", "=", scope.user_id])
        else:
            domain += [
                ["user_id", "!=", False],
                "|",
                ["res_model", "=", "crm.lead"],
                ["user_id.crm_team_member_ids", "!=", False],
            ]
        if scope.team_id:
            domain.append(["forecast_team_id", "=", scope.team_id])
        return self._open(name, "mail.activity", domain)

    @api.model
    def _open_late_activities(self, name, scope, facts):
        late = ["date_deadline", "<", str(scope.today)]
        return self._open_activities(name, scope, facts, late)

    @api.model
    def _open_customers(self, name, scope, facts):
        return self._open(
            name,
            "res.partner",
            [["unvisited_user_ids", "in", [scope.user_id]]],
            context={"forecast_company_id": scope.company_id},
        )

    @api.model
    def _open_day(self, scope):
        """My Day of one salesperson."""
        return {
            "type": "ir.actions.client",
            "tag": "crm_forecast.my_day",
            "params": {
                "user_id": scope.user_id,
                "company_id": scope.company_id,
                "period_id": scope.period_id or False,
            },
        }

    @api.model
    def _open_funnel(self, scope, days):
        """Funnel Diagnosis of the company or team."""
        return {
            "type": "ir.actions.client",
            "tag": "crm_forecast.funnel_diagnosis",
            "params": {
                "company_id": scope.company_id,
                "team_id": scope.team_id or False,
                "days": days,
            },
        }
