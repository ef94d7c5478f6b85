"""Arithmetic of tier conditions: plain numbers, no database.

``details`` is what the tier engine stores and reports:
``{"match": "any", "spend": [measured, needed], "orders": [...], ...}`` with the
conditions that matter only.
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MEASURES = ("spend", "orders", "points", "single")


def conditions(details):
    """``{measure: (measured, needed)}`` in a fixed order."""
    details = details or {}
    return {name: tuple(details[name]) for name in MEASURES if name in details}


def needs_all(details):
    """Whether every condition is needed, not just any of them."""
    return (details or {}).get("match") == "all"


def missing(details):
    """``{measure: amount}`` of the conditions that are not met yet.

    A single order is missing as a whole: parts of it do not add up. Empty when the
    conditions are met.
    """
    found = conditions(details)
    unmet = {
        name: needed if name == "single" else needed - measured
        for name, (measured, needed) in found.items()
        if measured < needed
    }
    enough = len(unmet) < len(found) and not needs_all(details)
    return {} if enough else unmet


def percent(details):
    """Whole per cent of the way, rounded down: the furthest condition where any is
    enough, the least far where all are needed."""
    shares = [
        100 * max(measured, 0) // needed
        for measured, needed in conditions(details).values()
    ]
    if not shares:
        return 100
    return min(100, int(min(shares) if needs_all(details) else max(shares)))


def last_day(validity, months, first):
    """Last day of the validity that starts on ``first``; ``None`` is for ever.

    The same as ``loyalty_tier_measure.last_day``, which says why.
    """
    if validity == "months":
        same = first + relativedelta(months=months)
        return same - timedelta(days=1) if same.day == first.day else same
    if validity in ("year", "next_year"):
        return date(first.year + (validity == "next_year"), 12, 31)
    return None
