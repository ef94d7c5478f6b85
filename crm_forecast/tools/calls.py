"""The grid of calls: who said what, and which figure counts. No ORM, no database.

A *row* is a person, the opportunities of nobody, or the sum of a team or company.
Amounts are in the company's currency.
"""

import dataclasses
import math

from . import accuracy

FIGURES = ("won", "commit", "best", "pipeline", "weighted")
ERROR_PERIODS = 3
# what a saved forecast says of those that it does not name
NOTHING = (0.0, 0.0, 0.0)


@dataclasses.dataclass
class Row:
    """What one row shows.

    ``saved`` is what the saved forecasts say, by method: all, what of it may still be
    won, and what of it is new business. ``learned`` with its ``new_business``, and
    ``fallback`` (the recommended method, with what is won by now) are taken from it,
    and ``None`` without saved forecast. ``call`` and ``override`` are amounts, ``None``
    where nothing was said.
    """

    user: int | bool = False
    team: int | bool = False
    won: float = 0.0
    commit: float = 0.0
    best: float = 0.0
    pipeline: float = 0.0
    weighted: float = 0.0
    learned: float | None = None
    new_business: float | None = None
    fallback: float | None = None
    call: float | None = None
    override: float | None = None
    effective_sum: float | None = None
    saved: dict = dataclasses.field(default_factory=dict)

    def add(self, figures):
        for name, amount in figures.items():
            setattr(self, name, getattr(self, name) + amount)

    def add_saved(self, method, amount, left, new):
        """:param left: the part of ``amount`` that may still be won; below zero: what
        was expected of opportunities that have been won since
        :param new: the part of ``amount`` of opportunities that are not known yet"""
        known, rest, unknown = self.saved.get(method, NOTHING)
        self.saved[method] = known + amount, rest + left, unknown + new

    def settle(self, method, methods):
        """Take ``learned`` and ``fallback``; a saved forecast says zero of those that
        it does not name.

        The fallback is never below what is won: that is counted as of now, and the
        saved forecast only gives what is still to come.

        :param method: the recommended one
        :param methods: of which there are saved forecasts
        """
        if "learned" in methods:
            self.learned, _left, self.new_business = self.saved.get("learned", NOTHING)
        if method in methods:
            _amount, left, _new = self.saved.get(method, NOTHING)
            self.fallback = self.won + max(left, 0.0)

    @property
    def unsaid(self):
        """What counts as long as nobody says anything."""
        return self.weighted if self.fallback is None else self.fallback

    @property
    def source(self):
        """Where the effective forecast comes from."""
        if self.override is not None:
            return "override"
        if self.effective_sum is not None:
            return "sum"
        if self.call is not None:
            return "call"
        return "weighted" if self.fallback is None else "method"

    @property
    def effective(self):
        said = {
            "override": self.override,
            "sum": self.effective_sum,
            "call": self.call,
        }
        return said.get(self.source, self.unsaid)


def total(rows, user=False, team=False, override=None):
    """The row that adds up others; ``learned`` only of those that have one."""
    rows = list(rows)
    result = Row(user=user, team=team, override=override)
    for row in rows:
        result.add({name: getattr(row, name) for name in FIGURES})
    for name in ("learned", "new_business", "call"):
        known = [v for row in rows if (v := getattr(row, name)) is not None]
        if known:
            setattr(result, name, math.fsum(known))
    result.effective_sum = math.fsum(row.effective for row in rows)
    return result


class Grid:
    """All rows of a period.

    :param rows: of persons and of nobody
    :param teams: ids of the teams, in the order of the screen; False comes last
    :param overrides: amount by team id

    ``said_by`` and ``said_of_team`` hold the submissions behind the amounts.
    """

    def __init__(self, rows, teams, overrides):
        self.rows = list(rows)
        self.team_ids = [*teams, False]
        self.overrides = overrides
        self.said_by, self.said_of_team = {}, {}

    def person(self, user):
        return next((row for row in self.rows if row.user == user), None)

    def of_team(self, team):
        return [row for row in self.rows if row.team == team]

    def team(self, team):
        """The sum of a team; ``None`` for a team that the grid does not know."""
        if team not in self.team_ids:
            return None
        return total(self.of_team(team), team=team, override=self.overrides.get(team))

    def all(self):
        return total(
            self.team(team) for team in self.team_ids if team or self.of_team(False)
        )


def past_errors(calls):
    """How wrong the calls of each person were in the last periods.

    :param calls: (user, end of the period, call, actual)
    :return: {user: (WAPE or ``None`` when nothing was sold, number of periods)}
    """
    by_user = {}
    for user, end, call, actual in calls:
        by_user.setdefault(user, []).append((end, call, actual))
    result = {}
    for user, rows in by_user.items():
        rows.sort(reverse=True)
        pairs = [(call, actual) for _end, call, actual in rows[:ERROR_PERIODS]]
        result[user] = accuracy.wape(pairs), len(pairs)
    return result
