import collections

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools import calls
from .crm_forecast_submission_engine import past_calls_sql

# calls are held against what was sold this many days before the end of the period
ERROR_DAYS = 7
EVERYTHING_GROUPS = (
    "crm_forecast.group_manager",
    "sales_team.group_sale_salesman_all_leads",
)
RUN_FIELDS = (
    "method",
    "date",
    "amount_total",
    "amount_low",
    "amount_high",
    "amount_new",
    "undated_count",
    "undated_amount",
    "omitted_count",
    "omitted_amount",
)
Model = collections.namedtuple("Model", "method reason runs")


class CrmForecastCalls(models.AbstractModel):
    """The rows of the Forecast Calls screen: who forecasts what, period by period.

    Figures are gathered for everybody and then cut to what the user may see: own row,
    the teams led, or the whole company.
    """

    _name = "crm.forecast.calls"
    _description = "Forecast Calls"

    # -- scope ----------------------------------------------------------------
    @api.model
    def _sees_everything(self):
        return any(self.env.user.has_group(group) for group in EVERYTHING_GROUPS)

    @api.model
    def _check_user(self):
        if not self.env.user.has_group("crm_forecast.group_user"):
            raise AccessError(
                self.env._("The forecast is for salespeople and their managers.")
            )

    @api.model
    def _period(self, company, kind, period_id=False):
        """The period asked for, else the one that contains today, else the nearest."""
        Period = self.env["crm.forecast.period"]
        if period_id:
            period = Period.browse(int(period_id)).exists()
            if not period or period.company_id != company:
                raise UserError(
                    self.env._("The period no longer exists. Reload the page.")
                )
            period.check_access("read")
            return period
        known = [("company_id", "=", company.id), ("kind", "=", kind)]
        today = company._forecast_today()
        return Period.search(
            [*known, ("date_to", ">=", today)], order="date_from", limit=1
        ) or Period.search(known, order="date_to DESC", limit=1)

    @api.model
    def _neighbours(self, period):
        """The period before and the one after, of the same kind and company."""
        known = [("company_id", "=", period.company_id.id), ("kind", "=", period.kind)]
        before = period.search(
            [*known, ("date_to", "<", period.date_from)], order="date_to DESC", limit=1
        )
        after = period.search(
            [*known, ("date_from", ">", period.date_to)], order="date_from", limit=1
        )
        return before, after

    # -- figures --------------------------------------------------------------
    @api.model
    def _teams(self, company):
        """Teams that sell for the company: its own, and those of no company."""
        return (
            self.env["crm.team"]
            .sudo()
            .search_fetch(
                [("company_id", "in", [company.id, False])], ["name", "user_id"]
            )
        )

    @api.model
    def _main_teams(self, company, teams):
        """{user id: id of the team the user has been a member of for longest}."""
        members = (
            self.env["crm.team.member"]
            .sudo()
            .search_fetch(
                [
                    ("crm_team_id", "in", teams.ids),
                    ("user_id.active", "=", True),
                    ("user_id.company_ids", "in", company.ids),
                ],
                ["crm_team_id", "user_id"],
            )
        )
        result = {}
        for member in members:
            result.setdefault(member.user_id.id, member.crm_team_id.id)
        return result

    @api.model
    def _model(self, period):
        """The recommended method, why, and the latest saved forecast of each method."""
        method, reason = (
            self.env["crm.forecast.gate"]
            .sudo()
            ._recommend(period.company_id, period.kind)
        )
        rows = (
            self.env["crm.forecast.run"]
            .sudo()
            .search_fetch(
                [("period_id", "=", period.id)],
                RUN_FIELDS,
                order="date DESC, id DESC",
                limit=6,
            )
        )
        runs = {}
        for run in rows:
            runs.setdefault(run.method, run)
        return Model(method, reason, runs)

    @api.model
    def _grid(self, period, model=None):
        """The rows of everybody, whoever asks; see ``calls.Grid``.

        A person is in one team, that of the membership; who is in none, in no team.
        """
        model = model or self._model(period)
        teams = self._teams(period.company_id)
        main = self._main_teams(period.company_id, teams)
        known = set(teams.ids)
        rows = {}

        def row(user, team):
            """The row of a person; of nobody, there is one for each team."""
            team = main.get(user, False) if user else team in known and team
            key = user or (False, team)
            if key not in rows:
                rows[key] = calls.Row(user=user, team=team)
            return rows[key]

        for user, team in main.items():
            row(user, team)
        for user, team, category, won, left, total in self._live_figures(period):
            found = {"won": won, "weighted": total}
            if category in ("commit", "best", "pipeline"):
                found[category] = left
            row(user.id, team.id).add(found)
        wanted = self._saved_runs(model)
        saved = self._saved_figures(wanted)
        methods = {method for method, *_figures in saved}
        if methods:
            saved += self._won_since(wanted)
        for method, user, team, *figures in saved:
            row(user.id, team.id).add_saved(method, *figures)
        submissions = self.env["crm.forecast.submission"].sudo()._latest(period)
        overrides = {}
        for (user, team), kinds in submissions.items():
            amounts = {
                kind: said.amount
                for kind, said in kinds.items()
                if not said.is_withdrawn
            }
            if user:
                person = row(user, team)
                person.call = amounts.get("call")
                person.override = amounts.get("override")
            elif "override" in amounts:
                overrides[team] = amounts["override"]
        for person in rows.values():
            person.settle(model.method, methods)
        grid = calls.Grid(rows.values(), teams.ids, overrides)
        # what is said of a whole team has no user: it is not said of nobody's rows
        grid.said_by = {
            user: kinds for (user, _team), kinds in submissions.items() if user
        }
        grid.said_of_team = {
            team: kinds for (user, team), kinds in submissions.items() if not user
        }
        return grid

    @api.model
    def _live_figures(self, period):
        """(user, team, category, won, open, total) of the opportunities as of now."""
        return (
            self.env["crm.forecast.report"]
            .sudo()
            ._read_group(
                [("period_id", "=", period.id)],
                ["user_id", "team_id", "category"],
                ["amount_won:sum", "amount_open:sum", "amount_total:sum"],
            )
        )

    @api.model
    def _saved_runs(self, model):
        """{run id: method} of the saved forecasts that matter."""
        return {
            run.id: method
            for method, run in model.runs.items()
            if method in ("learned", model.method) and method != "weighted"
        }

    @api.model
    def _saved_figures(self, wanted):
        """(method, user, team, amount, what of it was still open or to come, what of it
        is new business) of saved forecasts; the amounts sum to their totals."""
        if not wanted:
            return []
        rows = (
            self.env["crm.forecast.run.rep"]
            .sudo()
            ._read_group(
                [("run_id", "in", list(wanted))],
                ["run_id", "user_id", "team_id"],
                ["amount_total:sum", "amount_won:sum", "amount_new:sum"],
            )
        )
        return [
            (wanted[run.id], user, team, amount, amount - won, new)
            for run, user, team, amount, won, new in rows
        ]

    @api.model
    def _won_since(self, wanted):
        """What these saved forecasts expected of opportunities that were won since, as
        rows to be added to those of ``_saved_figures``: it is no longer open."""
        rows = (
            self.env["crm.forecast.line"]
            .sudo()
            ._read_group(
                [
                    ("run_id", "in", list(wanted)),
                    ("status", "=", "open"),
                    ("lead_id.won_status", "=", "won"),
                ],
                ["run_id", "user_id", "team_id"],
                ["amount_weighted:sum"],
            )
        )
        return [
            (wanted[run.id], user, team, 0.0, -expected, 0.0)
            for run, user, team, expected in rows
        ]

    @api.model
    def _errors(self, period, user_ids):
        """{user id: (error, periods)} of the calls of the last periods.

        Read with the user's own rights: it is for oneself and for who sees all.
        """
        past = self.env["crm.forecast.period"].search(
            [
                ("company_id", "=", period.company_id.id),
                ("kind", "=", period.kind),
                ("date_to", "<", period.date_from),
            ],
            order="date_to DESC",
            limit=calls.ERROR_PERIODS,
        )
        tests = self.env["crm.forecast.backtest"]._search(
            [
                ("period_id", "in", past.ids),
                ("user_id", "in", user_ids),
                ("level", "=", "rep"),
                ("method", "=", "call"),
                ("days_left", "=", ERROR_DAYS),
            ]
        )
        return calls.past_errors(self.env.execute_query(past_calls_sql(tests)))
