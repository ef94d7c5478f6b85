from datetime import date

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestTiers(MembershipCase):
    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)

    def _spend(self, amount, day, member=None):
        member = member or self.member
        key = f"{member.id}:{len(member.entry_ids)}"
        return member._post_points(
            "earn", 1, key, qualifying_amount=amount, event_date=day
        )

    def test_threshold_is_reached_exactly(self):
        self._order(self.partner, 9999)
        self.assertEqual(self.member.tier_id, self.general)
        self._order(self.partner, 1)
        self.assertEqual(self.member.tier_id, self.silver)

    def test_move_says_why(self):
        self._order(self.partner, 12000)
        move = self.member.move_ids[0]
        today = self.program._today()
        self.assertEqual(move.reason, "upgrade")
        self.assertEqual(
            (move.from_tier_id, move.to_tier_id), (self.general, self.silver)
        )
        self.assertEqual((move.measured_amount, move.threshold), (12000, 10000))
        start = today - relativedelta(months=12) + relativedelta(days=1)
        self.assertEqual((move.window_start, move.window_end), (start, today))
        self.assertEqual(move.moved_on, today)
        self.assertEqual(self.member.tier_since, today)

    def test_highest_tier_at_once(self):
        self._order(self.partner, 50000)
        self.assertEqual(self.member.tier_id, self.gold)
        self.assertEqual(len(self.member.move_ids), 2)

    def test_window_boundaries(self):
        today = date(2027, 3, 15)
        self._spend(6000, date(2026, 3, 15))
        self._spend(5000, today)
        self._spend(9000, date(2027, 3, 16))
        self.member._upgrade_tiers(today=today)
        self.assertEqual(self.member.tier_id, self.general, "the day before is outside")
        self._spend(5000, date(2026, 3, 16))
        self.member._upgrade_tiers(today=today)
        self.assertEqual(self.member.tier_id, self.silver, "the first day is inside")
        self.assertEqual(self.member.move_ids[0].measured_amount, 10000)

    def test_window_ends_at_the_end_of_short_months(self):
        self.silver.window_months = 1
        self._spend(10000, date(2027, 2, 28))
        self.member._upgrade_tiers(today=date(2027, 3, 31))
        self.assertEqual(self.member.tier_id, self.general)
        self.member._upgrade_tiers(today=date(2027, 3, 27))
        self.assertEqual(self.member.tier_id, self.silver)

    def test_never_down_and_no_second_move(self):
        order = self._order(self.partner, 12000)
        self._cancel(order)
        self.assertEqual(self.member.tier_id, self.silver)
        self.assertFalse(self.member._upgrade_tiers())
        self.assertEqual(len(self.member.move_ids), 2)

    def test_closed_members_stay(self):
        self._spend(50000, self.program._today())
        self.member.action_close()
        self.assertFalse(self.member._upgrade_tiers())

    def test_many_members_move_in_one_call(self):
        members = self._enroll(*"ABCDEF")
        today = self.program._today()
        for index, member in enumerate(members):
            self._spend(7000 * index, today, member)
        moved = members._upgrade_tiers()
        self.assertEqual(moved, members[2:])
        tiers = [self.general] * 2 + [self.silver] * 3 + [self.gold]
        self.assertEqual([m.tier_id for m in members], tiers)

    def test_progress_to_the_next_tier(self):
        self._order(self.partner, 4000)
        self.assertEqual(self.member.next_tier_id, self.silver)
        self.assertEqual(self.member.next_tier_spent, 4000)
        self.assertEqual(self.member.next_tier_missing, 6000)
        self.assertEqual(self.member.next_tier_percent, 40)
        self.assertEqual(
            self.member.next_tier_text, "Spend NT$6,000 more to reach Silver"
        )
        values = self.member._card_values()
        self.assertEqual(values["progress"]["missing"], 6000)
        self._order(self.partner, 50000)
        self.assertFalse(self.member.next_tier_id)
        self.assertIn("highest tier", self.member.next_tier_text)
        self.assertEqual(self.member._card_values()["progress"], {})

    def test_old_spend_does_not_count_today(self):
        self._spend(50000, self.program._today() - relativedelta(months=13))
        self.member._upgrade_tiers()
        self.assertEqual(self.member.tier_id, self.general)
        self.assertEqual(self.member.next_tier_spent, 0)

    def test_thresholds_rise_with_the_level(self):
        with self.assertRaisesRegex(ValidationError, "Gold.*Silver"):
            self.gold.threshold = 10000
        with self.assertRaisesRegex(ValidationError, "higher"):
            self.general.threshold = 10000

    def test_tier_in_use_cannot_be_archived(self):
        with self.assertRaisesRegex(ValidationError, "1 members"):
            self.general.active = False
        self.gold.active = False
        self._order(self.partner, 50000)
        self.assertEqual(self.member.tier_id, self.silver)

    @mute_logger("odoo.sql_db")
    def test_database_checks(self):
        for change in ("threshold = -1", "window_months = 0", "color = 'gold'"):
            with (
                self.subTest(change),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self.env.cr.execute(f"UPDATE loyalty_tier SET {change}")
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self.gold.copy({"threshold": 99999})
            self.env.flush_all()

    def test_member_count_and_list(self):
        self.assertEqual(self.general.member_count, 1)
        domain = self.general.action_open_members()["domain"]
        self.assertEqual(self.Member.search(domain), self.member)

    def test_starting_tier(self):
        self.program.base_tier_id = self.silver
        self.assertEqual(self._enroll("Staff").tier_id, self.silver)
        other = self.env["res.company"].create({"name": "Second Shop"})
        program = self.env["loyalty.program"]._create_membership(other)
        with self.assertRaisesRegex(ValidationError, "another membership"):
            self.program.base_tier_id = program.base_tier_id
