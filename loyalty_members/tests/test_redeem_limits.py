from datetime import timedelta

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestRedeemLimits(MembershipCase):
    """Share of the order, minimum order and step of points."""

    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.member._post_points("import", 1000, "start")
        self.reward = self.program.reward_ids
        self.card = self.member.card_id

    def _draft(self, amount):
        order = self._order(self.partner, amount, confirm=False)
        order._update_programs_and_rewards()
        return order

    def _used(self, order):
        lines = order.order_line.filtered("reward_id")
        return sum(lines.mapped("points_cost")), order.amount_total

    def _apply(self, order, reward=None):
        return order._apply_program_reward(reward or self.reward, self.card)

    def test_points_past_their_last_day_are_not_offered(self):
        """The job that takes them away has not run since midnight."""
        yesterday = self.program._today() - timedelta(days=1)
        # as of now; a lot is never granted with a day that has passed
        entry = self.member._post_points("gift", 500, "gift", expire_on=yesterday)
        self.assertEqual(entry.lot_ids.remaining, 500)
        self.assertEqual(self.card.points, 1500)
        order = self._draft(5000)
        self.assertEqual(order._get_real_points_for_coupon(self.card), 1000)
        self.assertEqual(order.member_usable_points, 1000)
        self._apply(order)
        self.assertEqual(self._used(order), (1000, 4000))
        order.action_confirm()
        self.assertEqual(self.member._expire_due(), 1)
        self.assertPoints(self.member, 40)

    def test_limits_when_applied(self):
        for settings, amount, points in [
            ({}, 1500, 1000),
            ({"burn_max_ratio": 0.2}, 1500, 300),
            ({"burn_max_ratio": 0.2}, 1499, 299),
            ({"burn_max_ratio": 0.2}, 9000, 1000),
            ({"burn_step": 100}, 950, 900),
            ({"burn_step": 300}, 5000, 900),
            ({"burn_step": 100, "burn_max_ratio": 0.2}, 1999, 300),
            ({"burn_min_amount": 500}, 500, 500),
        ]:
            with self.subTest(settings, amount=amount):
                self.program.write(
                    {"burn_max_ratio": 1, "burn_step": 1, "burn_min_amount": 0}
                    | settings
                )
                order = self._draft(amount)
                self.assertIn(self.card, order._get_claimable_rewards())
                self.assertFalse(self._apply(order))
                self.assertEqual(self._used(order), (points, amount - points))
                order._update_programs_and_rewards()
                self.assertEqual(self._used(order), (points, amount - points))
                order.action_confirm()
                self.assertEqual(order.state, "sale")
                self._cancel(order)
                self.assertPoints(self.member, 1000)

    def test_refused_when_applied(self):
        for settings, amount, message in [
            ({"burn_min_amount": 500}, 499, "from NT\\$500 on.*NT\\$499"),
            ({"burn_step": 300, "burn_max_ratio": 0.2}, 1400, "steps of 300.*20%.*280"),
            ({"burn_max_ratio": 0.001}, 100, "at most 0.1% of"),
        ]:
            with self.subTest(settings):
                self.program.write(
                    {"burn_max_ratio": 1, "burn_step": 1, "burn_min_amount": 0}
                    | settings
                )
                order = self._draft(amount)
                self.assertNotIn(self.card, order._get_claimable_rewards())
                self.assertRegex(self._apply(order)["error"], message)
                with self.assertRaisesRegex(UserError, message):
                    order.action_open_reward_wizard()
                self.assertFalse(order.order_line.filtered("reward_id"))

    def test_share_counts_other_discounts_first(self):
        self.program.burn_max_ratio = 0.2
        order = self._draft(1500)
        self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.product.id, "price_unit": -500}
        )
        self._apply(order)
        self.assertEqual(self._used(order), (200, 800))

    def test_share_with_tax(self):
        group = self.env["account.tax.group"].create(
            {"name": "VAT", "company_id": self.company.id}
        )
        tax = self.env["account.tax"].create(
            {
                "name": "5%",
                "amount": 5,
                "tax_group_id": group.id,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.tw").id,
            }
        )
        self.program.burn_max_ratio = 0.2
        order = self._draft(1000)
        order.order_line.tax_ids = tax
        self._apply(order)
        # 20% of NT$1,050
        self.assertEqual(self._used(order), (210, 840))
        order.action_confirm()
        self.assertEqual(self._kinds(self.member)[1], ("burn", -210))

    def test_rewards_with_a_fixed_cost(self):
        coupon = self.env["loyalty.reward"].create(
            {
                "program_id": self.program.id,
                "reward_type": "discount",
                "discount_mode": "per_order",
                "discount": 300,
                "discount_applicability": "order",
                "required_points": 250,
            }
        )
        self.program.write({"burn_max_ratio": 0.2, "burn_step": 100})
        small, large = self._draft(1499), self._draft(1500)
        self.assertRegex(self._apply(small, coupon)["error"], "takes off NT\\$300")
        self.assertFalse(self._apply(large, coupon))
        self.assertEqual(self._used(large), (250, 1200))
        # nothing of the share is left for points beside it
        self.assertRegex(self._apply(large)["error"], "Too little")
        large.action_confirm()

    def test_checked_again_at_confirmation(self):
        self.program.write(
            {"burn_max_ratio": 0.2, "burn_min_amount": 500, "burn_step": 100}
        )
        order = self._draft(1500)
        self._apply(order)
        goods = order.order_line[0]
        reward = order.order_line.filtered("reward_id")
        for price, step, message in [
            (1000, 100, "pay NT\\$300 of NT\\$1,000, and at most 20%"),
            (400, 100, "from NT\\$500 on"),
            (1500, 200, "steps of 200"),
        ]:
            with self.subTest(message), self.cr.savepoint() as savepoint:
                goods.price_unit = price
                self.program.burn_step = step
                with self.assertRaisesRegex(ValidationError, message):
                    order.action_confirm()
                self.assertEqual(order.state, "draft")
                savepoint.rollback()
                self.env.invalidate_all()
        goods.price_unit = 1000
        order._update_programs_and_rewards()
        self.assertEqual(reward.points_cost, 200)
        order.action_confirm()
        self.assertPoints(self.member, 808)

    @mute_logger("odoo.sql_db")
    def test_bad_settings_are_refused(self):
        for values in [
            {"burn_max_ratio": 0},
            {"burn_max_ratio": 1.1},
            {"burn_min_amount": -1},
            {"burn_step": 0},
            {"burn_hold_days": -1},
        ]:
            with (
                self.subTest(values),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.program.write(values)
                self.env.flush_all()

    def test_other_programs_are_not_limited(self):
        self.program.write({"burn_max_ratio": 0.1, "burn_min_amount": 10000})
        self.env["loyalty.program"].create(
            {
                "name": "Promotion",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "company_id": self.company.id,
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.create({"discount": 50})],
            }
        )
        order = self._draft(1000)
        card, rewards = next(iter(order._get_claimable_rewards().items()))
        order._apply_program_reward(rewards, card)
        order.action_confirm()
        self.assertEqual(order.amount_total, 500)


@tagged("post_install", "-at_install")
class TestHeldPoints(MembershipCase):
    """Quotations hold the points they use."""

    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.member._post_points("import", 300, "start")
        self.card = self.member.card_id

    def _quotation(self, amount=200):
        order = self._order(self.partner, amount, confirm=False)
        order._update_programs_and_rewards()
        return order

    def _usable(self, order):
        return order._get_real_points_for_coupon(self.card)

    def test_other_quotations_cannot_use_them(self):
        first, second = self._quotation(), self._quotation(1000)
        self._redeem(first)
        self.assertPoints(self.member, 300)
        self.assertEqual(self.card.held_points, 200)
        self.assertEqual(self._usable(second), 100)
        self._redeem(second)
        self.assertEqual(second.amount_total, 900)
        third = self._quotation()
        self.assertFalse(third._get_claimable_rewards())
        (first | second).action_confirm()
        self.assertPoints(self.member, 9)

    def test_released_on_cancel_confirm_and_expiry(self):
        today = self.program._today()
        for release in (
            lambda order: self._cancel(order),
            lambda order: order.order_line.filtered("reward_id").unlink(),
            lambda order: order.write({"validity_date": today - timedelta(days=1)}),
            lambda order: order.action_confirm(),
        ):
            order, other = self._quotation(), self._quotation()
            balance = self.member.balance
            self._redeem(order)
            self.assertEqual(self._usable(other), balance - 200)
            release(order)
            self.assertEqual(self.card.held_points, 0)
            self.assertEqual(self._usable(other), self.member.balance)

    def test_days_to_hold(self):
        self.program.burn_hold_days = 3
        order, other = self._quotation(), self._quotation()
        self._redeem(order)
        for days, usable in [(3, 100), (4, 300)]:
            order.date_order = self.env.cr.now() - timedelta(days=days)
            self.assertEqual(self._usable(other), usable)

    def test_who_asked_first_has_them(self):
        """Two users who work at the same time do not see each other's quotation."""
        first, second = self._quotation(300), self._quotation(300)
        self._redeem(second)
        reward = second.order_line.filtered("reward_id")
        reward.copy({"order_id": first.id, "points_cost": 300})
        with self.assertRaisesRegex(ValidationError, "other quotations hold 300"):
            first.action_confirm()
        second.action_confirm()
        self.assertPoints(self.member, 0)
        with self.assertRaisesRegex(ValidationError, "but 0 can be used"):
            first.action_confirm()

    def test_points_that_went_away_meanwhile(self):
        order = self._quotation(300)
        self._redeem(order)
        self.member._post_points("reverse", 100, "r")
        with self.assertRaisesRegex(ValidationError, "uses 300 points, but 200 can"):
            order.action_confirm()
        order._update_programs_and_rewards()
        order.action_confirm()
        self.assertEqual(order.amount_total, 100)
        self.assertPoints(self.member, 1)

    def test_quotations_of_other_members_hold_nothing_here(self):
        other = self._enroll("Other")
        other._post_points("import", 50, "other")
        order = self._order(other.partner_id, 500, confirm=False)
        self._redeem(order)
        self.assertEqual(self._usable(self._quotation()), 300)
        self.assertEqual((self.card | other.card_id).mapped("held_points"), [0, 50])
