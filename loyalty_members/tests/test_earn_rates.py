from datetime import date, timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestEarnRates(MembershipCase):
    """The rate table on real orders."""

    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)

    def _rate(self, name="Double", **values):
        return self.env["loyalty.earn.rate"].create(
            {"name": name, "program_id": self.program.id, **values}
        )

    def _born(self, day):
        return patch.object(
            self.env.registry["loyalty.member"], "_birthday", lambda member: day
        )

    def _days(self, *days):
        names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        return {name: number in days for number, name in enumerate(names)}

    # -- conditions -----------------------------------------------------------
    def test_explanation_on_the_entry(self):
        self._rate("Birthday month", factor=1.5, birthday_month=True)
        with self._born(date(1990, self.program._today().month, 1)):
            self._order(self.partner, 12000)
        entry = self.member.entry_ids
        self.assertEqual(entry.points, 180)
        self.assertEqual(entry.explanation, "180 = 120 x 1.5 Birthday month")

    def test_birthday_month(self):
        self._rate(birthday_month=True)
        today = self.program._today()
        other = today.replace(day=1) - timedelta(days=1)
        for birthday, points in [(today, 20), (other, 10), (None, 10)]:
            with self.subTest(birthday), self._born(birthday):
                order = self._order(self.partner, 1000)
                self.assertEqual(self._points_of(order), points)

    def test_tier(self):
        self._rate(tier_ids=[(6, 0, (self.silver | self.gold).ids)])
        first = self._order(self.partner, 10000)
        self.assertEqual(self._points_of(first), 100)
        self.assertEqual(self.member.tier_id, self.silver)
        self.assertEqual(self._points_of(self._order(self.partner, 1000)), 20)
        # the tier of the day on which it first earned
        first.order_line.product_uom_qty = 2
        self.assertEqual(self._points_of(first), 200)

    def test_dates_and_weekdays(self):
        today = self.program._today()
        day = timedelta(days=1)
        for values, points in [
            ({"date_from": today, "date_to": today}, 20),
            ({"date_from": today + day}, 10),
            ({"date_to": today - day}, 10),
            (self._days(today.weekday()), 20),
            (self._days((today.weekday() + 1) % 7), 10),
        ]:
            with self.subTest(values):
                rate = self._rate(**values)
                order = self._order(self.partner, 1000)
                self.assertEqual(self._points_of(order), points)
                rate.active = False

    def test_first_order_that_counts(self):
        self._rate(effect="fixed", points=50, first_order=True)
        first = self._order(self.partner, 1000)
        self.assertEqual(self._points_of(first), 60)
        self._cancel(first)
        second = self._order(self.partner, 1000)
        self.assertEqual(self._points_of(second), 60)
        self.assertEqual(self._points_of(self._order(self.partner, 1000)), 10)

    def test_only_one_of_two_orders_is_first(self):
        self._rate(effect="fixed", points=50, first_order=True)
        orders = self._order(self.partner, 1000, confirm=False)
        orders |= self._order(self.partner, 1000, confirm=False)
        orders.write({"state": "sale"})
        self.assertEqual(sorted(map(self._points_of, orders)), [10, 60])

    def test_sales_team(self):
        teams = self.env["crm.team"].create(
            [{"name": name, "company_id": self.company.id} for name in ("A", "B")]
        )
        self._rate(team_ids=[(6, 0, teams[0].ids)])
        for team, points in zip(teams, (20, 10), strict=True):
            order = self._order(self.partner, 1000, team_id=team.id)
            self.assertEqual(self._points_of(order), points)

    def test_products_and_categories(self):
        drinks = self.env["product.category"].create({"name": "Drinks"})
        tea = self.env["product.category"].create(
            {"name": "Tea", "parent_id": drinks.id}
        )
        rate = self._rate(categ_ids=[(6, 0, drinks.ids)])
        order = self._order(self.partner, 1000, confirm=False)
        order.order_line.product_id.categ_id = tea
        order.order_line.copy(
            {
                "order_id": order.id,
                "product_id": self._product(500).id,
                "price_unit": 500,
            }
        )
        order.action_confirm()
        self.assertEqual(self._points_of(order), 25)
        rate.write(
            {
                "categ_ids": [(5, 0, 0)],
                "product_ids": [(6, 0, order.order_line[1].product_id.ids)],
            }
        )
        order.copy().action_confirm()
        self.assertEqual(self.member.balance, 25 + 20)

    # -- in force when the order first earned ----------------------------------
    def test_changes_of_the_table_do_not_touch_earlier_orders(self):
        rate = self._rate(factor=3)
        order = self._order(self.partner, 1000)
        self.assertEqual(self._points_of(order), 30)
        rate.factor = 5
        self._rate("Later", factor=9)
        self.program.write({"earn_amount": 10, "earn_stack": "product"})
        order.order_line.product_uom_qty = 2
        self.assertEqual(self._points_of(order), 60)
        rate.unlink()
        order.order_line.product_uom_qty = 1
        self.assertEqual(self._points_of(order), 30)
        self.assertFalse(self.Member._reconcile(order))
        self._cancel(order)
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self._points_of(order), 30)

    def test_every_entry_tells_what_it_came_from(self):
        self._rate("Tea week", factor=2)
        order = self._order(self.partner, 1000)
        order.order_line.product_uom_qty = 2
        first, second = self.member.entry_ids.sorted("id")
        self.assertEqual(first.explanation, "20 = 10 x 2 Tea week")
        self.assertEqual(second.explanation, "20 → 40 = 20 x 2 Tea week")
        self.assertIn("terms", first.details)
        self.assertNotIn("terms", second.details)
        self.assertEqual(second.details["earned"]["points"], 40)

    # -- caps -----------------------------------------------------------------
    def test_caps_per_day_and_month(self):
        self._rate(factor=2, cap_order=40, cap_day=50, cap_month=60)
        today = self.program._today()
        first = self._order(self.partner, 10000)
        self.assertEqual(self._points_of(first), 140)
        second = self._order(self.partner, 10000)
        self.assertEqual(self._points_of(second), 110)
        other_day = today + timedelta(days=1 if today.day < 15 else -1)
        third = self._order(self.partner, 10000, confirm=False)
        third.date_order = f"{other_day} 04:00:00"
        third.state = "sale"
        self.assertEqual(self._points_of(third), 110)
        # what a refund frees is not given to an order that has earned
        self._cancel(first)
        self.Member._reconcile(second | third)
        self.assertEqual(self._points_of(second), 110)
        self.assertEqual(self._points_of(self._order(self.partner, 10000)), 140)

    def test_caps_of_orders_confirmed_together(self):
        self._rate(factor=2, cap_day=50)
        orders = self.env["sale.order"]
        for _number in range(3):
            orders |= self._order(self.partner, 4000, confirm=False)
        orders.write({"state": "sale"})
        self.assertEqual(sorted(map(self._points_of, orders)), [40, 50, 80])
        self.assertFalse(self.Member._reconcile(orders))

    def test_a_growing_order_stays_under_the_cap(self):
        self._rate(factor=2, cap_day=50)
        first = self._order(self.partner, 3000)
        self.assertEqual(self._points_of(first), 60)
        second = self._order(self.partner, 3000)
        self.assertEqual(self._points_of(second), 50)
        first.order_line.product_uom_qty = 10
        self.assertEqual(self._points_of(first), 330)

    # -- bad input ------------------------------------------------------------
    def test_bad_values_are_refused(self):
        for values in [
            {"factor": -1},
            {"effect": "fixed", "points": 0},
            {"effect": "extra", "points": 1, "amount": 0},
            {"cap_day": -1},
            {"min_amount": -1},
            {"date_from": "2026-02-01", "date_to": "2026-01-31"},
        ]:
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._rate(**values)
        with self.assertRaisesRegex(ValidationError, "no day of the week"):
            self._rate(**self._days())
        other = self.env["loyalty.program"]._create_membership(
            self.env["res.company"].create({"name": "Other"})
        )
        with self.assertRaisesRegex(ValidationError, "another membership"):
            self._rate(tier_ids=[(6, 0, other.tier_ids.ids)])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.program.pending_days = -1
            self.env.flush_all()

    def test_rates_are_for_memberships(self):
        program = self.env["loyalty.program"].create({"name": "Native"})
        with self.assertRaisesRegex(ValidationError, "Only memberships"):
            self._rate(program_id=program.id)

    def test_rates_of_another_company_do_not_count(self):
        other = self.env["loyalty.program"]._create_membership(
            self.env["res.company"].create({"name": "Other"})
        )
        self._rate(program_id=other.id, factor=9)
        self.assertEqual(self._points_of(self._order(self.partner, 1000)), 10)
