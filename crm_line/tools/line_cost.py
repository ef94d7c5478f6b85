"""What a month of an official account costs, and how far its messages reach."""

import calendar
import dataclasses
import datetime
import zoneinfo


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


def month_start(now, zone):
    """UTC start of LINE's month of ``now`` (UTC, naive), in LINE's time zone."""
    first = _local(now, zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(datetime.UTC).replace(tzinfo=None)


def month_part(now, zone):
    """How much of LINE's month is over, 0 to 1; at least half a day."""
    local = _local(now, zone)
    days = calendar.monthrange(local.year, local.month)[1]
    passed = (now - month_start(now, zone)).total_seconds() / 86400
    return max(passed, 0.5) / days


def forecast(used, reserved, now, zone):
    """Messages at the end of the month when it goes on like this.

    What is queued already comes on top of the daily pace.
    """
    return round(used / month_part(now, zone)) + reserved


def _local(now, zone):
    return now.replace(tzinfo=datetime.UTC).astimezone(zoneinfo.ZoneInfo(zone))
