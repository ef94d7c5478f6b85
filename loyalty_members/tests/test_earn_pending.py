from datetime import timedelta

from odoo.tests import BaseCase, freeze_time, tagged

from ..tools.pending import take_back
from .common import InvoicedCase


@tagged("post_install", "-at_install")
class TestEarnPending(InvoicedCase):
    """Points that become usable after the return window."""

    def setUp(self):
        super().setUp()
        self.program.pending_days = 7
        self.member = self.Member._enroll(self.partner)
        self.today = self.program._today()

    def assertPending(self, pending, balance=0, debt=0):
        self.assertEqual(self.member.pending, pending)
        self.assertPoints(self.member, balance, debt)

    def _states(self):
        return [(e.kind, e.points, e.state) for e in self.member.entry_ids.sorted("id")]

    def _later(self, days):
        return freeze_time(f"{self.today + timedelta(days=days)} 04:00:00")

    def test_pending_until_the_window_is_over(self):
        self._order(self.partner, 1000)
        self.assertPending(10)
        self.assertEqual(
            self.member.entry_ids.available_on, self.today + timedelta(days=7)
        )
        with self._later(6):
            self.Member._release_due()
            self.assertPending(10)
        with self._later(7):
            self.Member._release_due()
            self.assertPending(0, 10)

    def test_old_orders_are_usable_at_once(self):
        order = self._order(self.partner, 1000, confirm=False)
        order.date_order -= timedelta(days=8)
        order.state = "sale"
        self.assertPending(0, 10)

    def test_days_count_from_the_delivery(self):
        self.program.earn_event = "delivered"
        order = self._order_of(2, 1000)
        order.date_order -= timedelta(days=30)
        order.order_line.qty_delivered = 1
        with self._later(3):
            order.order_line.qty_delivered = 2
        days = self.member.entry_ids.sorted("id").mapped("available_on")
        self.assertEqual(days, [self.today + timedelta(days=n) for n in (7, 10)])

    def test_cancel_within_the_window_voids(self):
        order = self._order(self.partner, 1000)
        self._cancel(order)
        self.assertPending(0)
        self.assertEqual(self._states(), [("earn", 10, "void")])
        order.action_draft()
        order.action_confirm()
        self.assertPending(10)
        self.assertFalse(self.Member._reconcile(order))

    def test_smaller_order_is_voided_and_posted_anew_on_its_day(self):
        order = self._order_of(3, 1000)
        with self._later(2):
            order.order_line.product_uom_qty = 2
        self.assertPending(20)
        self.assertEqual(
            self._states(), [("earn", 30, "void"), ("earn", 20, "pending")]
        )
        anew = self.member.entry_ids.sorted("id")[1]
        self.assertEqual(anew.available_on, self.today + timedelta(days=7))
        self.assertEqual(anew.qualifying_amount, 2000)
        self.assertEqual(anew.explanation, "30 → 20 = NT$2,000 / 100")
        self.assertFalse(self.Member._reconcile(order))

    def test_credit_note_takes_pending_points_before_usable_ones(self):
        self.program.earn_event = "invoiced"
        order = self._order_of(5, 1000)
        order.order_line.product_uom_qty = 3
        invoice = self._invoice(order)
        with self._later(7):
            self.Member._release_due()
            order.order_line.product_uom_qty = 5
            second = self._invoice(order)
            self.assertPending(20, 30)
            self._credit(second, 1)
            self.assertPending(10, 30)
            self._credit(invoice, 3)
            self.assertPending(0, 10)
            self._credit(second, 1)
            self.assertPending(0, 0)

    def test_caps_count_pending_points_and_not_void_ones(self):
        self.env["loyalty.earn.rate"].create(
            {"name": "Double", "program_id": self.program.id, "cap_day": 50}
        )
        first = self._order(self.partner, 4000)
        self.assertPending(80)
        second = self._order(self.partner, 4000)
        self.assertPending(80 + 50)
        self._cancel(first)
        self.assertPending(50)
        self._order(self.partner, 4000)
        self.assertPending(50 + 80)
        second.order_line.product_uom_qty = 0
        self.assertPending(80)

    def test_closed_members_keep_nothing_that_waits(self):
        order = self._order_of(3, 1000)
        self.member.action_close()
        order.order_line.product_uom_qty = 2
        self.assertPending(0)
        self.assertFalse(self.Member._reconcile(order))


@tagged("post_install", "-at_install")
class TestTakeBack(BaseCase):
    def test_latest_first_and_the_rest_anew(self):
        pending = [{"points": n, "available_on": f"day {n}"} for n in (10, 20, 30)]
        ten, twenty, thirty = pending
        for points, expected in [
            (0, ([], 0, None, 0)),
            (30, ([thirty], 0, None, 0)),
            (5, ([thirty], 25, "day 30", 0)),
            (35, ([thirty, twenty], 15, "day 20", 0)),
            (60, ([thirty, twenty, ten], 0, None, 0)),
            (65, ([thirty, twenty, ten], 0, None, 5)),
        ]:
            with self.subTest(points):
                self.assertEqual(take_back(pending, points), expected)
