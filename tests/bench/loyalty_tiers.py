"""Tiers of a million members: the daily reviews, and a simulation of changed rules.

The peer is the bare SQL of the same work by one fixed rule: no choice of conditions,
no windows, no grace, no "why".
"""

from contextlib import contextmanager

import odoo
from odoo.api import Environment

from . import loyalty_tier_data
from .measure import Budget, Row, Variant, interleave, wall

REVIEWS = Budget(1, "s")

BARE_REVIEW = """
    WITH due AS (
        SELECT id, counted_until, tier_until FROM loyalty_member
         WHERE program_id = %(program)s AND review_on <= %(today)s
    ), spent AS (
        SELECT due.id, COALESCE(SUM(entry.qualifying_amount), 0) >= 5000 AS kept
          FROM due LEFT JOIN loyalty_point_entry entry
            ON entry.member_id = due.id AND entry.event_date > due.counted_until
           AND entry.event_date <= due.tier_until
         GROUP BY due.id
    ), moved AS (
        UPDATE loyalty_member member
           SET tier_until = %(today)s::date + 364, review_on = %(today)s::date + 365,
               tier_id = CASE WHEN kept THEN member.tier_id ELSE %(base)s END
          FROM spent WHERE spent.id = member.id
        RETURNING member.id, member.company_id, member.tier_id
    )
    INSERT INTO loyalty_tier_move (
        member_id, program_id, company_id, to_tier_id, reason, moved_on, posted_at)
    SELECT id, %(program)s, company_id, tier_id, 'renew', %(today)s, now()
      FROM moved
"""
BARE_SIMULATION = """
    SELECT tier_id, CASE WHEN amount >= 40000 THEN 3 WHEN amount >= 8000 THEN 2 ELSE 1
                    END AS level, COUNT(*), SUM(amount)
      FROM loyalty_member member
      LEFT JOIN (SELECT member_id, SUM(qualifying_amount) AS amount
                   FROM loyalty_point_entry
                  WHERE event_date > %(today)s::date - interval '1 year'
                  GROUP BY member_id) spent ON spent.member_id = member.id
     WHERE member.program_id = %(program)s
     GROUP BY 1, 2
"""


@contextmanager
def _undone(bench, alias):
    """A transaction with the program whose work is rolled back."""
    with bench.registry(alias).cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {"lang": "en_US"})
        company = env.ref("base.main_company")
        yield (
            env(context={**env.context, "allowed_company_ids": company.ids}),
            (env["loyalty.program"]._membership(company)),
        )
        cr.rollback()


def _bare(bench, alias, statement):
    """A function that runs bare SQL."""

    def request():
        with _undone(bench, alias) as (env, program):
            values = {
                "program": program.id,
                "today": program._today(),
                "base": program.base_tier_id.id,
            }
            env.cr.execute(statement, values)

    return request


def tier_rows(bench, alias):
    """:param str alias: an empty database, which is filled first"""
    count = bench.size(1_000_000)
    bench.say(f"Making {count:,} members with tiers")
    with bench.request(alias) as env:
        loyalty_tier_data.make_members(env, count)
    for table in loyalty_tier_data.TABLES:
        bench.sql(alias, f"ANALYZE {table}")
    yield from review_rows(bench, alias)
    yield from simulation_rows(bench, alias)


def review_rows(bench, alias):
    """What the daily job does for the members who are due, in one chunk."""
    bench.say("Reviews due today")
    counts = set()

    def review():
        with _undone(bench, alias) as (env, program):
            members = env["loyalty.member"]._lock_due(program, 1_000_000)
            moves = members._review_tiers()
            counts.add((len(members), len(moves)))

    samples = interleave(
        {"ours": Variant(review), "bare": Variant(_bare(bench, alias, BARE_REVIEW))}, 5
    )
    [(due, moved)] = counts
    if not 0 < moved <= due:
        raise AssertionError(f"{due} members due, {moved} moves")
    name = f"tier reviews due today, {due:,} members : bare SQL"
    yield Row(name, wall(samples["ours"]), "s", wall(samples["bare"]), REVIEWS)


def simulation_rows(bench, alias):
    """The preview of changed rules over all members."""
    bench.say("Simulation")
    results = set()

    def simulate():
        with _undone(bench, alias) as (env, program):
            draft = env["loyalty.tier.simulation"]._draft(program)
            lines = draft.line_ids.sorted("sequence")
            lines[1].threshold, lines[2].threshold = 8000, 40000
            draft.action_preview()
            results.add((draft.member_count, draft.up_count, draft.down_count))

    samples = interleave(
        {
            "ours": Variant(simulate),
            "bare": Variant(_bare(bench, alias, BARE_SIMULATION)),
        },
        3,
    )
    [(members, up, down)] = results
    if not (up and down):
        raise AssertionError(f"of {members} members {up} up, {down} down")
    name = f"simulation of {members:,} members : bare SQL"
    yield Row(name, wall(samples["ours"]), "s", wall(samples["bare"]))
    yield Row("  would move up", up, "")
    yield Row("  would move down", down, "")
