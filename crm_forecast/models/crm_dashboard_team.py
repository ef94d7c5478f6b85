from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import formatLang

from ..tools import coaching
from .crm_dashboard_engine import run_reps_sql
from .crm_stage_health import DAYS

# figures of a person that are compared with those of the others, and the least
# difference that is worth a talk
COACHED = {
    "win_rate": 0.1,
    "stuck_share": 0.1,
    "forecast_error": 0.1,
    "activities_late": 3,
    "late_count": 3,
}
REP_METRICS = (
    "won",
    "due",
    "weighted",
    "learned",
    "win_rate",
    "stuck_share",
    "forecast_error",
    "activities_late",
)
REGION_METRICS = ("won", "open_count", "open_amount", "win_rate")
STAGE_METRICS = ("open_count", "open_amount", "dwell", "stuck_share")
TILES = (
    "won",
    "weighted",
    "learned",
    "due",
    "win_rate",
    "stuck_share",
    "undated_count",
    "activities_late",
    "forecast_error",
)
HEALTH_TONES = {"good": "success", "warn": "warning", "bad": "danger", "few": ""}


class CrmForecastDashboard(models.AbstractModel):
    """Team Overview: where the period stands, by person, region and stage."""

    _inherit = "crm.forecast.dashboard"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def team_overview(self, options=None):
        """The page of a company or one of its teams; see the class for its shape.

        :param dict options: see `crm.forecast.scope`
        """
        scopes = self.env["crm.forecast.scope"]
        if not scopes._sees_everybody():
            raise AccessError(
                self.env._(
                    "The team overview is for “User: All Documents” and forecast "
                    "managers. Your own figures are on “My Day”."
                )
            )
        scope = scopes._make({**(options or {}), "user_id": False})
        self = self.with_company(scope.company_id)  # noqa: PLW0642, as Odoo does
        facts_model = self.env["crm.forecast.facts"]
        leads = facts_model._lead_facts(scope, ("user", "stage", "region"))
        days = facts_model._run_days(scope)
        runs = facts_model._run_facts(scope, days)
        method, _reason = facts_model._recommended(scope)
        tests = facts_model._accuracy_rows(scope, method)
        activities = facts_model._activities_by_user(scope)
        level = "team" if scope.team_id else "company"
        whole = leads["all"][()]
        now = {
            **whole[0],
            **runs[0],
            **facts_model._errors(row for row in tests if row["level"] == level),
            "activities_late": sum(late for late, _due in activities.values()),
        }
        people = self._people_facts(scope, leads["user"], tests, activities, runs[0])
        titles = self._titles(
            res_users=people.keys(),
            res_country={country for country, _state in leads["region"]} - {None},
            res_country_state={state for _country, state in leads["region"]} - {None},
        )
        stages = self._stages(scope)
        return {
            **self._frame(scope, self.env._("Team Overview")),
            "tiles": self._tiles(scope, (now, {**whole[1], **runs[1]}), TILES),
            "chart": self._chart(scope, days),
            "blocks": [
                self._people_block(scope, people, titles["res_users"]),
                self._coaching_block(scope, people, titles["res_users"]),
                self._region_block(scope, leads["region"], titles),
                self._stage_block(scope, leads["stage"], stages),
                self._health_block(scope, stages),
            ],
        }

    # -- people -------------------------------------------------------------------
    @api.model
    def _people_facts(self, scope, leads, tests, activities, runs):
        """{user id: (now, before)} of who has opportunities, a forecast, activities."""
        query = run_reps_sql(scope, "learned")
        learned = dict(self.env.execute_query(query))
        errors = {}
        for row in tests:
            if row["level"] == "rep":
                errors.setdefault(row["user_id"], []).append(row)
        found = {}
        users = {key[0] for key in leads} | set(learned) | set(activities)
        for user_id in users - {None}:
            now, before = leads.get((user_id,), ({}, {}))
            found[user_id] = (
                {
                    **now,
                    **self.env["crm.forecast.facts"]._errors(errors.get(user_id, ())),
                    "learned": learned.get(user_id),
                    "learned_run": runs.get("learned_run"),
                    "activities_late": activities.get(user_id, (0, 0))[0],
                },
                before,
            )
        return found

    @api.model
    def _people_block(self, scope, people, names):
        metrics = self.env["crm.forecast.metric"]._by_code()
        rows = []
        for user_id, (now, before) in people.items():
            person = scope.narrowed(user_id=user_id)
            row = [
                {"value": names[user_id], "open": self._open_day(person)},
                *self._cells(person, now, REP_METRICS, names[user_id]),
            ]
            row[1]["before"] = metrics["won"].value(before)
            rows.append((now.get("won") or 0, names[user_id], row))
        rows.sort(key=lambda row: (-row[0], row[1]))
        return self._block(
            "people",
            self.env._("By Salesperson"),
            [
                self._plain(self.env._("Salesperson")),
                *(self._column(metrics[code]) for code in REP_METRICS),
            ],
            [row for _won, _name, row in rows],
            self._no_leads(),
            help=self.env._(
                "Won: the number below is that of the period before, up to the "
                "same day."
            ),
        )

    @api.model
    def _no_leads(self):
        return self.env._(
            "There are no opportunities in this company and team. Create one in the "
            "pipeline, and its figures show here."
        )

    @api.model
    def _coaching_block(self, scope, people, names):
        """Who has a figure that is far worse than the median of all."""
        metrics = self.env["crm.forecast.metric"]._by_code()
        findings = coaching.stand_outs(
            {
                user_id: {code: metrics[code].value(now) for code in COACHED}
                for user_id, (now, _before) in people.items()
            },
            {code: (metrics[code].better, least) for code, least in COACHED.items()},
        )
        rows = []
        for finding in findings:
            metric = metrics[finding.code]
            value, median = (
                self._shown(number, metric.unit)
                for number in (finding.value, finding.median)
            )
            rows.append(
                [
                    {
                        "value": names[finding.person],
                        "open": self._open_day(scope.narrowed(user_id=finding.person)),
                    },
                    {"value": metric.name, "note": metric.definition},
                    {"value": value, "tone": "danger"},
                    {"value": median},
                ]
            )
            rows[-1][0]["note_about"] = {
                "metric": metric.code,
                "user_id": finding.person,
            }
        return self._block(
            "coaching",
            self.env._("Whom to Talk To"),
            [
                self._plain(self.env._("Salesperson")),
                self._plain(self.env._("What Stands Out")),
                self._plain(self.env._("Value")),
                self._plain(self.env._("Median of All")),
            ],
            rows,
            self.env._("Nobody's figures stand out from those of the others."),
            help=self.env._(
                "The figure of a person that is at least %s times as bad as the median "
                "of all; from three people on.",
                coaching.FACTOR,
            ),
        )

    @api.model
    def _shown(self, value, unit):
        """A number as text, where one column holds several units."""
        if unit == "ratio":
            return f"{value:.0%}"
        digits = 1 if unit == "days" or value != int(value) else 0
        return formatLang(self.env, value, digits=digits)

    # -- regions and stages ---------------------------------------------------------
    @api.model
    def _region_block(self, scope, leads, titles):
        metrics = self.env["crm.forecast.metric"]._by_code()
        countries, states = titles["res_country"], titles["res_country_state"]
        rows = []
        for (country_id, state_id), (now, _before) in leads.items():
            if not (now["open_count"] or now["won_count"] or now["lost_count"]):
                continue
            parts = [states.get(state_id), countries.get(country_id)]
            name = ", ".join(part for part in parts if part) or self.env._("No address")
            here = [
                ["country_id", "=", country_id or False],
                ["state_id", "=", state_id or False],
            ]
            cells = self._cells(scope, now, REGION_METRICS, name, *here)
            rows.append([{"value": name}, *cells])
        rows.sort(key=lambda row: (-row[1]["value"], -row[3]["value"], row[0]["value"]))
        return self._block(
            "regions",
            self.env._("By Region"),
            [
                self._plain(self.env._("Region")),
                *(self._column(metrics[code]) for code in REGION_METRICS),
            ],
            rows,
            self._no_leads(),
            help=self.env._("State and country on the opportunity."),
        )

    @api.model
    def _stages(self, scope):
        """The stages of the company or team that are not won, in their order."""
        team = self.env["crm.team"].browse(scope.team_id or [])
        domain = self.env["crm.stage.health"]._stage_domain(team)
        return self.env["crm.stage"].sudo().search_fetch(domain, ["name", "is_won"])

    @api.model
    def _stage_block(self, scope, leads, stages):
        metrics = self.env["crm.forecast.metric"]._by_code()
        rows = []
        for stage in stages:
            now, _before = leads.get((stage.id,), ({}, {}))
            if not now.get("open_count"):
                continue
            of_stage = ["stage_id", "=", stage.id]
            row = [
                {"value": stage.name},
                *self._cells(scope, now, STAGE_METRICS, stage.name, of_stage),
            ]
            row[0]["note_about"] = {"metric": "dwell", "stage_id": stage.id}
            rows.append(row)
        return self._block(
            "stages",
            self.env._("By Stage"),
            [
                self._plain(self.env._("Stage")),
                *(self._column(metrics[code]) for code in STAGE_METRICS),
            ],
            rows,
            self._no_leads(),
            help=self.env._("The open opportunities, whenever they are due."),
        )

    @api.model
    def _health_block(self, scope, stages):
        """Each stage against its own past; opens the funnel."""
        health = self.env["crm.stage.health"]
        figures = self.env["crm.stage.health.count"]._figures(
            scope.company_id, scope.team_id
        )
        labels, action = health._state_labels(), self._open_funnel(scope, DAYS)
        rows = [
            [
                {"value": row["stage"].name, "open": action},
                {"value": labels[row["state"]], "tone": HEALTH_TONES[row["state"]]},
                {"value": row["sentence"]},
            ]
            for row in health._judge_stages(stages, figures)
        ]
        return self._block(
            "health",
            self.env._("Stage Health"),
            [
                self._plain(self.env._("Stage")),
                self._plain(self.env._("Health")),
                self._plain(self.env._("Why")),
            ],
            rows,
            self.env._("There are no open stages."),
            help=health._definition(),
            open=action,
        )
