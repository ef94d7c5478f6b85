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
    """The outlook of each method.

    :param Calibration learned: of the past periods
    :param deals: the ``Deal`` open at the origin
    :param reps: who sells
    :param dict closed: rep to what was sold before the origin
    :param past_deals: ``Deal`` of the past periods at the same distance from their end
    :param past_after: what was sold after these origins, in all
    :param dict last: rep to what was sold in the last period
    :return: dict of method to ``Outlook``
    """
    found = learned.forecast(
        deals, reps, closed=math.fsum(closed.values()), closed_by_rep=closed
    )
    haircut = baselines.Haircut(past_deals, [past_after])
    plain = {
        "haircut": haircut.forecast(deals),
        "native": baselines.native(deals),
        "manual": baselines.manual(deals),
    }
    result = {method: Outlook(_added(closed, rows)) for method, rows in plain.items()}
    result["learned"] = Outlook(found.by_rep, found.low, found.high)
    result["last"] = Outlook(dict(last))
    return result


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
