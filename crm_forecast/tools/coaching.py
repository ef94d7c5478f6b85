"""Whom to talk to about what: figures of a person that stand out from those of the
others. Plain Python.
"""

import dataclasses
import statistics

from .metric import UP

MIN_PEOPLE = 3  # of two, one is always the worse
FACTOR = 1.5  # times as bad as the median of all


@dataclasses.dataclass(frozen=True)
class Finding:
    """A figure of one person beside the median of all; ``excess`` says how far off."""

    person: object
    code: str
    value: float
    median: float
    excess: float


def stand_outs(values, better):
    """The worst figure of each person that is far worse than the median of all.

    :param dict values: person to dict of metric code to value (``None``: unknown)
    :param dict better: metric code to (``up`` or ``down``, the least difference that
        counts); other metrics are left out
    :return: list of ``Finding``, the most striking first
    """
    medians = {}
    for code in better:
        known = [row[code] for row in values.values() if row.get(code) is not None]
        if len(known) >= MIN_PEOPLE:
            medians[code] = statistics.median(known)
    found = []
    for person, row in values.items():
        worst = max(
            (
                _finding(person, code, row[code], median, better[code][0])
                for code, median in medians.items()
                if row.get(code) is not None
                and abs(row[code] - median) >= better[code][1]
            ),
            key=lambda finding: finding.excess,
            default=None,
        )
        if worst and worst.excess >= FACTOR:
            found.append(worst)
    return sorted(found, key=lambda finding: -finding.excess)


def _finding(person, code, value, median, better):
    good, bad = (value, median) if better == UP else (median, value)
    # how many times as bad; a little is added so that nothing is divided by zero
    unit = abs(median) * 0.05 or 0.05
    return Finding(
        person, code, value, median, (max(bad, 0) + unit) / (max(good, 0) + unit)
    )
