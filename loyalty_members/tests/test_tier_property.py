import random
from datetime import date, timedelta

from odoo.tests import tagged

from . import tier_model as model
from .tier_common import TierCase

SEEDS = range(20260317, 20260325)
STEPS = 40
KINDS = ("rolling", "calendar", "since")


@tagged("post_install", "-at_install")
class TestTierProperty(TierCase):
    """Random rules, random purchases and random days: SQL agrees with the model."""

    def test_engine_agrees_with_the_model(self):
        reasons = set()
        for seed in SEEDS:
            with self.subTest(seed=seed):
                reasons |= self._play(random.Random(seed), seed)
        self.assertLessEqual({"upgrade", "renew", "downgrade"}, reasons)

    def _side(self, rng, level):
        needs = dict.fromkeys(model.MEASURES, 0)
        chosen = rng.sample(model.MEASURES, rng.randint(1, 2))
        for name in chosen:
            unit = {"spend": 5000, "orders": 2, "points": 50, "single": 2000}[name]
            needs[name] = unit * level + rng.randint(0, unit // 2)
        return {
            "needs": needs,
            "match": rng.choice(("any", "all")),
            "kind": rng.choice(KINDS),
            "months": rng.choice((1, 6, 12)),
        }

    def _rules(self, rng):
        rules = [{"validity": "none", "keep_rule": "reach"}]
        for level in (1, 2):
            rule = {
                "up": self._side(rng, level),
                "keep": self._side(rng, level),
                "keep_rule": rng.choice(("reach", "own", "own", "never")),
                "validity": rng.choice(("months", "months", "year", "next_year")),
                "validity_months": rng.choice((1, 6, 12)),
                "grace": rng.choice((0, 0, 10, 40)),
                "downgrade": rng.choice(("one_down", "evaluate", "base")),
                "extend": rng.random() < 0.4,
                "carry_over": False,
            }
            own = rule["keep_rule"] != "reach"
            kind = (rule["keep"] if own else rule["up"])["kind"]
            rule["carry_over"] = kind != "rolling" and rng.random() < 0.5
            rules.append(rule)
        base = {"needs": dict.fromkeys(model.MEASURES, 0), "match": "any"}
        rules[0].update(
            {
                "up": {**base, "kind": "rolling", "months": 12},
                "keep": {**base, "kind": "since", "months": 12},
                "carry_over": False,
            }
        )
        return rules

    @staticmethod
    def _values(rule):
        up, keep = rule["up"], rule["keep"]
        return {
            **{
                name: up["needs"][measure]
                for measure, name in zip(
                    model.MEASURES,
                    ("threshold", "up_orders", "up_points", "up_single"),
                    strict=True,
                )
            },
            **{
                name: keep["needs"][measure]
                for measure, name in zip(
                    model.MEASURES,
                    ("keep_threshold", "keep_orders", "keep_points", "keep_single"),
                    strict=True,
                )
            },
            "up_match": up["match"],
            "window_kind": up["kind"],
            "window_months": up["months"],
            "keep_match": keep["match"],
            "keep_window_kind": keep["kind"],
            "keep_window_months": keep["months"],
            "keep_rule": rule["keep_rule"],
            "validity": rule["validity"],
            "validity_months": rule["validity_months"],
            "grace_days": rule["grace"],
            "downgrade": rule["downgrade"],
            "extend_on_reach": rule["extend"],
            "carry_over": rule["carry_over"],
        }

    def _set_rules(self, rules):
        """Write the rules past the check that levels rise: it is not tested here."""
        tiers = (self.silver, self.gold)
        self.patch(
            type(self.env["loyalty.tier"]), "_check_levels_rise", lambda _tiers: None
        )
        for tier, rule in zip(tiers, rules[1:], strict=True):
            tier.write(self._values(rule))

    def _play(self, rng, seed):
        rules = self._rules(rng)
        self._set_rules(rules)
        member = self._enroll(f"Seed {seed}")
        twin = model.Member(rules)
        documents = []
        day = date(2027, rng.randint(1, 12), rng.randint(1, 28))
        for step in range(STEPS):
            day += timedelta(days=rng.choice((0, 0, 1, 3, 20, 45, 120)))
            twin.review(day)
            self._review(day, member)
            self._check(member, twin, (seed, step, day, "review"))
            purchase = rng.choice(documents) if documents else None
            if purchase and rng.random() < 0.25:
                twin_purchase, document = purchase
                change = rng.choice((-500, 700))
                bought = twin_purchase.day
            else:
                twin_purchase = model.Purchase(day, 0, 0)
                twin.purchases.append(twin_purchase)
                document, bought = self._document(), day
                change = rng.choice((300, 900, 2500, 4000, 9000))
                documents.append((twin_purchase, document))
            points = change // 100
            twin_purchase.amount += change
            twin_purchase.points += points
            self._buy(change, bought, member, document, points=points, tiers=False)
            member._upgrade_tiers(today=day)
            twin.event(day)
            self._check(member, twin, (seed, step, day, change))
        return {reason for _day, reason, _level in twin.log}

    def _check(self, member, twin, where):
        found = (
            member.tier_id.sequence // 10 - 1,
            member.tier_until or None,
            member.carried_amount,
            [
                (move.moved_on, move.reason, move.to_tier_id.sequence // 10 - 1)
                for move in member.move_ids.sorted("id")
                if move.reason != "enrol"
            ],
        )
        self.assertEqual(found, (twin.level, twin.until, twin.carried, twin.log), where)
