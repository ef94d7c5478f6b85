import json
import math
import random
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from ..tools import explanation
from ..tools.earning import Line, Rate, Terms, earn, exact

SEED, CASES = 20261124, 400
PER = Fraction(100)
TEA, CUP, GIFT = 1, 2, 3


def rate(rate_id, effect="multiplier", **values):
    numbers = {
        n: exact(values[n]) for n in ("factor", "amount", "min_amount") if n in values
    }
    sets = {n: frozenset(values[n]) for n in ("products", "categories") if n in values}
    name = values.pop("name", f"R{rate_id}")
    return Rate(rate_id, name, effect, **{**values, **numbers, **sets})


def sale(*amounts):
    return [Line(exact(amount), product) for product, amount in amounts]


def points(lines, rates=(), stack="highest", total=None, rooms=None):
    terms = Terms(PER, stack, rates=tuple(rates))
    if total is None:
        total = sum(line.amount for line in lines)
    return earn(lines, total, terms, rooms)


@tagged("post_install", "-at_install")
class TestEarningMath(BaseCase):
    def test_rounded_down_once_per_order(self):
        for amounts, expected in [
            (["1280"], 12),
            (["99.99"], 0),
            (["50", "50"], 1),
            (["60", "60", "79.99"], 1),
            ([], 0),
        ]:
            with self.subTest(amounts):
                lines = sale(*((TEA, amount) for amount in amounts))
                self.assertEqual(points(lines).points, expected)
        # 12.8 x 1.5 = 19.2, not 12 x 1.5 = 18
        self.assertEqual(points(sale((TEA, 1280)), [rate(1, factor=1.5)]).points, 19)

    def test_tenths_are_tenths(self):
        self.assertEqual(sum(exact(0.1) for _n in range(10)), 1)
        lines = [Line(exact(0.1)) for _n in range(3)]
        self.assertEqual(earn(lines, exact(0.3), Terms(exact(0.1))).points, 3)

    def test_effects(self):
        lines = sale((TEA, 1000), (CUP, 500))
        for given, expected in [
            (rate(1, factor=2), 30),
            (rate(1, factor=2, products=[TEA]), 25),
            (rate(1, factor=0.5), 7),
            (rate(1, "extra", points=1, amount=500), 18),
            (rate(1, "extra", points=3, amount=500, products=[CUP]), 18),
            (rate(1, "fixed", points=50), 65),
            (rate(1, "fixed", points=50, min_amount=1501), 15),
            (rate(1, "fixed", points=50, min_amount=1000, products=[TEA]), 65),
            (rate(1, "fixed", points=50, products=[GIFT]), 15),
            (rate(1, "none", products=[TEA]), 5),
            (rate(1, "none"), 0),
        ]:
            with self.subTest(given):
                self.assertEqual(points(lines, [given]).points, expected)

    def test_categories_include_their_children(self):
        drinks = rate(1, factor=3, categories=[7])
        for categories, expected in [({1, 7, 9}, 30), ({1, 8}, 10), (set(), 10)]:
            line = Line(exact(1000), TEA, frozenset(categories))
            self.assertEqual(points([line], [drinks]).points, expected)

    def test_stacking(self):
        lines = sale((TEA, 1000), (CUP, 1000))
        rates = [
            rate(1, factor=2),
            rate(2, factor=1.5, products=[TEA]),
            rate(3, "extra", points=1, amount=100, products=[CUP]),
            rate(4, "fixed", points=7),
            rate(5, "fixed", points=9),
        ]
        for stack, expected in [
            # 20 + 10 + 10 + 9
            ("highest", 49),
            # 20 + 20 + 5 + 10 + 7 + 9
            ("sum", 71),
            # 20 + 20 + (10 x 2 x 0.5) + 10 + 7 + 9
            ("product", 76),
        ]:
            with self.subTest(stack):
                self.assertEqual(points(lines, rates, stack).points, expected)

    def test_what_does_not_earn_does_not_earn_by_any_other_rate(self):
        lines = sale((TEA, 1000), (GIFT, 1000))
        rates = [rate(1, factor=5), rate(2, "none", products=[GIFT])]
        for stack in ("highest", "sum", "product"):
            earned = points(lines, rates, stack)
            self.assertEqual((earned.points, earned.excluded), (50, 1000))

    def test_factors_below_one_take_no_points_of_other_lines(self):
        lines = sale((TEA, 1000), (GIFT, 1000))
        rates = [rate(n, factor=0.2, products=[GIFT]) for n in range(3)]
        self.assertEqual(points(lines, rates, "sum").points, 10)

    def test_discounts_are_spread_over_the_lines(self):
        lines = sale((TEA, 1000), (CUP, 1000), (None, -500))
        double = rate(1, factor=2, products=[TEA])
        self.assertEqual(points(lines, [double], total=1500).points, 22)
        self.assertEqual(points(lines, [double], total=-1).points, 0)

    def test_caps(self):
        lines = sale((TEA, 10000))
        capped = rate(1, factor=2, cap_order=30)
        for rooms, expected in [
            ({}, 130),
            ({1: 20}, 120),
            ({1: 0}, 100),
            ({1: -5}, 100),
        ]:
            with self.subTest(rooms):
                earned = points(lines, [capped], rooms=rooms)
                self.assertEqual(earned.points, expected)
        self.assertEqual(
            points(
                lines, [rate(1, "fixed", points=90, cap_day=50)], rooms={1: 50}
            ).points,
            150,
        )

    def test_a_full_rate_makes_room_for_the_next_best(self):
        lines = sale((TEA, 1000))
        rates = [rate(1, factor=3, cap_day=100), rate(2, factor=2)]
        self.assertEqual(points(lines, rates, rooms={1: 0}).points, 20)
        bonuses = [rate(1, "fixed", points=90, cap_day=90), rate(2, "fixed", points=50)]
        self.assertEqual(points(lines, bonuses, rooms={1: 30}).points, 60)

    def test_explanations(self):
        birthday = rate(1, factor=1.5, name="Birthday month")
        gold = rate(2, factor=2, name="Gold")
        tea = rate(3, factor=1.5, products=[TEA], name="Tea week")
        bonus = rate(4, "fixed", points=30, name="Opening")
        twelve, mixed = sale((CUP, 12000)), sale((TEA, 6000), (CUP, 6000))
        for lines, rates, stack, expected in [
            (sale((CUP, 1280)), [], "sum", "12 = NT$1,280 / 100"),
            (twelve, [birthday], "sum", "180 = 120 x 1.5 Birthday month"),
            (sale((CUP, 1280)), [birthday], "sum", "19 = 12.8 x 1.5 Birthday month"),
            (
                twelve,
                [birthday, gold],
                "product",
                "360 = 120 x 1.5 Birthday month x 2 Gold",
            ),
            (
                twelve,
                [birthday, gold],
                "sum",
                "300 = 120 + 60 Birthday month + 120 Gold",
            ),
            (mixed, [tea], "sum", "150 = 120 + 30 Tea week"),
            (twelve, [gold, bonus], "sum", "270 = 120 + 120 Gold + 30 Opening"),
            (
                twelve,
                [rate(1, factor=1.5, cap_order=40, name="B")],
                "sum",
                "160 = 120 + 40 B",
            ),
            (twelve, [rate(1, factor=0.5, name="Sale")], "sum", "60 = 120 x 0.5 Sale"),
        ]:
            with self.subTest(expected):
                tree = points(lines, rates, stack).to_json()
                tree = json.loads(json.dumps(tree))
                self.assertEqual(explanation.earning(0, tree, "NT$"), expected)
                self.assertEqual(
                    explanation.earning(1200, tree, "NT$"), f"1,200 → {expected}"
                )

    def test_terms_survive_json(self):
        terms = Terms(
            PER,
            "sum",
            "paid",
            7,
            (
                rate(1, factor=1.25, products=[TEA], categories=[4], cap_day=3),
                rate(2, "extra", points=2, amount=150.5, min_amount=10),
            ),
            {1: 3},
        )
        copy = Terms.from_json(json.loads(json.dumps(terms.to_json())))
        self.assertEqual(copy, terms)
        later = {**terms.to_json(), "unknown": 1}
        self.assertEqual(Terms.from_json(later), terms)


@tagged("post_install", "-at_install")
class TestEarningProperties(BaseCase):
    """Laws that hold whatever is bought at whatever rates."""

    def setUp(self):
        super().setUp()
        self.rng = random.Random(SEED)

    def _cases(self, effects=("multiplier", "extra", "fixed", "none"), least=0.0):
        rng = self.rng
        for _number in range(CASES):
            lines = [
                Line(
                    exact(round(rng.uniform(0.01, 3000), rng.choice((0, 2)))),
                    rng.choice((TEA, CUP, GIFT, None)),
                    frozenset(rng.sample(range(5), rng.randint(0, 2))),
                )
                for _n in range(rng.randint(0, 6))
            ]
            rates = [
                rate(
                    n,
                    rng.choice(effects),
                    factor=round(rng.uniform(least, 4), 2),
                    points=rng.randint(0, 60),
                    amount=rng.randint(1, 500),
                    min_amount=rng.choice((0, 0, 1000)),
                    products=rng.sample((TEA, CUP, GIFT), rng.choice((0, 0, 1))),
                    categories=rng.sample(range(5), rng.choice((0, 0, 2))),
                    cap_order=rng.choice((0, 0, rng.randint(1, 50))),
                )
                for n in range(rng.randint(0, 5))
            ]
            rooms = {r.id: rng.randint(0, 40) for r in rates if rng.random() < 0.2}
            gross = sum(line.amount for line in lines)
            total = exact(round(float(gross) * rng.uniform(0, 1), 2))
            stack = rng.choice(("highest", "sum", "product"))
            yield lines, total, Terms(PER, stack, rates=tuple(rates)), rooms

    def test_the_explanation_adds_up(self):
        for lines, total, terms, rooms in self._cases():
            earned = earn(lines, total, terms, rooms)
            self.assertIs(type(earned.points), int)
            self.assertEqual(earned.points, max(0, math.floor(earned.exact)))
            parts = earned.base + sum(step.extra for step in earned.steps)
            self.assertEqual(earned.exact, parts)
            if lines:
                self.assertEqual(earned.amount + earned.excluded, total)
            text = explanation.earning(0, earned.to_json(), "$")
            self.assertTrue(text.startswith(f"{earned.points:,} = "), text)

    def test_caps_are_never_exceeded(self):
        for lines, total, terms, rooms in self._cases():
            earned = earn(lines, total, terms, rooms)
            for step in earned.steps:
                for limit in (
                    step.rate.cap_order or math.inf,
                    rooms.get(step.rate.id, math.inf),
                ):
                    self.assertLessEqual(step.extra, limit)
                    self.assertLessEqual(
                        earned.capped_points.get(step.rate.id, 0), limit
                    )

    def test_order_and_splitting_of_lines_do_not_matter(self):
        for lines, total, terms, rooms in self._cases():
            earned = earn(lines, total, terms, rooms)
            self.assertEqual(earn(lines[::-1], total, terms, rooms), earned)
            halves = [
                Line(li.amount / 2, li.product, li.categories) for li in lines * 2
            ]
            self.assertEqual(earn(halves, total, terms, rooms), earned)

    def test_paying_more_never_earns_less(self):
        for lines, total, terms, rooms in self._cases(
            ("multiplier", "extra", "fixed"), 1
        ):
            less = earn(lines, total * exact(self.rng.random()), terms, rooms)
            self.assertLessEqual(less.points, earn(lines, total, terms, rooms).points)

    def test_highest_is_at_most_sum_is_at_most_product(self):
        for lines, total, terms, _rooms in self._cases(
            ("multiplier", "extra", "fixed"), 1
        ):
            rates = tuple(
                Rate(
                    r.id,
                    r.name,
                    r.effect,
                    r.factor,
                    r.points,
                    r.amount,
                    r.min_amount,
                    r.products,
                    r.categories,
                )
                for r in terms.rates
            )
            found = [
                earn(lines, total, Terms(PER, stack, rates=rates)).exact
                for stack in ("highest", "sum", "product")
            ]
            self.assertEqual(found, sorted(found))
            self.assertGreaterEqual(found[0], total / PER if lines else 0)
