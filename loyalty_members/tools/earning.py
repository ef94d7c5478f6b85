"""How many points a sale earns, and why. Plain Python: no Odoo, no database.

The rule of rounding, for the whole module: everything is exact until the end, then the
points of one order are rounded down once. Caps count whole points, rounded up, so that
no sum of capped points is ever above its cap.
"""

import math
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from fractions import Fraction

# what a rate does
MULTIPLIER, EXTRA, FIXED, NONE = "multiplier", "extra", "fixed", "none"
# what happens where several rates fit the same line
HIGHEST, SUM, PRODUCT = "highest", "sum", "product"


def exact(number):
    """``number`` without the noise of binary fractions: 0.1 is a tenth."""
    return number if isinstance(number, Fraction) else Fraction(str(number or 0))


@dataclass(frozen=True)
class Line:
    """What was bought, and what is paid for it (company currency, tax included)."""

    amount: Fraction
    product: int | None = None
    categories: frozenset = frozenset()


@dataclass(frozen=True)
class Rate:
    """One row of the rate table, for members and orders that it is meant for.

    :param factor: multiplier; 2 doubles the points
    :param points: of an extra, for each full or part of ``amount``; of a fixed bonus,
        per order
    :param min_amount: what the lines that fit must come to
    :param caps: most points of this rate per order, per day, per month; 0 is no limit
    """

    id: int
    name: str
    effect: str
    factor: Fraction = Fraction(1)
    points: int = 0
    amount: Fraction = Fraction(1)
    min_amount: Fraction = Fraction(0)
    products: frozenset = frozenset()
    categories: frozenset = frozenset()
    cap_order: int = 0
    cap_day: int = 0
    cap_month: int = 0

    def fits(self, line):
        """Whether the rate is meant for what was bought."""
        if not (self.products or self.categories):
            return True
        return line.product in self.products or bool(self.categories & line.categories)

    def alone(self, amount, base):
        """Points beyond ``base`` that ``amount`` earns by this rate alone."""
        if self.effect == MULTIPLIER:
            return base * (self.factor - 1)
        return amount * self.points / self.amount


@dataclass(frozen=True)
class Condition:
    """For whom and when a rate is meant; an empty set is everybody.

    :param weekdays: 0 is Monday
    """

    tiers: frozenset = frozenset()
    teams: frozenset = frozenset()
    date_from: date | None = None
    date_to: date | None = None
    weekdays: frozenset = frozenset(range(7))
    birthday_month: bool = False
    first_order: bool = False

    def holds(self, order):
        """:param order: with day, tier, team, birthday (or None) and is_first"""
        day, birthday = order.day, order.birthday
        return (
            (not self.tiers or order.tier in self.tiers)
            and (not self.teams or order.team in self.teams)
            and (not self.date_from or self.date_from <= day)
            and (not self.date_to or day <= self.date_to)
            and day.weekday() in self.weekdays
            and not (
                self.birthday_month and (not birthday or birthday.month != day.month)
            )
            and (order.is_first or not self.first_order)
        )


@dataclass(frozen=True)
class Order:
    """What conditions ask about an order."""

    day: date
    tier: int | None = None
    team: int | None = None
    birthday: date | None = None
    is_first: bool = False


@dataclass(frozen=True)
class Terms:
    """The rates in force for one order: kept with its first entry.

    :param per: amount per point
    :param event: what the order must reach: confirmed, delivered, invoiced or paid
    :param rooms: what the caps per day and month allowed, by id of the rate
    """

    per: Fraction
    stack: str = HIGHEST
    event: str = "confirmed"
    pending_days: int = 0
    rates: tuple = ()
    rooms: dict = field(default_factory=dict)

    def to_json(self):
        return {**asdict(self, dict_factory=_json_dict), "version": 1}

    @classmethod
    def from_json(cls, data):
        rates = tuple(_from_json(Rate, rate) for rate in data["rates"])
        rooms = {int(rate_id): room for rate_id, room in data["rooms"].items()}
        return _from_json(cls, {**data, "rates": rates, "rooms": rooms})


@dataclass(frozen=True)
class Step:
    """What one rate added. ``on``: the points that the lines it fits earn without it;
    ``cut``: points that a cap took off."""

    rate: Rate
    on: Fraction
    extra: Fraction
    cut: Fraction = Fraction(0)


@dataclass(frozen=True)
class Earned:
    """The result, with everything that explains it."""

    points: int
    amount: Fraction
    per: Fraction
    excluded: Fraction = Fraction(0)
    steps: tuple = ()

    @property
    def base(self):
        return self.amount / self.per

    @property
    def exact(self):
        return self.base + sum(step.extra for step in self.steps)

    @property
    def capped_points(self):
        """Points by id of their rate, as caps count them."""
        return {
            step.rate.id: math.ceil(step.extra) for step in self.steps if step.extra > 0
        }

    def to_json(self):
        """The explanation, for people and for later."""
        steps = [
            {
                "rate": step.rate.id,
                "name": step.rate.name,
                "effect": step.rate.effect,
                "factor": str(step.rate.factor),
                "on": str(step.on),
                "extra": str(step.extra),
                "cut": str(step.cut),
            }
            for step in self.steps
        ]
        return {
            "points": self.points,
            "amount": str(self.amount),
            "per": str(self.per),
            "excluded": str(self.excluded),
            "steps": steps,
        }


def earn(lines, total, terms, rooms=None):
    """Points of an order.

    Discounts, and what was paid with points or stored value, are spread over the lines
    in proportion to their amounts.

    :param lines: ``Line`` objects with what was bought; negative ones are left out
    :param total: what is paid for all of them together
    :param Terms terms: the rates in force
    :param dict rooms: what the caps per day and month still allow, by id of the rate
    """
    lines = [line for line in lines if line.amount > 0]
    gross, total = sum(line.amount for line in lines), max(exact(total), Fraction(0))
    share = total / gross if gross else Fraction(0)
    buckets = {}
    for line in lines:
        fitting = tuple(rate for rate in terms.rates if rate.fits(line))
        buckets[fitting] = buckets.get(fitting, 0) + line.amount * share
    return _add_up(buckets, terms, rooms or {})


def _add_up(buckets, terms, rooms):
    excluded = sum(a for rates, a in buckets.items() if _excluding(rates))
    buckets = {r: a for r, a in buckets.items() if a > 0 and not _excluding(r)}
    matched = dict.fromkeys(terms.rates, Fraction(0))
    for rates, amount in buckets.items():
        for rate in rates:
            matched[rate] += amount
    usable = _usable(terms.rates, matched, rooms)
    extras = _bonuses(usable, terms.stack)
    for rates, amount in buckets.items():
        here = [r for r in rates if r in usable and r.effect in (MULTIPLIER, EXTRA)]
        for rate, extra in _stack(here, amount, terms).items():
            extras[rate] = extras.get(rate, 0) + extra
    steps = tuple(
        _step(rate, matched[rate] / terms.per, extras[rate], usable[rate])
        for rate in terms.rates
        if extras.get(rate)
    )
    amount = sum(buckets.values(), Fraction(0))
    base = amount / terms.per
    points = math.floor(base + sum(step.extra for step in steps))
    return Earned(max(points, 0), amount, terms.per, Fraction(excluded), steps)


def _excluding(rates):
    return any(rate.effect == NONE for rate in rates)


def _usable(rates, matched, rooms):
    """What each rate may still give, ``None`` without limit; full ones are left out,
    so that the next best can take their place."""
    usable = {}
    for rate in rates:
        limits = [rate.cap_order] if rate.cap_order else []
        if rate.id in rooms:
            limits.append(max(rooms[rate.id], 0))
        room = min(limits, default=None)
        if matched[rate] > 0 and matched[rate] >= rate.min_amount and room != 0:
            usable[rate] = room
    return usable


def _bonuses(usable, stack):
    """Fixed bonuses, once per order: all of them, or the largest."""
    bonuses = [rate for rate in usable if rate.effect == FIXED]
    if stack == HIGHEST:
        # max keeps the first of equals
        bonuses = sorted(bonuses, key=lambda rate: -_within(rate, usable))[:1]
    return {rate: Fraction(rate.points) for rate in bonuses}


def _within(rate, usable):
    room = usable[rate]
    return rate.points if room is None else min(rate.points, room)


def _stack(rates, amount, terms):
    """Points beyond the base that ``amount`` earns, by rate."""
    base = amount / terms.per
    if not rates:
        return {}
    if terms.stack == HIGHEST:
        best = max(rates, key=lambda rate: rate.alone(amount, base))
        return {best: best.alone(amount, base)}
    extras, left, product = {}, base, base
    for rate in rates:
        on = product if terms.stack == PRODUCT else base
        # points of other lines are never taken away
        extra = max(rate.alone(amount, on), -left)
        if rate.effect == MULTIPLIER:
            product *= rate.factor
        extras[rate], left = extra, left + extra
    return extras


def _step(rate, on, extra, room):
    if room is None or extra <= room:
        return Step(rate, on, extra)
    return Step(rate, on, Fraction(room), extra - room)


def _json_dict(items):
    return {name: _to_json(value) for name, value in items}


def _to_json(value):
    if isinstance(value, Fraction):
        return str(value)
    return sorted(value) if isinstance(value, frozenset) else value


def _from_json(cls, data):
    """An instance of ``cls``; names that it does not know are left out."""
    values = {}
    for known in fields(cls):
        if known.name in data:
            value = data[known.name]
            if known.type is Fraction:
                value = Fraction(value)
            elif known.type is frozenset:
                value = frozenset(value)
            values[known.name] = value
    return cls(**values)
