from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.crm_forecast_run_engine import haircut_sql
from .test_submission import CallsCase


@tagged("post_install", "-at_install")
class TestCallsPage(CallsCase):
    """The grid of March: north 100,000 at 40 %, south 50,000 at 80 %, nobody 10,000."""

    def setUp(self):
        super().setUp()
        self.north = self.new_lead("North", forecast_category="commit")
        self.new_lead("Won", expected_revenue=5000).action_set_won()
        self.south = self.new_lead(
            "South",
            user_id=self.seller_south.id,
            team_id=self.team_south.id,
            expected_revenue=50_000,
            probability=80,
            forecast_category="best",
        )
        self.new_lead(
            "Nobody",
            user_id=False,
            team_id=self.team_north.id,
            expected_revenue=10_000,
            probability=10,
        )

    def page(self, user=None, **values):
        page = self.Calls.with_user(user or self.manager).calls_page(
            self.company.id, "month", self.march.id, **values
        )
        self.rows = {
            row["user_id"] or row["name"]: row
            for group in page["groups"]
            for row in group["rows"]
        }
        self.totals = {group["team_id"]: group["total"] for group in page["groups"]}
        return page

    def test_figures(self):
        page = self.page()
        north = self.rows[self.seller_north.id]
        figures = [
            north[name] for name in ("won", "commit", "best", "pipeline", "weighted")
        ]
        self.assertEqual(figures, [5000, 100_000, 0, 0, 45_000])
        self.assertEqual(self.rows[self.seller_south.id]["best"], 50_000)
        self.assertEqual(self.rows["Nobody"]["pipeline"], 10_000)
        self.assertFalse(self.rows["Nobody"]["may_override"])
        self.assertEqual(self.totals[self.team_north.id]["weighted"], 46_000)
        self.assertEqual(page["total"]["weighted"], 86_000)
        self.assertEqual(page["total"]["won"], 5000)
        self.assertIsNone(north["learned"])
        self.assertEqual((north["source"], north["effective"]), ("weighted", 45_000))

    def test_a_member_without_opportunities_has_a_row(self):
        newcomer = self.new_user("f_new", "sales_team.group_sale_salesman")
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_south.id, "user_id": newcomer.id}
        )
        self.page()
        self.assertEqual(self.rows[newcomer.id]["effective"], 0)

    def test_calls_and_overrides_count(self):
        self.call(70_000, commit=60_000, best=90_000)
        self.override(40_000, user=self.seller_south)
        self.override(200_000, "New shop", team_id=self.team_south.id)
        page = self.page()
        north, south = (
            self.rows[user.id] for user in (self.seller_north, self.seller_south)
        )
        self.assertEqual((north["source"], north["effective"]), ("call", 70_000))
        self.assertEqual(north["said"]["call"]["commit"], 60_000)
        self.assertEqual((south["source"], south["effective"]), ("override", 40_000))
        self.assertEqual(south["said"]["override"]["reason"], "Too high")
        team = self.totals[self.team_south.id]
        self.assertEqual((team["source"], team["effective"]), ("override", 200_000))
        self.assertEqual(team["said"]["override"]["reason"], "New shop")
        self.assertEqual((page["total"]["callers"], page["total"]["people"]), (1, 2))
        # north: 70,000 called, 1,000 of nobody; south: the team's override
        self.assertEqual(page["total"]["effective"], 271_000)

    def test_nobody_has_no_part_in_what_is_said_of_teams(self):
        """The opportunities of nobody are in north; south's reason is not for them."""
        self.override(1, "Reason of North", team_id=self.team_north.id)
        self.override(2, "Reason of South", team_id=self.team_south.id)
        for user in (self.leader, self.manager):
            page = self.page(user)
            self.assertEqual(self.rows["Nobody"]["said"], {})
            self.assertFalse(self.rows["Nobody"]["has_history"])
            said = self.totals[self.team_north.id]["said"]
            self.assertEqual(said["override"]["reason"], "Reason of North")
            self.assertEqual("Reason of South" in str(page), user == self.manager)

    def test_an_override_taken_back_stays_in_the_history(self):
        self.override(1)
        self.override(None, "He was right", withdraw=True)
        self.override(1, team_id=self.team_north.id)
        self.override(None, team_id=self.team_north.id, withdraw=True)
        self.page()
        row = self.rows[self.seller_north.id]
        for said in (row, self.totals[self.team_north.id]):
            self.assertEqual(said["said"], {})
            self.assertTrue(said["has_history"])
        self.assertFalse(self.rows[self.seller_south.id]["has_history"])

    def test_a_call_is_proposed_without_the_override(self):
        self.override(1)
        self.page(self.seller_north)
        row = self.rows[self.seller_north.id]
        self.assertEqual((row["effective"], row["unsaid"]), (1, 45_000))

    def test_who_is_in_no_team_is_in_none_of_the_opportunities(self):
        loner = self.new_user("f_loner", "sales_team.group_sale_salesman")
        for team in (self.team_north, self.team_south):
            self.new_lead(user_id=loner.id, team_id=team.id)
        page = self.page()
        self.assertFalse(self.rows[loner.id]["team_id"])
        self.assertEqual(self.rows[loner.id]["weighted"], 80_000)
        self.assertEqual(self.totals[False]["weighted"], 80_000)
        self.assertEqual(self.totals[self.team_north.id]["weighted"], 46_000)
        self.assertEqual(page["total"]["weighted"], 166_000)
        self.page(self.leader)
        self.assertNotIn(loner.id, self.rows)

    def test_figures_are_called_as_in_the_registry(self):
        columns = {column["name"]: column for column in self.page()["columns"]}
        metrics = self.env["crm.forecast.metric"]._by_code()
        for name in ("won", "weighted", "learned"):
            self.assertEqual(columns[name]["label"], metrics[name].name)
            self.assertEqual(columns[name]["help"], metrics[name].definition)
        self.assertFalse(set(columns) & set(metrics) - {"won", "weighted", "learned"})

    def test_the_file_is_offered_to_who_may_have_it(self):
        export = self.env.ref("base.group_allow_export")
        self.manager.group_ids = [Command.unlink(export.id)]
        self.assertFalse(self.page()["can_export"])
        self.manager.group_ids = [Command.link(export.id)]
        self.assertTrue(self.page()["can_export"])

    def test_a_salesperson_sees_the_own_row_alone(self):
        self.call(1, user=self.seller_south)
        page = self.page(self.seller_north)
        self.assertEqual(list(self.rows), [self.seller_north.id])
        self.assertFalse(page["total"])
        self.assertFalse(self.totals[self.team_north.id])
        self.assertTrue(self.rows[self.seller_north.id]["may_call"])
        self.assertFalse(self.rows[self.seller_north.id]["may_override"])
        self.assertNotIn("undated_count", page["model"])
        self.assertEqual(page["model"]["reason"], "")

    def test_a_salesperson_without_team_and_deals_can_call(self):
        loner = self.new_user("f_loner", "sales_team.group_sale_salesman")
        self.page(loner)
        self.assertTrue(self.rows[loner.id]["may_call"])
        self.call(7, user=loner)
        self.page()
        self.assertEqual(self.rows[loner.id]["effective"], 7)

    def test_a_leader_sees_the_team(self):
        page = self.page(self.leader)
        self.assertEqual(
            set(self.rows), {self.seller_north.id, "Nobody", self.leader.id}
        )
        self.assertFalse(page["total"])
        self.assertEqual(self.totals[self.team_north.id]["weighted"], 46_000)
        self.assertTrue(self.totals[self.team_north.id]["may_override"])
        self.assertTrue(self.rows[self.seller_north.id]["may_override"])

    def test_all_leads_see_all_and_override_nothing(self):
        page = self.page(self.all_leads)
        self.assertEqual(page["total"]["weighted"], 86_000)
        self.assertFalse(any(row["may_override"] for row in self.rows.values()))

    def test_a_period_that_is_over_can_be_read_only(self):
        self.march = self.period(date="2040-02-10")
        page = self.page(self.seller_north)
        self.assertTrue(page["period"]["is_over"])
        self.assertFalse(self.rows[self.seller_north.id]["may_call"])
        self.page()
        self.assertFalse(self.rows[self.seller_north.id]["may_override"])

    def test_periods_before_and_after(self):
        page = self.page()
        february, april = (self.period(date=f"2040-{m}-10") for m in ("02", "04"))
        self.assertEqual(page["period"]["before_id"], february.id)
        self.assertEqual(page["period"]["after_id"], april.id)

    def test_first_page_is_of_today_and_the_usual_kind(self):
        self.company.forecast_period_kind = "quarter"
        page = self.Calls.with_user(self.seller_north).calls_page()
        self.assertEqual(page["kind"], "quarter")
        self.assertEqual(page["period"]["name"], "2040 Q1")
        page = self.Calls.with_user(self.seller_north).calls_page(kind="month")
        self.assertEqual(page["period"]["id"], self.march.id)

    def test_without_periods(self):
        self.Period.search([("company_id", "=", self.company.id)]).unlink()
        page = self.Calls.with_user(self.manager).calls_page()
        self.assertFalse(page["period"])
        self.assertEqual(page["groups"], [])
        self.manager.group_ids = [
            Command.link(self.env.ref("base.group_allow_export").id)
        ]
        with self.assertRaisesRegex(UserError, "no forecast period"):
            self.Calls.with_user(self.manager)._workbook(self.company.id, "month", 0)

    def test_a_period_of_another_company_or_none(self):
        for period_id in (10**8, self.other_period().id):
            with self.assertRaisesRegex(UserError, "no longer exists"):
                self.Calls.with_user(self.manager).calls_page(
                    self.company.id, "month", period_id
                )

    def other_period(self):
        other = self.new_company("Forecast LA", "USD", "America/Los_Angeles")
        return self.Period.sudo().create(
            {
                "name": "LA",
                "company_id": other.id,
                "date_from": "2040-03-01",
                "date_to": "2040-03-31",
            }
        )

    def test_each_company_in_its_currency(self):
        west = self.new_company("Forecast LA", "USD", "America/Los_Angeles")
        boss = self.new_user(
            "f_boss", "sales_team.group_sale_manager", self.company + west
        )
        self.env.user.company_ids = [Command.link(west.id)]
        both = {"allowed_company_ids": (self.company + west).ids}
        team = self.env["crm.team"].create({"name": "West", "company_id": west.id})
        self.env["crm.lead"].with_context(**both).create(
            self.lead_values(
                company_id=west.id,
                team_id=team.id,
                user_id=boss.id,
                expected_revenue=900.5,
            )
        )
        period = self.Period.with_context(**both)._ensure("2040-03-07", west)
        period = period.filtered(lambda found: found.kind == "month")
        rows = self.Submission.with_user(boss).with_context(**both)
        call = rows.browse(rows.action_call(period.id, 500.257, 0, 0))
        self.assertEqual(call.company_id, west)
        self.assertAlmostEqual(call.amount, 500.26)
        self.assertAlmostEqual(call.weighted_amount, 360.2)
        pages = self.Calls.with_user(boss).with_context(**both)
        page = pages.calls_page(west.id, "month")
        self.assertEqual(page["currency_id"], self.env.ref("base.USD").id)
        self.assertEqual(page["period"]["id"], period.id)
        self.assertAlmostEqual(page["total"]["effective"], 500.26)
        self.assertAlmostEqual(page["total"]["commit"], 0)
        taipei = pages.calls_page(self.company.id, "month")
        self.assertEqual(taipei["currency_id"], self.env.ref("base.TWD").id)
        self.assertEqual(taipei["total"]["weighted"], 86_000)
        self.assertNotIn("West", [group["name"] for group in taipei["groups"]])

    def test_no_saved_forecast_yet(self):
        self.assertFalse(self.page()["model"]["has_run"])
        self.Run._compute(self.march)
        model = self.page()["model"]
        self.assertTrue(model["has_run"])
        self.assertFalse(model["has_learned"])
        self.assertEqual(model["method"], "weighted")
        self.assertIn("no past periods", model["reason"])

    def test_what_is_in_no_forecast(self):
        self.new_lead("Parked", forecast_category="omitted", expected_revenue=700)
        self.new_lead("Undated", date_deadline=False, expected_revenue=900)
        self.Run._compute(self.march)
        model = self.page()["model"]
        self.assertEqual((model["omitted_count"], model["omitted_amount"]), (1, 700))
        self.assertEqual((model["undated_count"], model["undated_amount"]), (1, 900))

    def test_a_row_opens_the_live_forecast_without_saved_one(self):
        action = self.Calls.with_user(self.manager).calls_open(
            self.march.id, self.seller_south.id
        )
        self.assertEqual(action["res_model"], "crm.forecast.report")
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.lead_id, self.south)
        action = self.Calls.with_user(self.manager).calls_open(
            self.march.id, False, self.team_north.id
        )
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.lead_id.name, "Nobody")

    def test_nobody_without_team_opens_what_is_in_no_team(self):
        """Also what is in a team that does not sell for the company."""
        other = self.new_company("Forecast LA", "USD", "America/Los_Angeles")
        self.env.user.company_ids = [Command.link(other.id)]
        west = self.env["crm.team"].create({"name": "West", "company_id": other.id})
        loose = self.new_lead("Loose", user_id=False, team_id=False)
        stray = self.new_lead("Stray", user_id=False, team_id=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET team_id = %s WHERE id = %s", [west.id, stray.id]
        )
        self.env.invalidate_all()
        page = self.page()
        nobody = [
            row
            for group in page["groups"]
            for row in group["rows"]
            if not row["user_id"] and not row["team_id"]
        ]
        self.assertEqual([row["pipeline"] for row in nobody], [200_000])

        def opened():
            action = self.Calls.with_user(self.manager).calls_open(self.march.id)
            return self.env[action["res_model"]].search(action["domain"])

        self.assertEqual(opened().lead_id, loose + stray)
        self.Run._save(self.march, "haircut", None, haircut_sql(0.5), (2, 0.5))
        self.company.forecast_method = "haircut"
        rows = opened()
        self.assertEqual(rows._name, "crm.forecast.line")
        self.assertEqual(rows.lead_id, loose + stray)

    def test_probability_and_amount_are_opened_as_of_now(self):
        self.Run._compute(self.march)
        self.south.expected_revenue = 70_000
        action = self.Calls.with_user(self.manager).calls_open(
            self.march.id, self.seller_south.id
        )
        self.assertEqual(action["res_model"], "crm.forecast.report")
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.amount_total, 56_000)
        self.page()
        self.assertEqual(self.rows[self.seller_south.id]["effective"], 56_000)

    def test_queries_do_not_grow_with_the_people(self):
        """Not either with saved forecasts of which two count."""
        self.Run._save(self.march, "learned", None, haircut_sql(0.4), (2, 0.4))
        self.Run._save(self.march, "haircut", None, haircut_sql(0.5), (2, 0.5))
        self.company.forecast_method = "haircut"
        self.page()
        counts = []
        for people in (range(2), range(2, 30)):
            for name in people:
                seller = self.new_user(
                    f"f_many{name}", "sales_team.group_sale_salesman"
                )
                self.env["crm.team.member"].create(
                    {"crm_team_id": self.team_south.id, "user_id": seller.id}
                )
                self.new_lead(user_id=seller.id, team_id=self.team_south.id)
                self.call(name, user=seller)
                self.override(name, user=seller)
            self.page()  # rights and translations are known from now on
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.page()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 26)
