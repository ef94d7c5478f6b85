"""crm_segments: statistics of a million customers with five million orders.

CPU seconds are of this process and of its PostgreSQL backend together, without
parallel workers, so that they can be compared on a busy machine.
"""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from dateutil.relativedelta import relativedelta

import odoo
from odoo import fields
from odoo.api import Environment

from . import segments_data
from .measure import Budget, Row

TITLE = "crm_segments"
DATABASES = {"segments": ["crm_segments"]}
ALIAS = "segments"
ROUNDS = 3
PEER_CUSTOMERS = 10_000
CHANGED_CUSTOMERS = 20_000
FULL = Budget(3)
INCREMENTAL = Budget(10, "s")
COUNT = Budget(1, "s")
PEER = Budget(1 / 6)
TABLES = (
    "res_partner",
    "sale_order",
    "account_move",
    "account_move_line",
    "sale_order_line_invoice_rel",
    "crm_partner_stats",
)
SERIAL = "SET LOCAL max_parallel_workers_per_gather = 0"
# the least that any answer from the orders costs: three aggregates per contact; each is
# used outside, or PostgreSQL would leave it out
FLOOR = """
    SELECT count(*), max(orders), max(amount), max(last) FROM (
        SELECT partner_id, count(*) AS orders, sum(amount_untaxed) AS amount,
               max(date_order) AS last
          FROM sale_order WHERE state = 'sale' GROUP BY partner_id) g
"""
# what it was in earlier tables: one aggregate
COUNT_ONLY = """
    SELECT count(*), max(orders) FROM (
        SELECT partner_id, count(*) AS orders
          FROM sale_order WHERE state = 'sale' GROUP BY partner_id) g
"""


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and of CPU of this process and of its backend."""

    wall: float
    cpu: float


def _backend_seconds(env):
    """CPU seconds that PostgreSQL has used for this connection so far."""
    env.cr.execute("SELECT pg_backend_pid()")
    [pid] = env.cr.fetchone()
    # after the name in parentheses: utime and stime are the 12th and 13th
    values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _transaction(bench, keep=False):
    with bench.registry(ALIAS).cursor() as cr:
        company = Environment(cr, odoo.SUPERUSER_ID, {}).ref("base.main_company")
        cr.execute(SERIAL)
        yield Environment(
            cr,
            odoo.SUPERUSER_ID,
            {"lang": "en_US", "allowed_company_ids": company.ids},
        )
        if not keep:
            cr.rollback()


def _first_time(env):
    """As at the installation: the first refresh of a company logs no new states."""
    env.cr.execute("UPDATE res_company SET crm_stats_refreshed_on = NULL")


def _measure(bench, run, before=None, keep=False):
    """Cost of ``run(env)`` in a transaction, which is undone unless kept."""
    with _transaction(bench, keep) as env:
        if before:
            before(env)
        cpu = _backend_seconds(env) + time.process_time()
        wall = time.perf_counter()
        run(env)
        wall = time.perf_counter() - wall
        return Cost(wall, _backend_seconds(env) + time.process_time() - cpu)


def _median(bench, run, before=None):
    _measure(bench, run, before)  # warm
    costs = [_measure(bench, run, before) for _round in range(ROUNDS)]
    return Cost(median(c.wall for c in costs), median(c.cpu for c in costs))


def _rows(name, ours, peer=None, budget=None):
    """Two lines, of CPU and of the clock; a limit in seconds is one of the clock."""
    timed = budget is not None and budget.unit == "s"
    of_cpu, of_clock = (None, budget) if timed else (budget, None)
    yield Row(f"{name}, CPU", ours.cpu, "s", peer and peer.cpu, of_cpu)
    yield Row("  on the clock", ours.wall, "s", peer and peer.wall, of_clock)


def _analyze(bench):
    for table in TABLES:
        bench.sql(ALIAS, f"ANALYZE {table}")


def _query(query):
    def run(env):
        env.cr.execute("SET LOCAL work_mem = '256MB'")
        env.cr.execute(query)
        env.cr.fetchall()

    return run


def _peer(partner_ids):
    """What one would write with the ORM for the same figures: group the orders of all
    time, of a year and of a month, and the credit notes; then write each row.

    It is spared the windows of the past, the scores and the log of changes.
    """

    def run(env):
        today = fields.Date.today()
        groups = {}
        for name, since in (
            ("total", None),
            ("12m", today - relativedelta(months=12)),
            ("window", today - relativedelta(months=1)),
        ):
            domain = [("partner_id", "in", partner_ids), ("state", "=", "sale")]
            if since:
                domain.append(("date_order", ">=", since))
            groups[name] = {
                partner.id: values
                for partner, *values in env["sale.order"]._read_group(
                    domain,
                    ["partner_id"],
                    ["__count", "amount_untaxed:sum", "date_order:min"]
                    + ["date_order:max"],
                )
            }
        refunds = dict(
            env["account.move"]._read_group(
                [
                    ("partner_id", "in", partner_ids),
                    ("move_type", "=", "out_refund"),
                    ("state", "=", "posted"),
                ],
                ["partner_id"],
                ["amount_untaxed_signed:sum"],
            )
        )
        refunds = {partner.id: -amount for partner, amount in refunds.items()}
        for row in env["crm.partner.stats"].search([("partner_id", "in", partner_ids)]):
            row.write(_peer_values(row.partner_id.id, groups, refunds, today))
        env.flush_all()

    return run


def _peer_values(partner_id, groups, refunds, today):
    none = (0, 0.0, None, None)
    count, amount, first, last = groups["total"].get(partner_id, none)
    year_count, year_amount, *_dates = groups["12m"].get(partner_id, none)
    window_count, window_amount, *_dates = groups["window"].get(partner_id, none)
    refund = refunds.get(partner_id, 0.0)
    last = last and last.date()
    existing = last and last + relativedelta(months=1)
    sleeping = last and last + relativedelta(months=6)
    state = "new"
    since = turns = None
    if last:
        state = "existing" if today <= existing else "sleeping"
        since, turns = (last, existing) if today <= existing else (existing, sleeping)
        if today > sleeping:
            state, since, turns = "lost", sleeping, None
    return {
        # + 1: every row is another than the stored one, so that all are written
        "order_count": count + 1,
        "amount_total": amount - refund + 1,
        "first_order_date": first,
        "last_order_date": last,
        "order_count_12m": year_count,
        "amount_12m": year_amount,
        "order_count_window": window_count,
        "amount_window": window_amount + 1,
        "refund_total": refund,
        "nesl": state,
        "nesl_since": since,
        "next_transition_date": turns,
        "is_main": window_count > 3,
        "is_important": window_amount > 10_000,
    }


def _rebuild_in_steps(env):
    """As the nightly job does, but in one transaction."""
    rebuild = env["crm.stats.rebuild"]._start()
    while rebuild.state == "running":
        rebuild._step()


def _spoil(env):
    """Every row is wrong, so that a rebuild has all of them to write."""
    env.cr.execute("UPDATE crm_partner_stats SET amount_total = amount_total + 1")


def _same(count, found):
    if found != count:
        raise AssertionError(f"{found} rows changed, expected {count}")


def run(bench):
    people = bench.size(1_000_000)
    bench.say(
        f"Making {people:,} contacts with {people * segments_data.ORDERS:,} orders"
    )
    with _transaction(bench, keep=True) as env:
        partners = segments_data.make_orders(env, people)
    _analyze(bench)

    bench.say("Bare GROUP BY")
    floor = _median(bench, _query(FLOOR))
    yield from _rows("bare GROUP BY of the orders", floor)
    count_only = _median(bench, _query(COUNT_ONLY))
    yield from _rows("the same with the count alone", count_only)

    bench.say("First build")
    first = _measure(
        bench,
        lambda env: env["crm.partner.stats"]._refresh(full=True),
        _first_time,
        keep=True,
    )
    _analyze(bench)
    yield from _rows("full build, every row new : bare GROUP BY", first, floor)

    bench.say("Rebuilds")
    full = _median(bench, lambda env: env["crm.partner.stats"]._refresh(full=True))
    yield from _rows("full rebuild, nothing changed : bare GROUP BY", full, floor, FULL)
    steps = _measure(bench, _rebuild_in_steps)
    yield from _rows("the same by the nightly job : bare GROUP BY", steps, floor)
    spoiled = _measure(bench, _rebuild_in_steps, _spoil)
    yield from _rows("in steps, every row changed : bare GROUP BY", spoiled, floor)

    yield from _incremental_rows(bench, partners, floor)
    yield from _screen_rows(bench)
    yield from _peer_rows(bench, partners, first)


def _incremental_rows(bench, partners, floor):
    bench.say("Incremental runs")
    changed = partners[:: len(partners) // bench.size(CHANGED_CUSTOMERS)]
    incremental = _median(
        bench,
        lambda env: env["crm.partner.stats"]._refresh(),
        lambda env: segments_data.change_customers(env, changed),
    )
    name = f"incremental, {len(changed):,} customers : bare GROUP BY"
    yield from _rows(name, incremental, floor, INCREMENTAL)
    idle = _median(bench, lambda env: _same(0, env["crm.partner.stats"]._refresh()))
    yield from _rows("nothing changed : bare GROUP BY", idle, floor)
    domain = [("nesl", "=", "sleeping"), ("m_score", ">=", 4)]
    counts = set()
    count = _median(
        bench,
        lambda env: counts.add(env["crm.partner.stats"].search_count(domain)),
    )
    [customers] = counts
    name = f"count of a segment (S, m >= 4: {customers:,}) : bare GROUP BY"
    yield from _rows(name, count, floor, COUNT)


def _screen_rows(bench):
    """What a person waits for."""
    bench.say("Screens")
    blocks = _measure(bench, _performance_page)
    yield from _rows("customer performance, all blocks, 12 months", blocks)
    segment = _median(bench, _count_segment)
    yield from _rows("count, sample and problem of the segment on its form", segment)


def _performance_page(env):
    report = env["crm.customer.performance"]
    page = report.performance_page(env.company.id, 12)
    for name in report._block_titles():
        report.performance_block(name, page["company_id"], 12)


def _count_segment(env):
    asleep = [("nesl", "=", "sleeping"), ("m_score", ">=", 4)]
    segment = env["crm.segment"].create(
        {"name": "Asleep", "domain": str([("crm_stats_ids", "any", asleep)])}
    )
    if segment.problem or not segment.count:
        raise AssertionError(segment.problem or "nobody is in the segment")


def _peer_rows(bench, partners, first):
    """Ours per thousand customers beside the ORM's, on a part of them."""
    part = partners[: bench.size(PEER_CUSTOMERS)]
    bench.say(f"Peer: _read_group and write of {len(part):,} customers")
    peer = _median(bench, _peer(part))
    [[customers]] = bench.sql(
        ALIAS, "SELECT count(DISTINCT partner_id) FROM sale_order WHERE state = 'sale'"
    )
    [[peers]] = bench.sql(
        ALIAS,
        "SELECT count(DISTINCT partner_id) FROM sale_order"
        " WHERE state = 'sale' AND partner_id = ANY(%s)",
        [part],
    )
    yield from _rows(
        "per 1,000 customers, full build : _read_group and batched write",
        Cost(first.wall / customers * 1000, first.cpu / customers * 1000),
        Cost(peer.wall / peers * 1000, peer.cpu / peers * 1000),
        PEER,
    )
