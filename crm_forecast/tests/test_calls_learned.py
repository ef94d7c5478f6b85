from odoo.tests import tagged

from .test_backtest import BacktestCase
from .test_submission import CallsCase


@tagged("post_install", "-at_install")
class TestCallsLearned(BacktestCase, CallsCase):
    """With a past: the learned forecast, its interval, and what recommends it."""

    def setUp(self):
        super().setUp()
        self.open_north = self.new_lead("North now", date_deadline="2040-03-25")

    def learned(self):
        runs = self.Run._compute_learned(self.march)
        return runs.filtered(lambda run: run.method == "learned")

    def page(self, user=None):
        page = self.Calls.with_user(user or self.manager).calls_page(
            self.company.id, "month", self.march.id
        )
        self.rows = {
            row["user_id"]: row for group in page["groups"] for row in group["rows"]
        }
        return page

    def test_the_learned_forecast(self):
        run = self.learned()
        page = self.page()
        north = self.rows[self.seller_north.id]
        # north usually opens and wins 50,000 more
        self.assertAlmostEqual(
            north["learned"], self.line(run, self.open_north).amount_total + 50_000
        )
        self.assertAlmostEqual(page["total"]["learned"], run.amount_total)
        self.assertAlmostEqual(page["total"]["low"], run.amount_low)
        self.assertAlmostEqual(page["total"]["high"], run.amount_high)
        self.assertAlmostEqual(page["total"]["new_business"], 50_000)
        self.assertAlmostEqual(north["new_business"], 50_000)
        self.assertEqual(page["model"]["learned_date"], "2040-03-07")
        # nothing is judged yet, so the screen counts the records
        self.assertEqual(page["model"]["method"], "weighted")
        self.assertEqual(north["source"], "weighted")

    def test_the_recommended_method_stands_in_for_a_call(self):
        self.learned()
        for method in ("learned", "haircut"):
            self.company.forecast_method = method
            run = self.Run.search([("method", "=", method)], limit=1)
            page = self.page()
            north = self.rows[self.seller_north.id]
            self.assertEqual(
                (page["model"]["method"], north["source"]), (method, "method")
            )
            self.assertAlmostEqual(
                north["effective"],
                sum(run.rep_ids.filtered("user_id").mapped("amount_total")),
            )
            self.assertEqual(page["model"]["method_date"], "2040-03-07")
        self.assertIn("settings", page["model"]["reason"])

    def test_the_recommended_method_counts_new_business(self):
        """Nobody has called: the company's forecast is the learned one."""
        run = self.learned()
        self.company.forecast_method = "learned"
        total = self.page()["total"]
        self.assertGreater(run.amount_new, 0)
        self.assertAlmostEqual(total["learned"], run.amount_total)
        self.assertAlmostEqual(total["effective"], run.amount_total)

    def test_a_person_has_one_learned_forecast_on_all_pages(self):
        self.learned()
        learned = self.page()["total"]["learned"]
        dashboard = self.env["crm.forecast.dashboard"].with_user(self.manager)
        overview = dashboard.team_overview({"period_id": self.march.id})
        tiles = {tile["code"]: tile for tile in overview["tiles"]}
        self.assertAlmostEqual(tiles["learned"]["value"], learned)
        for seller in (self.seller_north, self.seller_south):
            page = dashboard.my_day({"period_id": self.march.id, "user_id": seller.id})
            tiles = {tile["code"]: tile for tile in page["tiles"]}
            self.assertAlmostEqual(
                tiles["learned"]["value"], self.rows[seller.id]["learned"]
            )

    def test_what_is_won_counts_at_once(self):
        """The saved forecast gives what is still to come, less what came of it."""
        self.new_lead("Second", date_deadline="2040-03-28", expected_revenue=60_000)
        runs = self.Run._compute_learned(self.march)
        for method in ("learned", "haircut"):
            self.company.forecast_method = method
            run = runs.filtered(lambda run, method=method: run.method == method)
            self.page()
            before = self.rows[self.seller_north.id]["effective"]
            self.assertAlmostEqual(before, run.amount_total)
        expected = {
            run.method: self.line(run, self.open_north).amount_weighted for run in runs
        }
        with self.at("2040-03-08"):
            self.open_north.expected_revenue = 900_000
            self.open_north.action_set_won()
            for run in runs:
                self.company.forecast_method = run.method
                page = self.page()
                north = self.rows[self.seller_north.id]
                self.assertEqual(north["won"], 900_000)
                self.assertAlmostEqual(
                    north["effective"],
                    900_000 + run.amount_total - expected[run.method],
                )
                self.assertAlmostEqual(page["total"]["effective"], north["effective"])
                self.assertEqual(page["model"]["method_date"], "2040-03-07")
            # the learned forecast is that of the night on all pages
            learned = runs.filtered(lambda run: run.method == "learned")
            self.assertAlmostEqual(north["learned"], learned.amount_total)

    def test_the_forecast_is_never_below_what_is_won(self):
        """Also when the lines that say what was expected are gone."""
        self.Run._compute_learned(self.march)
        self.env.cr.execute("DELETE FROM crm_forecast_line")
        self.env.invalidate_all()
        self.open_north.action_set_won()
        for method in ("learned", "haircut"):
            self.company.forecast_method = method
            self.page()
            for row in self.rows.values():
                self.assertGreaterEqual(row["effective"], row["won"])

    def test_probability_and_amount_are_those_of_now(self):
        self.learned()
        self.Run._compute(self.march)
        self.company.forecast_method = "weighted"
        with self.at("2040-03-08"):
            self.assertFalse(self.page()["model"]["method_date"])
            self.open_north.action_set_won()
            self.page()
        self.assertEqual(self.rows[self.seller_north.id]["effective"], 100_000)

    def test_the_interval_is_for_who_sees_the_company(self):
        self.learned()
        page = self.page(self.seller_north)
        self.assertFalse(page["total"])
        self.assertNotIn("low", self.rows[self.seller_north.id])
        self.assertTrue(self.rows[self.seller_north.id]["learned"])

    def test_a_row_opens_its_opportunities_with_their_explanation(self):
        self.learned()
        for user in (self.manager, self.seller_north):
            action = self.Calls.with_user(user).calls_open(
                self.march.id, self.seller_north.id
            )
            self.assertEqual(action["res_model"], "crm.forecast.line")
            lines = self.env["crm.forecast.line"].with_user(user)
            lines = lines.search(action["domain"])
            self.assertEqual(lines.lead_id, self.open_north)
            self.assertIn("6 wins of 9.0 expected", lines.explanation)
            self.assertIn("credibility", lines.explanation)

    def test_a_call_keeps_the_learned_amount_of_the_screen(self):
        run = self.learned()
        row = self.call(1)
        self.assertAlmostEqual(
            row.model_amount,
            self.line(run, self.open_north).amount_total + 50_000,
            places=2,
        )

    def test_dropped_lines_are_no_zero(self):
        """The lines of old saved forecasts are not kept; the sums of persons are."""
        self.learned()
        known = self.page() and self.rows[self.seller_north.id]["learned"]
        self.env.cr.execute("DELETE FROM crm_forecast_line")
        self.env.invalidate_all()
        page = self.page()
        self.assertTrue(known)
        self.assertEqual(self.rows[self.seller_north.id]["learned"], known)
        self.assertTrue(page["total"]["learned"])
