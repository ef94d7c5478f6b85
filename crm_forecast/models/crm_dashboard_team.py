from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import formatLang

from ..tools import coaching
from .crm_dashboard_engine import run_reps_sql, user_names_sql

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
        facts = now, {**whole[1], **runs[1]}
        people = self._people_facts(scope, leads["user"], tests, activities)
        names = self._person_names(people)
        return {
            **self._frame(scope, self.env._("Team Overview")),
            "tiles": self._team_tiles(scope, facts),
            "chart": self._chart(scope, days),
            "blocks": [
                self._people_block(scope, people, names),
                self._coaching_block(scope, people, names),
                self._region_block(scope, leads["region"]),
                self._stage_block(scope, leads["stage"]),
            ],
        }

    @api.model
    def _team_tiles(self, scope, facts):
        metrics = self.env["crm.forecast.metric"]._by_code()
        opens = {
            "won": self._open_lines(metrics["won"].name, scope, status="won"),
            "weighted": self._open_lines(metrics["weighted"].name, scope),
            "learned": self._open_saved(
                metrics["learned"].name, scope, facts[0].get("learned_run")
            ),
            "due": self._open_lines(metrics["due"].name, scope, status="open"),
            "win_rate": False,
            "stuck_share": self._open_stuck(scope),
            "undated_count": self._open_leads(
                metrics["undated_count"].name, scope, ["date_deadline", "=", False]
            ),
            "activities_late": self._open_late_activities(scope),
            "forecast_error": self._open_accuracy(scope),
        }
        return [
            self._tile(
                metrics[code], facts, open=action, **self._caption(code, facts[0])
            )
            for code, action in opens.items()
        ]

    # -- people -------------------------------------------------------------------
    @api.model
    def _people_facts(self, scope, leads, tests, activities):
        """{user id: (now, before)} of who has opportunities, a forecast, activities."""
        query = run_reps_sql(scope, "learned")
        learned = dict(self.env.execute_query(query))
        errors = {}
        for row in tests:
            if row["level"] == "rep":
                errors.setdefault(row["user_id"], []).append(row)
        found = {}
        users = {key[0] for key in leads} | set(learned)
        if not scope.team_id:
            users |= set(activities)
        for user_id in users - {None}:
            now, before = leads.get((user_id,), ({}, {}))
            found[user_id] = (
                {
                    **now,
                    **self.env["crm.forecast.facts"]._errors(errors.get(user_id, ())),
                    "learned": learned.get(user_id),
                    "activities_late": activities.get(user_id, (0, 0))[0],
                },
                before,
            )
        return found

    @api.model
    def _person_names(self, people):
        return dict(self.env.execute_query(user_names_sql(list(people))))

    @api.model
    def _people_block(self, scope, people, names):
        metrics = self.env["crm.forecast.metric"]._by_code()
        rows = []
        for user_id, (now, before) in people.items():
            person = scope.narrowed(user_id=user_id)
            opens = {
                "won": self._open_lines(names[user_id], person, status="won"),
                "due": self._open_lines(names[user_id], person, status="open"),
                "weighted": self._open_lines(names[user_id], person),
                "stuck_share": self._open_stuck(person),
                "forecast_error": self._open_accuracy(person),
                "activities_late": self._open_late_activities(person),
            }
            row = [
                {"value": names[user_id], "open": self._open_day(person)},
                *self._metric_cells(metrics, REP_METRICS, now, opens),
            ]
            row[1]["before"] = metrics["won"].value(before)
            rows.append((now.get("won") or 0, names[user_id], row))
        rows.sort(key=lambda row: (-row[0], row[1]))
        return {
            "name": "people",
            "title": self.env._("By Salesperson"),
            "help": self.env._(
                "Won: the number below is that of the period before, up to the "
                "same day."
            ),
            "columns": [
                self._plain(self.env._("Salesperson")),
                *(self._column(metrics[code]) for code in REP_METRICS),
            ],
            "rows": [row for _won, _name, row in rows],
            "total": len(rows),
            "empty": self._no_leads(),
        }

    @api.model
    def _metric_cells(self, metrics, codes, facts, opens=None):
        cells = []
        for code in codes:
            value = metrics[code].value(facts)
            action = (opens or {}).get(code)
            cells.append({"value": value, "open": action if value else False})
        return cells

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
        return {
            "name": "coaching",
            "title": self.env._("Whom to Talk To"),
            "help": self.env._(
                "The figure of a person that is at least %s times as bad as the median "
                "of all; from three people on.",
                coaching.FACTOR,
            ),
            "columns": [
                self._plain(self.env._("Salesperson")),
                self._plain(self.env._("What Stands Out")),
                self._plain(self.env._("Value")),
                self._plain(self.env._("Median of All")),
            ],
            "rows": rows,
            "total": len(rows),
            "empty": self.env._("Nobody's figures stand out from those of the others."),
        }

    @api.model
    def _shown(self, value, unit):
        """A number as text, where one column holds several units."""
        if unit == "ratio":
            return f"{value:.0%}"
        digits = 1 if unit == "days" or value != int(value) else 0
        return formatLang(self.env, value, digits=digits)

    # -- regions and stages ---------------------------------------------------------
    @api.model
    def _region_block(self, scope, leads):
        metrics = self.env["crm.forecast.metric"]._by_code()
        countries = self._titles("res.country", {country for country, _s in leads})
        states = self._titles("res.country.state", {state for _c, state in leads})
        rows = []
        for (country_id, state_id), (now, _before) in leads.items():
            if not (now["open_count"] or now["won_count"] or now["lost_count"]):
                continue
            parts = [states.get(state_id), countries.get(country_id)]
            name = ", ".join(part for part in parts if part) or self.env._("No address")
            opens = {
                "open_count": self._open_leads(
                    name,
                    scope,
                    ["country_id", "=", country_id or False],
                    ["state_id", "=", state_id or False],
                )
            }
            rows.append(
                [
                    {"value": name},
                    *self._metric_cells(metrics, REGION_METRICS, now, opens),
                ]
            )
        rows.sort(key=lambda row: (-row[1]["value"], -row[3]["value"], row[0]["value"]))
        return {
            "name": "regions",
            "title": self.env._("By Region"),
            "help": self.env._("State and country of the opportunity's contact."),
            "columns": [
                self._plain(self.env._("Region")),
                *(self._column(metrics[code]) for code in REGION_METRICS),
            ],
            "rows": rows,
            "total": len(rows),
            "empty": self._no_leads(),
        }

    @api.model
    def _stage_block(self, scope, leads):
        metrics = self.env["crm.forecast.metric"]._by_code()
        stages = (
            self.env["crm.stage"]
            .sudo()
            .search_fetch([("id", "in", [key[0] for key in leads])], ["name", "is_won"])
        )
        rows = []
        for stage in stages:
            now, _before = leads[stage.id,]
            if stage.is_won or not now["open_count"]:
                continue
            of_stage = ["stage_id", "=", stage.id]
            opens = {
                "open_count": self._open_leads(stage.name, scope, of_stage),
                "stuck_share": self._open_stuck(scope, of_stage),
            }
            row = [
                {"value": stage.name},
                *self._metric_cells(metrics, STAGE_METRICS, now, opens),
            ]
            row[0]["note_about"] = {"metric": "dwell", "stage_id": stage.id}
            rows.append(row)
        return {
            "name": "stages",
            "title": self.env._("By Stage"),
            "help": self.env._("The open opportunities, whenever they are due."),
            "columns": [
                self._plain(self.env._("Stage")),
                *(self._column(metrics[code]) for code in STAGE_METRICS),
            ],
            "rows": rows,
            "total": len(rows),
            "empty": self._no_leads(),
        }

    # -- what they open ---------------------------------------------------------------
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
    def _open_late_activities(self, scope):
        domain = [
            ["res_model", "in", ["crm.lead", "res.partner"]],
            ["date_deadline", "<", str(scope.today)],
        ]
        if scope.user_id:
            domain.append(["user_id", "=", scope.user_id])
        return self._open(self.env._("Overdue Activities"), "mail.activity", domain)
