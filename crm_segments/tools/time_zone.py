"""Offsets of time zones in plain Python."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=1024)
def _offset_of_year(zone, year):
    """The offset from UTC if it is the same all through a year (UTC), or None.

    Looks at each midnight, the next year's first included: no zone has ever changed
    its clocks and back within a day.
    """
    first, last = (datetime(number, 1, 1, tzinfo=UTC) for number in (year, year + 1))
    info = ZoneInfo(zone)
    offsets = {
        (first + ONE_DAY * day).astimezone(info).utcoffset()
        for day in range((last - first).days + 1)
    }
    return offsets.pop() if len(offsets) == 1 else None


def fixed_offset(zone, years):
    """The offset from UTC that a time zone had in all these years, or None.

    :param str zone: such as ``Asia/Taipei``; :param years: years in UTC
    """
    offsets = {_offset_of_year(zone, year) for year in years}
    return offsets.pop() if len(offsets) == 1 else None
