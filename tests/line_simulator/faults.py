"""Faults that a test orders: the next n calls of an endpoint go wrong.

==============  ===========================================================
kind            what the caller sees
==============  ===========================================================
``500``         an internal server error, nothing was accepted
``rate``        429, too many requests
``quota``       429, the month's messages are used up
``unauthorized``  401, as if the token had been revoked
``lost``        the call is carried out, the answer never arrives
``dropped``     the connection breaks before the call is carried out
==============  ===========================================================

A refused connection cannot be told apart by endpoint: see
``LineSimulator.refuse``.
"""

import collections
import threading

KINDS = ("500", "rate", "quota", "unauthorized", "lost", "dropped")
ENDPOINTS = ("push", "reply", "profile", "info", "token")


class Faults:
    """A queue of ordered faults per endpoint."""

    def __init__(self):
        self._lock = threading.Lock()
        self._planned = collections.defaultdict(collections.deque)

    def add(self, endpoint, count, kind):
        if endpoint not in ENDPOINTS:
            raise ValueError(f"unknown endpoint {endpoint!r}, one of {ENDPOINTS}")
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}, one of {KINDS}")
        with self._lock:
            self._planned[endpoint].extend([kind] * count)

    def take(self, endpoint):
        """The fault of this call, or None."""
        with self._lock:
            planned = self._planned[endpoint]
            return planned.popleft() if planned else None

    def clear(self):
        with self._lock:
            self._planned.clear()
