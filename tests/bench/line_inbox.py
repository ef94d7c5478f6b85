"""Events that come in faster and faster: how old they are when they are worked on."""

import multiprocessing
import time
from statistics import median, quantiles

from odoo import sql_db

from . import line_data
from .measure import Row

RATE, SECONDS, WORKERS = 200, 60, 2
PEOPLE = 500
PER_CALL = 20


def lag_rows(bench, alias):
    seconds = max(6, bench.size(SECONDS))
    with bench.request(alias) as env:
        account_id, _token = line_data.make_account(env, "http://127.0.0.1:1")
        line_data.make_users(env, account_id, PEOPLE)
    bench.say(f"{RATE} events a second for {seconds} s, {WORKERS} workers")
    context = multiprocessing.get_context("fork")
    stop = context.Event()
    sql_db.close_all()  # a connection must not be shared by two processes
    workers = [
        context.Process(target=_work, args=(bench, alias, stop))
        for _number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    begin = time.perf_counter()
    sent, depth = 0, []
    while sent < RATE * seconds:
        _store(bench, alias, account_id, sent)
        sent += PER_CALL
        depth.append(sent)
        time.sleep(max(0, begin + sent / RATE - time.perf_counter()))
    arrived_in = time.perf_counter() - begin
    worked = _done(bench, alias, account_id)
    while _done(bench, alias, account_id) < sent:
        time.sleep(0.5)
    took = time.perf_counter() - begin
    stop.set()
    for worker in workers:
        worker.join()
    lags = [
        float(row[0])
        for row in bench.sql(
            alias,
            "SELECT extract(epoch FROM done_at - received_at) FROM line_inbox"
            " WHERE account_id = %s",
            [account_id],
        )
    ]
    yield Row(f"{RATE} events a second came in", sent / arrived_in, "events/s")
    yield Row(f"  worked on by {WORKERS} workers", sent / took, "events/s")
    yield Row("  still waiting at the end", sent - worked, "events")
    yield Row("  lag: p50", median(lags), "s")
    yield Row("  lag: p95", quantiles(lags, n=20)[-1], "s")


def _work(bench, alias, stop):
    while not stop.is_set():
        with bench.request(alias) as env:
            handled = env["line.inbox"]._process(200)
        if not handled:
            time.sleep(0.05)


def _store(bench, alias, account_id, first):
    now = int(time.time() * 1000)
    events = [
        line_data.event(number % PEOPLE, number, now)
        for number in range(first, first + PER_CALL)
    ]
    with bench.request(alias) as env:
        account = env["line.account"].browse(account_id)
        env["line.inbox"]._store(account, events)


def _done(bench, alias, account_id):
    query = "SELECT count(*) FROM line_inbox WHERE account_id = %s AND state = 'done'"
    return bench.sql(alias, query, [account_id])[0][0]
