import random
from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import loyalty_tier_engine as engine
from ..models import loyalty_tier_glance as glance
from ..models import loyalty_tier_measure as measure
from ..tools import tiers
from . import test_tier_property as played

SEEDS = range(20270101, 20270113)
STEPS = 30


@tagged("post_install", "-at_install")
class TestTierGlance(played.TestTierProperty):
    """Whoever the large statement moves was told apart by the glance before it."""

    # the play of the base class, with other rules and another question
    test_engine_agrees_with_the_model = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.said = []

    def test_never_no_where_something_happens(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self._play(random.Random(seed), seed)
        happened = [reason for _yes, reason in self.said if reason]
        self.assertLessEqual(
            {"upgrade", "renew", "downgrade", "protect"}, set(happened)
        )
        # a glance that always says yes would be of no use
        noes = sum(not yes for yes, _reason in self.said)
        self.assertGreater(noes, len(self.said) / 4)

    def _play(self, rng, seed):
        self._set_rules(self._rules(rng))
        for tier in (self.silver, self.gold):
            tier.refund_policy = rng.choice(("keep", "review", "review"))
            tier.protect_days = rng.choice((0, 0, 15))
        member = self._enroll(f"Seed {seed}")
        documents = []
        day = date(2027, rng.randint(1, 12), rng.randint(1, 28))
        for step in range(STEPS):
            day += timedelta(days=rng.choice((0, 0, 1, 3, 20, 45, 120)))
            if rng.random() < 0.8:
                self._review(day, member)
            if documents and rng.random() < 0.4:
                bought, document = rng.choice(documents)
                change = rng.choice((-500, -2500, -4000, 700))
            else:
                bought, document = day, self._document()
                documents.append((bought, document))
                change = rng.choice((300, 900, 2500, 4000, 9000))
            points = change // 100
            self._buy(change, bought, member, document, points=points, tiers=False)
            self._look(member, day, (seed, step, day, change))

    def _look(self, member, day, where):
        yes = bool(member._concerned_by_events(day))
        moves = member._run_tiers(engine.events, day)
        self.assertTrue(yes or not moves, where)
        self.said.append((yes, moves.reason))

    def test_levels_rise_with_every_condition(self):
        """Spend, orders, points, a single order: on the way and at the threshold."""
        rules = {
            "threshold": (3000, 1000),
            "up_orders": (3, 1000),
            "up_points": (30, 1000),
            "up_single": (1500, 1500),
        }
        self.gold.invite_only = True
        for name, (need, spend) in rules.items():
            for kind in played.KINDS:
                with self.subTest(name=name, kind=kind):
                    vals = dict.fromkeys(rules, 0)
                    vals.update({name: need, "window_kind": kind})
                    self.silver.write(vals)
                    member = self._enroll(f"{name} {kind}")
                    verdicts = []
                    for _purchase in range(4):
                        self._buy(spend, date(2027, 3, 1), member, tiers=False)
                        concerned = member._concerned_by_events(date(2027, 3, 1))
                        verdicts.append(bool(concerned))
                    first = 1 if name == "up_single" else 3
                    self.assertEqual(
                        verdicts, [number >= first for number in (1, 2, 3, 4)]
                    )

    def test_top_of_the_ladder_asks_nothing(self):
        member = self._enroll("Top")
        member._move_by_hand(self.gold, "Test")
        self._buy(90000, self.program._today(), member, tiers=False)
        self.env.flush_all()
        member._concerned_by_events()  # reads the member and the rules
        with self.assertQueryCount(0):
            self.assertFalse(member._concerned_by_events())

    def test_tier_by_invitation_or_archived_is_not_asked_about(self):
        member = self._enroll("Nobody")
        self._buy(90000, self.program._today(), member, tiers=False)
        self.assertTrue(member._concerned_by_events())
        (self.silver | self.gold).invite_only = True
        self.assertFalse(member._concerned_by_events())

    def test_changed_rules_count_at_once(self):
        member = self._enroll("Rules")
        self.silver.threshold = 5000
        self._buy(2000, self.program._today(), member, tiers=False)
        self.assertFalse(member._concerned_by_events())
        self.silver.threshold = 2000
        self.assertTrue(member._concerned_by_events())
        self.assertEqual(member._upgrade_tiers(), member)
        self.assertEqual(member.tier_id, self.silver)

    def test_thresholds_are_exact(self):
        """Ten times 0.1 is 1, though not in binary fractions."""
        member = self._enroll("Cents")
        self.silver.threshold = 1
        for number in range(10):
            self.assertFalse(member._concerned_by_events(), number)
            self._buy(0.1, self.program._today(), member, points=1, tiers=False)
        self.assertEqual(member._upgrade_tiers(), member)

    def test_many_members_are_left_to_the_statement(self):
        members = self.Member.concat(
            *(self._enroll(f"Many {number}") for number in range(glance.FEW + 1))
        )
        self.assertEqual(members._concerned_by_events(), members)
        self.assertFalse(members[: glance.FEW]._concerned_by_events())

    def test_last_day_as_in_sql(self):
        first = date(2027, 1, 1)
        days = [first + timedelta(days=number) for number in range(800)]
        for validity in ("none", "months", "year", "next_year"):
            for months in (1, 6, 11, 12, 25):
                query = SQL(
                    """SELECT %s FROM unnest(%s::date[]) day,
                              (SELECT %s AS validity, %s AS validity_months) rule
                        ORDER BY day""",
                    measure.last_day(SQL("rule"), SQL("day")),
                    days,
                    validity,
                    months,
                )
                self.assertEqual(
                    [row[0] for row in self.env.execute_query(query)],
                    [tiers.last_day(validity, months, day) for day in days],
                    (validity, months),
                )
