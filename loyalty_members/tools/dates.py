"""Calendar dates that a person would name."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

DEFAULT_TZ = "Asia/Taipei"


def today_in(tz, now=None):
    """Today's date in the time zone named ``tz`` (Asia/Taipei when empty).

    :param datetime now: naive UTC, for tests
    """
    now = (now or datetime.now(UTC)).replace(tzinfo=UTC)
    return now.astimezone(ZoneInfo(tz or DEFAULT_TZ)).date()


def day_in(tz, moment):
    """The calendar date of ``moment`` (naive UTC) in the time zone named ``tz``."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()


def day_start(day, tz):
    """The moment (naive UTC) at which ``day`` begins in the time zone named ``tz``
    (Asia/Taipei when empty)."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz or DEFAULT_TZ))
    return start.astimezone(UTC).replace(tzinfo=None)


def window_start(today, months):
    """First day of the ``months`` long window that ends on ``today``, both included.

    12 months up to 15 March 2027 start on 16 March 2026.
    """
    return today - relativedelta(months=months) + timedelta(days=1)
