import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestCoverage(ForecastCase):
    """Period: March 2040, seen on 7 March; February is the one before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Coverage = cls.env["crm.forecast.coverage"]
        cls.Target = cls.env["crm.forecast.target"]

    def setUp(self):
        super().setUp()
        self.march = self.period()

    def target(self, amount, team=None, period=None):
        return self.Target.create(
            {
                "period_id": (period or self.march).id,
                "team_id": team.id if team else False,
                "amount": amount,
            }
        )

    def won(self, amount, date="2040-03-05", **values):
        with self.at(date):
            self.new_lead(expected_revenue=amount, **values).action_set_won()

    def rows(self, user=None):
        """{(level, name): row}"""
        coverage = self.Coverage.with_user(user) if user else self.Coverage
        table = coverage.coverage_table(self.march.id)
        self.note = table["note"]
        return {(row["level"], row["name"]): row for row in table["rows"]}

    def company_row(self):
        return self.rows()["company", "Forecast Taipei"]

    def test_open_amount_by_what_is_missing(self):
        self.target(500000)
        self.won(200000)
        self.new_lead(expected_revenue=600000)
        row = self.company_row()
        self.assertEqual(
            [row[name] for name in ("target", "won", "missing", "open", "coverage")],
            [500000, 200000, 300000, 600000, 2.0],
        )
        self.assertEqual(row["source"], "target")
        self.assertIn("missing to the target", self.table()["definition"])

    def table(self):
        return self.Coverage.coverage_table(self.march.id)

    def test_teams_and_their_salespeople_in_order(self):
        self.new_lead()
        self.new_lead(team_id=self.team_south.id, user_id=self.seller_south.id)
        self.new_lead(team_id=self.team_south.id, user_id=False)
        self.new_lead(team_id=False, user_id=False)
        names = [(row["level"], row["name"]) for row in self.table()["rows"]]
        self.assertEqual(
            names,
            [
                ("company", "Forecast Taipei"),
                ("team", "F North"),
                ("user", self.seller_north.name),
                ("team", "F South"),
                ("user", self.seller_south.name),
                ("user", "Unassigned"),
                ("team", "Without sales team"),
                ("user", "Unassigned"),
            ],
        )

    def test_target_reached(self):
        self.target(100000)
        self.won(150000)
        row = self.company_row()
        self.assertEqual((row["missing"], row["coverage"]), (0, False))

    def test_without_target_the_period_before_is_the_target(self):
        self.won(80000, "2040-02-10")
        self.new_lead(expected_revenue=40000)
        rows = self.rows()
        for key in (
            ("company", "Forecast Taipei"),
            ("team", "F North"),
            ("user", self.seller_north.name),
        ):
            self.assertEqual(rows[key]["source"], "previous", key)
            self.assertEqual(rows[key]["target"], 80000)
            self.assertEqual(rows[key]["coverage"], 0.5)
        self.assertIn("the amount won in 2040/02 is the target", self.note)

    def test_quarter_is_held_against_the_quarter_before(self):
        self.won(80000, "2040-02-10")
        quarter = self.period("quarter")
        row = self.Coverage._coverage(quarter)[0]
        self.assertEqual((row["won"], row["source"]), (80000, False))

    def test_company_takes_the_sum_of_its_teams(self):
        self.target(300000, self.team_north)
        self.target(100000, self.team_south)
        self.won(80000, "2040-02-10")
        row = self.company_row()
        self.assertEqual((row["target"], row["source"]), (400000, "teams"))
        self.assertIn("sum of its teams", self.note)
        self.assertEqual(self.rows()["team", "F South"]["target"], 100000)
        self.target(500000)
        self.assertEqual(self.company_row()["target"], 500000)

    def test_company_without_history(self):
        self.new_lead()
        row = self.company_row()
        self.assertEqual((row["target"], row["source"]), (0, False))
        self.assertFalse(row["coverage"])
        self.assertIn("without target", self.note)

    def test_hook_for_quotas(self):
        self.target(300000, self.team_north)
        target = self.Target._forecast_target
        self.assertEqual(target(self.march, self.team_north), 300000)
        self.assertIsNone(target(self.march))
        self.assertIsNone(target(self.march, self.team_north, self.seller_north))

    def test_salesperson_gets_own_rows_only(self):
        self.target(300000, self.team_north)
        self.new_lead()
        self.new_lead(user_id=self.seller_south.id)
        self.new_lead(user_id=False)
        self.assertEqual(
            list(self.rows(self.seller_north)), [("user", self.seller_north.name)]
        )
        self.assertGreater(len(self.rows(self.all_leads)), 3)

    def test_who_may_set_targets(self):
        for user, allowed in (
            (self.seller_north, False),
            (self.all_leads, False),
            (self.manager, True),
        ):
            table = self.Coverage.with_user(user).coverage_table(self.march.id)
            self.assertEqual(table["can_edit"], allowed)
        with self.assertRaises(AccessError):
            self.Target.with_user(self.seller_north).search([])

    def test_one_target_per_period_and_team(self):
        self.target(1)
        self.target(1, self.team_north)
        for team in (None, self.team_north):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                self.cr.savepoint(),
            ):
                self.target(2, team)

    def test_target_above_zero(self):
        for amount in (0, -1):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.cr.savepoint(),
            ):
                self.target(amount)

    def test_team_of_another_company(self):
        other = self.new_company("Forecast Kaohsiung", "TWD", "Asia/Taipei")
        team = self.env["crm.team"].create({"name": "Far", "company_id": other.id})
        with self.assertRaises(UserError):
            self.target(1, team)
