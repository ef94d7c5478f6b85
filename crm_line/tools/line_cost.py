"""What a month of an official account costs, and how far its messages reach."""

import calendar
import dataclasses
import datetime

# LINE counts days and months in Japan's time (UTC+9, no daylight saving).
LINE_TIME = datetime.timezone(datetime.timedelta(hours=9))


@dataclasses.dataclass(frozen=True)
class Plan:
    """A price plan: ``extra`` is the price of a message beyond ``included``.

    None: this plan cannot buy any.
    """

    fee: float
    included: int
    extra: float | None = None

    def cost(self, messages):
        """Fee of a month with ``messages``; what cannot be bought is not sent."""
        if self.extra is None:
            return self.fee
        return self.fee + max(0, messages - self.included) * self.extra

    @property
    def price(self):
        """What one message more or less is worth: bought, or its share of the fee."""
        if self.extra is not None:
            return self.extra
        return self.fee / self.included if self.included else 0.0


def month_start(now):
    """UTC start of LINE's month of ``now`` (UTC, naive)."""
    local = now.replace(tzinfo=datetime.UTC).astimezone(LINE_TIME)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(datetime.UTC).replace(tzinfo=None)


def month_part(now):
    """How much of LINE's month is over, 0 to 1; at least half a day."""
    local = now.replace(tzinfo=datetime.UTC).astimezone(LINE_TIME)
    days = calendar.monthrange(local.year, local.month)[1]
    passed = (now - month_start(now)).total_seconds() / 86400
    return max(passed, 0.5) / days


def forecast(used, reserved, now):
    """Messages at the end of the month when it goes on like this.

    What is queued already comes on top of the daily pace.
    """
    return round(used / month_part(now)) + reserved


def runs_out_at(used, limit, now):
    """UTC time at which the limit is reached at this pace; None: not this month."""
    if limit is None or not used:
        return None
    if used >= limit:
        return now
    start = month_start(now)
    passed = max((now - start).total_seconds(), 43200)
    at = start + datetime.timedelta(seconds=passed * limit / used)
    return at if month_start(at) == start else None
