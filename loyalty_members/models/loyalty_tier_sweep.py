"""Set-based SQL that applies changed rules to all members, or only says what it would.

See ``loyalty_tier_engine`` for the conventions.
"""

from odoo.tools import SQL

from . import loyalty_tier_decision as decide
from . import loyalty_tier_engine as engine
from . import loyalty_tier_measure as m

REVENUE_MONTHS = 12


def _falling(today):
    """CTE: members who would not be in their tier by these rules.

    Whoever meets the conditions to reach or to keep it today stays, and whoever met
    them with the purchases that the tier rests on, for as long as the tier is valid.
    Members who were moved by hand stay as well.
    """
    held, total = SQL("held"), SQL("total")
    extra = m.carried(SQL("held.window_kind"))
    kind = SQL("held.keep_window_kind")
    keep_start = decide.start_of(kind, held, today, "keep_")
    return SQL(
        """
        SELECT person.id AS member_id, 'move' AS kind, target.tier_id AS to_tier_id,
               'rules' AS reason, total.spend + %(extra)s AS spend,
               held.up_spend AS need, %(details)s AS details,
               %(shown)s AS window_start, %(today)s AS window_end,
               %(today)s AS starts_on, %(today)s AS counted_until, 0 AS carried
          FROM person %(held)s CROSS JOIN base
          JOIN total ON total.member_id = person.id
                    AND total.window_kind = held.window_kind
                    AND total.window_months = held.window_months
          LEFT JOIN LATERAL (
              SELECT move.reason, COALESCE(move.measured_amount, 0) AS spend,
                     COALESCE((move.details -> 'orders' ->> 0)::int, 0) AS orders,
                     COALESCE((move.details -> 'points' ->> 0)::int, 0) AS points,
                     COALESCE((move.details -> 'single' ->> 0)::numeric, 0) AS single
                FROM loyalty_tier_move move
               WHERE move.member_id = person.id AND move.reason <> 'protect'
                 AND NOT %(reached)s
               ORDER BY move.id DESC LIMIT 1) basis ON TRUE
          LEFT JOIN LATERAL (%(target)s) target ON TRUE
         WHERE held.sequence > base.sequence AND held.open AND NOT %(reached)s
           AND COALESCE(basis.reason, '') NOT IN ('manual', 'invite', 'enrol')
           AND NOT (COALESCE(basis.reason, '') IN ('upgrade', 'rules')
                    AND (person.tier_until IS NULL OR person.tier_until >= %(today)s)
                    AND %(rested)s)
           AND NOT (COALESCE(basis.reason, '') = 'renew'
                    AND person.tier_until >= %(today)s AND %(renewed)s)
           AND NOT EXISTS (SELECT FROM (%(measured)s) measure WHERE %(kept)s)
           AND person.id NOT IN (SELECT member_id FROM rising)
        """,
        extra=extra,
        details=m.details(held, "up", total, extra),
        shown=m.shown_start(SQL("total.start")),
        today=today,
        held=decide.HELD,
        target=decide.target(today),
        reached=m.met(held, "up", total, extra),
        rested=m.met(held, "up", SQL("basis"), SQL("0")),
        renewed=m.met(held, "keep", SQL("basis"), SQL("0")),
        measured=m.measured(keep_start, today, SQL("%s = 'since'", kind)),
        kept=SQL("held.can_keep AND %s", m.met(*decide.KEEP)),
    )


def _ends(today):
    """CTE: tiers that get an end by these rules, or lose theirs."""
    ends = SQL("held.validity <> 'none' AND held.sequence > base.sequence")
    return SQL(
        """
        SELECT person.id AS member_id,
               CASE WHEN %(ends)s THEN 'begin' ELSE 'forever' END AS kind,
               person.tier_id AS to_tier_id, NULL AS reason, NULL::numeric AS spend,
               NULL::numeric AS need, NULL::jsonb AS details,
               NULL::date AS window_start, NULL::date AS window_end,
               %(today)s AS starts_on, NULL::date AS counted_until, 0 AS carried
          FROM person %(held)s CROSS JOIN base
         WHERE (%(ends)s) = (person.tier_until IS NULL)
           AND person.id NOT IN (SELECT member_id FROM rising)
           AND person.id NOT IN (SELECT member_id FROM falling)
        """,
        ends=ends,
        today=today,
        held=decide.HELD,
    )


def _ctes(context, rules, condition, down, detailed):
    today = engine.day(context)
    return SQL(
        "%s, total AS MATERIALIZED (%s), rising AS MATERIALIZED (%s),"
        " falling AS MATERIALIZED (SELECT * FROM (%s) fall WHERE %s)",
        engine.common(context, rules, condition),
        decide.all_totals(today, detailed),
        decide.rising("rules", today),
        _falling(today),
        down,
    )


def sweep(context, member_ids, down, detailed=True):
    """Apply the rules in force to these members, and log it.

    :param bool down: whether members move down, too
    :param bool detailed: whether a rule asks for orders or single orders
    """
    rules = m.tier_rules(context["program_id"])
    condition = SQL("member.id = ANY(%s)", member_ids)
    ctes = _ctes(context, rules, condition, down, detailed)
    ends = _ends(engine.day(context))
    return engine.carried_out(
        context,
        SQL("%s, ends AS (%s)", ctes, ends),
        SQL(
            "SELECT %(columns)s FROM rising UNION ALL SELECT %(columns)s FROM falling"
            " UNION ALL SELECT %(columns)s FROM ends",
            columns=engine.COLUMNS,
        ),
    )


def preview(context, rules, down, detailed=True):
    """What ``sweep`` would do to all members by ``rules``; nothing is written.

    Columns: from_tier_id, to_tier_id (the same for who stays), members, revenue (spend
    of the last 12 months).
    """
    today = engine.day(context)
    return SQL(
        """
        WITH %(ctes)s, revenue AS (
            SELECT entry.member_id, SUM(entry.qualifying_amount) AS amount
              FROM loyalty_point_entry entry
             WHERE entry.program_id = %(program)s AND entry.state = 'posted'
               AND entry.event_date <= %(today)s
               AND entry.event_date >= %(start)s
             GROUP BY entry.member_id
        )
        SELECT person.tier_id AS from_tier_id,
               COALESCE(rising.to_tier_id, falling.to_tier_id, person.tier_id)
                   AS to_tier_id,
               COUNT(*) AS members, COALESCE(SUM(revenue.amount), 0) AS revenue
          FROM person
          LEFT JOIN rising ON rising.member_id = person.id
          LEFT JOIN falling ON falling.member_id = person.id
          LEFT JOIN revenue ON revenue.member_id = person.id
         GROUP BY 1, 2 ORDER BY 1, 2
        """,
        ctes=_ctes(context, rules, SQL("TRUE"), down, detailed),
        program=context["program_id"],
        today=today,
        start=m.window_start("rolling", REVENUE_MONTHS, today),
    )


def batch(program_id, after_id, limit):
    """Ids of the next members of a program."""
    return SQL(
        """SELECT id FROM loyalty_member
            WHERE program_id = %s AND state <> 'closed' AND id > %s
            ORDER BY id LIMIT %s""",
        program_id,
        after_id,
        limit,
    )
