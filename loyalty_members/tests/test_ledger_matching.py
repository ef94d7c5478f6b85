from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestMatching(MembershipCase):
    """Which lots pay which debits, what becomes debt, and what comes back where."""

    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.order = self._order(self.partner, 0, confirm=False)

    def test_first_expiring_points_are_spent_first(self):
        post = self.member._post_points
        post("earn", 10, "never")
        post("earn", 10, "late", expire_on=date(2031, 1, 1))
        post("earn", 10, "soon", expire_on=date(2030, 1, 1))
        post("burn", 15, "spend")
        left = {lot.entry_id.key: lot.remaining for lot in self.member.lot_ids}
        self.assertEqual(left, {"soon": 0, "late": 5, "never": 10})
        self.assertPoints(self.member, 15)

    def test_allocations_say_which_points_were_used(self):
        self.member._post_points("earn", 10, "a")
        self.member._post_points("earn", 10, "b")
        burn = self.member._post_points("burn", 12, "spend")
        self.assertEqual(
            [(a.lot_id.entry_id.key, a.points) for a in burn.allocation_ids],
            [("a", 10), ("b", 2)],
        )

    def test_too_few_points(self):
        self.member._post_points("earn", 10, "e")
        for kind, points in [("burn", 11), ("adjust", -11)]:
            with self.assertRaisesRegex(ValidationError, "has 10 points; 11 are"):
                self.member._post_points(kind, points, "short")
        # even a caller that swallows the error finds nothing half-written
        try:
            self.member._post_points("burn", 11, "short")
        except ValidationError:
            self.assertPoints(self.member, 10)
        self.assertFalse(self.Entry.search([("key", "=", "short")]))
        self.member._post_points("burn", 10, "all")
        self.assertPoints(self.member, 0)

    def test_claw_back_leaves_debt_which_earning_pays_first(self):
        self.member._post_points("earn", 100, "e1")
        self.member._post_points("burn", 80, "b")
        self.member._post_points("reverse", 100, "v")
        self.assertPoints(self.member, 0, debt=80)
        self.member._post_points("earn", 50, "e2")
        self.assertPoints(self.member, 0, debt=30)
        self.member._post_points("earn", 50, "e3")
        self.assertPoints(self.member, 20)
        lot = self.member.lot_ids.filtered(lambda lot: lot.entry_id.key == "e3")
        self.assertEqual((lot.granted, lot.remaining), (50, 20))

    def test_debt_cannot_redeem(self):
        self.member._post_points("reverse", 5, "v")
        with self.assertRaisesRegex(ValidationError, "has 0 points"):
            self.member._post_points("burn", 1, "b")
        self.assertPoints(self.member, 0, debt=5)

    def test_claw_back_takes_the_points_of_its_own_document_first(self):
        other = self._order(self.partner, 0, confirm=False)
        self.member._post_points("earn", 10, "old", source=other)
        self.member._post_points("earn", 10, "new", source=self.order)
        self.member._post_points("reverse", 10, "v", source=self.order)
        left = {lot.entry_id.key: lot.remaining for lot in self.member.lot_ids}
        self.assertEqual(left, {"old": 10, "new": 0})

    def test_returned_points_go_back_to_their_lots_latest_expiry_first(self):
        post = self.member._post_points
        post("earn", 10, "soon", expire_on=date(2030, 1, 1))
        post("earn", 10, "late", expire_on=date(2031, 1, 1))
        post("burn", 15, "spend", source=self.order)
        post("reinstate", 7, "back", source=self.order)
        left = {lot.entry_id.key: lot.remaining for lot in self.member.lot_ids}
        self.assertEqual(left, {"soon": 2, "late": 10})
        self.assertPoints(self.member, 12)
        self.assertEqual(len(self.member.lot_ids), 2, "no lot of its own")

    def test_no_more_comes_back_than_was_redeemed(self):
        self.member._post_points("earn", 10, "e")
        self.member._post_points("burn", 6, "b", source=self.order)
        self.member._post_points("reinstate", 4, "r1", source=self.order)
        with self.assertRaisesRegex(ValidationError, "redeemed fewer"):
            self.member._post_points("reinstate", 3, "r2", source=self.order)
        self.assertPoints(self.member, 8)

    def test_returned_points_pay_a_debt(self):
        self.member._post_points("earn", 10, "e")
        self.member._post_points("burn", 10, "b", source=self.order)
        self.member._post_points("reverse", 4, "v")
        self.member._post_points("reinstate", 10, "r", source=self.order)
        self.assertPoints(self.member, 6)

    def test_same_lot_can_pay_one_debt_twice(self):
        post = self.member._post_points
        post("earn", 10, "e")
        post("burn", 8, "b", source=self.order)
        post("reverse", 6, "v")
        self.assertPoints(self.member, 0, debt=4)
        post("reinstate", 3, "r", source=self.order)
        self.assertPoints(self.member, 0, debt=1)
        allocation = self.Entry.search([("key", "=", "v")]).allocation_ids
        self.assertEqual(allocation.points, 5)
