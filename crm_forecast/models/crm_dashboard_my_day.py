from odoo import api, models

from .crm_dashboard_people_engine import my_activities_sql, stuck_leads_sql
from .crm_forecast_gate import JUDGED_DAYS

ROWS = 20
# what the names are made of and record rules look at, fetched at once
PEOPLE_FIELDS = {
    "crm.lead": ["name", "phone", "stage_id", "company_id", "user_id"],
    "res.partner": [
        *["complete_name", "phone", "email", "vat", "state_id", "country_id"],
        *["commercial_company_name", "parent_id", "ref", "type", "is_company", "name"],
        *["company_name", "display_name", "company_id", "partner_share"],
    ],
}
EXPORTED_ROWS = 10_000
TILES = (
    "won",
    "weighted",
    "learned",
    "last_won",
    "forecast_error",
    "activities",
    "unvisited",
    "stuck_count",
)


class CrmForecastDashboard(models.AbstractModel):
    """My Day: what a salesperson does today, and where the period stands."""

    _inherit = "crm.forecast.dashboard"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def my_day(self, options=None):
        """The page of one salesperson; see the class for its shape.

        :param dict options: see `crm.forecast.scope`; ``user_id`` of somebody else is
            for those who see everybody
        """
        scope = self.env["crm.forecast.scope"]._make(options or {}, self.env.uid)
        scope = scope.narrowed(team_id=None)
        self = self.with_company(scope.company_id)  # noqa: PLW0642, as Odoo does
        user = self.env["res.users"].sudo().browse(scope.user_id)
        title = self.env._("My Day")
        if user != self.env.user:
            title = self.env._("Day of %s", user.name)
        facts_model = self.env["crm.forecast.facts"]
        leads = facts_model._source_leads(scope)
        days = facts_model._run_days(scope)
        runs = facts_model._run_facts(scope, days)
        method, reason = facts_model._recommended(scope)
        tests = facts_model._accuracy_rows(scope, method)
        activities = self._my_activities(scope)
        customers = facts_model._unvisited(scope, self._rows())
        stuck = self._stuck(scope)
        now = {
            **leads[0],
            **runs[0],
            **facts_model._errors(tests),
            "activities": activities[0]["total"] if activities else 0,
            "activities_late": activities[0]["late"] if activities else 0,
            "unvisited": customers[0]["total"] if customers else 0,
            "stuck_count": stuck[0]["total"] if stuck else 0,
        }
        before = {**leads[1], **runs[1]}
        people = self._people(activities, customers, stuck)
        return {
            **self._frame(scope, title),
            "tiles": self._tiles(scope, (now, before), TILES),
            "chart": self._chart(scope, days),
            "blocks": [
                self._activities_block(scope, activities, people),
                self._customers_block(scope, customers, people),
                self._stuck_block(scope, stuck, people),
                self._accuracy_block(scope, now, tests, reason),
            ],
        }

    @api.model
    def _rows(self):
        """Rows of a list: the first of them on the screen, all in a workbook."""
        return EXPORTED_ROWS if self.env.context.get("crm_dashboard_export") else ROWS

    # -- what is behind the lists ---------------------------------------------------
    @api.model
    def _my_activities(self, scope):
        self.env.flush_all()
        return self.env.execute_query_dict(
            my_activities_sql(scope, self.env.lang or "en_US", self._rows())
        )

    @api.model
    def _stuck(self, scope):
        self.env.flush_all()
        query = stuck_leads_sql(scope, self.env.cr.now(), self._rows())
        return self.env.execute_query_dict(query)

    @api.model
    def _people(self, activities, customers, stuck):
        """{(model, id): {"name", "phone"}} of what the lists name.

        Read as the user, so that record rules and masks hold. Workbooks hold no phone
        numbers.
        """
        ids = {
            "crm.lead": {row["id"] for row in stuck},
            "res.partner": {row["partner_id"] for row in customers},
        }
        for row in activities:
            ids[row["model"]].add(row["res_id"])
        people = {}
        for model, wanted in ids.items():
            if self.env.context.get("crm_dashboard_export"):
                for record_id, name in self._names(model, wanted).items():
                    people[model, record_id] = {"name": name, "phone": ""}
                continue
            records = self._readable(model, wanted, PEOPLE_FIELDS[model])
            for row in records.read(["display_name", "phone"]):
                people[model, row["id"]] = {
                    "name": row["display_name"],
                    "phone": row["phone"] or "",
                }
        return people

    # -- lists ------------------------------------------------------------------------
    @api.model
    def _activities_block(self, scope, rows, people):
        table = []
        for row in rows:
            late = row["date_deadline"] < scope.today
            key = row["model"], row["res_id"]
            person = people.get(key)
            table.append(
                [
                    {
                        "value": str(row["date_deadline"]),
                        "tone": "danger" if late else "",
                    },
                    {
                        # what it says may be about a record that is not to be seen
                        "value": (person and row["summary"]) or row["type"] or "",
                        "icon": "fa-phone" if row["is_call"] else "",
                    },
                    self._person_cell(key, person),
                    self._phone_cell(person),
                ]
            )
        metric = self.env["crm.forecast.metric"]._by_code()["activities"]
        return self._block(
            "activities",
            self.env._("Calls and Activities"),
            [
                self._plain(self.env._("Due"), "date"),
                self._plain(self.env._("Activity")),
                self._plain(self.env._("With")),
                self._plain(self.env._("Phone"), "phone"),
            ],
            table,
            self.env._(
                "Nothing is due today. Plan the next step of an opportunity with an "
                "activity, and it shows here on its day."
            ),
            help=metric.definition,
            open=self._open_metric(metric, scope, {}),
            total=rows[0]["total"] if rows else 0,
        )

    @api.model
    def _customers_block(self, scope, rows, people):
        table = []
        for row in rows:
            key = "res.partner", row["partner_id"]
            last = row["last"]
            table.append(
                [
                    self._person_cell(key, people.get(key)),
                    self._phone_cell(people.get(key)),
                    {"value": str(scope.local_date(last)) if last else False},
                    {"value": row["amount"]},
                ]
            )
        metric = self.env["crm.forecast.metric"]._by_code()["unvisited"]
        return self._block(
            "unvisited",
            metric.name,
            [
                self._plain(self.env._("Customer")),
                self._plain(self.env._("Phone"), "phone"),
                self._plain(
                    self.env._("Last Contact"),
                    "date",
                    self.env._("Empty: there was never a contact."),
                ),
                self._plain(
                    self.env._("Open Amount"),
                    "amount",
                    self.env._(
                        "Expected revenue of your open opportunities with the customer."
                    ),
                ),
            ],
            table,
            self.env._("No customer has been left alone for too long."),
            help=metric.definition,
            open=self._open_metric(metric, scope, {}),
            total=rows[0]["total"] if rows else 0,
        )

    @api.model
    def _stuck_block(self, scope, rows, people):
        metric = self.env["crm.forecast.metric"]._by_code()["stuck_count"]
        stages = self.env["crm.stage"].sudo().browse({row["stage_id"] for row in rows})
        names = {stage.id: stage.name for stage in stages}
        # one read for the reasons of all
        leads = self.env["crm.lead"].browse([row["id"] for row in rows])
        reasons = {
            lead.id: lead._stuck_sentence(row["days"], row["limit_days"], row["basis"])
            for lead, row in zip(leads, rows, strict=True)
        }
        return self._block(
            "stuck",
            metric.name,
            [
                self._plain(self.env._("Opportunity")),
                self._plain(self.env._("Stage")),
                self._plain(self.env._("Days in Stage"), "days"),
                self._plain(self.env._("Next Activity"), "date"),
                self._plain(self.env._("Expected Revenue"), "amount"),
            ],
            [
                [
                    self._person_cell(
                        ("crm.lead", row["id"]), people.get(("crm.lead", row["id"]))
                    ),
                    {
                        "value": names.get(row["stage_id"], ""),
                        "note": reasons[row["id"]],
                    },
                    {"value": row["days"]},
                    {"value": str(row["activity"]) if row["activity"] else False},
                    {"value": row["amount"]},
                ]
                for row in rows
            ],
            self.env._("No deal is stuck."),
            help=metric.definition,
            open=self._open_metric(metric, scope, {}),
            total=rows[0]["total"] if rows else 0,
        )

    @api.model
    def _accuracy_block(self, scope, facts, tests, reason):
        """Forecast and outcome of the last periods."""
        rows = [
            [
                {"value": row["period"]},
                {"value": row["forecast"]},
                {"value": row["actual"]},
                {"value": row["forecast"] - row["actual"]},
            ]
            for row in tests
            if row["level"] == ("rep" if scope.user_id else "company")
        ]
        metric = self.env["crm.forecast.metric"]._by_code()["forecast_error"]
        everybody = self.env["crm.forecast.scope"]._sees_everybody()
        return self._block(
            "accuracy",
            self.env._("How Right the Forecast Was"),
            [
                self._plain(self.env._("Period")),
                self._plain(
                    self.env._("Forecast"),
                    "amount",
                    self.env._(
                        "As of %s days before the end of the period.", JUDGED_DAYS
                    ),
                ),
                self._plain(self.env._("Sold"), "amount"),
                self._plain(self.env._("Difference"), "amount"),
            ],
            rows,
            self.env._(
                "No past period has been tested yet. That takes snapshots of two "
                "periods before it; one is taken every night."
            ),
            # the reason tells how wrong the company was, not the salesperson
            help=reason if everybody else metric.definition,
            open=self._open_metric(metric, scope, facts),
        )

    @api.model
    def _person_cell(self, key, person):
        """A name that opens its record; only a note where the user may not read it."""
        if person is None:
            return {"value": self.env._("(not visible to you)")}
        return {"value": person["name"], "open": self._open_record(*key)}

    @api.model
    def _phone_cell(self, person):
        """A number that can be dialled unless it is masked."""
        phone = person["phone"] if person else ""
        return {"value": phone, "phone": bool(phone) and "*" not in phone}
