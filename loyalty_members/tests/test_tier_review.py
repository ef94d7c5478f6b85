from datetime import date

from odoo.tests import tagged

from .tier_common import TierCase


@tagged("post_install", "-at_install")
class TestTierReview(TierCase):
    """What ends, keeps or prolongs a tier, with its boundaries."""

    UP = date(2026, 3, 15)
    LAST = date(2027, 3, 14)
    AFTER = date(2027, 3, 15)

    def setUp(self):
        super().setUp()
        self.program.tier_ids.write({"validity": "months"})
        self.silver.write({"keep_rule": "own", "keep_threshold": 5000})

    def _silver(self, amount=12000):
        return self._buy(amount, self.UP)

    def test_validity_starts_on_the_day_of_the_move(self):
        self._silver()
        self.assertTier(self.silver, self.LAST)
        self.assertEqual(self.member.review_on, self.AFTER)
        self.assertEqual(self.member.move_ids[0].valid_until, self.LAST)

    def test_validity_ends(self):
        cases = [
            ("months", 12, date(2028, 2, 29), date(2029, 2, 28)),
            ("months", 12, date(2027, 2, 28), date(2028, 2, 27)),
            ("months", 1, date(2027, 1, 31), date(2027, 2, 28)),
            ("months", 1, date(2027, 2, 1), date(2027, 2, 28)),
            ("year", 12, date(2027, 12, 31), date(2027, 12, 31)),
            ("year", 12, date(2027, 1, 1), date(2027, 12, 31)),
            ("next_year", 12, date(2027, 6, 1), date(2028, 12, 31)),
            ("none", 12, date(2027, 6, 1), None),
        ]
        for index, (validity, months, day, last) in enumerate(cases):
            with self.subTest(validity=validity, day=day):
                self.silver.write({"validity": validity, "validity_months": months})
                member = self._enroll(f"V{index}")
                self._buy(12000, day, member)
                self.assertTier(self.silver, last, member)

    def test_starting_tier_is_for_ever(self):
        self._silver()
        self._review(self.AFTER)
        self.assertTier(self.general, None)
        self.assertFalse(self.member.review_on)

    def test_nothing_happens_on_the_last_day(self):
        self._silver()
        self.assertFalse(self._review(self.LAST))
        self.assertTier(self.silver)

    def test_excess_of_the_upgrade_does_not_keep(self):
        self._silver(90000 - 61000)
        self._review(self.AFTER)
        self.assertTier(self.general)
        move = self.member.move_ids[0]
        self.assertEqual((move.reason, move.measured_amount), ("downgrade", 0))
        self.assertEqual(move.threshold, 5000)
        self.assertEqual((move.window_start, move.window_end), (self.UP, self.LAST))
        self.assertEqual(self.member.tier_since, self.AFTER)

    def test_kept_exactly(self):
        self._silver()
        self._buy(1, self.UP)
        self._buy(4999, self.LAST)
        moves = self._review(self.AFTER)
        self.assertEqual(moves.mapped("reason"), ["renew"])
        self.assertTier(self.silver, date(2028, 3, 14))
        self.assertEqual(self.member.tier_since, self.UP)

    def test_one_short_is_not_kept(self):
        self._silver()
        self._buy(4999, self.LAST)
        self._review(self.AFTER)
        self.assertTier(self.general)

    def test_spend_after_the_last_day_does_not_keep_however_late_the_job(self):
        self._silver()
        self._buy(4999, self.AFTER, tiers=False)
        self._review(date(2027, 4, 1))
        self.assertTier(self.general)

    def test_grace(self):
        self.silver.grace_days = 10
        self._silver()
        self.assertFalse(self._review(self.AFTER), "the first look only waits")
        self.assertEqual(self.member.review_on, date(2027, 3, 25))
        self.assertFalse(self._review(date(2027, 3, 24)))
        self.assertTier(self.silver)
        self._review(date(2027, 3, 25))
        self.assertTier(self.general)

    def test_kept_on_the_last_day_of_grace(self):
        self.silver.grace_days = 10
        self._silver()
        self._review(self.AFTER)
        self._buy(5000, date(2027, 3, 24))
        self.assertTier(self.silver, date(2028, 3, 14), message="no drift by grace")
        self.assertEqual(self.member.move_ids[0].reason, "renew")

    def test_spend_of_grace_that_was_not_needed_counts_in_the_next_period(self):
        self.silver.grace_days = 10
        self._silver()
        self._buy(5000, self.LAST)
        self._buy(5000, date(2027, 3, 20))
        self.assertTier(self.silver, date(2028, 3, 14))
        self._review(date(2028, 3, 25))
        self.assertTier(self.silver, date(2029, 3, 14))

    def test_spend_of_grace_counts_once(self):
        self.silver.grace_days = 10
        self._silver()
        self._buy(5000, date(2027, 3, 20))
        self._review(date(2028, 3, 25))
        self.assertTier(self.general)

    def test_renewal_does_not_drift(self):
        self._silver()
        self._buy(5000, self.LAST)
        self._review(date(2027, 5, 1))
        self.assertTier(self.silver, date(2028, 3, 14))

    def test_a_long_stop_of_the_job_is_made_up_for(self):
        self._silver()
        self._buy(5000, self.LAST)
        moves = self._review(date(2030, 1, 1))
        self.assertEqual(moves.mapped("reason"), ["renew", "downgrade"])
        self.assertTier(self.general)

    def test_each_period_counts_anew(self):
        self._silver()
        self._buy(9000, self.LAST)
        self._review(self.AFTER)
        self._buy(4999, date(2028, 3, 14))
        self._review(date(2028, 3, 15))
        self.assertTier(self.general)

    def test_carried_over_to_the_next_period(self):
        self.silver.write({"carry_over": True})
        self._silver(10000)
        self._buy(9000, self.LAST)
        self._review(self.AFTER)
        self.assertEqual(self.member.carried_amount, 4000)
        self._buy(1000, date(2028, 3, 14))
        self._review(date(2028, 3, 15))
        self.assertTier(self.silver)
        self.assertEqual(self.member.carried_amount, 0)
        self.assertEqual(self.member.move_ids[0].measured_amount, 5000)

    def test_downgrade_policies(self):
        for policy, amount, tier in [
            ("one_down", 0, self.silver),
            ("base", 0, self.general),
            ("evaluate", 0, self.general),
            ("evaluate", 10000, self.silver),
            ("evaluate", 9999, self.general),
        ]:
            with self.subTest(policy=policy, amount=amount):
                self.gold.write({"downgrade": policy, "keep_rule": "never"})
                member = self._enroll(f"{policy}{amount}")
                self._buy(30000, self.UP, member)
                self.assertTier(self.gold, member=member)
                if amount:
                    self._buy(amount, date(2027, 3, 1), member)
                self._review(self.AFTER, member)
                self.assertTier(tier, member=member)

    def test_downgrade_skips_invitation_only_tiers(self):
        self.silver.invite_only = True
        self.gold.keep_rule = "never"
        self._buy(30000, self.UP)
        self._review(self.AFTER)
        self.assertTier(self.general)

    def test_nobody_falls_below_the_starting_tier(self):
        self.program.base_tier_id = self.silver
        member = self._enroll("Staff")
        self._buy(30000, self.UP, member)
        self.gold.keep_rule = "never"
        self._review(self.AFTER, member)
        self.assertTier(self.silver, None, member)
        self.assertFalse(member.review_on)

    def test_never_kept(self):
        self.silver.keep_rule = "never"
        self._silver()
        self._buy(9000, self.LAST)
        self._review(self.AFTER)
        self.assertTier(self.general)

    def test_same_conditions_rolling(self):
        """The window of the review is the period of validity."""
        self.silver.write({"keep_rule": "reach"})
        self._silver(10000)
        self._review(self.AFTER)
        self.assertTier(self.silver, date(2028, 3, 14))

    def test_keep_by_orders_points_or_single(self):
        for values in (
            {"keep_orders": 2},
            {"keep_points": 20},
            {"keep_single": 1500},
        ):
            for enough in (False, True):
                with self.subTest(values=values, enough=enough):
                    self.silver.write(
                        {
                            "keep_threshold": 0,
                            "keep_orders": 0,
                            "keep_points": 0,
                            "keep_single": 0,
                            **values,
                        }
                    )
                    member = self._enroll("K")
                    self._buy(10000, self.UP, member)
                    self._buy(1499, self.LAST, member, points=10)
                    if enough:
                        self._buy(1500, self.LAST, member, points=10)
                    self._review(self.AFTER, member)
                    tier = self.silver if enough else self.general
                    self.assertTier(tier, member=member)

    def test_reaching_again_extends(self):
        for extend, last in [(False, self.LAST), (True, date(2027, 8, 31))]:
            with self.subTest(extend=extend):
                self.silver.extend_on_reach = extend
                member = self._enroll("E")
                self._buy(12000, self.UP, member)
                self._buy(4999, date(2026, 8, 1), member)
                self.assertTier(self.silver, self.LAST, member)
                self._buy(1, date(2026, 9, 1), member)
                self.assertTier(self.silver, last, member)

    def test_an_extension_starts_counting_anew(self):
        self.silver.extend_on_reach = True
        self._silver()
        self._buy(8000, date(2026, 9, 1))
        self._buy(4999, date(2026, 10, 1))
        self.assertTier(self.silver, date(2027, 8, 31))

    def test_upgrade_ends_the_period(self):
        self._silver()
        self._buy(30000, date(2026, 9, 1))
        self.assertTier(self.gold, date(2027, 8, 31))

    def test_closed_members_wait(self):
        self._silver()
        self.member.action_close()
        self.assertFalse(self.member._review_tiers(today=self.AFTER))
        self.assertTier(self.silver)


@tagged("post_install", "-at_install")
class TestTierRefund(TierCase):
    """A refund takes away what a tier rests on."""

    UP = date(2026, 3, 15)

    def setUp(self):
        super().setUp()
        self.silver.write({"refund_policy": "review", "validity": "months"})
        self.gold.write({"refund_policy": "review", "validity": "months"})
        self.first = self._buy(9000, self.UP)
        self.second = self._buy(1000, self.UP)
        self.assertTier(self.silver)

    def test_ends_the_tier(self):
        self._refund(1, self.second, self.UP, date(2026, 4, 1))
        self.assertTier(self.general, None)
        move = self.member.move_ids[0]
        self.assertEqual((move.reason, move.measured_amount), ("downgrade", 9999))
        self.assertEqual(move.threshold, 10000)

    def test_leaves_it_alone_by_default(self):
        self.silver.refund_policy = "keep"
        self._refund(1000, self.second, self.UP, date(2026, 4, 1))
        self.assertTier(self.silver)

    def test_enough_is_left(self):
        self._buy(1, self.UP)
        self._refund(1, self.second, self.UP, date(2026, 4, 1))
        self.assertTier(self.silver)

    def test_protection(self):
        self.silver.protect_days = 30
        self._refund(1000, self.second, self.UP, date(2026, 4, 1))
        self.assertTier(self.silver)
        self.assertEqual(self.member.protected_until, date(2026, 5, 1))
        self.assertEqual(self.member.move_ids[0].reason, "protect")
        self._refund(1000, self.first, self.UP, date(2026, 4, 2))
        self.assertEqual(self.member.protected_until, date(2026, 5, 1), "once")
        self.assertFalse(self._review(date(2026, 5, 1)))
        self.assertTier(self.silver, message="the last day of the protection")
        self._review(date(2026, 5, 2))
        self.assertTier(self.general)
        self.assertFalse(self.member.protected_until)

    def test_made_up_for_within_the_protection(self):
        self.silver.protect_days = 30
        self._refund(1000, self.second, self.UP, date(2026, 4, 1))
        self._buy(1000, date(2026, 4, 20))
        self.assertFalse(self._review(date(2026, 5, 2)))
        self.assertTier(self.silver, date(2027, 3, 14))
        self.assertFalse(self.member.protected_until)
        self.assertEqual(self.member.review_on, date(2027, 3, 15))

    def test_protection_beyond_the_end_of_the_period(self):
        self.silver.protect_days = 30
        self.silver.write({"keep_rule": "own", "keep_threshold": 99999})
        self._refund(1000, self.second, self.UP, date(2027, 3, 1))
        self.assertFalse(self._review(date(2027, 3, 31)))
        self.assertTier(self.silver)
        self._review(date(2027, 4, 1))
        self.assertTier(self.general)

    def test_counter_from_zero_knows_what_the_tier_rests_on(self):
        self.silver.window_kind = self.gold.window_kind = "since"
        member = self._enroll("Since")
        document = self._buy(12000, self.UP, member)
        self.assertTier(self.silver, member=member)
        self._refund(2000, document, self.UP, date(2026, 4, 1), member)
        self.assertTier(self.silver, member=member)
        self._refund(1, document, self.UP, date(2026, 4, 2), member)
        self.assertTier(self.general, member=member)

    def test_cancelled_order(self):
        order = self._order(self._enroll("Order").partner_id, 12000)
        member = order.partner_id.member_id
        self.assertTier(self.silver, member=member)
        self._cancel(order)
        self.assertTier(self.general, member=member)
