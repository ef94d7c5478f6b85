"""Counting what anybody may cause, without writing to the database each time."""

import threading
import time

FLUSH_SECONDS = 60


class Tally:
    """Counters of one process, given out at most once a minute.

    The first count after a quiet minute is due at once, so that a trouble shows as
    soon as it begins; the rest of a burst follows with the next call after a minute.
    Keys must come from a small set: nothing that a caller can invent.
    """

    def __init__(self, seconds=FLUSH_SECONDS, clock=time.monotonic):
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._counts = {}  # group -> key -> (count, last)
        self._flushed = {}  # group -> clock

    def add(self, group, key, at, count=1):
        """Count ``key`` of ``group`` (a database), last seen ``at``."""
        with self._lock:
            counts = self._counts.setdefault(group, {})
            before, last = counts.get(key, (0, at))
            counts[key] = (before + count, max(last, at))

    def take(self, group):
        """The counts that are due: dict of key to (count, last); mostly empty."""
        now = self._clock()
        with self._lock:
            flushed = self._flushed.get(group)
            if not self._counts.get(group) or (
                flushed is not None and now - flushed < self._seconds
            ):
                return {}
            self._flushed[group] = now
            return self._counts.pop(group)

    def put_back(self, group, counts):
        """Counts that could not be written down wait for the next minute."""
        for key, (count, at) in counts.items():
            self.add(group, key, at, count)

    def clear(self):
        with self._lock:
            self._counts.clear()
            self._flushed.clear()
