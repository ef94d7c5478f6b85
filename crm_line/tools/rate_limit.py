"""A limit on calls of public pages, kept in the memory of one process."""

import collections
import threading
import time

MAX_KEYS = 10_000  # the oldest are forgotten, so that nobody can fill the memory


class RateLimit:
    """At most ``calls`` within ``seconds`` for each key.

    Each process counts on its own: with several workers the limit is a multiple.

    :param clock: function of seconds that never goes back
    """

    def __init__(self, calls, seconds, clock=time.monotonic):
        self.calls = calls
        self.seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._times = collections.OrderedDict()

    def take(self, key):
        """Count one call; false when the limit is used up (then it does not count)."""
        now = self._clock()
        with self._lock:
            times = self._times.pop(key, None) or collections.deque()
            while times and times[0] <= now - self.seconds:
                times.popleft()
            allowed = len(times) < self.calls
            if allowed:
                times.append(now)
            self._times[key] = times
            while len(self._times) > MAX_KEYS:
                self._times.popitem(last=False)
        return allowed

    def clear(self):
        with self._lock:
            self._times.clear()
