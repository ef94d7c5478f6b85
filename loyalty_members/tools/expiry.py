"""Last days of points, as calendar dates."""

import calendar
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

# months in the period whose end a date is rounded up to
PERIODS = {"month": 1, "quarter": 3, "year": 12}


def month_day(year, month, day):
    """The date, or the last day of a month that is shorter."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def period_end(day, period):
    """Last day of the month, quarter or year that holds ``day``."""
    length = PERIODS[period]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return first + relativedelta(months=length) - timedelta(days=1)


def rolling(day, months, period=None):
    """``months`` after ``day``, rounded up to the end of ``period`` when given.

    Granted on 15 March 2026 for 12 months: usable through 15 March 2027, with
    ``period="quarter"`` through 31 March 2027.
    """
    end = day + relativedelta(months=months)
    return period_end(end, period) if period else end


def fixed(day, month, month_day_, years):
    """The next ``month`` and day of the month from ``day`` on.

    :param int years: 0 for the next one; 1 for the one in the year after ``day``
    """
    if years:
        return month_day(day.year + years, month, month_day_)
    end = month_day(day.year, month, month_day_)
    return end if end >= day else month_day(day.year + 1, month, month_day_)
