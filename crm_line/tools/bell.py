"""Waking Odoo's job workers without a call to the database for each webhook.

Bursts ring once at their beginning and once at their end: a ring in between is kept
for the end of the interval, so no job waits longer than that.
"""

import threading
import time

# each ring is a connection to the database; a job that runs looks again by itself
INTERVAL_SECONDS = 0.2


class Bell:
    """Calls ``notify(name)`` at most once per interval and name, and never too early.

    :param notify: called with the name, from a thread of its own: who rings does not
        wait for the connection
    """

    def __init__(self, notify, interval=INTERVAL_SECONDS):
        self._notify = notify
        self._interval = interval
        self._lock = threading.Lock()
        self._last = {}
        self._kept = set()

    def ring(self, name):
        with self._lock:
            if name in self._kept:
                return
            self._kept.add(name)
            wait = self._last.get(name, 0) + self._interval - time.monotonic()
            timer = threading.Timer(max(wait, 0), self._ring_kept, [name])
            timer.daemon = True
            timer.start()

    def _ring_kept(self, name):
        with self._lock:
            self._kept.discard(name)
            self._last[name] = time.monotonic()
        self._notify(name)
