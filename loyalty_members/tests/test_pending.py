from datetime import timedelta

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPending(MembershipCase):
    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.today = self.program._today()
        self.later = self.today + timedelta(days=7)

    def _wait(self, points, key, member=None, **values):
        values = {"available_on": self.later, **values}
        member = member or self.member
        return member._post_points("earn", points, key, **values)

    def _days_pass(self, days=7):
        """Rows are never changed: another day is simulated by moving the clock."""
        today = self.today + timedelta(days=days)
        self.patch(type(self.program), "_today", lambda program: today)

    def test_pending_points_are_no_balance(self):
        entry = self._wait(10, "e")
        self.assertEqual((entry.state, entry.available_on), ("pending", self.later))
        self.assertFalse(entry.posted_at)
        self.assertFalse(entry.lot_ids)
        self.assertEqual(self.member.pending, 10)
        self.assertPoints(self.member, 0)
        with self.assertRaisesRegex(ValidationError, "has 0 points"):
            self.member._post_points("burn", 1, "b")

    def test_a_day_that_has_come_does_not_wait(self):
        for key, day in (("today", self.today), ("past", self.today - timedelta(1))):
            self.assertEqual(self._wait(1, key, available_on=day).state, "posted")
        self.assertEqual(self.member.pending, 0)
        self.assertPoints(self.member, 2)

    def test_released_on_the_day(self):
        entry = self._wait(10, "e", qualifying_amount=12000, origin="bonus")
        self.assertEqual(self.Member._release_due(), 0)
        self._days_pass(6)
        self.assertEqual(self.Member._release_due(), 0)
        self._days_pass(7)
        self.assertEqual(self.Member._release_due(), 1)
        self.assertEqual(entry.state, "posted")
        self.assertTrue(entry.posted_at)
        self.assertEqual(entry.lot_ids.origin, "bonus")
        self.assertEqual(self.member.pending, 0)
        self.assertPoints(self.member, 10)
        self.assertEqual(self.Member._release_due(), 0)

    def test_release_moves_up_and_counts_spend_without_points(self):
        self._wait(0, "small", qualifying_amount=99)
        self._wait(120, "big", qualifying_amount=12000)
        self._days_pass()
        self.assertEqual(self.Member._release_due(), 2)
        self.assertEqual(self.member.tier_id, self.silver)
        self.assertPoints(self.member, 120)

    def test_release_pays_a_debt_first(self):
        self.member._post_points("reverse", 4, "v")
        self._wait(10, "e")
        self.assertPoints(self.member, 0, debt=4)
        self._days_pass()
        self.Member._release_due()
        self.assertPoints(self.member, 6)

    def test_release_in_portions(self):
        for number in range(5):
            self._wait(1, str(number))
        self._days_pass()
        self.assertEqual(
            [self.Member._release_due(limit=2) for _n in range(4)], [2, 2, 1, 0]
        )
        self.assertPoints(self.member, 5)

    def test_void(self):
        first, second = self._wait(10, "a"), self._wait(5, "b")
        posted = self.member._post_points("earn", 3, "c")
        voided = self.Member._void_pending(first | posted)
        self.assertEqual(voided, first)
        self.assertEqual((first.state, posted.state), ("void", "posted"))
        self.assertEqual(self.member.pending, 5)
        self.assertFalse(self.Member._void_pending(first))
        self.assertFalse(self.Member._void_pending(self.Entry))
        self._days_pass()
        self.Member._release_due()
        self.assertEqual(second.state, "posted")
        self.assertPoints(self.member, 8)
        self.assertFalse(self.Member._void_pending(second))

    def test_the_same_key_finds_the_entry_in_any_state(self):
        entry = self._wait(10, "e")
        self.assertEqual(self._wait(10, "e"), entry)
        self.Member._void_pending(entry)
        self.assertEqual(self._wait(10, "e"), entry)
        self.assertEqual(self.member.pending, 0)

    def test_closed_members_lose_what_waits(self):
        entry = self._wait(10, "e")
        other = self._enroll("Open")
        theirs = self._wait(2, "o", member=other)
        self.member.action_close()
        self._days_pass()
        self.assertEqual(self.Member._release_due(), 2)
        self.assertEqual((entry.state, theirs.state), ("void", "posted"))
        self.assertPoints(self.member, 0)
        self.assertPoints(other, 2)

    def test_only_grants_can_wait(self):
        self.member._post_points("earn", 10, "e")
        document = self._order(self.partner, 0, confirm=False)
        self.member._post_points("burn", 5, "b", source=document)
        for kind in ("burn", "reverse", "reinstate", "expire", "transfer_out"):
            with (
                self.subTest(kind),
                self.assertRaisesRegex(ValidationError, "Only points that are granted"),
            ):
                self.member._post_points(
                    kind, 1, "x", source=document, available_on=self.later
                )

    def test_each_company_has_its_own_day(self):
        other = self.env["res.company"].create({"name": "Far Shop"})
        program = self.env["loyalty.program"]._create_membership(other)
        there = self.Member.with_company(other)._enroll(self.partner)
        self._wait(1, "here")
        theirs = self._wait(2, "there", member=there)
        days = {self.program: self.today, program: self.later}
        self.patch(type(self.program), "_today", lambda program: days[program])
        todays = self.env["loyalty.program"]
        self.patch(
            type(todays), "_memberships", lambda programs: self.program | program
        )
        self.assertEqual(self.Member._release_due(), 1)
        self.assertEqual(theirs.state, "posted")
        self.assertEqual(self.member.pending, 1)

    @mute_logger("odoo.sql_db")
    def test_postgresql_lets_only_the_decision_through(self):
        entry = self._wait(10, "e")
        self.env.flush_all()
        for change in (
            "state = 'posted'",
            "state = 'void'",
            "state = 'posted', posted_at = now(), points = 11",
            "state = 'posted', posted_at = now(), available_on = '2020-01-01'",
            "state = 'posted', posted_at = now(), details = '{}'",
            "state = 'void', posted_at = now(), member_id = member_id + 1",
            "posted_at = now()",
            "state = state",
        ):
            with (
                self.subTest(change),
                self.assertRaises(psycopg2.errors.RestrictViolation),
            ):
                self.env.cr.execute(
                    f"UPDATE loyalty_point_entry SET {change} WHERE id = %s", [entry.id]
                )
        self.Member._void_pending(entry)
        for state in ("pending", "posted"):
            with (
                self.subTest(state),
                self.assertRaises(psycopg2.errors.RestrictViolation),
            ):
                self.env.cr.execute(
                    "UPDATE loyalty_point_entry SET state = %s, posted_at = now()"
                    " WHERE id = %s",
                    [state, entry.id],
                )

    def test_prove_checks_pending_points(self):
        self._wait(10, "e")
        self.env.flush_all()
        self.env.cr.execute("UPDATE loyalty_member SET pending = 9")
        self.assertEqual(self.Member._prove(self.member), self.member)

    def test_cron_works_in_chunks(self):
        for number in range(3):
            self._wait(1, str(number))
        self._days_pass()
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_members.ir_cron_release_due").method_direct_trigger()
        self.assertPoints(self.member, 3)

    def test_details_and_reason_are_kept(self):
        reason = self.env.ref("loyalty_members.reason_goodwill")
        entry = self.member._post_points(
            "adjust", 5, "k", details={"why": ["late", 3]}, reason_id=reason.id
        )
        self.assertEqual(entry.details, {"why": ["late", 3]})
        self.assertEqual(entry.reason_id, reason)
        with self.assertRaisesRegex(ValidationError, "does not fit"):
            self.member._post_points("adjust", -5, "m", reason_id=reason.id)
        debit = self.env.ref("loyalty_members.reason_abuse")
        with self.assertRaisesRegex(ValidationError, "does not fit"):
            self.member._post_points("adjust", 5, "n", reason_id=debit.id)
        self.member._post_points("adjust", -5, "o", reason_id=debit.id)
        self.assertPoints(self.member, 0)

    def test_transfers_and_gifts(self):
        other = self._enroll("Friend")
        self.member._post_points("gift", 30, "g")
        self.member._post_points("transfer_out", 10, "out")
        other._post_points("transfer_in", 10, "in", origin="bonus")
        self.member._post_points("expire", 5, "x")
        self.assertEqual(
            self._kinds(self.member),
            [("gift", 30), ("transfer_out", -10), ("expire", -5)],
        )
        self.assertPoints(self.member, 15)
        self.assertPoints(other, 10)
        with self.assertRaisesRegex(ValidationError, "are needed"):
            self.member._post_points("transfer_out", 16, "more")
        self.member.action_freeze()
        with self.assertRaisesRegex(ValidationError, "not active"):
            self.member._post_points("transfer_out", 1, "frozen")

    def test_last_activity_is_earning_or_redeeming(self):
        self.member._post_points("gift", 10, "g")
        self.assertFalse(self.member.last_activity)
        day = self.today - timedelta(days=20)
        self.member._post_points("earn", 10, "e", event_date=day)
        self.assertEqual(self.member.last_activity, day)
        self.member._post_points("adjust", 10, "a")
        self.assertEqual(self.member.last_activity, day)
        self.member._post_points("burn", 1, "b")
        self.assertEqual(self.member.last_activity, self.today)
