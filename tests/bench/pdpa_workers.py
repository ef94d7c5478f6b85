"""Requests of concurrent workers, each a process, and who waits for whom."""

import multiprocessing
import time
from threading import Event, Thread

from odoo import sql_db

from .pdpa_data import PERSONAL

WORKERS = 8
WORK_SECONDS = 0.02
SAMPLE_SECONDS = 0.01
LIST_ROWS = 80

# The backends of this database that wait for a lock which another one holds. Extending
# a table file takes one too, for microseconds; it has nothing to do with transactions.
BLOCKED = """
    SELECT count(DISTINCT l.pid)
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE NOT l.granted AND l.locktype <> 'extend'
       AND a.datname = current_database()
"""


def log_nothing(env, ids):
    """What every request does before it does anything: know user and company."""
    return env.user.login, env.company.id


def log_audit(env, ids):
    log_nothing(env, ids)
    env["pdpa.audit"]._log("read", "res.partner", ids, PERSONAL)


def log_chained(env, ids):
    """What a linear hash chain needs: its head stays locked until the commit."""
    env.cr.execute("SELECT pg_advisory_xact_lock(19)")
    log_audit(env, ids)


def _work(bench, log, ids, barrier, stop_after, done):
    durations = []
    barrier.wait()
    end = time.monotonic() + stop_after
    while time.monotonic() < end:
        begin = time.monotonic()
        with bench.request("pdpa") as env:
            log(env, ids)
            time.sleep(WORK_SECONDS)
        durations.append(time.monotonic() - begin)
    done.put(durations)


def _watch(bench, stop, waiting):
    """Count the waiting backends again and again on one connection."""
    with bench.registry("pdpa").cursor() as cr:
        cr._cnx.autocommit = True
        while not stop.wait(SAMPLE_SECONDS):
            cr.execute(BLOCKED)
            waiting.append(cr.fetchone()[0])


def load(bench, log, ids, seconds):
    """Let all workers make requests for some seconds.

    :return: (requests per second, their durations, waiting backends of each sample)
    """
    context = multiprocessing.get_context("fork")
    barrier, done = context.Barrier(WORKERS), context.Queue()
    sql_db.close_all()  # a connection must not be shared by two processes
    workers = [
        context.Process(
            target=_work, args=(bench, log, ids[:LIST_ROWS], barrier, seconds, done)
        )
        for _number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    stop, waiting = Event(), []
    watcher = Thread(target=_watch, args=(bench, stop, waiting))
    watcher.start()
    durations = [each for _worker in workers for each in done.get(timeout=120)]
    for worker in workers:
        worker.join()
    stop.set()
    watcher.join()
    return len(durations) / seconds, durations, waiting
