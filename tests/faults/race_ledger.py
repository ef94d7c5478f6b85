"""Random operations on the ledger in processes that are killed, and what must be true.

A worker is a chain of forked processes: one dies (kill -9) in the middle of an
operation and the next one takes up the same operation again, with the same key. Its
journal is a file, one line per answer that a caller would have got.
"""

import json
import os
import random
import signal
from datetime import date, timedelta

import psycopg2

import odoo.service.model
from odoo import sql_db
from odoo.exceptions import UserError, ValidationError

MEMBERS = 24
ORDERS_PER_WORKER = 8
# one in so many operations fails or dies at that point
CRASH, CONFLICT, KILL_BEFORE, KILL_AFTER = 12, 25, 40, 40
OPERATIONS_PER_DAY = 15
TRIES = 60
# a serialization failure waits up to 2^n seconds: too long for thousands of operations
SHORTER = 0.005

DIRECT = {
    "earn": ("earn", 1),
    "gift": ("gift", 1),
    "import": ("import", 1),
    "add": ("adjust", 1),
    "take": ("adjust", -1),
    "burn": ("burn", -1),
    "give_back": ("reinstate", 1),
    "claw_back": ("reverse", -1),
}
OPERATIONS = (
    *(["earn"] * 5),
    *(["burn"] * 5),
    *(["wait"] * 3),
    *DIRECT,
    "transfer",
    "batch",
    "void",
    "release",
    "expire",
    "prove",
    "confirm",
    "change",
    "cancel",
)

SERIALIZATION_FAILURE = """
    DO $$ BEGIN RAISE 'injected' USING ERRCODE = 'serialization_failure'; END $$
"""


class Crash(Exception):
    """The process fails before it commits."""


def prepare(env):
    """Members, and orders of each worker; prints their ids as JSON."""
    program = env["loyalty.program"].search([("is_membership", "=", True)], limit=1)
    program.write({"expiry_model": "rolling", "expiry_months": 1, "reinstate_days": 5})
    partners = env["res.partner"].create(
        [{"name": f"Race {number}"} for number in range(MEMBERS)]
    )
    members = env["loyalty.member"]._enroll(partners)
    product = env["product.product"].create(
        {"name": "Tea", "list_price": 500, "taxes_id": [(5,)]}
    )
    line = {"product_id": product.id, "product_uom_qty": 1}
    orders = env["sale.order"].create(
        [
            {"partner_id": partner.id, "order_line": [(0, 0, line)]}
            for partner in partners[: 2 * ORDERS_PER_WORKER]
        ]
    )
    print(json.dumps({"members": members.ids, "orders": orders.ids}))


class Worker:
    """One of two: plays the same operations whoever runs them, from the journal on."""

    def __init__(self, registry, request, facts, number, journal):
        self.registry = registry
        self.request = request
        self.members = facts["members"]
        half = len(facts["orders"]) // 2
        self.orders = facts["orders"][number * half : (number + 1) * half]
        self.number = number
        self.journal = journal

    def run(self, first, last):
        """Fork workers until the operations from ``first`` to ``last`` are done.

        :return: how many of them were killed
        """
        kills = 0
        while True:
            sql_db.close_all()
            child = os.fork()
            if not child:
                self._live(first, last)
                os._exit(0)
            status = os.waitpid(child, 0)[1]
            if os.WIFEXITED(status):
                if os.WEXITSTATUS(status):
                    raise AssertionError(f"worker ended with {status}")
                return kills
            if os.WTERMSIG(status) != signal.SIGKILL:
                raise AssertionError(f"worker died of signal {status}")
            kills += 1

    def _live(self, first, last):
        random.seed(os.getpid())  # when it dies differs from life to life
        done = 0
        if os.path.exists(self.journal):
            with open(self.journal) as lines:
                done = sum(1 for _line in lines)
        odoo.service.model.time.sleep = lambda seconds, s=self.sleep: s(
            seconds * SHORTER
        )
        with open(self.journal, "a") as journal:
            for step in range(max(first, done), last):
                answer = self._operate(step)
                self._perhaps_die(KILL_AFTER)
                journal.write(json.dumps(answer) + "\n")
                journal.flush()

    sleep = staticmethod(odoo.service.model.time.sleep)

    def _operate(self, step):
        """Call until there is an answer: always with the same key."""
        for _try in range(TRIES):
            self.attempts = 0
            try:
                return self.request(self.registry, lambda env: self._work(env, step))
            except Crash:
                continue
            except (ValidationError, UserError) as refusal:
                return {"step": step, "refused": str(refusal)}
            except psycopg2.OperationalError:
                continue  # Odoo gave up after five serialization failures
        raise AssertionError(f"no answer after {TRIES} tries: operation {step}")

    def _work(self, env, step):
        rng = random.Random(f"{self.number}:{step}")
        today = date.today() + timedelta(days=step // OPERATIONS_PER_DAY)
        type(env["loyalty.program"])._today = lambda program: today
        name = rng.choice(OPERATIONS)
        member = env["loyalty.member"].browse(rng.choice(self.members))
        key = f"race:{self.number}:{step}"
        if name in DIRECT:
            rows = self._direct(rng, name, member, key)
        else:
            rows = getattr(self, f"_{name}")(env, rng, member, key) or []
        env.flush_all()
        self.attempts += 1
        if self.attempts == 1 and not random.randrange(CONFLICT):
            env.cr.execute(SERIALIZATION_FAILURE)
        if not random.randrange(CRASH):
            raise Crash
        self._perhaps_die(KILL_BEFORE)
        return {"step": step, "name": name, "rows": rows}

    @staticmethod
    def _perhaps_die(one_in):
        if not random.randrange(one_in):
            os.kill(os.getpid(), signal.SIGKILL)

    # -- operations: each returns the rows (key, member, points) it stands for -----
    def _direct(self, rng, name, member, key):
        kind, sign = DIRECT[name]
        points = sign * rng.randint(1, 30)
        values = {"source": member.partner_id} if name in ("burn", "give_back") else {}
        member._post_points(kind, points, key, **values)
        return [[key, member.id, points]]

    def _wait(self, env, rng, member, key):
        points = rng.randint(1, 30)
        # the day follows from the step: a retry asks for the same
        available_on = member.program_id._today() + timedelta(days=rng.randint(1, 3))
        member._post_points("earn", points, key, available_on=available_on)
        return [[key, member.id, points]]

    def _transfer(self, env, rng, member, key):
        other = env["loyalty.member"].browse(rng.choice(self.members))
        points = rng.randint(1, 10)
        rows = [
            [f"{key}:out", member, "transfer_out", -points],
            [f"{key}:in", other, "transfer_in", points],
        ]
        return self._post(env, rows)

    def _batch(self, env, rng, member, key):
        members = env["loyalty.member"].browse(sorted(rng.sample(self.members, 4)))
        rows = [[f"{key}:{one.id}", one, "earn", rng.randint(1, 30)] for one in members]
        return self._post(env, rows)

    @staticmethod
    def _post(env, rows):
        env["loyalty.member"]._post_points_batch(
            [
                {"key": key, "member": member, "kind": kind, "points": points}
                for key, member, kind, points in rows
            ]
        )
        return [[key, member.id, points] for key, member, _kind, points in rows]

    def _void(self, env, rng, member, key):
        waiting = env["loyalty.point.entry"].search(
            [("member_id", "=", member.id), ("state", "=", "pending")], limit=1
        )
        env["loyalty.member"]._void_pending(waiting)

    def _release(self, env, rng, member, key):
        env["loyalty.member"]._release_due(limit=10)

    def _expire(self, env, rng, member, key):
        env["loyalty.member"]._expire_due(limit=10)

    def _prove(self, env, rng, member, key):
        if env["loyalty.member"]._prove():
            raise AssertionError("the invariant is broken in the middle")

    def _order(self, env, rng):
        return env["sale.order"].browse(rng.choice(self.orders))

    def _confirm(self, env, rng, member, key):
        order = self._order(env, rng)
        if order.state == "cancel":
            order.action_draft()
        if order.state == "draft":
            order.action_confirm()

    def _change(self, env, rng, member, key):
        self._order(env, rng).order_line.product_uom_qty = rng.randint(0, 4)

    def _cancel(self, env, rng, member, key):
        order = self._order(env, rng)
        if order.state == "sale":
            order.with_context(disable_cancel_warning=True).action_cancel()


def check(env, facts, journals):
    """Everything that must be true after a batch; prints what was found as JSON."""
    answers = []
    for journal in journals:
        with open(journal) as lines:
            answers += [json.loads(line) for line in lines]
    promised = {
        key: (member_id, points)
        for answer in answers
        for key, member_id, points in answer.get("rows", [])
    }
    members = env["loyalty.member"].browse(facts["members"])
    env.cr.execute(
        "SELECT key, member_id, points FROM loyalty_point_entry"
        " WHERE member_id = ANY(%s) AND key LIKE 'race:%%'",
        [members.ids],
    )
    posted = {key: (member_id, points) for key, member_id, points in env.cr.fetchall()}
    orders = env["sale.order"].browse(facts["orders"])
    env.cr.execute(
        """
        SELECT count(*) FROM loyalty_point_entry expired
          LEFT JOIN loyalty_point_allocation paid ON paid.entry_id = expired.id
         WHERE expired.member_id = ANY(%s) AND expired.kind = 'expire'
           AND (paid.lot_id IS DISTINCT FROM expired.source_id
                OR paid.points <> -expired.points)
        """,
        [members.ids],
    )
    wrong_expiries = env.cr.fetchone()[0]
    earned = {
        order.id: sum(
            env["loyalty.point.entry"]
            .search([("source_model", "=", "sale.order"), ("source_id", "=", order.id)])
            .mapped("points")
        )
        for order in orders
    }
    targets = {
        order.id: int(order.amount_total // 100) if order.state == "sale" else 0
        for order in orders
    }
    names = [answer["name"] for answer in answers if "name" in answer]
    print(
        json.dumps(
            {
                "answers": len(answers),
                "kinds": len(set(names)),
                "refused": sum(1 for answer in answers if "refused" in answer),
                "lost": sorted(promised.items() - posted.items()),
                "unexpected": sorted(posted.items() - promised.items()),
                "disagree": members._prove().ids,
                "wrong_expiries": wrong_expiries,
                "orders_off_target": [
                    id_ for id_ in targets if targets[id_] != earned[id_]
                ],
                "expired": env["loyalty.point.entry"].search_count(
                    [("kind", "=", "expire"), ("member_id", "in", members.ids)]
                ),
                "decided": env["loyalty.point.entry"].search_count(
                    [
                        ("available_on", "!=", False),
                        ("state", "!=", "pending"),
                        ("member_id", "in", members.ids),
                    ]
                ),
            }
        )
    )
