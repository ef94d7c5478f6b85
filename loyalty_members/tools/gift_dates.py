"""On which calendar days a gift falls due. Plain date maths, without Odoo.

An occurrence of a yearly date is the day on which it falls in one year. A person born
on 29 February has it on 28 February in common years.
"""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

ON_DAY, DAYS_BEFORE, MONTH_START = "on_day", "days_before", "month_start"
LAST_WEEK = 5  # "fifth" means the last one, as not every month has a fifth


class Due(NamedTuple):
    """A month and day whose gift is due, and the year that the gift is for."""

    month: int
    day: int
    year: int


def years_before(day, years):
    """The same day ``years`` years earlier; 28 February for a missing 29 February."""
    return occurrence(day.month, day.day, day.year - years)


def occurrence(month, day, year):
    """The day of ``year`` on which the yearly date falls.

    :raise ValueError: no such day in any year, such as 31 April
    """
    if (month, day) == (2, 29) and not calendar.isleap(year):
        day = 28
    return date(year, month, day)


def nth_weekday(year, month, weekday, nth):
    """The ``nth`` weekday (0 is Monday) of a month: Mother's Day is (5, 6, 2).

    :param int nth: 1 to 4, or 5 for the last one
    """
    last = calendar.monthrange(year, month)[1]
    first = 1 + (weekday - date(year, month, 1).weekday()) % 7
    day = first + 7 * (nth - 1)
    while day > last:
        day -= 7
    return date(year, month, day)


def gift_window(when, days_before, day):
    """First and last day on which the gift for ``day`` is given."""
    if when == MONTH_START:
        return day.replace(day=1), day.replace(
            day=calendar.monthrange(day.year, day.month)[1]
        )
    if when == DAYS_BEFORE:
        return day - timedelta(days=days_before), day
    return day, day


def is_due(when, days_before, day, first, today):
    """Whether the window of ``day`` has opened by ``today`` and not closed before
    ``first``, the first day that has not been handled yet."""
    opens, closes = gift_window(when, days_before, day)
    return opens <= today and closes >= first


def due_dates(when, days_before, first, today):
    """Yearly dates whose gift is due between ``first`` and ``today``, both included.

    A late run names the missed days as well. Both 28 and 29 February are named for
    28 February of a common year.

    :return: sorted list of ``Due``; empty when ``first`` is after ``today``
    """
    if first > today:
        return []
    start = first.replace(day=1) if when == MONTH_START else first
    end = gift_window(MONTH_START, 0, today)[1] if when == MONTH_START else today
    if when == DAYS_BEFORE:
        end += timedelta(days=days_before)
    found = set()
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        if not is_due(when, days_before, day, first, today):
            continue
        found.add(Due(day.month, day.day, day.year))
        if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
            found.add(Due(2, 29, day.year))
    return sorted(found)


def due_years(when, days_before, first, today, day_in):
    """Years whose festival is due between ``first`` and ``today``.

    :param day_in: function that returns the day of the festival in a year
    """
    return [
        year
        for year in range(first.year, today.year + 2)
        if first <= today and is_due(when, days_before, day_in(year), first, today)
    ]
