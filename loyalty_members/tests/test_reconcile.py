from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestReconcile(MembershipCase):
    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)

    def test_confirm_earns_rounded_down(self):
        order = self._order(self.partner, 1280, confirm=False)
        self.assertPoints(self.member, 0)
        order.action_confirm()
        self.assertPoints(self.member, 12)
        entry = self.member.entry_ids
        self.assertEqual(entry.explanation, "12 = NT$1,280 / 100")
        self.assertEqual(entry.qualifying_amount, 1280)
        self.assertEqual(entry.earn_amount, 100)
        self.assertEqual(entry.source_id, order.id)
        self.assertEqual(order.member_entry_count, 1)

    def test_reconcile_again_does_nothing(self):
        order = self._order(self.partner, 1280)
        for _time in range(3):
            self.assertFalse(self.Member._reconcile(order))
        self.assertFalse(self.Member._reconcile(order.browse()))
        self.assertPoints(self.member, 12)

    def test_quantity_up_and_down(self):
        order = self._order(self.partner, 500)
        order.order_line.product_uom_qty = 3
        self.assertPoints(self.member, 15)
        order.order_line.product_uom_qty = 2
        self.assertPoints(self.member, 10)
        self.assertEqual(
            self._kinds(self.member), [("earn", 5), ("earn", 10), ("reverse", -5)]
        )
        self.assertEqual(sum(self.member.entry_ids.mapped("qualifying_amount")), 1000)

    def test_price_and_discount(self):
        order = self._order(self.partner, 500)
        order.order_line.price_unit = 1000
        self.assertPoints(self.member, 10)
        order.order_line.discount = 25
        self.assertPoints(self.member, 7)

    def test_lines_added_and_removed(self):
        order = self._order(self.partner, 500)
        line = {"product_id": self.product.id, "product_uom_qty": 1, "price_unit": 300}
        order.write({"order_line": [Command.create(line)]})
        self.assertPoints(self.member, 8)
        extra = self.env["sale.order.line"].create({**line, "order_id": order.id})
        self.assertPoints(self.member, 11)
        extra.product_uom_qty = 0
        self.assertPoints(self.member, 8)

    def test_removed_line(self):
        order = self._order(self.partner, 500)
        line = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.product.id, "price_unit": 400}
        )
        self.assertPoints(self.member, 9)
        # a confirmed line can be removed by code while nothing is invoiced
        line.with_context(force_delete=True)
        order.state = "draft"
        self.assertPoints(self.member, 0)
        line.unlink()
        order.state = "sale"
        self.assertPoints(self.member, 5)

    def test_many_line_changes_in_one_write_post_once(self):
        order = self._order(self.partner, 500)
        lines = [
            {"product_id": self.product.id, "product_uom_qty": n, "price_unit": 100}
            for n in range(1, 6)
        ]
        order.write({"order_line": [Command.create(line) for line in lines]})
        self.assertEqual(self._kinds(self.member), [("earn", 5), ("earn", 15)])
        order.write(
            {
                "order_line": [
                    Command.update(line.id, {"product_uom_qty": 1})
                    for line in order.order_line
                ]
            }
        )
        self.assertEqual(self._kinds(self.member)[2:], [("reverse", -10)])
        self.assertPoints(self.member, 10)

    def test_cancel_and_confirm_again(self):
        order = self._order(self.partner, 1280)
        self._cancel(order)
        self.assertPoints(self.member, 0)
        order.action_draft()
        order.action_confirm()
        self.assertPoints(self.member, 12)
        self.assertEqual(
            self._kinds(self.member), [("earn", 12), ("reverse", -12), ("earn", 12)]
        )

    def test_claw_back_of_spent_points_is_debt(self):
        order = self._order(self.partner, 1280)
        self.member._post_points("burn", 10, "elsewhere")
        self._cancel(order)
        self.assertPoints(self.member, 0, debt=10)
        self._order(self.partner, 2000)
        self.assertPoints(self.member, 10)

    def test_debt_does_not_stop_an_order(self):
        self.member._post_points("earn", 10, "e")
        order = self._order(self.partner, 500, confirm=False)
        order._update_programs_and_rewards()
        self.assertIn(self.member.card_id, order.applied_coupon_ids)
        self.member._post_points("reverse", 30, "v")
        order.action_confirm()
        self.assertPoints(self.member, 0, debt=15)

    def test_employee_orders_count_for_a_member_company(self):
        company = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        employee = self.env["res.partner"].create(
            {"name": "Employee", "parent_id": company.id}
        )
        firm = self.Member._enroll(company)
        self._order(employee, 1000)
        self.assertPoints(firm, 10)
        person = self.Member._enroll(employee)
        order = self._order(employee, 500)
        self.assertPoints(person, 5)
        self.assertPoints(firm, 10)
        self.assertEqual(order.member_id, person)

    def test_other_customer_takes_the_points_along(self):
        other = self._enroll("Other")
        order = self._order(self.partner, 1000)
        order.partner_id = other.partner_id
        self.assertPoints(self.member, 0)
        self.assertPoints(other, 10)
        order.partner_id = self.env["res.partner"].create({"name": "Nobody"})
        self.assertPoints(other, 0)

    def test_people_who_are_not_members_earn_nothing(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        order = self._order(stranger, 1000)
        self.assertFalse(order.member_id)
        self.assertFalse(order.member_entry_count)
        member = self.Member._enroll(stranger)
        self.assertPoints(member, 0)
        self.Member._reconcile(order)
        self.assertPoints(member, 10)

    def test_order_created_as_confirmed(self):
        self._order(self.partner, 700, confirm=False, state="sale")
        self.assertPoints(self.member, 7)

    def test_frozen_earns_closed_does_not(self):
        self.member.action_freeze()
        order = self._order(self.partner, 1000)
        self.assertPoints(self.member, 10)
        self.member.action_close()
        self._order(self.partner, 1000)
        order.order_line.product_uom_qty = 5
        self.assertPoints(self.member, 10)
        self._cancel(order)
        self.assertPoints(self.member, 0)

    def test_many_orders_of_many_members_in_one_call(self):
        members = self._enroll(*"ABCDE")
        orders = self.env["sale.order"]
        for index, member in enumerate(members):
            for number in range(3):
                orders += self._order(
                    member.partner_id, 100 * (index + number), confirm=False
                )
        orders.write({"state": "sale"})
        for index, member in enumerate(members):
            self.assertPoints(member, 3 * index + 3)
        orders.write({"state": "cancel"})
        for member in members:
            self.assertPoints(member, 0)

    def test_orders_of_two_companies_in_one_call(self):
        other = self.env["res.company"].create(
            {"name": "Second Shop", "currency_id": self.env.ref("base.TWD").id}
        )
        self.env.user.company_ids += other
        there = self.env["loyalty.program"]._create_membership(other)
        there.earn_amount = 10
        member = self.Member.with_company(other)._enroll(self.partner)
        orders = self._order(self.partner, 1000, confirm=False) | self._order(
            self.partner.with_company(other), 1000, confirm=False, company_id=other.id
        )
        orders.with_context(
            allowed_company_ids=(self.company | other).ids
        ).action_confirm()
        self.assertPoints(self.member, 10)
        self.assertPoints(member, 100)

    def test_archived_program_stops_earning(self):
        self.program.active = False
        self._order(self.partner, 1000)
        self.assertPoints(self.member, 0)
        self.assertFalse(self.partner.member_id)

    def test_cancelled_order_can_be_deleted_and_the_ledger_stays(self):
        order = self._order(self.partner, 1000)
        self._cancel(order)
        order.unlink()
        self.assertPoints(self.member, 0)
        self.assertEqual(len(self.member.entry_ids), 2)
