from odoo import models
from odoo.tools import ormcache

from ..tools import tiers
from ..tools.dates import window_start
from . import loyalty_tier_glance_engine as engine
from . import loyalty_tier_measure as m

# members that are looked at one by one; more of them share one large statement
FEW = 3


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"  # pylint: disable=R8180

    @ormcache("self.id")
    def _tier_rules(self):
        """Rows of ``loyalty_tier_measure.rules`` by tier id, as dicts."""
        self.env["loyalty.tier"].flush_model()
        rows = self.env.execute_query_dict(m.tier_rules(self.id))
        return {row["tier_id"]: row for row in rows}


class LoyaltyMember(models.Model):
    """Whether a purchase or a refund can matter to a tier, before that is decided.

    Never "no" where the decision is something: a test compares both.
    """

    _inherit = "loyalty.member"  # pylint: disable=R8180

    def _concerned_by_events(self, today=None):
        """Those members for whom ``loyalty_tier_engine.events`` can find anything."""
        if len(self) > FEW:
            return self
        self._flush_tiers()
        return self.filtered(
            lambda member: member.sudo()._is_concerned(
                today or member.sudo().program_id._today()
            )
        )

    def _is_concerned(self, today):
        rules = self.program_id._tier_rules()
        held = rules.get(self.tier_id.id)
        base = rules.get(self.program_id.base_tier_id.id)
        if not held or not base or (self.tier_until and self.tier_until < today):
            return True
        questions = [
            *self._rising_questions(rules, held, today),
            *self._keeping_questions(held, today),
            *self._losing_questions(base, held, today),
        ]
        if not questions:
            return False
        person = {
            "id": (self.id, "int4"),
            "counted_until": (self.counted_until or None, "date"),
            "counted_entry_id": (self.counted_entry_id, "int4"),
            "counted_at": (self.counted_at or None, "timestamp"),
        }
        return self.env.execute_query(engine.anything(person, questions))[0][0]

    def _rising_questions(self, rules, held, today):
        """One per window of the open tiers above."""
        windows = {}
        for rule in rules.values():
            if rule["open"] and rule["sequence"] > held["sequence"]:
                kind = rule["window_kind"]
                windows.setdefault((kind, rule["window_months"]), []).append(
                    (_needs(rule, "up"), rule["up_match"], self._carried(held, kind))
                )
        return [
            engine.reached(
                conditions, _start(kind, months, today), today, kind == "since"
            )
            for (kind, months), conditions in windows.items()
        ]

    def _keeping_questions(self, held, today):
        """Of a tier whose period is not over but starts anew when it is reached."""
        if not (self.tier_until and held["can_keep"] and held["extend_on_reach"]):
            return []
        longer = tiers.last_day(held["validity"], held["validity_months"], today)
        if longer is None or longer <= self.tier_until:
            return []
        kind = held["keep_window_kind"]
        start = _start(kind, held["keep_window_months"], today)
        condition = _needs(held, "keep"), held["keep_match"], self._carried(held, kind)
        return [engine.reached([condition], start, today, True)]

    def _losing_questions(self, base, held, today):
        """Of a tier that a refund may end."""
        if (
            held["refund_policy"] != "review"
            or held["sequence"] <= base["sequence"]
            or (self.protected_until and self.protected_until >= today)
        ):
            return []
        return [engine.refunded()]

    def _carried(self, held, kind):
        """``loyalty_tier_measure.carried`` of this member."""
        counts = kind != "rolling" and kind == held["keep_window_kind"]
        return self.carried_amount if counts else 0


def _needs(rule, prefix):
    needs = {name: rule[f"{prefix}_{name}"] for name in tiers.MEASURES}
    return {name: need for name, need in needs.items() if need > 0}


def _start(kind, months, today):
    if kind == "rolling":
        return window_start(today, months)
    return today.replace(month=1, day=1) if kind == "calendar" else None
