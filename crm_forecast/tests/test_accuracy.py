import math
import random

from odoo.tests import BaseCase, tagged

from ..tools import accuracy, baselines
from .test_calibration import deals


@tagged("post_install", "-at_install")
class TestAccuracy(BaseCase):
    def test_by_hand(self):
        pairs = [(120, 100), (60, 100), (10, 0)]
        self.assertAlmostEqual(accuracy.wape(pairs), 70 / 200)
        self.assertAlmostEqual(accuracy.bias(pairs), -10 / 200)
        self.assertAlmostEqual(accuracy.mape(pairs), (0.2 + 0.4) / 2)
        self.assertAlmostEqual(accuracy.coverage([(0, 2, 1), (0, 2, 3)]), 0.5)
        self.assertAlmostEqual(accuracy.brier([(0.5, True), (0.9, False)]), 0.53)

    def test_nothing_sold_has_no_error(self):
        for measure in (accuracy.wape, accuracy.bias, accuracy.mape):
            self.assertIsNone(measure([(100, 0)]))
        self.assertIsNone(accuracy.coverage([]))
        self.assertIsNone(accuracy.brier([]))
        self.assertIsNone(accuracy.optimism([]))

    def test_optimism(self):
        # 0.8 is stated and 0.5 comes true: log-odds of 1.386 too many
        shift, error = accuracy.optimism([(0.8, n % 2) for n in range(2000)])
        self.assertAlmostEqual(shift, 1.386, delta=0.01)
        self.assertLess(error, 0.06)
        right, _error = accuracy.optimism([(0.5, n % 2) for n in range(2000)])
        self.assertAlmostEqual(right, 0, places=6)
        modest, _error = accuracy.optimism([(0.2, n % 2) for n in range(2000)])
        self.assertLess(modest, -1.3)

    def test_few_deals_say_little(self):
        shift, error = accuracy.optimism([(0.9, False)])
        self.assertLess(shift, 1)
        self.assertGreater(error, 0.8)

    def test_certain_statements_do_not_break_it(self):
        shift, _error = accuracy.optimism([(1.0, False), (0.0, True)])
        self.assertTrue(-6 < shift < 6)

    def test_the_sign_of_optimism_where_statements_are_certain(self):
        modest, error = accuracy.optimism([(0.0, n < 10) for n in range(30)])
        self.assertLess(modest, -3)
        self.assertTrue(accuracy.is_clear(modest, error))
        bold, error = accuracy.optimism([(1.0, n < 5) for n in range(20)])
        self.assertGreater(bold, 3)
        self.assertTrue(accuracy.is_clear(bold, error))

    def test_optimism_has_the_sign_of_stated_minus_won(self):
        rng = random.Random(7)
        for _case in range(200):
            said = rng.sample((0.0, 0.01, 0.3, 0.5, 0.9, 1.0), rng.choice((1, 3)))
            pairs = [
                (rng.choice(said), rng.random() < 0.4)
                for _deal in range(rng.choice((1, 2, 5, 40, 400)))
            ]
            shift, error = accuracy.optimism(pairs)
            more = math.fsum(min(max(p, 0.005), 0.995) - won for p, won in pairs)
            if abs(more) < 1e-9:
                self.assertAlmostEqual(shift, 0, places=6)
            else:
                self.assertGreater(shift * more, 0, pairs)
            self.assertTrue(0 < error <= 1)
            # the prior takes off what the deals cannot tell
            odds = [math.log(max(p, 0.005) / max(1 - p, 0.005)) for p, _won in pairs]
            left = math.fsum(1 / (1 + math.exp(shift - odd)) for odd in odds)
            left -= sum(won for _p, won in pairs)
            self.assertAlmostEqual(left, shift, delta=0.01 * len(pairs))


@tagged("post_install", "-at_install")
class TestBaselines(BaseCase):
    def test_manual(self):
        open_deals = deals(1, "a", "s", 2, 0, amount=100, stated=0.3)
        open_deals += deals(1, "b", "s", 1, 0, amount=-50, stated=0.3)
        self.assertEqual(baselines.manual(open_deals), {"a": 60, "b": 0})

    def test_haircut(self):
        past = deals(1, "a", "s", 10, 2, amount=100, stated=0.5)  # says 500
        haircut = baselines.Haircut(past, [200.0])
        self.assertAlmostEqual(haircut.factor, 0.4)
        self.assertEqual(haircut.forecast(past), {"a": 200})

    def test_a_haircut_needs_something_to_cut(self):
        self.assertIsNone(baselines.Haircut([], [200.0]).factor)
        past = deals(1, "a", "s", 2, 1, amount=1000, stated=0.5)  # says 1,000
        self.assertIsNone(baselines.Haircut(past, [500_000.0]).factor)
        self.assertAlmostEqual(baselines.Haircut(past, [20_000.0]).factor, 20)

    def test_more_credit_notes_than_sales_are_no_negative_forecast(self):
        past = deals(1, "a", "s", 10, 2, amount=100, stated=0.5)
        haircut = baselines.Haircut(past, [200.0, -900.0])
        self.assertEqual(haircut.factor, 0)
        self.assertEqual(haircut.forecast(past), {"a": 0})

    def test_a_negative_amount_counts_as_zero(self):
        past = deals(1, "a", "s", 10, 2, amount=100, stated=0.5)
        past += deals(1, "a", "s", 1, 0, amount=-1e6, stated=0.5)
        haircut = baselines.Haircut(past, [200.0])
        self.assertAlmostEqual(haircut.factor, 0.4)
        self.assertAlmostEqual(haircut.forecast(past)["a"], 200)

    def test_final_win_rate(self):
        rate = baselines.FinalWinRate([("s", True), ("s", False), ("t", True)])
        found = rate.forecast(deals(1, "a", "s", 1, 0) + deals(1, "a", "u", 1, 0))
        self.assertAlmostEqual(found["a"], 100 * (1 / 2 + 2 / 3))
        self.assertEqual(
            baselines.FinalWinRate([]).forecast(deals(1, "a", "s", 1, 0)), {"a": 0}
        )
