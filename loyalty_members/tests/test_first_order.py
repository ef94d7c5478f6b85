from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestFirstOrder(MembershipCase):
    def test_off_by_default(self):
        self.assertFalse(self.program.enroll_on_first_order)
        order = self._order(self.partner, 1000)
        self.assertFalse(self.partner.member_id)
        self.assertFalse(order.applied_coupon_ids)

    def test_first_order_enrols_and_earns(self):
        self.program.enroll_on_first_order = True
        self._order(self.partner, 1000)
        member = self.partner.member_id
        self.assertEqual(member.channel, "order")
        self.assertPoints(member, 10)
        self._order(self.partner, 1000)
        self.assertEqual(self.partner.member_id, member)
        self.assertPoints(member, 20)

    def test_two_first_orders_confirmed_together(self):
        self.program.enroll_on_first_order = True
        orders = self._order(self.partner, 100, confirm=False) | self._order(
            self.partner, 200, confirm=False
        )
        orders.action_confirm()
        self.assertPoints(self.partner.member_id, 3)

    def test_public_customer_stays_outside(self):
        self.program.enroll_on_first_order = True
        public = self.env.ref("base.public_partner")
        self._order(public, 1000)
        self.assertFalse(public.member_id)

    def test_quotation_does_not_give_a_card(self):
        order = self._order(self.partner, 1000, confirm=False)
        order._update_programs_and_rewards()
        order._get_claimable_rewards()
        cards = self.env["loyalty.card"].search([("partner_id", "=", self.partner.id)])
        self.assertFalse(cards)
        self.assertFalse(order.coupon_point_ids)

    def test_error_while_enrolling_keeps_the_order_unconfirmed(self):
        self.program.enroll_on_first_order = True
        self.partner.company_id = self.company
        order = self._order(self.partner, 1000, confirm=False)
        self.partner.company_id = self.env.ref("base.main_company")
        with self.assertRaises(UserError):
            order.action_confirm()
