"""The simulator's time: real, plus whatever a test has added to it."""

import datetime
import time

STATISTICS_ZONE = datetime.timedelta(hours=9)  # LINE counts days in UTC+9


class Clock:
    """Seconds since the epoch, adjustable forward."""

    def __init__(self):
        self._offset = 0.0

    def now(self):
        return time.time() + self._offset

    def advance(self, seconds):
        """Move the clock on, as if nothing had happened for ``seconds``."""
        if seconds < 0:
            raise ValueError("time only goes forward")
        self._offset += seconds

    def milliseconds(self):
        return int(self.now() * 1000)

    def day(self):
        """Today in LINE's statistics, ``yyyyMMdd``."""
        return f"{self._utc(self.now()) + STATISTICS_ZONE:%Y%m%d}"

    @staticmethod
    def _utc(seconds):
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC)

    def iso(self, seconds):
        stamp = self._utc(seconds).isoformat(timespec="milliseconds")
        return stamp.replace("+00:00", "Z")
