"""Waking Odoo's job workers without a call to the database for each webhook.

Bursts ring once at their beginning and once at their end: a ring in between is kept
for the end of the interval, so no job waits longer than that.
"""

import threading
import time

INTERVAL_SECONDS = 0.05


class Bell:
    """Calls ``notify(name)`` at most once per interval and name, and never too early.

    :param notify: called with the name; from another thread when a ring was kept
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
            wait = self._last.get(name, 0) + self._interval - time.monotonic()
            if wait > 0:
                self._kept.add(name)
                timer = threading.Timer(wait, self._ring_kept, [name])
                timer.daemon = True
                timer.start()
                return
            self._last[name] = time.monotonic()
        self._notify(name)

    def _ring_kept(self, name):
        with self._lock:
            self._kept.discard(name)
            self._last[name] = time.monotonic()
        self._notify(name)
