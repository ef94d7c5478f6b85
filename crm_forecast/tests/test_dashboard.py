from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_backtest import BacktestCase


class DashboardCase(BacktestCase):
    """Today is 7 March 2040. Six months lie behind, as the backtest has them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Dashboard = cls.env["crm.forecast.dashboard"]
        cls.Note = cls.env["crm.improvement.note"]

    def as_user(self, user, model="crm.forecast.dashboard"):
        companies = user.company_ids & self.env.companies
        return (
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=companies.ids)
        )

    def my_day(self, user, **options):
        return self.as_user(user).my_day(options)

    def overview(self, user=None, **options):
        return self.as_user(user or self.manager).team_overview(options)

    def contact(self, name="F Customer", **values):
        """A contact that was created a year ago."""
        partner = self.env["res.partner"].create(
            {"name": name, "company_id": self.company.id, **values}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2039-01-01' WHERE id = %s",
            [partner.id],
        )
        return partner

    def tile(self, page, code):
        [tile] = [tile for tile in page["tiles"] if tile["code"] == code]
        return tile

    def value(self, page, code):
        return self.tile(page, code)["value"]

    def block(self, page, name):
        [block] = [block for block in page["blocks"] if block["name"] == name]
        return block

    def row(self, page, block, title):
        """{column code or label: cell} of the row with this title."""
        block = self.block(page, block)
        [row] = [row for row in block["rows"] if row[0]["value"] == title]
        return {
            column["code"] or column["label"]: cell
            for column, cell in zip(block["columns"], row, strict=True)
        }

    def opened(self, action, user=None):
        """The records that a figure opens."""
        records = self.env[action["res_model"]].with_context(
            **action.get("context", {})
        )
        return records.with_user(user or self.manager).search(action["domain"])


@tagged("post_install", "-at_install")
class TestDashboardFigures(DashboardCase):
    def setUp(self):
        super().setUp()
        self.open_north = self.new_lead("North now", date_deadline="2040-03-25")
        self.late = self.new_lead("Late", date_deadline="2040-02-01")
        self.undated = self.new_lead("Undated", date_deadline=False)
        self.south = self.new_lead(
            "South now",
            user_id=self.seller_south.id,
            team_id=self.team_south.id,
            date_deadline="2040-03-25",
        )
        self.next_month = self.new_lead("April", date_deadline="2040-04-10")
        self.won = self.new_lead("Won now", expected_revenue=70_000)
        self.won.action_set_won()
        self.lost = self.new_lead("Lost now")
        self.lost.action_set_lost()

    def test_tiles_of_a_salesperson(self):
        page = self.my_day(self.seller_north)
        self.assertEqual(self.value(page, "won"), 70_000)
        # 40 % of two deals of 100,000: due on the 25th, and overdue
        self.assertEqual(self.value(page, "weighted"), 150_000)
        # February: one of two promised deals, and the quick one
        self.assertEqual(self.value(page, "last_won"), 150_000)
        self.assertIsNone(self.value(page, "learned"))
        self.assertIsNone(self.value(page, "forecast_error"))

    def test_the_period_before_counts_up_to_the_same_day(self):
        tile = self.tile(self.my_day(self.seller_north), "won")
        self.assertEqual(tile["before"], 0)
        with self.at("2040-03-20"):
            tile = self.tile(self.my_day(self.seller_north), "won")
        self.assertEqual((tile["before"], tile["tone"]), (150_000, "danger"))
        page = self.my_day(
            self.seller_north, period_id=self.period(date="2040-02-10").id
        )
        self.assertEqual(self.value(page, "won"), 150_000)
        self.assertEqual(self.tile(page, "won")["before"], 150_000)
        self.assertEqual(self.tile(page, "won")["tone"], "")

    def test_figures_are_those_of_the_forecast(self):
        """A plain computation: the rows of the live forecast, one by one."""
        rows = self.Report.search([("period_id", "=", self.period().id)])
        page = self.overview()
        self.assertEqual(self.value(page, "won"), sum(rows.mapped("amount_won")))
        self.assertEqual(self.value(page, "due"), sum(rows.mapped("amount_open")))
        self.assertEqual(self.value(page, "weighted"), sum(rows.mapped("amount_total")))
        for user, mine in rows.grouped("user_id").items():
            cells = self.row(page, "people", user.name)
            self.assertEqual(cells["won"]["value"], sum(mine.mapped("amount_won")))
            self.assertEqual(cells["due"]["value"], sum(mine.mapped("amount_open")))
            self.assertEqual(
                cells["weighted"]["value"], sum(mine.mapped("amount_total"))
            )
        self.assertEqual(self.value(page, "win_rate"), 0.5)
        self.assertEqual(self.value(page, "undated_count"), 1)

    def test_figures_open_what_they_count(self):
        page = self.overview()
        won, due, undated = (
            self.opened(self.tile(page, code)["open"])
            for code in ("won", "due", "undated_count")
        )
        self.assertEqual(won.lead_id, self.won)
        self.assertEqual(due.lead_id, self.open_north + self.late + self.south)
        self.assertEqual(undated, self.undated)
        total = self.opened(self.tile(page, "weighted")["open"])
        self.assertEqual(
            sum(total.mapped("amount_total")), self.value(page, "weighted")
        )
        stage = self.row(page, "stages", "F New")
        self.assertEqual(stage["open_count"]["value"], 5)
        self.assertEqual(len(self.opened(stage["open_count"]["open"])), 5)

    def test_team_filter(self):
        page = self.overview(team_id=self.team_south.id)
        self.assertEqual(self.value(page, "won"), 0)
        self.assertEqual(self.value(page, "due"), 100_000)
        self.assertEqual(
            [row[0]["value"] for row in self.block(page, "people")["rows"]],
            [self.seller_south.name],
        )
        self.assertEqual(page["team_id"], self.team_south.id)

    def test_regions(self):
        taiwan = self.env.ref("base.tw")
        state = self.env["res.country.state"].create(
            {"name": "F Taipei", "code": "FTPE", "country_id": taiwan.id}
        )
        (self.open_north + self.won).write(
            {"country_id": taiwan.id, "state_id": state.id}
        )
        page = self.overview()
        cells = self.row(page, "regions", f"F Taipei, {taiwan.name}")
        self.assertEqual(cells["won"]["value"], 70_000)
        self.assertEqual(cells["open_count"]["value"], 1)
        self.assertEqual(cells["win_rate"]["value"], 1)
        self.assertEqual(self.opened(cells["open_count"]["open"]), self.open_north)
        rest = self.row(page, "regions", "No address")
        self.assertEqual(rest["open_count"]["value"], 4)
        self.assertEqual(len(self.opened(rest["open_count"]["open"])), 4)

    def test_learned_forecast_and_its_band(self):
        march = self.period()
        runs = self.Run._compute(march) + self.Run._compute_learned(march)
        learned = runs.filtered(lambda run: run.method == "learned")
        tile = self.tile(self.overview(), "learned")
        for name in ("value", "low", "high"):
            field = {"value": "total"}.get(name, name)
            self.assertAlmostEqual(tile[name], learned[f"amount_{field}"], places=1)
        north = self.tile(self.my_day(self.seller_north), "learned")
        south = self.tile(self.my_day(self.seller_south), "learned")
        self.assertAlmostEqual(
            north["value"] + south["value"], learned.amount_total, places=1
        )
        for mine in (north, south):
            self.assertLess(mine["low"], mine["value"])
            self.assertGreaterEqual(mine["low"], 0)
        self.assertGreaterEqual(north["low"], 70_000, "what is won is certain")
        self.assertLess(
            tile["high"] - tile["value"],
            sum(mine["high"] - mine["value"] for mine in (north, south)),
            "chance evens out between people",
        )
        opened = self.opened(north["open"], self.seller_north)
        self.assertEqual(set(opened.user_id.ids), {self.seller_north.id})

    def test_chart_follows_the_days(self):
        march = self.period()
        self.Run._compute(march)
        with self.at("2040-02-20"):
            self.Run._compute(self.period(date="2040-02-10"))
        with self.at("2040-03-09"):
            self.new_lead("New", date_deadline="2040-03-30", expected_revenue=10_000)
            self.Run._compute(march)
            chart = self.my_day(self.seller_north)["chart"]
        self.assertEqual(chart["days"], [7, 9, 20])
        series = {line["name"]: line["values"] for line in chart["series"]}
        self.assertEqual(series["won"], [70_000, 70_000, None])
        self.assertEqual(series["weighted"], [150_000, 154_000, None])
        self.assertEqual(series["before"], [None, None, 150_000])
        self.assertNotIn("low", series)

    def test_accuracy(self):
        self.env["crm.forecast.backtest"]._extend(self.company)
        page = self.my_day(self.seller_south)
        rows = self.block(page, "accuracy")["rows"]
        tests = self.Backtest.search(
            [
                ("user_id", "=", self.seller_south.id),
                ("days_left", "=", 30),
                ("period_kind", "=", "month"),
                ("method", "=", "haircut"),
            ],
            order="date",
        )
        method, _reason = self.env["crm.forecast.gate"]._recommend(
            self.company, "month"
        )
        if method != "haircut":
            tests = self.Backtest.search(
                [
                    ("user_id", "=", self.seller_south.id),
                    ("days_left", "=", 30),
                    ("period_kind", "=", "month"),
                    ("method", "=", method),
                ],
                order="date",
            )
        self.assertTrue(tests)
        self.assertEqual(
            [row[1]["value"] for row in rows], tests.mapped("amount_forecast")
        )
        self.assertAlmostEqual(
            self.value(page, "forecast_error"),
            sum(abs(test.amount_error) for test in tests)
            / sum(tests.mapped("amount_actual")),
        )

    def test_stuck_deals(self):
        self.stage_new.rotting_threshold_days = 10
        with self.at("2040-04-01"):
            page = self.my_day(self.seller_north)
            stuck = self.env["crm.lead"].search(
                [("is_stuck", "=", True), ("user_id", "=", self.seller_north.id)]
            )
            self.assertEqual(len(stuck), 4)
            self.assertEqual(self.value(page, "stuck_count"), 4)
            cells = self.row(page, "stuck", "North now")
            self.assertEqual(cells["Days in Stage"]["value"], 25)
            self.assertIn("the stage allows 10", cells["Stage"]["note"])
            self.assertEqual(self.opened(self.tile(page, "stuck_count")["open"]), stuck)
            share = self.row(self.overview(), "stages", "F New")["stuck_share"]
            self.assertEqual(share["value"], 1)
            self.assertEqual(len(self.opened(share["open"])), 5)

    def test_a_region_and_the_win_rate_open_what_they_count(self):
        japan = self.env.ref("base.jp")
        self.open_north.write({"country_id": japan.id, "state_id": False})
        self.won.write({"country_id": japan.id, "state_id": False})
        page = self.overview()
        cells = self.row(page, "regions", "Japan")
        self.assertEqual(self.opened(cells["won"]["open"]), self.won)
        self.assertEqual(self.opened(cells["open_count"]["open"]), self.open_north)
        self.assertEqual(self.opened(cells["open_amount"]["open"]), self.open_north)
        closed = self.opened(self.tile(page, "win_rate")["open"])
        self.assertEqual(closed, self.won + self.lost)
        with self.at("2040-04-10"):
            page = self.overview()
            self.assertFalse(self.opened(self.tile(page, "win_rate")["open"]))

    def test_a_lead_of_nobody_is_counted_and_opened(self):
        """In the first company, where it has none of its own."""
        first = self.env["res.company"].search([], order="id", limit=1)
        boss = self.new_user("f_first", "sales_team.group_sale_manager", first)
        lead = self.new_lead("Nobody's")
        lead.write({"user_id": False, "team_id": False, "date_deadline": False})
        lead.company_id = False
        self.assertEqual(lead.forecast_company_id, first)
        dashboard = self.env["crm.forecast.dashboard"].with_user(boss)
        page = dashboard.with_context(allowed_company_ids=first.ids).team_overview({})
        tile = self.tile(page, "undated_count")
        leads = self.env["crm.lead"].with_context(allowed_company_ids=first.ids)
        opened = leads.with_user(boss).search(tile["open"]["domain"])
        self.assertIn(lead, opened)
        self.assertEqual(tile["value"], len(opened))

    def test_choice_of_period(self):
        page = self.my_day(self.seller_north)
        self.assertEqual(page["period"]["name"], "2040/03")
        before = self.my_day(self.seller_north, period_id=page["period"]["previous_id"])
        self.assertEqual(before["period"]["name"], "2040/02")
        self.assertEqual(before["period"]["next_id"], page["period"]["id"])
        quarter = self.my_day(self.seller_north, kind="quarter")
        self.assertEqual(quarter["period"]["name"], "2040 Q1")
        with self.assertRaises(UserError):
            self.my_day(self.seller_north, kind="week")
        with self.assertRaises(UserError):
            self.my_day(self.seller_north, period_id="2040")
        with self.assertRaises(UserError):
            self.my_day(self.seller_north, period_id=2**30)


@tagged("post_install", "-at_install")
class TestDashboardEmpty(DashboardCase):
    def setUp(self):
        super().setUp()
        self.empty = self.new_company("F Empty", "USD", "America/Los_Angeles")
        self.boss = self.new_user("f_boss", "sales_team.group_sale_manager", self.empty)

    def test_company_without_anything(self):
        for page in (self.my_day(self.boss), self.overview(self.boss)):
            with self.subTest(page["title"]):
                self.assertIn("No forecast period", page["messages"][0])
                self.assertEqual(self.value(page, "won"), 0)
                self.assertFalse(page["chart"]["days"])
                self.assertTrue(page["chart"]["empty"])
                for block in page["blocks"]:
                    if block["name"] == "health":  # stages are there, stays are not
                        shown = {row[1]["value"] for row in block["rows"]}
                        self.assertEqual(shown, {"Too few"})
                        continue
                    self.assertEqual(block["rows"], [])
                    self.assertTrue(block["empty"])

    def test_with_a_first_period(self):
        self.Period._ensure("2040-03-07", self.empty)
        page = self.overview(self.boss)
        self.assertFalse(page["messages"])
        self.assertIsNotNone(self.value(page, "won"))
        self.assertIsNone(self.value(page, "win_rate"))
