"""Proof that a call comes from this module's own code, not from a client.

A door is an object in the context, recognised by identity: what a client sends is
never the same object. It is a string so that a context which holds it can still be
turned into JSON, and random so that no other context equals it.
"""

from uuid import uuid4


class _Door(str):
    __slots__ = ()


class Queue(str):
    """Collects the orders that change inside a write(), to reconcile them once."""

    def __new__(cls):
        queue = super().__new__(cls, uuid4().hex)
        queue.order_ids = set()
        return queue


# the ledger itself changes a member
LEDGER = _Door(uuid4().hex)
# native sale code changes points that `_reconcile` derives from the order
RECONCILED = _Door(uuid4().hex)
# a set of tier rules is written, and checked as a whole at the end
RULES = _Door(uuid4().hex)

_KEYS = {
    LEDGER: "loyalty_members_ledger",
    RECONCILED: "loyalty_members_reconciled",
    RULES: "loyalty_members_rules",
}
_QUEUE_KEY = "loyalty_members_queue"


def opened(records, door):
    """``records`` with ``door`` open."""
    return records.with_context(**{_KEYS[door]: door})


def is_open(env, door):
    """Whether this module's own code opened ``door``."""
    return env.context.get(_KEYS[door]) is door


def queued(records, queue):
    """``records`` whose order changes are collected in ``queue``."""
    return records.with_context(**{_QUEUE_KEY: queue})


def queue_of(env):
    """The queue that collects order changes, ``None`` outside of one."""
    queue = env.context.get(_QUEUE_KEY)
    return queue if isinstance(queue, Queue) else None
