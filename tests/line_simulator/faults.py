"""Faults that a test orders: the next n calls of an endpoint go wrong.

==============  ===========================================================
kind            what the caller sees
==============  ===========================================================
``500``         an internal server error, nothing was accepted
``rate``        429, too many requests
``quota``       429, the month's messages are used up
``unauthorized``  401, as if the token had been revoked
``expired``     401, and this token stays dead: it ran out in mid-batch
``lost``        the call is carried out, the answer never arrives
``dropped``     the connection breaks before the call is carried out
``truncated``   carried out, the connection breaks inside the answer
``garbled``     carried out, the answer is half a JSON document
``slow``        carried out, the answer comes late (``seconds``)
==============  ===========================================================

A refused connection cannot be told apart by endpoint: see
``LineSimulator.refuse``.
"""

import collections
import random
import threading

from . import router

KINDS = (
    "500",
    "rate",
    "quota",
    "unauthorized",
    "expired",
    "lost",
    "dropped",
    "truncated",
    "garbled",
    "slow",
)


class Faults:
    """A queue of ordered faults per endpoint, and faults by chance."""

    def __init__(self):
        self._lock = threading.Lock()
        self._planned = collections.defaultdict(collections.deque)
        self._chance = None
        self._rates = {}
        self.seconds = 3.0  # how late a slow answer is

    def add(self, endpoint, count, kind):
        _check(endpoint, kind)
        with self._lock:
            self._planned[endpoint].extend([kind] * count)

    def at_random(self, seed, rates):
        """``rates``: endpoint: {kind: probability}. The same seed, the same faults
        (when calls come one after the other)."""
        for endpoint, kinds in rates.items():
            for kind in kinds:
                _check(endpoint, kind)
            if sum(kinds.values()) > 1:
                raise ValueError(f"the probabilities of {endpoint} exceed 1")
        with self._lock:
            self._chance = random.Random(seed)
            self._rates = rates

    def take(self, endpoint):
        """The fault of this call, or None."""
        with self._lock:
            planned = self._planned[endpoint]
            if planned:
                return planned.popleft()
            rates = self._rates.get(endpoint)
            if not rates:
                return None
            point = self._chance.random()
            for kind, rate in rates.items():
                point -= rate
                if point < 0:
                    return kind
            return None

    def clear(self):
        with self._lock:
            self._planned.clear()
            self._rates = {}


def _check(endpoint, kind):
    known = router.endpoints()
    if endpoint not in known:
        raise ValueError(f"unknown endpoint {endpoint!r}, one of {known}")
    if kind not in KINDS:
        raise ValueError(f"unknown fault {kind!r}, one of {KINDS}")
