from datetime import date, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .tier_common import TierCase


@tagged("post_install", "-at_install")
class TestTierHand(TierCase):
    """Moves by hand, and the log that answers "why did I drop?"."""

    DAY = date(2026, 3, 15)

    def _assign(self, tier, reason="Opening guest", until=False, members=None):
        wizard = self.env["loyalty.tier.assign"].create(
            {
                "member_ids": [(6, 0, (members or self.member).ids)],
                "tier_id": tier.id,
                "reason": reason,
                "tier_until": until,
            }
        )
        return wizard.action_assign()

    def test_moves_with_a_reason(self):
        self._assign(self.gold)
        self.assertTier(self.gold, None)
        move = self.member.move_ids[0]
        self.assertEqual((move.reason, move.note), ("manual", "Opening guest"))
        self.assertEqual(move.user_id, self.env.user)
        self.assertRegex(
            move.why, r"^Moved by hand from General to Gold on .+: Opening guest$"
        )

    def test_invitation(self):
        self.gold.write(
            {"invite_only": True, "validity": "months"} | {"keep_rule": "never"}
        )
        members = self._enroll("A", "B")
        self._assign(self.gold, members=members)
        self.assertEqual(members.tier_id, self.gold)
        self.assertEqual(set(members.move_ids.mapped("reason")), {"invite", "enrol"})
        self.assertTrue(members[0].tier_until)

    def test_validity_is_the_tiers_or_a_chosen_day(self):
        self.gold.validity = "months"
        today = self.program._today()
        self._assign(self.gold, until=today + timedelta(days=10))
        self.assertTier(self.gold, today + timedelta(days=10))
        self.assertEqual(self.member.review_on, today + timedelta(days=11))

    def test_counting_starts_anew(self):
        for tier in self.silver, self.gold:
            tier.window_kind = "since"
        today = self.program._today()
        self._buy(29000, today, tiers=False)
        self._assign(self.silver)
        self._buy(29999, today)
        self.assertTier(self.silver)
        self._buy(1, today)
        self.assertTier(self.gold)

    def test_refused(self):
        other = self.env["res.company"].create({"name": "Second Shop"})
        foreign = self.env["loyalty.program"]._create_membership(other).tier_ids[0]
        today = self.program._today()
        closed = self._enroll("Closed")
        closed.action_close()
        cases = [
            ({"tier": self.gold, "reason": " "}, "Reason"),
            ({"tier": foreign.with_env(self.env)}, "is no tier of"),
            ({"tier": self.gold, "until": today - timedelta(days=1)}, "has passed"),
            ({"tier": self.gold, "members": closed}, "is closed"),
        ]
        for values, message in cases:
            with self.subTest(message):
                with self.assertRaises(ValidationError) as error:
                    self._assign(**values)
                self.assertIn(message, str(error.exception))
        self._assign(self.gold, until=today)

    def test_managers_only(self):
        clerk = new_test_user(
            self.env,
            "hand_clerk",
            groups="loyalty_members.group_clerk",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.member.with_user(clerk)._move_by_hand(self.gold, "Friend")
        self.assertTier(self.general)

    # -- words ------------------------------------------------------------------
    def test_why_did_i_drop(self):
        self.silver.write(
            {"validity": "months", "keep_rule": "own", "keep_threshold": 5000}
        )
        self._buy(12000, self.DAY)
        self.assertEqual(
            self.member.tier_why,
            "Moved up from General to Silver on 03/15/2026. Counted from 03/16/2025 to "
            "03/15/2026: spend NT$12,000 of NT$10,000.",
        )
        self._buy(3000, date(2026, 8, 1))
        self._review(date(2027, 3, 15))
        self.assertEqual(
            self.member.tier_why,
            "Moved down from Silver to General on 03/15/2027. Counted from 03/15/2026 "
            "to 03/14/2027: spend NT$3,000 of NT$5,000.",
        )

    def test_why_of_each_reason(self):
        self.assertRegex(self.member.tier_why, "^Joined in General on ")
        self.silver.write(
            {
                "validity": "months",
                "refund_policy": "review",
                "protect_days": 5,
                "up_orders": 9,
            }
        )
        document = self._buy(10000, self.DAY)
        self.assertIn(
            "spend NT$10,000 of NT$10,000, 1 of 9 orders", self.member.tier_why
        )
        self._refund(1, document, self.DAY, self.DAY)
        self.assertEqual(
            self.member.tier_why,
            "A refund took away what Silver rests on; it is protected until "
            "03/20/2026. Counted from 03/16/2025 to 03/15/2026: spend NT$9,999 of "
            "NT$10,000, 1 of 9 orders.",
        )
        self._buy(1, self.DAY)
        self._review(date(2027, 3, 15))
        self.assertRegex(
            self.member.tier_why,
            "^Kept Silver on 03/15/2027, valid until 03/14/2028. Counted",
        )

    def test_rules_in_words(self):
        self.assertEqual(
            self.general.rule_text, "Reach: everybody who joins.\nValid: for ever."
        )
        self.gold.write(
            {
                "up_orders": 5,
                "up_points": 300,
                "up_single": 8000,
                "validity": "months",
                "keep_rule": "own",
                "keep_threshold": 9000,
                "keep_orders": 3,
                "keep_match": "all",
                "grace_days": 30,
            }
        )
        self.assertEqual(
            self.gold.rule_text,
            "Reach: spend NT$30,000 or place 5 orders or earn 300 points or place one "
            "order of NT$8,000 within 12 months.\n"
            "Keep: spend NT$9,000 and place 3 orders since the last move or renewal.\n"
            "Valid: 12 months and 30 days of grace. If not kept: One level down.",
        )
        cases = [
            ({"keep_rule": "never"}, "Keep: not possible"),
            ({"invite_only": True}, "Reach: by invitation only."),
            ({"validity": "year", "grace_days": 0}, "Valid: to the end of the year."),
            ({"validity": "next_year"}, "Valid: to the end of the next year."),
            ({"window_kind": "calendar", "invite_only": False}, "a calendar year"),
        ]
        for values, text in cases:
            with self.subTest(values):
                self.gold.write(values)
                self.assertIn(text, self.gold.rule_text)
        self.general.write({"validity": "months"})
        self.assertIn("Keep: without conditions.", self.general.rule_text)

    def test_progress_in_words(self):
        today = self.program._today()
        self.gold.write({"up_orders": 3, "up_single": 9000, "up_points": 900})
        member = self._enroll("Words")
        self.silver.write(
            {
                "validity": "months",
                "keep_rule": "own",
                "keep_threshold": 5000,
                "keep_orders": 2,
                "keep_match": "all",
            }
        )
        self._buy(8000, today, member)
        self._buy(2000, today, member)
        self.assertTier(self.silver, member=member)
        self.assertEqual(
            member.next_tier_text,
            "Spend NT$20,000 more or place one more order or earn 800 more points or "
            "place one order of NT$9,000 to reach Gold",
        )
        self.assertEqual(member.next_tier_percent, 88, "the furthest of them")
        until = member.tier_until
        self.assertEqual((member.keep_until, member.keep_missing), (until, 5000))
        self.assertEqual(
            member.keep_text,
            f"Spend NT$5,000 more and place 2 more orders by {until:%m/%d/%Y} to keep "
            "Silver",
        )
        self._buy(4000, today, member)
        member.invalidate_recordset()
        self.assertEqual(member.tier_id, self.gold)

    def assertKeep(self, percent, missing):
        self.member.invalidate_recordset()
        found = (self.member.keep_percent, self.member.keep_missing)
        self.assertEqual(found, (percent, missing))

    def test_progress_to_keep(self):
        today = self.program._today()
        self.silver.write(
            {"validity": "months", "keep_rule": "own", "keep_threshold": 5000}
        )
        self._buy(12000, today)
        self.assertEqual(
            (self.member.keep_percent, self.member.keep_missing), (0, 5000)
        )
        self._buy(4000, today)
        self.member.invalidate_recordset()
        self.assertEqual(
            (self.member.keep_percent, self.member.keep_missing), (80, 1000)
        )
        self._buy(1000, today)
        self.assertKeep(100, 0)
        self.assertRegex(self.member.keep_text, "^Silver will be kept: renewed after ")
        self.silver.keep_rule = "never"
        self.member.invalidate_recordset()
        self.assertEqual(self.member.keep_percent, 0)
        self.assertRegex(self.member.keep_text, "^Silver ends on .* reached again.$")

    def test_progress_in_the_days_of_grace(self):
        today = self.program._today()
        self.silver.write(
            {
                "validity": "months",
                "keep_rule": "own",
                "keep_threshold": 5000,
                "grace_days": 400,
            }
        )
        self._buy(12000, today - timedelta(days=500))
        self.assertTrue(self.member.tier_until < today)
        self.assertEqual(
            self.member.keep_until, self.member.tier_until + timedelta(days=400)
        )

    def test_progress_of_many_in_one_statement(self):
        members = self._enroll(*"ABCDEFGH")
        self.env.flush_all()

        def count(records):
            records.invalidate_recordset()
            records.mapped("partner_id.name")
            before = self.env.cr.sql_log_count
            records.mapped("keep_text")
            return self.env.cr.sql_log_count - before

        count(members[:1])
        self.assertEqual(count(members), count(members[:1]))
