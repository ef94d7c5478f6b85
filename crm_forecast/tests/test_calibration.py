import math

from odoo.tests import BaseCase, tagged

from ..tools import shrinkage
from ..tools.calibration import STAGE_PRIOR, Calibration, Deal, NewBusiness


def deals(period, rep, stage, count, won, amount=100.0, brought=100.0, stated=0.5):
    """``count`` deals of which the first ``won`` were won."""
    return [
        Deal(
            period=period,
            rep=rep,
            stage=stage,
            stated=stated,
            amount=amount,
            won=number < won,
            actual=brought if number < won else 0.0,
        )
        for number in range(count)
    ]


@tagged("post_install", "-at_install")
class TestShrinkage(BaseCase):
    def test_equal_groups_become_one(self):
        found = shrinkage.ratios({"a": (5, 5.0), "b": (10, 10.0)})
        for ratio in found.values():
            self.assertAlmostEqual(ratio.value, 1, places=6)
            self.assertAlmostEqual(ratio.credibility, 0, places=6)

    def test_a_long_record_outweighs_a_short_one(self):
        found = shrinkage.ratios(
            {"long": (40, 80.0), "short": (1, 2.0), "c": (60, 30.0)}
        )
        self.assertLess(found["long"].value, found["short"].value)
        self.assertGreater(found["long"].credibility, found["short"].credibility)
        self.assertLess(found["short"].value, 1)
        self.assertGreater(found["c"].value, 1)

    def test_the_prior_by_hand(self):
        # excess: (30 - 10)^2 - 10 + (10 - 30)^2 - 30 = 760; weight 10^2 + 30^2 = 1000
        prior = shrinkage.ratio_prior([(30, 10.0), (10, 30.0)])
        self.assertAlmostEqual(prior, 1000 / 760)

    def test_one_group_or_none(self):
        self.assertEqual(shrinkage.ratio_prior([(3, 9.0)]), shrinkage.NO_DIFFERENCE)
        self.assertEqual(shrinkage.ratios({}), {})
        self.assertEqual(shrinkage.means({}), ({}, 0.0, 0.0))
        self.assertEqual(shrinkage.means({"a": []}), ({}, 0.0, 0.0))

    def test_means_by_hand(self):
        # overall 3; within (1 + 1 + 1 + 1) / 2 = 2; between 2 * 2^2 * 2 = 16
        # size (4 - 8 / 4) / 1 = 2 ... spread (16 - 2) / 2 = 7, prior 2 / 7
        found, overall, within = shrinkage.means({"a": [0, 2], "b": [4, 6]})
        self.assertEqual((overall, within), (3, 2))
        self.assertAlmostEqual(found["a"].credibility, 2 / (2 + 2 / 7))
        self.assertAlmostEqual(found["a"].value, 3 - 2 * 2 / (2 + 2 / 7))

    def test_single_observations_say_nothing_about_their_group(self):
        found, overall, _within = shrinkage.means({"a": [1], "b": [3]})
        self.assertEqual(overall, 2)
        self.assertAlmostEqual(found["a"].value, 2, places=6)


@tagged("post_install", "-at_install")
class TestCalibration(BaseCase):
    def test_stage_rate_borrows_from_all_stages(self):
        known = deals(1, "a", "new", 20, 2) + deals(1, "a", "late", 5, 4)
        learned = Calibration([1], known, [])
        overall = 6.5 / 26
        self.assertAlmostEqual(
            learned.stage_rate("late"), (4 + STAGE_PRIOR * overall) / (5 + STAGE_PRIOR)
        )
        self.assertAlmostEqual(learned.stage_rate("never seen"), overall)

    def test_nothing_is_known(self):
        learned = Calibration([], [], [])
        found = learned.forecast(deals(1, "a", "new", 3, 0), ["a"])
        self.assertEqual((found.total, found.low, found.high), (0, 0, 0))

    def test_a_new_rep_counts_as_the_others(self):
        known = deals(1, "a", "s", 10, 5) + deals(2, "a", "s", 10, 5)
        learned = Calibration([1, 2], known, [])
        line = learned.line(Deal(3, "somebody new", "s", 0.9, 1000.0))
        self.assertAlmostEqual(line.expected, 1000 * learned.stage_rate("s"))
        self.assertAlmostEqual(line.rep.credibility, 0)

    def test_optimists_and_pessimists_are_told_apart(self):
        known = []
        for period in range(8):
            known += deals(period, "wins", "s", 20, 14)
            known += deals(period, "loses", "s", 20, 6)
        learned = Calibration(range(8), known, [])
        wins, loses = learned.rep("wins"), learned.rep("loses")
        self.assertEqual((wins.observed, round(wins.expected, 6)), (112, 80))
        self.assertGreater(wins.value, 1.3)
        self.assertLess(loses.value, 0.7)
        self.assertGreater(wins.credibility, 0.8)

    def test_amounts_shrink(self):
        known = []
        for period in range(4):
            known += deals(period, "a", "s", 10, 5, amount=100, brought=80)
        learned = Calibration(range(4), known, [])
        self.assertAlmostEqual(learned.amount_factor("a"), 0.8)
        self.assertAlmostEqual(learned.amount_factor("unknown"), 0.8)

    def test_new_business_is_a_mean_over_all_periods(self):
        new = [NewBusiness(1, "a", 100.0), NewBusiness(3, "a", 200.0)]
        learned = Calibration([1, 2, 3], [], new, ["a"])
        self.assertAlmostEqual(learned.new_business("a"), 100)
        self.assertAlmostEqual(learned.new_variance, 10_000)
        found = learned.forecast([], ["a"], closed=50.0)
        self.assertAlmostEqual(found.total, 150)
        self.assertEqual(found.low, 50, "what is won already is not in doubt")

    def test_other_periods_teach_nothing(self):
        known = deals(1, "a", "s", 10, 5)
        later = deals(2, "a", "s", 10, 10)
        learned = Calibration([1], known + later, [NewBusiness(2, "a", 1e6)])
        same = Calibration([1], known, [])
        self.assertEqual(learned.stages, same.stages)
        self.assertEqual(learned.new_business("a"), 0)

    def test_a_shock_widens_the_interval(self):
        calm, stormy = [], []
        for period in range(8):
            calm += deals(period, "a", "s", 40, 20)
            stormy += deals(period, "a", "s", 40, 10 if period % 2 else 30)
        waiting = deals(9, "a", "s", 40, 0)
        width = {}
        for name, known in (("calm", calm), ("stormy", stormy)):
            learned = Calibration(range(8), known, [])
            found = learned.forecast(waiting)
            self.assertAlmostEqual(found.total, 2000)
            width[name] = found.high - found.low
        self.assertGreater(width["stormy"], 2 * width["calm"])
        chance = 40 * 0.25 * 100**2
        # calm: what is left is that the rate is known from 320 deals only
        rate = 9 / 8 * 0.5 / (0.5 * 322) * 2000**2
        self.assertAlmostEqual(
            width["calm"], 2 * 1.4143 * math.sqrt(chance + rate), delta=1
        )

    def test_negative_amounts_count_nothing(self):
        learned = Calibration([1], deals(1, "a", "s", 10, 5), [])
        self.assertEqual(learned.line(Deal(2, "a", "s", 0.5, -100.0)).expected, 0)
        self.assertEqual(learned.line(Deal(2, "a", "s", 0.5, 0.0)).expected, 0)
        found = learned.forecast([Deal(2, "a", "s", 0.5, -1e6)])
        self.assertEqual((found.total, found.low, found.high), (0, 0, 0))

    def test_no_deal_is_surer_than_the_past_allows(self):
        known = []
        for period in range(8):
            known += deals(period, "a", "s", 20, 20) + deals(period, "b", "s", 20, 2)
            known += deals(period, "a", "late", 20, 20)
        learned = Calibration(range(8), known, [])
        self.assertGreater(learned.stage_rate("late") * learned.rep("a").value, 1)
        sure = Deal(9, "a", "late", 0.5, 1.0)
        self.assertEqual(learned.line(sure).probability, learned.ceiling)
        self.assertEqual(learned.ceiling, 480.5 / 481)

    def test_certain_wins_and_losses_keep_a_width(self):
        for won in (0, 5):
            known = [
                deal for period in (1, 2) for deal in deals(period, "a", "s", 5, won)
            ]
            learned = Calibration([1, 2], known, [])
            found = learned.forecast(deals(3, "a", "s", 3, 0))
            with self.subTest(won=won):
                self.assertGreater(found.total, 0)
                self.assertLess(found.total, 300)
                self.assertGreater(found.high, found.total + 10)

    def test_the_rate_of_few_deals_is_itself_in_doubt(self):
        few = Calibration([1, 2], [*deals(1, "a", "s", 10, 5)], [])
        self.assertAlmostEqual(few.shock, 0.5 / (0.5 * 12))
        many = Calibration([1, 2], [*deals(1, "a", "s", 1000, 500)], [])
        self.assertAlmostEqual(many.shock, 0.5 / (0.5 * 1002))

    def test_who_won_nothing_has_the_amount_factor_of_all(self):
        known = []
        for period in range(4):
            known += deals(period, None, "s", 10, 5, brought=50)
            known += deals(period, "a", "s", 10, 5, brought=100)
        learned = Calibration(range(4), known, [])
        self.assertEqual(
            learned.amount_factor("new here"), learned.overall_amount_factor
        )
        self.assertLess(learned.amount_factor(None), learned.overall_amount_factor)
