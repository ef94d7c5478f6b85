"""One period forecast by every method from what was known at its origin. No ORM."""

import collections
import dataclasses
import math

from . import baselines

METHODS = ("learned", "haircut", "native", "manual", "last")


@dataclasses.dataclass(frozen=True)
class Outlook:
    """What a method says of a period, sold already included.

    ``low`` and ``high`` are the bounds of 80 %; ``None`` where a method gives none.
    """

    by_rep: dict
    low: float | None = None
    high: float | None = None

    @property
    def total(self):
        return math.fsum(self.by_rep.values())


def outlooks(learned, deals, reps, closed, past_deals, past_after, last):
    """The outlook of each method that the past says enough for.

    :param Calibration learned: of the past periods
    :param deals: the ``Deal`` open at the origin
    :param reps: who sells
    :param dict closed: rep to what was sold before the origin
    :param past_deals: ``Deal`` of the past periods at the same distance from their end
    :param past_after: what was sold after these origins, in all
    :param dict last: rep to what was sold in the last period
    :return: dict of method to ``Outlook``
    """
    plain = {
        "native": baselines.native(deals),
        "manual": baselines.manual(deals),
    }
    haircut = baselines.Haircut(past_deals, [past_after])
    if haircut.factor is not None:
        plain["haircut"] = haircut.forecast(deals)
    result = {method: Outlook(_added(closed, rows)) for method, rows in plain.items()}
    if learned.deal_count:
        found = learned.forecast(
            deals, reps, closed=math.fsum(closed.values()), closed_by_rep=closed
        )
        result["learned"] = Outlook(found.by_rep, found.low, found.high)
    result["last"] = Outlook(dict(last))
    return result


@dataclasses.dataclass(frozen=True)
class Called:
    """What salespeople and managers said: ``by_rep`` of those who said something,
    ``by_team`` of the teams with one of these."""

    by_rep: dict
    by_team: dict
    total: float
    low: None = None
    high: None = None


def called(rows, stated, team_of):
    """The calls of a period: an override counts before a call, a team's before all.

    Who said nothing counts in the team and company with what the records say.

    :param rows: (kind, rep, team, amount); rep is ``None`` for a whole team
    :param dict stated: rep to sold already plus stated probability times amount
    :param team_of: rep to team
    :return: ``Called``, ``None`` when nobody said anything
    """
    rows = list(rows)
    reps, teams = {}, {}
    for kind in ("call", "override"):
        for row_kind, rep, team, amount in rows:
            if row_kind == kind:
                if rep:
                    reps[rep] = amount
                else:
                    teams[team] = amount
    if not reps and not teams:
        return None
    sums = by_team({**stated, **reps}, team_of)
    sums.update(teams)
    spoken = {team_of.get(rep) for rep in reps} | set(teams)
    return Called(reps, {team: sums[team] for team in spoken}, math.fsum(sums.values()))


def stated(closed, deals):
    """Sold already plus stated probability times amount, by rep."""
    return _added(closed, baselines.manual(deals))


def by_team(by_rep, team_of):
    """Amounts by team; ``team_of`` maps a rep to their team."""
    result = collections.defaultdict(float)
    for rep, amount in by_rep.items():
        result[team_of.get(rep)] += amount
    return dict(result)


def _added(closed, more):
    result = collections.defaultdict(float, closed)
    for rep, amount in more.items():
        result[rep] += amount
    return dict(result)
