"""Figures defined once. Plain Python.

A *fact* is a number counted in the database (``won``, ``open_count``); a *metric* is
what people read, worked out from facts. Facts by name come in a dict, so that the same
metric serves a company, a team, a person or a stage.
"""

import dataclasses
from collections.abc import Callable

UP, DOWN = "up", "down"


def identity(value):
    return value


@dataclasses.dataclass(frozen=True)
class Metric:
    """One figure: its name and definition, and how facts make it.

    ``unit`` is ``amount`` (company currency), ``count``, ``ratio`` (0-1) or ``days``;
    ``better`` says which direction is an improvement, empty where neither is.
    ``cumulative`` figures grow from day to day of a period: only the same day of
    another period says whether one is better.
    """

    code: str
    name: str
    definition: str
    unit: str
    facts: tuple[str, ...]
    compute: Callable = identity
    better: str = ""
    cumulative: bool = False

    def value(self, facts):
        """:return: a number, or ``None`` where it is not known"""
        if any(facts.get(name) is None for name in self.facts):
            return None
        return self.compute(*(facts[name] for name in self.facts))


def share(part, whole):
    """``None`` of nothing."""
    return part / whole if whole else None


def win_rate(won, lost):
    return share(won, won + lost)


def verdict(before, after, better):
    """``better``, ``same`` or ``worse``; ``None`` when a value is missing.

    :param better: direction of an improvement, ``up`` or ``down``
    """
    if before is None or after is None:
        return None
    gain = after - before if better == UP else before - after
    if abs(gain) <= 1e-9 * max(abs(before), abs(after), 1.0):
        return "same"
    return "better" if gain > 0 else "worse"
