"""The simulator's time: real, plus whatever a test has added to it."""

import time


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
