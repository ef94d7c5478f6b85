from math import isclose

from odoo.tests import BaseCase, tagged

from ..tools import bgnbd, gamma_gamma, scientific

#: the parameters that Fader, Hardie and Lee (2005) publish for CDNOW, in weeks
PAPER = bgnbd.Parameters(0.243, 4.414, 0.793, 2.426)


@tagged("post_install", "-at_install")
class TestBgnbd(BaseCase):
    """The maths alone; that CDNOW is reproduced is tested in test_crm_suite."""

    def test_example_of_the_paper(self):
        orders = bgnbd.expected_orders(PAPER, 2, 30.43, 38.86, 39)
        self.assertAlmostEqual(float(orders), 1.226, places=3)

    def test_likelihood_of_one_customer_by_hand(self):
        """x = 0: only (alpha / (alpha + T)) ** r is left of equation 6."""
        found = bgnbd.log_likelihood(PAPER, *scientific.numpy.array([[0], [0], [10]]))
        by_hand = (PAPER.alpha / (PAPER.alpha + 10)) ** PAPER.r
        self.assertTrue(isclose(scientific.numpy.exp(found), by_hand, rel_tol=1e-12))

    def test_alive(self):
        """Certain after one purchase, and less so the longer nothing comes."""
        self.assertEqual(float(bgnbd.p_alive(PAPER, 0, 0, 500)), 1)
        alive = bgnbd.p_alive(PAPER, [3] * 4, [20] * 4, [20, 30, 60, 5000])
        self.assertEqual(sorted(alive, reverse=True), list(alive))
        self.assertTrue(0 < alive[3] < 0.001 < alive[0] < 1)
        never = bgnbd.p_alive(PAPER, 5000, 1, 5000)
        self.assertTrue(0 <= float(never) < 1e-100)

    def test_expected_orders_where_the_series_overflows(self):
        """Customers who buy almost alike; the plain formula gives no number."""
        np = scientific.numpy
        x, t = np.array([0.0, 3, 40]), np.array([10.0, 30, 60])
        alike = bgnbd.Parameters(50_000, 150_000, 0.8, 3)
        orders = bgnbd.expected_orders(alike, x, t, t, 52)
        self.assertTrue(np.isfinite(orders).all())
        # not far from a value of r for which the formula holds
        nearly = bgnbd.expected_orders(
            bgnbd.Parameters(5_000, 15_000, 0.8, 3), x, t, t, 52
        )
        for one, other in zip(orders[:2], nearly[:2], strict=True):
            self.assertAlmostEqual(one / other, 1, delta=0.01)

    def test_both_ways_to_expect_orders_agree(self):
        np = scientific.numpy
        x, t = np.array([0.0, 3, 40]), np.array([10.0, 30, 60])
        for parameters in ((0.243, 4.414, 0.793, 2.426), (50, 150, 0.5, 2)):
            with self.subTest(parameters=parameters):
                series = bgnbd.expected_orders(parameters, x, t, t, 52) * (
                    1 + bgnbd._odds_gone(parameters, x, t, t)
                )
                mean = bgnbd._expected_while_active(parameters, x, t, 52)
                for one, other in zip(series, mean, strict=True):
                    self.assertAlmostEqual(one / other, 1, delta=0.005)

    def test_expected_orders_do_not_jump_where_a_is_one(self):
        around = [
            float(bgnbd.expected_orders(PAPER._replace(a=a), 2, 30, 39, 39))
            for a in (0.999, 1.0, 1.001)
        ]
        self.assertAlmostEqual(around[1], (around[0] + around[2]) / 2, places=4)

    def test_more_time_brings_more_orders(self):
        orders = [
            float(bgnbd.expected_orders(PAPER, 2, 30, 39, weeks))
            for weeks in (0, 1, 10, 52)
        ]
        self.assertEqual(orders[0], 0)
        self.assertEqual(sorted(orders), orders)

    def test_parameters_are_found_again(self):
        """Simulated customers: leave after a purchase, buy at their own rate."""
        np = scientific.numpy
        random = np.random.default_rng(20261124)
        rows = [self._simulate(random, 52) for _customer in range(4000)]
        found, _maximum = bgnbd.fit(*zip(*rows, strict=True))
        for name, true, value in zip(PAPER._fields, PAPER, found, strict=True):
            with self.subTest(parameter=name):
                self.assertLess(abs(np.log(value / true)), 0.35)

    @staticmethod
    def _simulate(random, weeks):
        rate = random.gamma(PAPER.r, 1 / PAPER.alpha)
        leaves = random.beta(PAPER.a, PAPER.b)
        now, x, last = 0.0, 0, 0.0
        while True:
            now += random.exponential(1 / rate) if rate else weeks
            if now >= weeks:
                return x, last, weeks
            x, last = x + 1, now
            if random.random() < leaves:
                return x, last, weeks

    def test_weights_stand_for_equal_customers(self):
        x, t_x, t = [0, 0, 1, 3, 3, 5], [0, 0, 9, 20, 20, 4], [30, 30, 30, 25, 25, 25]
        each = bgnbd.log_likelihood(PAPER, *map(scientific.numpy.array, (x, t_x, t)))
        cells = ([0, 1, 3, 5], [0, 9, 20, 4], [30, 30, 25, 25], [2, 1, 2, 1])
        grouped = bgnbd.log_likelihood(PAPER, *map(scientific.numpy.array, cells))
        self.assertAlmostEqual(each, grouped, places=9)

    def test_no_unit_changes_the_result(self):
        x, t_x, t = (
            [0, 0, 0, 1, 2, 4, 1],
            [0, 0, 0, 3, 20, 30, 5],
            [30, 39, 35] * 2 + [9],
        )
        weeks, _maximum = bgnbd.fit(x, t_x, t)
        days, _maximum = bgnbd.fit(x, [7 * n for n in t_x], [7 * n for n in t])
        self.assertAlmostEqual(days.alpha / 7, weeks.alpha, places=2)
        self.assertAlmostEqual(days.r, weeks.r, places=3)

    def test_nothing_to_learn_from(self):
        with self.assertRaises(bgnbd.NoMaximumError):
            bgnbd.fit([0, 0, 0], [0, 0, 0], [0, 0, 0])
        with self.assertRaises(bgnbd.NoMaximumError):
            bgnbd.fit([0] * 50, [0] * 50, [10] * 50)


@tagged("post_install", "-at_install")
class TestGammaGamma(BaseCase):
    PAPER = gamma_gamma.Parameters(6.25, 3.74, 15.44)

    def test_expected_amount_lies_between_own_and_common_mean(self):
        common = gamma_gamma.expected_amount(self.PAPER, 0, 0)
        self.assertAlmostEqual(common, 35.2, places=1)
        few, many = (gamma_gamma.expected_amount(self.PAPER, x, 100) for x in (1, 20))
        self.assertTrue(common < few < many < 100)

    def test_parameters_are_found_again_in_any_currency(self):
        np = scientific.numpy
        random = np.random.default_rng(7)
        x = random.integers(1, 9, 4000)
        rate = random.gamma(self.PAPER.q, 1 / self.PAPER.v, 4000)
        mean = random.gamma(self.PAPER.p * x, 1 / (rate * x))
        found, maximum = gamma_gamma.fit(x, mean)
        self.assertLess(abs(found.p / self.PAPER.p - 1), 0.15)
        self.assertLess(abs(found.q / self.PAPER.q - 1), 0.15)
        self.assertAlmostEqual(
            gamma_gamma.log_likelihood(found, x, mean), maximum, places=4
        )
        in_twd, _maximum = gamma_gamma.fit(x, mean * 30)
        self.assertAlmostEqual(in_twd.v / 30, found.v, places=2)

    def test_nothing_to_learn_from(self):
        for x, mean in (([], []), ([0], [5]), ([1], [0])):
            with self.subTest(x=x), self.assertRaises(gamma_gamma.NoMaximumError):
                gamma_gamma.fit(x, mean)

    def test_correlation(self):
        self.assertAlmostEqual(gamma_gamma.correlation([1, 2, 3], [2, 4, 6]), 1)
        self.assertAlmostEqual(gamma_gamma.correlation([1, 2, 3], [6, 4, 2]), -1)
        self.assertEqual(gamma_gamma.correlation([1, 1], [2, 3]), 0)
        self.assertEqual(gamma_gamma.correlation([1], [2]), 0)
