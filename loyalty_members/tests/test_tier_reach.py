from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .tier_common import TierCase


@tagged("post_install", "-at_install")
class TestTierReach(TierCase):
    """What moves a member up, with its boundaries."""

    DAY = date(2027, 3, 15)

    def _only(self, tier, **values):
        tier.write({"threshold": 0, **values})

    def test_number_of_orders(self):
        self._only(self.silver, up_orders=3)
        for _order in range(2):
            self._buy(10, self.DAY)
        self.assertTier(self.general)
        self._buy(10, self.DAY)
        self.assertTier(self.silver)

    def test_refunded_and_undocumented_orders_are_no_orders(self):
        self._only(self.silver, up_orders=2)
        document = self._buy(10, self.DAY)
        self._refund(10, document, self.DAY, self.DAY)
        self._buy(10, self.DAY)
        self.member._post_points("earn", 1, "till", qualifying_amount=500)
        self.member._upgrade_tiers(today=self.DAY)
        self.assertTier(self.general)

    def test_parts_of_one_document_are_one_order(self):
        self._only(self.silver, up_orders=2)
        document = self._buy(10, self.DAY)
        self._buy(10, self.DAY, document=document)
        self.assertTier(self.general)

    def test_points_earned_by_purchases(self):
        self._only(self.silver, up_points=50)
        self.member._post_points("adjust", 500, "gift")
        self._buy(10, self.DAY, points=49)
        self.assertTier(self.general, message="adjustments do not count")
        self._buy(10, self.DAY, points=1)
        self.assertTier(self.silver)

    def test_points_taken_back_do_not_count(self):
        self._only(self.silver, up_points=50)
        document = self._buy(10, self.DAY, points=30)
        self._refund(5, document, self.DAY, self.DAY)
        self.member._post_points("reverse", 1, "r", source=document)
        self._buy(10, self.DAY, points=20)
        self.assertTier(self.general)

    def test_single_order(self):
        self._only(self.silver, up_single=5000)
        self._buy(4999, self.DAY)
        self._buy(4999, self.DAY)
        self.assertTier(self.general)
        self._buy(5000, self.DAY)
        self.assertTier(self.silver)

    def test_any_condition_is_enough(self):
        self.silver.write({"threshold": 10000, "up_orders": 2})
        self._buy(10, self.DAY)
        self._buy(10, self.DAY)
        self.assertTier(self.silver)

    def test_all_conditions_are_needed(self):
        self.silver.write({"threshold": 10000, "up_orders": 2, "up_match": "all"})
        self._buy(20000, self.DAY)
        self.assertTier(self.general)
        self._buy(10, self.DAY)
        self.assertTier(self.silver)

    def test_calendar_year(self):
        self.silver.window_kind = self.gold.window_kind = "calendar"
        self._buy(9999, date(2026, 12, 31))
        self._buy(9999, date(2027, 1, 1))
        self.assertTier(self.general, message="the year before does not count")
        self._buy(1, date(2027, 12, 31))
        self.assertTier(self.silver)
        move = self.member.move_ids[0]
        self.assertEqual(
            (move.window_start, move.window_end), (date(2027, 1, 1), date(2027, 12, 31))
        )

    def test_rolling_window_over_29_february(self):
        self._buy(5000, date(2028, 2, 28), tiers=False)
        self._buy(5000, date(2029, 2, 28))
        self.assertTier(self.general, message="12 months start on 29 February 2028")
        self._buy(5000, date(2028, 2, 29), tiers=False)
        self.member._upgrade_tiers(today=date(2029, 2, 28))
        self.assertTier(self.silver)

    def test_counter_starts_from_zero_after_a_move(self):
        for tier in self.silver, self.gold:
            tier.window_kind = "since"
        self._buy(12000, self.DAY)
        self.assertTier(self.silver)
        self._buy(29999, self.DAY)
        self.assertTier(self.silver, message="neither the order nor its excess count")
        self._buy(1, self.DAY)
        self.assertTier(self.gold)
        self.assertEqual(self.member.move_ids[0].measured_amount, 30000)

    def test_changes_of_a_counted_order_belong_to_its_period(self):
        for tier in self.silver, self.gold:
            tier.window_kind = "since"
        document = self._buy(12000, self.DAY)
        self._buy(40000, self.DAY, document=document)
        self._refund(40000, document, self.DAY, self.DAY)
        self._buy(29999, date(2027, 4, 1))
        self.assertTier(self.silver)
        self._buy(1, date(2027, 4, 1))
        self.assertTier(self.gold)

    def test_excess_spend_is_carried_over(self):
        for tier in self.silver, self.gold:
            tier.write({"window_kind": "since", "carry_over": True})
        self._buy(12000, self.DAY)
        self.assertEqual(self.member.carried_amount, 2000)
        self._buy(27999, self.DAY)
        self.assertTier(self.silver)
        self._buy(1, self.DAY)
        self.assertTier(self.gold)
        self.assertEqual(self.member.carried_amount, 0)

    def test_invitation_only(self):
        self.gold.invite_only = True
        self._buy(90000, self.DAY)
        self.assertTier(self.silver)

    def test_archived_tier_is_no_aim(self):
        self.gold.active = False
        self._buy(90000, self.DAY)
        self.assertTier(self.silver)

    def test_pay_day_is_the_companys(self):
        """Late evening of 31 December in UTC is the new year in Taipei."""
        self.silver.window_kind = self.gold.window_kind = "calendar"
        order = self._order(self.partner, 12000)
        order.date_order = "2026-12-31 16:00:00"
        entry = self.member.entry_ids[0]
        self.assertEqual(self.program._today(), entry.event_date)
        self._cancel(order)
        order.action_draft()
        order.with_context(
            disable_cancel_warning=True
        ).date_order = "2026-12-31 16:00:00"
        self.assertEqual(self.member.tier_id, self.silver)

    def test_levels_rise(self):
        cases = [
            ({"threshold": 10000}, False),
            ({"threshold": 10001}, True),
            ({"threshold": 0}, False),
            ({"threshold": 0, "up_orders": 5}, True),
            ({"threshold": 0, "invite_only": True}, True),
            ({"threshold": 500, "window_kind": "since"}, True),
            ({"threshold": 10000, "up_orders": 5, "up_match": "all"}, True),
            ({"threshold": 9999, "up_orders": 5, "up_match": "all"}, False),
        ]
        self.gold.active = False
        Tier = self.env["loyalty.tier"]
        for values, allowed in cases:
            values = {
                "name": "Top",
                "program_id": self.program.id,
                "sequence": 30,
                **values,
            }
            with self.subTest(values):
                if allowed:
                    Tier.create(values).unlink()
                    continue
                with self.assertRaises(ValidationError) as error:
                    Tier.create(values)
                self.assertIn("“Top” is above “Silver”", str(error.exception))

    def test_rules_that_make_no_sense(self):
        cases = [
            ({"keep_rule": "own"}, "at least one"),
            ({"invite_only": True, "validity": "months"}, "by invitation only"),
            ({"carry_over": True}, "overlap"),
            (
                {
                    "carry_over": True,
                    "window_kind": "since",
                    "keep_rule": "own",
                    "keep_threshold": 1,
                    "keep_window_kind": "rolling",
                },
                "overlap",
            ),
        ]
        for values, message in cases:
            with self.subTest(values):
                with self.assertRaises(ValidationError) as error:
                    self.gold.write(values)
                self.assertIn(message, str(error.exception))
