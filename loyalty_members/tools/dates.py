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


def window_start(today, months):
    """First day of the ``months`` long window that ends on ``today``, both included.

    12 months up to 15 March 2027 start on 16 March 2026.
    """
    return today - relativedelta(months=months) + timedelta(days=1)
