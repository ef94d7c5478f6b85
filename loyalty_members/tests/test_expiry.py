from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..tools import expiry
from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestExpiry(MembershipCase):
    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.today = self.program._today()

    def _grant(self, points, key, days=None, member=None, **values):
        """Points whose last day is ``days`` from today; the program's without."""
        if days is not None:
            values["expire_on"] = self.today + timedelta(days=days)
        return (member or self.member)._post_points("earn", points, key, **values)

    def _lot(self, key):
        return self.member.lot_ids.filtered(lambda lot: lot.entry_id.key == key)

    def test_usable_through_the_last_day(self):
        self._grant(10, "e", days=0)
        self.assertEqual(self.Member._expire_due(), 0)
        self._days_pass(1)
        self.assertEqual(self.Member._expire_due(), 1)
        self.assertEqual(self._kinds(self.member), [("earn", 10), ("expire", -10)])
        self.assertPoints(self.member, 0)

    def test_entry_says_what_expired(self):
        self._grant(10, "e", days=3)
        self.member._post_points("burn", 4, "b")
        self._days_pass(4)
        self.Member._expire_due()
        entry = self.member.entry_ids[0]
        last_day = self.today + timedelta(days=3)
        self.assertEqual((entry.kind, entry.points), ("expire", -6))
        self.assertEqual(entry.event_date, last_day)
        self.assertEqual(entry.explanation, f"{self.today} → {last_day}")
        self.assertEqual(
            entry.details,
            {
                "lot_id": self._lot("e").id,
                "granted_on": str(self.today),
                "granted": 10,
                "last_day": str(last_day),
            },
        )
        self.assertEqual(entry.source_id, self._lot("e").id)
        self.assertEqual(entry.allocation_ids.lot_id, self._lot("e"))

    def test_only_what_is_overdue_expires(self):
        self._grant(10, "soon", days=1)
        self._grant(20, "later", days=2)
        self._grant(40, "never", expire_on=None)
        other = self._enroll("Other")
        self._grant(5, "other", days=1, member=other)
        self._days_pass(2)
        self.assertEqual(self.Member._expire_due(), 2)
        self.assertPoints(self.member, 60)
        self.assertPoints(other, 0)
        self.assertEqual(self.Member._expire_due(), 0)

    def test_expires_in_portions(self):
        for number in range(5):
            self._grant(1, str(number), days=number % 2)
        self._days_pass(2)
        done = [self.Member._expire_due(limit=2) for _n in range(4)]
        self.assertEqual(done, [2, 2, 1, 0])
        self.assertPoints(self.member, 0)

    def test_cron_expires_everything_that_is_due(self):
        for number in range(3):
            self._grant(1, str(number), days=0)
        self._days_pass(1)
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_members.ir_cron_expire_due").method_direct_trigger()
        self.assertPoints(self.member, 0)

    def test_redeeming_does_not_use_overdue_points(self):
        self._grant(10, "e", days=0)
        self._grant(3, "f", days=9)
        self._days_pass(1)
        with self.assertRaisesRegex(ValidationError, "has 3 points; 4 are needed"):
            self.member._post_points("burn", 4, "b")
        self.member._post_points("burn", 3, "c")
        self.assertPoints(self.member, 10)
        self.Member._expire_due()
        self.assertPoints(self.member, 0)

    def test_claw_back_takes_overdue_points_before_it_leaves_a_debt(self):
        self._grant(10, "e", days=0)
        self._days_pass(1)
        self.member._post_points("reverse", 15, "v")
        self.assertPoints(self.member, 0, debt=5)
        self.assertEqual(self.Member._expire_due(), 0)

    def test_days_of_the_company_count(self):
        """At 17:00 UTC it is the next day in Taipei, and not yet in London."""
        other = self.env["res.company"].create({"name": "London Shop"})
        other.partner_id.tz = "Europe/London"
        program = self.env["loyalty.program"]._create_membership(other)
        there = self.Member.with_company(other)._enroll(self.partner)
        last_day = date(2090, 1, 31)
        self._grant(10, "here", expire_on=last_day)
        self._grant(10, "there", expire_on=last_day, member=there)
        days = {self.program: date(2090, 2, 1), program: last_day}
        self.patch(type(program), "_today", lambda program: days.get(program))
        both = self.program | program
        self.patch(type(program), "_memberships", lambda programs: both)
        self.assertEqual(self.Member._expire_due(), 1)
        self.assertEqual((self.member.balance, there.balance), (0, 10))

    # -- inactivity -----------------------------------------------------------
    def _activity(self, months=3):
        self.program.write({"expiry_model": "activity", "expiry_months": months})

    def test_inactive_members_lose_their_points(self):
        self._activity()
        day = self.today
        self._grant(10, "e")
        paid = self.member._post_points("import", 5, "paid", origin="paid")
        self.assertEqual(
            self._lot("e").last_day, self._after(day, months=3), "no date stored"
        )
        self.assertFalse(self._lot("e").expire_on)
        self._move_to(self._after(day, months=3))
        self.assertEqual(self.Member._expire_due(), 0)
        self._days_pass(1)
        self.assertEqual(self.Member._expire_due(), 1)
        self.assertPoints(self.member, 5)
        self.assertEqual(paid.lot_ids.remaining, 5)
        self.assertEqual(
            self.member.entry_ids[0].event_date, self._after(day, months=3)
        )

    def test_activity_keeps_all_points_alive(self):
        self._activity()
        self._grant(10, "e")
        middle = self._days_pass(60)
        self.member._post_points("burn", 1, "b")
        self.assertEqual(self.Member._expire_due(), 0)
        last_day = self._after(middle, months=3)
        self.assertEqual(self._lot("e").last_day, last_day)
        self._move_to(last_day)
        self.assertEqual(self.Member._expire_due(), 0)
        self._days_pass(1)
        self.assertEqual(self.Member._expire_due(), 1)
        self.assertPoints(self.member, 0)

    def test_gift_after_a_long_pause_is_not_lost_at_once(self):
        self._activity()
        self._grant(1, "e")
        self._days_pass(365)
        self.member._post_points("gift", 10, "g")
        self.assertEqual(self.Member._expire_due(), 1)
        self.assertPoints(self.member, 10)

    def test_inactivity_ends_with_the_model(self):
        self._activity()
        self._grant(1, "e")
        self.program.expiry_model = "none"
        self._days_pass(900)
        self.assertEqual(self.Member._expire_due(), 0)
        self.assertFalse(self._lot("e").last_day)

    def _after(self, day, months):
        return expiry.rolling(day, months)

    def _move_to(self, day):
        self._days_pass((day - self.program._today()).days)

    # -- returned points ------------------------------------------------------
    def _redeemed(self, points, key, days):
        self._grant(points, key, days=days)
        document = self._order(self.partner, 0, confirm=False)
        self.member._post_points("burn", points, f"burn {key}", source=document)
        return document

    def test_returned_points_keep_their_last_day(self):
        document = self._redeemed(10, "e", days=5)
        self._days_pass(5)
        self.member._post_points("reinstate", 10, "r", source=document)
        self.assertEqual(self._lot("e").expire_on, self.today + timedelta(days=5))
        self.assertPoints(self.member, 10)

    def test_returned_points_get_grace_when_their_day_has_passed(self):
        self.program.reinstate_days = 14
        document = self._redeemed(10, "e", days=5)
        today = self._days_pass(6)
        self.member._post_points("reinstate", 4, "r1", source=document)
        grace = today + timedelta(days=14)
        self.assertEqual(self._lot("e").expire_on, grace)
        self._days_pass(3)
        self.member._post_points("reinstate", 3, "r2", source=document)
        self.assertEqual(self._lot("e").expire_on, grace, "grace is given once")
        self.assertPoints(self.member, 7)
        self._days_pass(11)
        self.assertEqual(self.Member._expire_due(), 0)
        self._days_pass(1)
        self.assertEqual(self.Member._expire_due(), 1)
        today = self._days_pass(5)
        self.member._post_points("reinstate", 3, "r3", source=document)
        self.assertEqual(self._lot("e").expire_on, today + timedelta(days=14))
        self.assertPoints(self.member, 3)
        self._days_pass(15)
        self.assertEqual(self.Member._expire_due(), 1)
        self.assertPoints(self.member, 0)

    def test_no_grace_means_the_same_day(self):
        self.program.reinstate_days = 0
        document = self._redeemed(10, "e", days=0)
        today = self._days_pass(1)
        self.member._post_points("reinstate", 10, "r", source=document)
        self.assertEqual(self._lot("e").expire_on, today)
        self._days_pass(1)
        self.Member._expire_due()
        self.assertPoints(self.member, 0)

    def test_grace_is_for_returned_points_only(self):
        """What was left of the lot does not come back to life with them."""
        self._grant(10, "e", days=0)
        document = self._order(self.partner, 0, confirm=False)
        self.member._post_points("burn", 4, "b", source=document)
        self._days_pass(1)
        self.member._post_points("reinstate", 4, "r", source=document)
        self.assertPoints(self.member, 4)
        self.assertIn(("expire", -6), self._kinds(self.member))

    def test_points_that_never_expire_stay_so(self):
        document = self._redeemed(10, "e", days=None)
        self._days_pass(2000)
        self.member._post_points("reinstate", 10, "r", source=document)
        self.assertFalse(self._lot("e").expire_on)

    def test_returned_points_of_an_inactive_member_get_grace(self):
        self._activity(months=1)
        document = self._redeemed(10, "e", days=None)
        today = self._days_pass(90)
        self.member._post_points("reinstate", 10, "r", source=document)
        lot = self._lot("e")
        self.assertFalse(lot.idle_expiry)
        self.assertEqual(lot.expire_on, today + timedelta(days=30))

    def test_cancelled_order_returns_expired_points(self):
        self.program.reinstate_days = 7
        self._grant(50, "e", days=0)
        order = self._order(self.partner, 500, confirm=False)
        self._redeem(order)
        order.action_confirm()
        self.assertPoints(self.member, 4)
        today = self._days_pass(10)
        self._cancel(order)
        self.assertPoints(self.member, 50)
        self.assertEqual(self._lot("e").expire_on, today + timedelta(days=7))
