from dataclasses import replace
from datetime import timedelta

from ..tools import earning, recognition
from ..tools.earning import exact
from . import loyalty_earning_engine as engine


class EarningRun:
    """What the orders of one reconciliation share: rates, first orders, room in caps.

    Orders are worked on one after the other, so that two orders of one member do not
    both take the first order or the room that is left. A fixed number of statements.
    """

    def __init__(self, env, facts, apart=False):
        """:param apart: the orders are only looked at, each as if it were the next"""
        self.env = env
        self.apart = apart
        self.facts = facts
        self._terms = {}
        new = [f for f in facts if f["is_customer"] and not f["terms"]]
        self._firsts = self._first_orders(new)
        self._birthdays = self._birthdays_of(new)
        self._use = self._cap_use()

    def earned(self, fact):
        """The target of an order and member: (``earning.Earned``, what is paid)."""
        terms = self.terms(fact)
        lines, total = [], 0
        if fact["is_customer"]:
            sold = [recognition.sold_line(row) for row in fact["lines"] or ()]
            lines, total = recognition.eligible(sold, terms.event)
        rooms = self._rooms(fact, terms)
        if not fact["terms"]:
            # a refund of another order never gives this one more later
            self._terms[self._key(fact)] = replace(terms, rooms=rooms)
        return earning.earn(lines, total, terms, rooms), float(total)

    def terms(self, fact):
        """The rates of the order's first entry, else those in force."""
        key = self._key(fact)
        if key not in self._terms:
            self._terms[key] = (
                earning.Terms.from_json(fact["terms"])
                if fact["terms"]
                else self._terms_in_force(fact)
            )
        return self._terms[key]

    @staticmethod
    def _key(fact):
        return fact["order_id"], fact["member_id"]

    def _terms_in_force(self, fact):
        is_first = self._key(fact) in self._firsts
        order = earning.Order(
            day=fact["event_date"],
            tier=fact["tier_id"],
            team=fact["team_id"],
            birthday=self._birthdays.get(fact["member_id"]),
            is_first=is_first,
        )
        table = self._table(fact) if fact["is_customer"] else ()
        return earning.Terms(
            per=exact(fact["per"]),
            stack=fact["stack"],
            event=fact["event"],
            pending_days=fact["pending_days"] or 0,
            rates=tuple(rate for condition, rate in table if condition.holds(order)),
        )

    def _table(self, fact):
        return self.env["loyalty.earn.rate"]._rates_of(fact["program_id"])

    def _asking(self, facts, name):
        """The facts whose rate table asks for the condition ``name``."""
        return [
            fact
            for fact in facts
            if any(getattr(condition, name) for condition, _rate in self._table(fact))
        ]

    # -- conditions -----------------------------------------------------------
    def _first_orders(self, facts):
        pairs = [
            (fact["order_id"], fact["member_id"])
            for fact in self._asking(facts, "first_order")
        ]
        if not pairs:
            return set()
        first = set(self.env.execute_query(engine.first_orders(pairs)))
        if self.apart:
            return first
        # the earliest of a member's orders, when several are first at once
        taken, members = set(), set()
        for pair in pairs:
            if pair in first and pair[1] not in members:
                members.add(pair[1])
                taken.add(pair)
        return taken

    def _birthdays_of(self, facts):
        ids = {fact["member_id"] for fact in self._asking(facts, "birthday_month")}
        # a customer who will join has no member yet
        members = self.env["loyalty.member"].sudo().browse(filter(None, ids))
        return {member.id: member._birthday() for member in members}

    # -- caps -----------------------------------------------------------------
    def _cap_use(self):
        """Points by (member, rate, day) and by (member, rate, month) so far."""
        facts = [
            fact
            for fact in self.facts
            if any(rate.cap_day or rate.cap_month for rate in self.terms(fact).rates)
        ]
        use = {}
        if facts:
            days = [fact["event_date"] for fact in facts]
            rows = self.env.execute_query(
                engine.cap_use(
                    {fact["member_id"] for fact in facts},
                    min(days).replace(day=1),
                    (max(days).replace(day=1) + timedelta(days=32)).replace(day=1)
                    - timedelta(days=1),
                )
            )
            for member_id, day, rate_id, points in rows:
                _add(use, member_id, day, {rate_id: points})
        return use

    def _rooms(self, fact, terms):
        """What the caps per day and month leave for the order."""
        rooms = dict(terms.rooms)
        own = capped_points(fact)
        for rate in terms.rates:
            for cap, period in ((rate.cap_day, _day), (rate.cap_month, _month)):
                if cap:
                    key = fact["member_id"], rate.id, period(fact["event_date"])
                    others = self._use.get(key, 0) - own.get(rate.id, 0)
                    left = max(cap - int(others), 0)
                    rooms[rate.id] = min(rooms.get(rate.id, cap), left)
        return rooms

    def took(self, fact, earned):
        """Note what an order has now, for the orders that follow."""
        change = dict(earned.capped_points)
        for rate_id, points in capped_points(fact).items():
            change[rate_id] = change.get(rate_id, 0) - points
        _add(self._use, fact["member_id"], fact["event_date"], change)


def capped_points(fact):
    """Points by id of their rate that the order has posted."""
    total = {}
    for points in fact["capped"] or ():
        for rate_id, number in points.items():
            total[int(rate_id)] = total.get(int(rate_id), 0) + number
    return total


def _day(day):
    return day


def _month(day):
    return day.year, day.month


def _add(use, member_id, day, points):
    for rate_id, number in points.items():
        for period in (_day(day), _month(day)):
            key = member_id, rate_id, period
            use[key] = use.get(key, 0) + number
