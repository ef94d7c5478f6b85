"""Workers of the LINE outbox that die, against a simulator that counts what arrived.

The simulator runs in this process; its delivered log is the oracle (what people saw).
"""

import contextlib
import datetime
import json
import os
import random
import signal
import threading

import odoo
from odoo import fields, sql_db
from odoo.api import Environment
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

STEPS = (
    "before_claim_commit",
    "after_claim_commit",
    "during_call",
    "after_call",
    "before_record_commit",
    "after_record_commit",
)
STALE_SECONDS = 61
MESSAGES = 3
# a schedule: messages to these customers, then rounds of two workers
CUSTOMERS, PER_CUSTOMER, ROUNDS = 2, 2, 2
LANES = ("service", "chat", "reply")
FAULTS = ("lost", "500", "dropped", "rate", "unauthorized")
QUIET_ROUNDS = 12


class WorkerDied(BaseException):
    """No error that anything may catch: the end of a worker."""


class World:
    """A simulator, an account on it and a clock that both of them share."""

    def __init__(self, registry):
        from odoo.addons.crm_line.tests.common import SECRET, TOKEN, load_simulator

        self.registry = registry
        self.simulator = load_simulator().LineSimulator(secret=SECRET).start()
        self.offset = 0
        world = self
        registry["line.queue"]._now = lambda model: (
            fields.Datetime.now().replace(microsecond=0)
            + datetime.timedelta(seconds=world.offset)
        )
        # nobody is there to be woken
        registry["line.queue"]._wake = lambda model, cron, seconds=0: None
        registry["line.queue"]._ring = lambda model: None
        with self.transaction() as env:
            self.account_id = (
                env["line.account"]
                .create(
                    {
                        "name": "Race",
                        "channel_ident": self.simulator.platform.channel_id,
                        "channel_secret": SECRET,
                        "api_url": self.simulator.api_url,
                        "token_mode": "long_lived",
                        "access_token": TOKEN,
                        "push_rate": 2000,
                    }
                )
                .id
            )

    @contextlib.contextmanager
    def transaction(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, odoo.SUPERUSER_ID, {})

    def advance(self, seconds):
        self.offset += seconds
        self.simulator.clock.advance(seconds)

    def customer(self, env, name):
        """Somebody with a phone who is bound to a contact."""
        phone = self.simulator.add_user(name)
        partner = env["res.partner"].create({"name": name})
        return env["line.user"].create(
            {
                "account_id": self.account_id,
                "line_uid": phone.id,
                "name": name,
                "partner_id": partner.id,
                "profile_at": fields.Datetime.now(),
            }
        )

    def writes(self, env, user):
        """The customer gives us a reply token; the event itself is done with."""
        phone = self.simulator.platform.user(user.line_uid)
        event = self.simulator.text(phone, "hi")
        row = env["line.inbox"]._store(user.account_id, [event])
        row.write({"state": "done", "line_user_id": user.id})

    def enqueue(self, env, user, lane, text):
        message = [{"type": "text", "text": text}]
        return env["line.outbox"]._enqueue(user, message, lane, text)

    def work(self, model="line.outbox"):
        with self.transaction() as env:
            return env[model]._process()

    def settle(self):
        """Let healthy workers finish, with time enough for every wait."""
        self.simulator.faults.clear()
        for _round in range(QUIET_ROUNDS):
            with self.transaction() as env:
                env["line.account"].browse(self.account_id).paused_until = False
                env.cr.execute("UPDATE line_bucket SET tokens = 2000")
            self.work()
            with self.transaction() as env:
                open_rows = [("state", "in", ("queued", "sending"))]
                if not env["line.outbox"].search_count(open_rows, limit=1):
                    return
            self.advance(1000)
        raise AssertionError("messages are still queued")

    def arrived(self):
        """How often each text was shown to a customer."""
        counts = {}
        for entry in self.simulator.delivered():
            counts[entry["text"]] = counts.get(entry["text"], 0) + 1
        return counts


# -- the crash matrix -----------------------------------------------------------------
def crash_matrix(registry):
    """Kill a worker at each step; prints what customers saw as JSON."""
    world = World(registry)
    found = []
    for step in STEPS:
        for lane in ("service", "chat"):
            for fault in (None, "lost"):
                found.append(_crash(world, step, lane, fault))
    print(json.dumps(found))


def _crash(world, step, lane, fault):
    name = f"{step}/{lane}/{fault}"
    with world.transaction() as env:
        texts = []
        for number in range(MESSAGES):
            user = world.customer(env, f"{name}/{number}")
            if lane == "chat":
                world.writes(env, user)
            world.enqueue(env, user, lane, f"{name}/{number}")
            texts.append(f"{name}/{number}")
    if fault:
        world.simulator.fail("reply" if lane == "chat" else "push", 1, fault)
    killed = _die_at(world, step)
    world.advance(STALE_SECONDS)
    world.settle()
    arrived = world.arrived()
    with world.transaction() as env:
        rows = env["line.outbox"].search([("idempotency_key", "in", texts)])
        return {
            "name": name,
            "lane": lane,
            "killed": killed,
            "rows": [
                {
                    "state": row.state,
                    "transport": row.transport,
                    "reason": row.reason or "",
                    "arrived": arrived.get(row.idempotency_key, 0),
                }
                for row in rows
            ],
        }


def _die_at(world, step):
    """Fork a worker that gets kill -9 at ``step``: whether it did."""
    sql_db.close_all()
    start, ready = os.pipe()
    child = os.fork()
    if not child:
        os.close(ready)
        try:
            if os.read(start, 1):  # nothing to read: the parent gave up
                _set_trap(world.registry, step)
                world.work()
        finally:
            os._exit(0)
    os.close(start)
    with contextlib.ExitStack() as undo:
        with open(ready, "wb") as signal_pipe:
            if step == "during_call":
                undo.callback(_kill_when_accepted(world, child))
            signal_pipe.write(b"x")
        status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _kill_when_accepted(world, child):
    """The worker dies when LINE has taken the message and not yet answered."""
    sending = world.simulator.platform.sending

    def deadly(original):
        def call(*arguments):
            answer = original(*arguments)
            os.kill(child, signal.SIGKILL)
            return answer

        return call

    originals = sending.push, sending.reply
    sending.push, sending.reply = map(deadly, originals)

    def undo():
        sending.push, sending.reply = originals

    return undo


def _set_trap(registry, step):
    def die(*_arguments, **_values):
        os.kill(os.getpid(), signal.SIGKILL)

    _hook(registry, {step: die})


def _hook(registry, traps):
    """Call traps at their steps. :return: a function that takes them out again"""
    from odoo.addons.crm_line.tools import line_delivery

    Outbox = registry["line.outbox"]
    nothing = lambda: None  # noqa: E731
    originals = (
        Outbox._mark,
        Outbox._record,
        Outbox._record_all,
        line_delivery.deliver,
    )
    mark, record, record_all, deliver = originals

    def at(step):
        traps.get(step, nothing)()

    def trapped_mark(self, *arguments):
        calls = mark(self, *arguments)
        at("before_claim_commit")
        return calls

    def trapped_deliver(*arguments):
        at("after_claim_commit")
        result = deliver(*arguments)
        at("after_call")
        return result

    def trapped_record(self, results):
        record(self, results)
        at("before_record_commit")

    def trapped_record_all(self, results):
        record_all(self, results)
        if results:
            at("after_record_commit")

    Outbox._mark, Outbox._record = trapped_mark, trapped_record
    Outbox._record_all, line_delivery.deliver = trapped_record_all, trapped_deliver

    def undo():
        Outbox._mark, Outbox._record = mark, record
        Outbox._record_all, line_delivery.deliver = record_all, deliver

    return undo


# -- random schedules -----------------------------------------------------------------
def schedules(registry, first, last):
    """Play seeded schedules with two workers; prints counts and violations as JSON."""
    world = World(registry)
    totals = {"deaths": 0, "faults": 0, "states": {}, "wrong": []}
    with world.transaction() as env:
        users = [world.customer(env, f"C{n}").id for n in range(CUSTOMERS)]
    for seed in range(first, last):
        _play(world, users, seed, totals)
    print(json.dumps(totals))


def _play(world, users, seed, totals):
    rng = random.Random(seed)
    world.simulator.platform.delivered.clear()
    keys = _messages(world, users, rng, seed)
    lock, deaths = threading.Lock(), rng.choices((0, 1, 2), (2, 3, 2))[0]
    steps = [step for step in STEPS if step != "during_call"]
    planned = [rng.choice(steps) for _death in range(deaths)]

    def trap(step):
        def perhaps_die():
            with lock:
                if step not in planned:
                    return
                planned.remove(step)
                totals["deaths"] += 1
            raise WorkerDied

        return perhaps_die

    undo = _hook(world.registry, {step: trap(step) for step in steps})
    try:
        for _round in range(ROUNDS):
            for _fault in range(rng.randint(0, 3)):
                kind = rng.choice(FAULTS)
                world.simulator.fail(rng.choice(("push", "reply")), 1, kind)
                totals["faults"] += 1
            _both_work(world)
            world.advance(rng.choice((0, 1, 20, 45, 61, 300)))
    finally:
        undo()
    world.advance(STALE_SECONDS)
    world.settle()
    _judge(world, keys, totals, seed)


def _messages(world, users, rng, seed):
    """:return: what was queued: {key: customer}, in the order of each conversation"""
    keys = {}
    with world.transaction() as env:
        for user in env["line.user"].browse(users):
            if rng.random() < 0.6:
                world.writes(env, user)
            for number in range(PER_CUSTOMER):
                key = f"{seed}/{user.id}/{number}"
                world.enqueue(env, user, rng.choice(LANES), key)
                keys[key] = user.line_uid
    return keys


def _both_work(world, model="line.outbox"):
    """Two workers at once; one that dies leaves its transaction undone."""
    errors = []

    def live():
        try:
            world.work(model)
        except (WorkerDied, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            pass  # the scheduler starts it again in the next round
        except Exception as error:  # handed to the main thread
            errors.append(error)

    workers = [threading.Thread(target=live) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]


def _judge(world, keys, totals, seed):
    arrived = world.arrived()
    with world.transaction() as env:
        rows = env["line.outbox"].search([("idempotency_key", "in", list(keys))])
        for row in rows:
            count = arrived.get(row.idempotency_key, 0)
            totals["states"][row.state] = totals["states"].get(row.state, 0) + 1
            right = count == 1 if row.state == "sent" else count <= 1
            if not right or row.state not in ("sent", "uncertain"):
                totals["wrong"].append([seed, row.idempotency_key, row.state, count])
        if len(rows) != len(keys):
            totals["wrong"].append([seed, "rows", len(rows), len(keys)])


# -- the inbox ------------------------------------------------------------------------
def inbox_order(registry):
    """Events of several people, two workers at once; prints each conversation."""
    world = World(registry)
    people, count, rng = 4, 6, random.Random(6)
    with world.transaction() as env:
        account = env["line.account"].browse(world.account_id)
        users = [world.customer(env, f"P{n}") for n in range(people)]
        ids = [user.id for user in users]
        events = []
        for user in users:
            phone = world.simulator.platform.user(user.line_uid)
            for number in range(count):
                event = world.simulator.text(phone, f"{number}")
                events.append(event | {"timestamp": event["timestamp"] + number * 1000})
        rng.shuffle(events)
        env["line.inbox"]._store(account, events)
    for _round in range(20):
        _both_work(world, "line.inbox")
        with world.transaction() as env:
            waiting = [("state", "in", ("new", "error"))]
            if not env["line.inbox"].search_count(waiting):
                break
    with world.transaction() as env:
        found = []
        for user in env["line.user"].browse(ids):
            messages = user.channel_id.message_ids.filtered("author_guest_id")
            bodies = [str(message.body) for message in messages.sorted("id")]
            found.append(["".join(c for c in body if c.isdigit()) for body in bodies])
        print(json.dumps(found))
