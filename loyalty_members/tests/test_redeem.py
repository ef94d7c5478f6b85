from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestRedeem(MembershipCase):
    """Rewards are chosen and priced natively; their points are posted by us."""

    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.member._post_points("earn", 300, "start")

    def test_redeem_on_confirm(self):
        order = self._order(self.partner, 1000, confirm=False)
        self._redeem(order)
        self.assertEqual(order.amount_total, 700)
        self.assertPoints(self.member, 300)
        order.action_confirm()
        # what was paid with points does not earn
        self.assertEqual(self._kinds(self.member)[1:], [("burn", -300), ("earn", 7)])
        self.assertPoints(self.member, 7)

    def test_cancel_returns_the_points_to_their_lot(self):
        order = self._order(self.partner, 1000, confirm=False)
        self._redeem(order)
        order.action_confirm()
        self._cancel(order)
        self.assertPoints(self.member, 300)
        first = self.member.lot_ids.filtered(lambda lot: lot.entry_id.key == "start")
        self.assertEqual(first.remaining, 300)
        self.assertFalse(order.order_line.filtered("reward_id"))

    def test_cancel_after_the_earned_points_were_spent(self):
        order = self._order(self.partner, 1000, confirm=False)
        self._redeem(order)
        order.action_confirm()
        self.member._post_points("burn", 7, "elsewhere")
        self._cancel(order)
        self.assertPoints(self.member, 293)

    def test_reward_line_changes_on_a_confirmed_order(self):
        order = self._order(self.partner, 1000)
        self.assertPoints(self.member, 310)
        self._redeem(order)
        self.assertEqual(order.amount_total, 690)
        # 310 redeemed, but the order itself earns 6 instead of 10 now
        self.assertPoints(self.member, 0, debt=4)
        reward = order.order_line.filtered("reward_id")
        reward.points_cost = 100
        self.assertPoints(self.member, 206)
        reward.write({"points_cost": 0, "price_unit": 0})
        self.assertPoints(self.member, 310)

    def test_two_redeeming_orders_confirmed_together(self):
        orders = self.env["sale.order"]
        for _number in range(2):
            order = self._order(self.partner, 100, confirm=False)
            self._redeem(order)
            orders |= order
        orders.action_confirm()
        burns = [row for row in self._kinds(self.member) if row[0] == "burn"]
        self.assertEqual(burns, [("burn", -100), ("burn", -100)])
        self.assertPoints(self.member, 100)

    def test_frozen_member_cannot_redeem(self):
        order = self._order(self.partner, 1000, confirm=False)
        self._redeem(order)
        self.member.action_freeze()
        with self.assertRaisesRegex(ValidationError, "not active"):
            order.action_confirm()
        self.assertPoints(self.member, 300)

    def test_cost_in_whole_points(self):
        """Native cost is rounded like money: 33.33 points where money has cents."""
        shop = self.env["res.company"].create(
            {"name": "Dollar Shop", "currency_id": self.env.ref("base.USD").id}
        )
        self.env.user.company_ids += shop
        env = self.env(context={**self.env.context, "allowed_company_ids": shop.ids})
        program = env["loyalty.program"]._create_membership(shop.with_env(env))
        program.reward_ids.discount = 3
        member = env["loyalty.member"]._enroll(self.partner.with_env(env))
        member._post_points("earn", 300, "start")
        order = self._order(
            self.partner.with_env(env), 100, confirm=False, company_id=shop.id
        ).with_env(env)
        self._redeem(order)
        self.assertEqual(order.order_line.filtered("reward_id").points_cost, 34)
        order.action_confirm()
        self.assertPoints(member, 266)

    def test_free_product_reward(self):
        gift = self.env["product.product"].create(
            {"name": "Cup", "type": "service", "list_price": 200, "taxes_id": False}
        )
        self.program.write(
            {
                "reward_ids": [
                    (
                        0,
                        0,
                        {
                            "reward_type": "product",
                            "reward_product_id": gift.id,
                            "required_points": 250,
                        },
                    )
                ]
            }
        )
        order = self._order(self.partner, 1000, confirm=False)
        order._update_programs_and_rewards()
        reward = self.program.reward_ids.filtered(lambda r: r.reward_type == "product")
        order._apply_program_reward(reward, self.member.card_id)
        order.action_confirm()
        self.assertPoints(self.member, 60)
        self._cancel(order)
        self.assertPoints(self.member, 300)

    def test_salesman_redeems_without_right_to_points(self):
        salesman = new_test_user(
            self.env,
            "redeem_salesman",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        order = self._order(self.partner, 1000, confirm=False).with_user(salesman)
        self._redeem(order)
        order.action_confirm()
        self.assertPoints(self.member, 7)
        order.order_line.filtered("reward_id").points_cost = 100
        self.assertPoints(self.member, 207)
        self._cancel(order)
        self.assertPoints(self.member, 300)

    def test_order_tells_what_it_earned_and_used(self):
        order = self._order(self.partner, 1000, confirm=False)
        self._redeem(order)
        self.assertFalse(order.loyalty_data)
        order.action_confirm()
        order.invalidate_recordset(["loyalty_data"])
        self.assertEqual(
            order.loyalty_data, {"point_name": "Points", "issued": 7, "cost": 300}
        )
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.assertFalse(self._order(stranger, 1000).loyalty_data)

    def test_no_points_are_granted_natively(self):
        order = self._order(self.partner, 1000)
        self.assertFalse(order.coupon_point_ids.filtered("points"))
        history = self.env["loyalty.history"].search(
            [("card_id", "=", self.member.card_id.id)]
        )
        self.assertFalse(sum(history.mapped("issued")))
