import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ForecastCase


class CallsCase(ForecastCase):
    """Both sellers are members of their teams; north has 100,000 at 40 % in March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Submission = cls.env["crm.forecast.submission"]
        cls.Calls = cls.env["crm.forecast.calls"]
        cls.leader = cls.new_user("f_leader", "sales_team.group_sale_salesman")
        cls.team_north.user_id = cls.leader
        for team, user in (
            (cls.team_north, cls.seller_north),
            (cls.team_south, cls.seller_south),
        ):
            cls.env["crm.team.member"].create(
                {"crm_team_id": team.id, "user_id": user.id}
            )

    def setUp(self):
        super().setUp()
        self.march = self.period()

    def call(self, amount, user=None, period=None, commit=0, best=0):
        return self.Submission.browse(
            self.Submission.with_user(user or self.seller_north).action_call(
                (period or self.march).id, amount, commit, best
            )
        )

    def override(self, amount, reason="Too high", user=None, by=None, **values):
        if not values.get("team_id"):
            values["user_id"] = (user or self.seller_north).id
        return self.Submission.browse(
            self.Submission.with_user(by or self.manager).action_override(
                self.march.id, amount, reason, **values
            )
        )


@tagged("post_install", "-at_install")
class TestSubmission(CallsCase):
    def test_a_call_keeps_who_when_and_what_the_screen_showed(self):
        self.new_lead()
        self.new_lead("Won", expected_revenue=5000).action_set_won()
        row = self.call(80_000, commit=60_000, best=90_000)
        self.assertEqual(row.kind, "call")
        self.assertEqual(row.user_id, self.seller_north)
        self.assertEqual(row.author_id, self.seller_north)
        self.assertEqual(row.team_id, self.team_north)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(str(row.submitted_at), "2040-03-07 02:00:00")
        self.assertEqual(row.amount, 80_000)
        self.assertEqual((row.commit_amount, row.best_amount), (60_000, 90_000))
        self.assertEqual(row.won_amount, 5000)
        self.assertEqual(row.weighted_amount, 45_000)
        self.assertEqual(row.model_amount, 0, "nothing was learned yet")

    def test_an_override_keeps_the_reason(self):
        row = self.override(30_000, "  The customer cut the budget ")
        self.assertEqual(row.kind, "override")
        self.assertEqual(row.user_id, self.seller_north)
        self.assertEqual(row.author_id, self.manager)
        self.assertEqual(row.reason, "The customer cut the budget")

    def test_reason_is_required(self):
        for reason in ("", "   ", False, None, 7):
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(UserError, "“Reason” is empty"),
            ):
                self.override(30_000, reason)

    def test_amounts_that_are_none(self):
        cases = (-1, -0.01, "80000", None, True, float("nan"), float("inf"))
        for amount in cases:
            with self.subTest(amount=amount):
                with self.assertRaises(UserError):
                    self.call(amount)
                with self.assertRaises(UserError):
                    self.call(1, commit=amount)
                with self.assertRaises(UserError):
                    self.call(1, best=amount)
                with self.assertRaises(UserError):
                    self.override(amount)
        with self.assertRaisesRegex(UserError, "“My Call” is not a number. Enter zero"):
            self.call("80000")
        with self.assertRaisesRegex(UserError, "“Commit” is negative"):
            self.call(1, commit=-5)

    def test_a_period_that_is_over_refuses(self):
        february = self.period(date="2040-02-10")
        with self.assertRaisesRegex(UserError, "ended on"):
            self.call(1, period=february)
        self.march = february
        with self.assertRaisesRegex(UserError, "ended on"):
            self.override(1)

    def test_the_last_day_is_that_of_the_company(self):
        with self.at("2040-03-31 15:59:00"):  # 23:59 in Taipei
            self.assertTrue(self.call(1))
        with self.at("2040-03-31 16:00:00"), self.assertRaises(UserError):
            self.call(1)

    def test_a_period_that_is_gone(self):
        period = self.period("quarter")
        period_id = period.id
        period.unlink()
        with self.assertRaisesRegex(UserError, "no longer exists"):
            self.Submission.with_user(self.seller_north).action_call(period_id, 1, 1, 1)

    def test_the_latest_counts_and_all_are_kept(self):
        first, second = self.call(1), self.call(2)
        other = self.call(5, user=self.seller_south)
        override = self.override(3)
        rows = self.Submission.search([("period_id", "=", self.march.id)])
        self.assertEqual(rows, override + other + second + first)
        self.assertEqual(rows.filtered("is_latest"), override + other + second)
        self.assertEqual(
            self.Submission.search(
                [("period_id", "=", self.march.id), ("is_latest", "=", False)]
            ),
            first,
        )
        self.assertEqual(
            self.Submission._latest(self.march),
            {
                (self.seller_north.id, self.team_north.id): {
                    "call": second,
                    "override": override,
                },
                (self.seller_south.id, self.team_south.id): {"call": other},
            },
        )

    def test_a_team_is_apart_from_its_people(self):
        self.call(1)
        team = self.override(9, team_id=self.team_north.id)
        self.assertFalse(team.user_id)
        latest = self.Submission._latest(self.march)
        self.assertEqual(
            latest[False, self.team_north.id], {"override": team}, "of the whole team"
        )
        self.assertEqual(len(latest), 2)

    def test_either_a_person_or_a_team(self):
        for values in (
            {"user_id": False, "team_id": False},
            {"user_id": self.seller_north.id, "team_id": self.team_north.id},
        ):
            with self.assertRaisesRegex(UserError, "Choose a salesperson or a sales"):
                self.Submission.with_user(self.manager).action_override(
                    self.march.id, 1, "Why", **values
                )

    def test_who_changes_teams_has_one_latest_call(self):
        self.call(1)
        member = self.env["crm.team.member"].search(
            [("user_id", "=", self.seller_north.id)]
        )
        member.crm_team_id = self.team_south
        second = self.call(2)
        self.assertEqual(second.team_id, self.team_south)
        self.assertEqual(
            self.Submission._latest(self.march),
            {(self.seller_north.id, self.team_south.id): {"call": second}},
        )

    def test_an_override_can_be_taken_back(self):
        self.call(80)
        self.override(30)
        row = self.override(None, "He was right", withdraw=True)
        self.assertTrue(row.is_withdrawn)
        grid = self.Calls._grid(self.march)
        person = grid.person(self.seller_north.id)
        self.assertEqual((person.source, person.effective), ("call", 80))
        with self.assertRaisesRegex(UserError, "“Reason” is empty"):
            self.override(None, "", withdraw=True)

    def test_there_must_be_an_override_to_take_back(self):
        for about in ({}, {"team_id": self.team_north.id}):
            with self.assertRaisesRegex(UserError, "no override to take back"):
                self.override(None, withdraw=True, **about)
            self.override(1, **about)
            self.override(None, withdraw=True, **about)
            with self.assertRaisesRegex(UserError, "no override to take back"):
                self.override(None, withdraw=True, **about)

    def test_amounts_are_rounded_to_the_currency(self):
        self.company.currency_id.rounding = 1.0
        row = self.call(10.4, commit=1.6)
        self.assertEqual((row.amount, row.commit_amount), (10, 2))

    def test_nobody_can_forge_or_change_a_row(self):
        row = self.call(1)
        for rows in (row, row.sudo(), row.with_user(self.manager)):
            with self.assertRaises(UserError):
                rows.write({"amount": 5})
            with self.assertRaises(UserError):
                rows.unlink()
            with self.assertRaises(UserError):
                rows.create({"period_id": self.march.id, "kind": "call"})
        for statement in (
            "UPDATE crm_forecast_submission SET amount = 5 WHERE id = %s",
            "UPDATE crm_forecast_submission SET reason = 'x' WHERE id = %s",
            "UPDATE crm_forecast_submission SET user_id = NULL WHERE id = %s",
            "DELETE FROM crm_forecast_submission WHERE id = %s",
        ):
            self.refuse(psycopg2.errors.RestrictViolation, statement, row.id)
        self.refuse(
            psycopg2.errors.RestrictViolation, "TRUNCATE crm_forecast_submission"
        )

    def test_the_database_knows_the_rules(self):
        insert = (
            "INSERT INTO crm_forecast_submission (period_id, company_id, kind, user_id,"
            " author_id, amount, reason, submitted_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, now())"
        )
        north, manager = self.seller_north.id, self.manager.id
        for values in (
            ("call", north, manager, 1, None),
            ("call", None, north, 1, None),
            ("override", north, manager, 1, " "),
            ("override", north, manager, -1, "Why"),
            ("override", None, manager, 1, "Why"),
        ):
            with self.subTest(values):
                self.refuse(
                    psycopg2.errors.CheckViolation,
                    insert,
                    self.march.id,
                    self.company.id,
                    *values,
                )

    def refuse(self, error, statement, *params):
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(error),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(SQL(statement, *params))

    def test_history_holds_what_it_is_about(self):
        self.call(1)
        for record in (self.seller_north, self.team_north, self.march):
            with (
                self.subTest(record),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.ForeignKeyViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE id = %s",
                        SQL.identifier(record._table),
                        record.id,
                    )
                )
