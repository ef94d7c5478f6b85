"""How the processes of the race tests work.

Every actor runs its work as a request would: in its own transaction, retried by Odoo on
serialization failures, committed at the end.
"""

import sys

import odoo
from odoo.api import Environment
from odoo.service.model import retrying

ACTORS = {}


def actor(function):
    ACTORS[function.__name__] = function
    return function


def request(registry, work):
    """Run work(env) as one request does."""
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        return retrying(lambda: work(env), env)


_met = []


def meet(env):
    """Say that the transaction is open, then wait until the others are there too.

    Only the first time: a retried transaction goes straight on.
    """
    env.cr.execute("SELECT 1")  # takes the snapshot of the transaction
    if not _met:
        _met.append(True)
        print("ready", flush=True)
        sys.stdin.readline()
