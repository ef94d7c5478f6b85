"""The tier rules once more, in plain Python and for one member: what SQL must agree
with. Written from the documentation, without a glance at the statements."""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

MEASURES = ("spend", "orders", "points", "single")
ONE = timedelta(days=1)


def add_months(day, months):
    """The corresponding day ``months`` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def last_day(rule, first):
    if rule["validity"] == "months":
        same = add_months(first, rule["validity_months"])
        return same - ONE if same.day == first.day else same
    years = {"year": 0, "next_year": 1}
    if rule["validity"] in years:
        return date(first.year + years[rule["validity"]], 12, 31)
    return None


@dataclass
class Purchase:
    """A document: its day, what is left of it, and whether a move has counted it."""

    day: date
    amount: int
    points: int
    counted: bool = False
    parts: list = field(default_factory=list)


@dataclass
class Member:
    """:param rules: dicts of the tiers, lowest first; the first is the starting tier"""

    rules: list
    level: int = 0
    until: date | None = None
    carried: int = 0
    log: list = field(default_factory=list)
    purchases: list = field(default_factory=list)

    # -- what is measured -----------------------------------------------------
    def measure(self, start, end, fresh):
        found = [
            p
            for p in self.purchases
            if (start is None or p.day >= start)
            and p.day <= end
            and not (fresh and p.counted)
        ]
        return {
            "spend": sum(p.amount for p in found),
            "orders": sum(p.amount > 0 for p in found),
            "points": sum(p.points for p in found),
            "single": max((p.amount for p in found), default=0),
        }

    @staticmethod
    def start(kind, months, anchor):
        if kind == "rolling":
            return add_months(anchor, -months) + ONE
        return date(anchor.year, 1, 1) if kind == "calendar" else None

    @staticmethod
    def met(needs, match, measured):
        needs = {name: value for name, value in needs.items() if value}
        meets = [measured[name] >= value for name, value in needs.items()]
        return not needs or (all(meets) if match == "all" else any(meets))

    def keeping(self, rule):
        """needs, match, kind and months of the conditions to keep."""
        own = rule["keep_rule"] != "reach"
        side = rule["keep"] if own else rule["up"]
        return side["needs"], side["match"], side["kind"], side["months"]

    def with_carried(self, measured, kind):
        held = self.keeping(self.rules[self.level])[2]
        extra = self.carried if kind != "rolling" and kind == held else 0
        return {**measured, "spend": measured["spend"] + extra}

    def reached(self, rule, today):
        side = rule["up"]
        measured = self.measure(
            self.start(side["kind"], side["months"], today),
            today,
            side["kind"] == "since",
        )
        measured = self.with_carried(measured, side["kind"])
        return self.met(side["needs"], side["match"], measured), measured

    # -- what happens -----------------------------------------------------------
    def count_all(self, through, today):
        """What was posted and lies in the measured days is counted."""
        for purchase in self.purchases:
            if purchase.day <= through:
                purchase.counted = True

    def begin(self, level, first, through, today):
        self.level = level
        self.until = last_day(self.rules[level], first) if level else None
        self.count_all(through, today)

    def event(self, today):
        """After a purchase."""
        for level in range(len(self.rules) - 1, self.level, -1):
            rule = self.rules[level]
            met, measured = self.reached(rule, today)
            if met:
                kind = self.keeping(rule)[2]
                carried = 0
                need = rule["up"]["needs"]["spend"]
                if kind == "since":
                    if rule["carry_over"] and need:
                        carried = max(measured["spend"] - need, 0)
                elif kind == self.keeping(self.rules[self.level])[2]:
                    carried = self.carried
                self.begin(level, today, today, today)
                self.carried = carried
                self.log.append((today, "upgrade", level))
                return
        self.renew(today)

    def renew(self, today):
        """Extend a tier that was reached again, or renew it when its period is over.

        :return: whether it was
        """
        rule = self.rules[self.level]
        if self.until is None or rule["keep_rule"] == "never":
            return False
        over = self.until < today
        if over:
            ends = [self.until, min(today, self.until + rule["grace"] * ONE)]
        elif rule["extend"] and last_day(rule, today) > self.until:
            ends = [today]
        else:
            return False
        needs, match, kind, months = self.keeping(rule)
        for end in ends:
            measured = self.measure(
                self.start(kind, months, min(self.until, today)),
                end,
                not over or kind == "since",
            )
            measured = self.with_carried(measured, kind)
            if self.met(needs, match, measured):
                first = self.until + ONE if over else today
                self.begin(self.level, first, end, today)
                self.carried = 0
                if rule["carry_over"] and needs["spend"] and kind != "rolling":
                    self.carried = max(measured["spend"] - needs["spend"], 0)
                self.log.append((today, "renew", self.level))
                return True
        return False

    def review(self, today):
        """The daily job."""
        while self.until is not None and self.until < today:
            if self.renew(today):
                continue
            rule = self.rules[self.level]
            if self.until + rule["grace"] * ONE >= today:
                return
            level = self.level - 1
            if rule["downgrade"] == "base":
                level = 0
            elif rule["downgrade"] == "evaluate":
                while level and not self.reached(self.rules[level], today)[0]:
                    level -= 1
            self.begin(level, today, today, today)
            self.carried = 0
            self.log.append((today, "downgrade", level))
