"""The decisions of tier evaluation as common table expressions (CTEs).

They read ``person``, ``rule`` and ``base`` (the starting tier), see
``loyalty_tier_engine``, and those among them that are named before.
"""

from odoo.tools import SQL

from . import loyalty_tier_measure as m

UP = SQL("rule"), "up", SQL("total"), m.carried(SQL("rule.window_kind"))
KEEP = SQL("held"), "keep", SQL("measure"), m.carried(SQL("held.keep_window_kind"))
HELD = SQL("JOIN rule held ON held.tier_id = person.tier_id")

ABOVE = SQL("rule.sequence > held.sequence AND rule.open")


def start_of(kind, rule, anchor, prefix=""):
    column = SQL.identifier(f"{prefix}window_months")
    return m.window_start(kind, SQL("%s.%s", rule, column), anchor)


# -- reaching -----------------------------------------------------------------------
def totals(today):
    """CTE: measures of each person in each window of the tiers above the held one."""
    return SQL(
        """
        SELECT span.*, measure.*
          FROM (SELECT DISTINCT person.id AS member_id, rule.window_kind,
                       rule.window_months, %(start)s AS start
                  FROM person %(held)s JOIN rule ON %(above)s) span
          JOIN person ON person.id = span.member_id
          CROSS JOIN LATERAL (%(measured)s) measure
        """,
        start=start_of(SQL("rule.window_kind"), SQL("rule"), today),
        held=HELD,
        above=ABOVE,
        measured=m.measured(
            SQL("span.start"), today, SQL("span.window_kind = 'since'")
        ),
    )


def all_totals(today, detailed):
    """CTE: measures of each person in each window of the program."""
    return SQL(
        """
        SELECT person.id AS member_id, span.*, measure.*
          FROM person
          CROSS JOIN (SELECT DISTINCT rule.window_kind, rule.window_months,
                             %(start)s AS start FROM rule) span
          CROSS JOIN LATERAL (%(measured)s) measure
        """,
        start=start_of(SQL("rule.window_kind"), SQL("rule"), today),
        measured=m.measured(
            SQL("span.start"), today, SQL("span.window_kind = 'since'"), detailed
        ),
    )


SAME_WINDOW = SQL(
    "total.member_id = person.id AND total.window_kind = rule.window_kind"
    " AND total.window_months = rule.window_months"
)


def rising(reason, today):
    """CTE: the highest tier above the held one whose conditions are met."""
    return SQL(
        """
        SELECT DISTINCT ON (person.id)
               person.id AS member_id, 'move' AS kind, rule.tier_id AS to_tier_id,
               %(reason)s AS reason, total.spend + %(extra)s AS spend,
               rule.up_spend AS need, %(details)s AS details,
               %(shown)s AS window_start, %(today)s AS window_end,
               %(today)s AS starts_on, %(today)s AS counted_until,
               CASE rule.keep_window_kind
               WHEN 'since' THEN CASE WHEN rule.carry_over AND rule.up_spend > 0
                   THEN GREATEST(total.spend + %(extra)s - rule.up_spend, 0)
                   ELSE 0 END
               WHEN held.keep_window_kind THEN person.carried
               ELSE 0 END AS carried
          FROM person %(held)s JOIN rule ON %(above)s JOIN total ON %(same)s
         WHERE %(met)s
         ORDER BY person.id, rule.sequence DESC
        """,
        reason=reason,
        extra=UP[3],
        details=m.details(*UP),
        shown=m.shown_start(SQL("total.start")),
        today=today,
        held=HELD,
        above=ABOVE,
        same=SAME_WINDOW,
        met=m.met(*UP),
    )


# -- keeping ------------------------------------------------------------------------
def tried(today):
    """CTE: persons whose period is over or can be extended, with what they did.

    A period that is over is measured up to its last day, then with the days of grace;
    one that can be extended, by what no move has counted yet.
    """
    over = SQL("person.tier_until < %s", today)
    kind = SQL("held.keep_window_kind")
    return SQL(
        """
        SELECT person.id AS member_id, edge.finish, span.start, measure.*,
               measure.spend + %(extra)s AS total_spend, %(details)s AS details,
               held.can_keep AND %(met)s AS kept
          FROM person %(held)s
          CROSS JOIN LATERAL (
              SELECT %(today)s AS finish WHERE NOT %(over)s AND held.extend_on_reach
                 AND held.can_keep AND %(longer)s > person.tier_until
               UNION SELECT person.tier_until WHERE %(over)s
               UNION SELECT LEAST(%(today)s, person.tier_until + held.grace_days)
                      WHERE %(over)s) edge
          CROSS JOIN LATERAL (SELECT %(start)s AS start) span
          CROSS JOIN LATERAL (%(measured)s) measure
         WHERE person.tier_until IS NOT NULL
           AND person.id NOT IN (SELECT member_id FROM rising)
        """,
        extra=KEEP[3],
        details=m.details(*KEEP),
        met=m.met(*KEEP),
        held=HELD,
        today=today,
        over=over,
        longer=m.last_day(SQL("held"), today),
        start=start_of(
            kind, SQL("held"), SQL("LEAST(person.tier_until, %s)", today), "keep_"
        ),
        measured=m.measured(
            SQL("span.start"),
            SQL("edge.finish"),
            SQL("NOT (%s) OR %s = 'since'", over, kind),
        ),
    )


def renewed(today):
    """CTE: periods that are kept or extended."""
    return SQL(
        """
        SELECT DISTINCT ON (person.id)
               person.id AS member_id, 'renew' AS kind, person.tier_id AS to_tier_id,
               'renew' AS reason, tried.total_spend AS spend, held.keep_spend AS need,
               tried.details, %(shown)s AS window_start, tried.finish AS window_end,
               LEAST(person.tier_until + 1, %(today)s) AS starts_on,
               tried.finish AS counted_until,
               CASE WHEN held.carry_over AND held.keep_spend > 0
                         AND held.keep_window_kind <> 'rolling'
                    THEN GREATEST(tried.total_spend - held.keep_spend, 0)
                    ELSE 0 END AS carried
          FROM person %(held)s JOIN tried ON tried.member_id = person.id AND tried.kept
         ORDER BY person.id, tried.finish
        """,
        held=HELD,
        shown=m.shown_start(SQL("tried.start")),
        today=today,
    )


# -- losing -------------------------------------------------------------------------
def target(today):
    """Lateral: the tier below that the policy of ``held`` leads to."""
    total = m.measured(SQL("span.start"), today, SQL("rule.window_kind = 'since'"))
    return SQL(
        """
        SELECT rule.tier_id
          FROM rule
          CROSS JOIN LATERAL (SELECT %(start)s AS start) span
         WHERE rule.sequence < held.sequence AND rule.sequence >= base.sequence
           AND (rule.tier_id = base.tier_id OR rule.open
                AND CASE held.downgrade WHEN 'one_down' THEN TRUE
                    WHEN 'base' THEN FALSE
                    ELSE (SELECT %(met)s FROM (%(total)s) total) END)
         ORDER BY rule.sequence DESC LIMIT 1
        """,
        start=start_of(SQL("rule.window_kind"), SQL("rule"), today),
        met=m.met(*UP),
        total=total,
    )


def failed(today):
    """CTE: periods that are over and not kept, with the last thing that was tried."""
    return SQL(
        """
        SELECT DISTINCT ON (person.id)
               person.id AS member_id,
               CASE WHEN held.sequence <= base.sequence THEN 'forever'
                    WHEN GREATEST(person.tier_until + held.grace_days,
                                  person.protected_until) >= %(today)s THEN 'wait'
                    ELSE 'move' END AS kind,
               target.tier_id AS to_tier_id, 'downgrade' AS reason,
               tried.total_spend AS spend, held.keep_spend AS need, tried.details,
               %(shown)s AS window_start, tried.finish AS window_end,
               %(today)s AS starts_on, %(today)s AS counted_until, 0 AS carried
          FROM person %(held)s CROSS JOIN base
          JOIN tried ON tried.member_id = person.id AND NOT tried.kept
          LEFT JOIN LATERAL (%(target)s) target ON TRUE
         WHERE person.tier_until < %(today)s
           AND person.id NOT IN (SELECT member_id FROM renewed)
         ORDER BY person.id, tried.finish DESC
        """,
        today=today,
        held=HELD,
        shown=m.shown_start(SQL("tried.start")),
        target=target(today),
    )


def slipped(today):
    """CTE: persons whom a refund took below the conditions that their tier rests on.

    The window in which the tier was reached or renewed is measured again, by document;
    who meets the conditions today, in one way or the other, is not concerned.
    """
    inside = SQL("BETWEEN basis.window_start AND basis.window_end")
    again = SQL(
        """CASE WHEN entry.source_id IS NULL THEN entry.event_date %(inside)s
                ELSE EXISTS (
                    SELECT FROM loyalty_point_entry first
                     WHERE first.source_model = entry.source_model
                       AND first.source_id = entry.source_id
                       AND first.member_id = entry.member_id
                       AND first.qualifying_amount > 0 AND first.state = 'posted'
                       AND first.event_date %(inside)s) END""",
        inside=inside,
    )
    held, measure = SQL("held"), SQL("measure")
    brought = SQL("COALESCE((basis.details ->> 'carried')::numeric, 0)")
    reach_kind, keep_kind = SQL("held.window_kind"), SQL("held.keep_window_kind")
    still = [
        SQL(
            "EXISTS (SELECT FROM (%s) measure WHERE %s)",
            m.measured(
                start_of(kind, held, today, name), today, SQL("%s = 'since'", kind)
            ),
            m.met(held, prefix, measure, m.carried(kind)),
        )
        for kind, name, prefix in (
            (reach_kind, "", "up"),
            (keep_kind, "keep_", "keep"),
        )
    ]
    return SQL(
        """
        SELECT person.id AS member_id, measure.spend + %(brought)s AS spend,
               CASE basis.reason WHEN 'renew' THEN held.keep_spend
                    ELSE held.up_spend END AS need,
               CASE basis.reason WHEN 'renew' THEN %(keep_details)s
                    ELSE %(up_details)s END AS details,
               basis.window_start, basis.window_end
          FROM person %(held)s CROSS JOIN base
          CROSS JOIN LATERAL (
              SELECT reason, details, window_start, window_end
                FROM loyalty_tier_move move
               WHERE move.member_id = person.id AND move.reason <> 'protect'
               ORDER BY move.id DESC LIMIT 1) basis
          CROSS JOIN LATERAL (%(again)s) measure
         WHERE held.refund_policy = 'review' AND held.sequence > base.sequence
           AND basis.reason IN ('upgrade', 'renew')
           AND EXISTS (SELECT FROM loyalty_point_entry refund
                        WHERE refund.member_id = person.id
                          AND refund.qualifying_amount < 0
                          AND refund.state = 'posted'
                          AND refund.id > person.counted_entry_id)
           AND NOT CASE basis.reason WHEN 'renew' THEN %(keep_met)s
                        ELSE %(up_met)s END
           AND NOT %(reached)s AND NOT %(kept)s
        """,
        brought=brought,
        keep_details=m.details(held, "keep", measure, brought),
        up_details=m.details(held, "up", measure, brought),
        held=HELD,
        again=m.measured(None, None, entries=again),
        keep_met=m.met(held, "keep", measure, brought),
        up_met=m.met(held, "up", measure, brought),
        reached=still[0],
        kept=still[1],
    )


def lost(today):
    """CTE: what a refund leads to: protection first, then a tier below."""
    return SQL(
        """
        SELECT person.id AS member_id,
               CASE WHEN person.protected_until IS NULL AND held.protect_days > 0
                    THEN 'protect' ELSE 'move' END AS kind,
               CASE WHEN person.protected_until IS NULL AND held.protect_days > 0
                    THEN person.tier_id ELSE target.tier_id END AS to_tier_id,
               CASE WHEN person.protected_until IS NULL AND held.protect_days > 0
                    THEN 'protect' ELSE 'downgrade' END AS reason,
               slipped.spend, slipped.need, slipped.details, slipped.window_start,
               slipped.window_end, %(today)s AS starts_on, %(today)s AS counted_until,
               0 AS carried
          FROM slipped JOIN person ON person.id = slipped.member_id %(held)s
          CROSS JOIN base
          LEFT JOIN LATERAL (%(target)s) target ON TRUE
         WHERE (person.protected_until IS NULL OR person.protected_until < %(today)s)
           AND person.id NOT IN (SELECT member_id FROM rising)
           AND NOT EXISTS (SELECT FROM tried
                            WHERE tried.member_id = person.id
                              AND (tried.kept OR person.tier_until < %(today)s))
        """,
        today=today,
        held=HELD,
        target=target(today),
    )
