from odoo.tests import tagged

from .test_backtest import BacktestCase
from .test_submission import CallsCase


@tagged("post_install", "-at_install")
class TestCallsAccuracy(BacktestCase, CallsCase):
    """In January north sold 150,000 and south 200,000."""

    def setUp(self):
        super().setUp()
        self.january = self.march = self.period(date="2040-01-10")

    def rows(self, days_left=7, **values):
        domain = [
            ("period_id", "=", self.january.id),
            ("method", "=", "call"),
            ("days_left", "=", days_left),
            *((name, "=", value) for name, value in values.items()),
        ]
        return self.Backtest.search(domain)

    def test_only_where_calls_exist(self):
        self.Backtest._extend(self.company)
        self.assertFalse(self.Backtest.search([("method", "=", "call")]))

    def test_a_call_against_what_was_sold(self):
        with self.at("2040-01-02"):
            self.call(180_000)
        self.Backtest._extend(self.company)
        row = self.rows(level="rep")
        self.assertEqual(row.user_id, self.seller_north)
        self.assertEqual((row.amount_forecast, row.amount_actual), (180_000, 150_000))
        team = self.rows(level="team")
        self.assertEqual(team.team_id, self.team_north, "south called nothing")
        self.assertEqual((team.amount_forecast, team.amount_actual), (180_000, 150_000))
        # south counts with what the records say on 24 January: sold already
        company = self.rows(level="company")
        self.assertEqual(company.amount_forecast, 380_000)
        self.assertEqual(company.amount_actual, 350_000)
        report = self.Accuracy.search(
            [
                ("period_id", "=", self.january.id),
                ("method", "=", "call"),
                ("days_left", "=", "07"),
                ("level", "=", "rep"),
            ]
        )
        self.assertAlmostEqual(report.wape, 0.2)
        self.assertAlmostEqual(report.bias, 0.2)

    def test_the_latest_of_that_day_counts(self):
        with self.at("2040-01-01"):  # 30 days before the end
            self.call(100_000)
            self.call(110_000)
        with self.at("2040-01-02"):
            self.call(120_000)
        with self.at("2040-01-24"):  # 7 days before it
            self.call(150_000)
        with self.at("2040-01-25"):
            self.call(999_000)
        self.Backtest._extend(self.company)
        found = {
            days: self.rows(days, level="rep").amount_forecast for days in (60, 30, 7)
        }
        self.assertEqual(found, {60: 0, 30: 110_000, 7: 150_000})
        self.assertFalse(self.rows(60), "nobody had called yet")

    def test_the_day_is_that_of_the_company(self):
        with self.at("2040-01-24 15:59:00"):  # 23:59 in Taipei
            self.call(1)
        with self.at("2040-01-24 16:00:00"):
            self.call(2)
        self.Backtest._extend(self.company)
        self.assertEqual(self.rows(level="rep").amount_forecast, 1)

    def test_overrides_come_first(self):
        with self.at("2040-01-02"):
            self.call(180_000)
            self.override(150_000)
            self.override(260_000, team_id=self.team_south.id)
        self.Backtest._extend(self.company)
        self.assertEqual(self.rows(level="rep").amount_forecast, 150_000)
        teams = {row.team_id: row.amount_forecast for row in self.rows(level="team")}
        self.assertEqual(teams, {self.team_north: 150_000, self.team_south: 260_000})
        self.assertEqual(self.rows(level="company").amount_forecast, 410_000)

    def test_an_override_taken_back_counts_no_more(self):
        with self.at("2040-01-02"):
            self.call(180_000)
            self.override(150_000)
            self.override(None, withdraw=True)
        self.Backtest._extend(self.company)
        self.assertEqual(self.rows(level="rep").amount_forecast, 180_000)

    def test_calls_need_no_past_to_learn_from(self):
        """The first period that was remembered is judged for its calls alone."""
        october = self.march = self.january = self.period(date="2039-10-10")
        with self.at("2039-10-02"):
            self.call(100_000)
        self.Backtest._extend(self.company)
        rows = self.Backtest.search(
            [("period_id", "=", october.id), ("days_left", "=", 7)]
        )
        self.assertEqual(set(rows.mapped("method")), {"call"})
        self.assertEqual(rows.filtered("user_id").amount_actual, 150_000)
        self.assertEqual(set(rows.mapped("training_periods")), {0})

    def test_other_methods_are_the_same_with_and_without_calls(self):
        def others():
            self.Backtest._extend(self.company, fresh=True)
            rows = self.Backtest.search(
                [("company_id", "=", self.company.id), ("method", "!=", "call")]
            )
            return sorted(
                (row.period_id.id, row.days_left, row.method, row.level)
                + (row.user_id.id or 0, row.team_id.id or 0, row.amount_forecast)
                for row in rows
            )

        before = others()
        self.assertTrue(before)
        with self.at("2040-01-02"):
            self.call(1)
        self.assertEqual(others(), before)

    def test_the_grid_shows_how_wrong_past_calls_were(self):
        for month, amount in (("12", 300_000), ("01", 180_000), ("02", 150_000)):
            year = 2039 if month == "12" else 2040
            with self.at(f"{year}-{month}-02"):
                self.call(amount, period=self.period(date=f"{year}-{month}-10"))
        self.Backtest._extend(self.company)
        march = self.period()
        page = self.Calls.with_user(self.seller_north).calls_page(
            self.company.id, "month", march.id
        )
        (row,) = (row for group in page["groups"] for row in group["rows"])
        # |300 - 150| + |180 - 150| + 0 of 450
        self.assertAlmostEqual(row["error"], 0.4)
        self.assertEqual(row["error_periods"], 3)

    def test_how_wrong_somebody_was_is_not_for_the_leader(self):
        with self.at("2040-01-02"):
            self.call(180_000)
        self.Backtest._extend(self.company)
        march = self.period()
        for user, error in (
            (self.leader, None),
            (self.seller_north, 0.2),
            (self.all_leads, 0.2),
            (self.manager, 0.2),
        ):
            page = self.Calls.with_user(user).calls_page(
                self.company.id, "month", march.id
            )
            rows = {
                row["user_id"]: row for group in page["groups"] for row in group["rows"]
            }
            row = rows[self.seller_north.id]
            with self.subTest(user.login):
                self.assertEqual(row["error_periods"], int(error is not None))
                if error is None:
                    self.assertIsNone(row["error"])
                else:
                    self.assertAlmostEqual(row["error"], error)

    def test_an_override_is_no_error_of_the_salesperson(self):
        with self.at("2040-01-02"):
            self.call(150_000)
            self.override(600_000)
        self.Backtest._extend(self.company)
        page = self.Calls.with_user(self.manager).calls_page(
            self.company.id, "month", self.period().id
        )
        errors = {
            row["user_id"]: row["error"]
            for group in page["groups"]
            for row in group["rows"]
        }
        self.assertEqual(errors[self.seller_north.id], 0)
        self.assertIsNone(errors[self.seller_south.id])
