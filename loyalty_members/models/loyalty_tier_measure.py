"""SQL pieces of tier evaluation: rules as rows, windows, what a member did in them.

Only posted entries count. Pending points have no date that counts before they are
posted: an older purchase that is posted after a move has not been counted by it.

Aliases used by the pieces: ``person`` is a row of ``persons``, ``rule`` and ``held``
are rows of ``rules``. A measure has the columns spend, orders, points, single; the
thresholds of a rule are up_<measure> and keep_<measure>, zero being no condition.
"""

from odoo.tools import SQL

from .loyalty_tier_rule import MEASURES

NAMES = [name for name, _reach, _keep in MEASURES]


def rules(source, condition, tier_column="id"):
    """Rules of the tiers of one program, from tiers or from a draft of them.

    Members move by themselves into open tiers only. The conditions to keep a tier are
    those to reach it where the tier says so.
    """
    reach = [
        SQL("COALESCE(%s, 0) AS %s", _column(up), SQL.identifier(f"up_{name}"))
        for name, up, _keep in MEASURES
    ]
    keep = [
        SQL(
            "COALESCE(CASE keep_rule WHEN 'reach' THEN %s ELSE %s END, 0) AS %s",
            _column(up),
            _column(own),
            SQL.identifier(f"keep_{name}"),
        )
        for name, up, own in MEASURES
    ]
    return SQL(
        """
        SELECT %(tier)s AS tier_id, sequence,
               active AND invite_only IS NOT TRUE AS open,
               %(reach)s, up_match, window_kind, window_months, %(keep)s,
               CASE keep_rule WHEN 'reach' THEN up_match ELSE keep_match END
                   AS keep_match,
               CASE keep_rule WHEN 'reach' THEN window_kind ELSE keep_window_kind END
                   AS keep_window_kind,
               CASE keep_rule WHEN 'reach' THEN window_months ELSE keep_window_months
                   END AS keep_window_months,
               keep_rule <> 'never' AS can_keep, validity, validity_months,
               COALESCE(grace_days, 0) AS grace_days, downgrade,
               COALESCE(carry_over, FALSE) AS carry_over,
               COALESCE(extend_on_reach, FALSE) AS extend_on_reach, refund_policy,
               COALESCE(protect_days, 0) AS protect_days
          FROM %(source)s WHERE %(condition)s
        """,
        tier=SQL.identifier(tier_column),
        reach=SQL(", ").join(reach),
        keep=SQL(", ").join(keep),
        source=SQL.identifier(source),
        condition=condition,
    )


def _column(name):
    return SQL.identifier(name)


def tier_rules(program_id):
    """The rules in force. Flush: ``loyalty.tier``."""
    return rules("loyalty_tier", SQL("program_id = %s", program_id))


def draft_rules(simulation_id):
    """The rules of a simulation. Flush: ``loyalty.tier.simulation.line``."""
    return rules(
        "loyalty_tier_simulation_line",
        SQL("simulation_id = %s", simulation_id),
        "tier_id",
    )


NOT_CLOSED = SQL("member.state <> 'closed'")


def persons(program_id, condition, state=NOT_CLOSED):
    """Members of a program whose tier may change: whoever is not closed."""
    return SQL(
        """
        SELECT member.id, member.program_id, member.company_id, member.tier_id,
               member.tier_since, member.tier_until, member.review_on,
               member.protected_until,
               member.counted_until, member.counted_entry_id, member.counted_at,
               COALESCE(member.carried_amount, 0) AS carried, member.joined_on
          FROM loyalty_member member
         WHERE member.program_id = %(program)s AND %(state)s AND %(condition)s
        """,
        program=program_id,
        condition=condition,
        state=state,
    )


# -- dates ------------------------------------------------------------------------
def window_start(kind, months, anchor):
    """First day of a window that belongs to the day ``anchor``."""
    return SQL(
        """CASE %(kind)s
           WHEN 'rolling' THEN (%(anchor)s - make_interval(months => %(months)s)
                                + interval '1 day')::date
           WHEN 'calendar' THEN date_trunc('year', %(anchor)s::timestamp)::date
           ELSE '-infinity'::date END""",
        kind=kind,
        months=months,
        anchor=anchor,
    )


def shown_start(start):
    """What the log says: an open window starts when counting started last, or with
    the first purchase, which may be older than the membership."""
    return SQL(
        """CASE WHEN %(start)s > '-infinity' THEN %(start)s
                ELSE COALESCE(person.counted_until, LEAST(person.joined_on, (
                    SELECT MIN(entry.event_date) FROM loyalty_point_entry entry
                     WHERE entry.member_id = person.id
                       AND entry.state = 'posted'))) END""",
        start=start,
    )


def last_day(rule, first):
    """Last day of the validity that starts on ``first``; NULL is for ever.

    Civil Code article 121: a period of months ends on the day before the one that
    corresponds to its first day, or on the last day of a month without such a day.
    """
    return SQL(
        """CASE %(rule)s.validity
           WHEN 'months' THEN (
               %(first)s + make_interval(months => %(rule)s.validity_months)
               - CASE WHEN EXTRACT(day FROM %(first)s
                          + make_interval(months => %(rule)s.validity_months))
                          = EXTRACT(day FROM %(first)s)
                      THEN interval '1 day' ELSE interval '0' END)::date
           WHEN 'year' THEN make_date(EXTRACT(year FROM %(first)s)::int, 12, 31)
           WHEN 'next_year'
               THEN make_date(EXTRACT(year FROM %(first)s)::int + 1, 12, 31) END""",
        rule=rule,
        first=first,
    )


# -- measures -----------------------------------------------------------------------
# What was counted for the last move does not count again: neither its entries nor
# later changes of the same document.
FRESH = SQL(
    """(person.counted_until IS NULL OR (
        (entry.event_date > person.counted_until
         OR entry.id > person.counted_entry_id
         OR entry.posted_at > person.counted_at)
        AND NOT EXISTS (
            SELECT FROM loyalty_point_entry counted
             WHERE counted.source_model = entry.source_model
               AND counted.source_id = entry.source_id
               AND counted.member_id = entry.member_id
               AND counted.event_date <= person.counted_until
               AND counted.id <= person.counted_entry_id
               AND counted.posted_at <= person.counted_at
               AND counted.state = 'posted'
               AND counted.qualifying_amount <> 0)))"""
)


def measured(start, end, fresh=None, detailed=True, entries=None):
    """What ``person`` did from ``start`` to ``end``: one row of measures.

    An order is a document with a positive amount left; points are those earned by
    purchases.

    :param SQL fresh: whether only what no move has counted yet is counted
    :param bool detailed: whether orders and single orders are asked for; without them
        there is no need to group by document
    :param SQL entries: condition on ``entry`` instead of the dates
    """
    dates = entries or SQL("entry.event_date BETWEEN %s AND %s", start, end)
    dates = SQL("%s AND entry.state = 'posted'", dates)
    condition = SQL("%s AND (NOT (%s) OR %s)", dates, fresh, FRESH) if fresh else dates
    values = SQL(
        """SUM(entry.qualifying_amount) AS amount,
           SUM(entry.points) FILTER (WHERE entry.kind IN ('earn', 'reverse')) AS points
        """
    )
    if not detailed:
        return SQL(
            """SELECT COALESCE(amount, 0) AS spend, 0 AS orders,
                      COALESCE(points, 0) AS points, 0 AS single
                 FROM (SELECT %s FROM loyalty_point_entry entry
                        WHERE entry.member_id = person.id AND %s) document""",
            values,
            condition,
        )
    return SQL(
        """SELECT COALESCE(SUM(document.amount), 0) AS spend,
                  COUNT(*) FILTER (WHERE document.source_id IS NOT NULL
                                     AND document.amount > 0) AS orders,
                  COALESCE(SUM(document.points), 0) AS points,
                  COALESCE(MAX(document.amount)
                      FILTER (WHERE document.source_id IS NOT NULL), 0) AS single
             FROM (SELECT entry.source_model, entry.source_id, %s
                     FROM loyalty_point_entry entry
                    WHERE entry.member_id = person.id AND %s
                    GROUP BY entry.source_model, entry.source_id) document""",
        values,
        condition,
    )


def carried(kind):
    """Excess spend of the last period, in windows that are counted per period."""
    return SQL(
        "CASE WHEN %(kind)s <> 'rolling' AND %(kind)s = held.keep_window_kind"
        " THEN person.carried ELSE 0 END",
        kind=kind,
    )


def met(rule, prefix, measure, extra):
    """Whether ``measure`` with ``extra`` spend meets the conditions of ``rule``."""
    needs, meets = [], []
    for name in NAMES:
        need = SQL("%s.%s", rule, SQL.identifier(f"{prefix}_{name}"))
        value = SQL("%s.%s", measure, SQL.identifier(name))
        if name == "spend":
            value = SQL("(%s + %s)", value, extra)
        needs.append(SQL("%s > 0", need))
        meets.append(SQL("%s >= %s", value, need))
    either = [SQL("(%s AND %s)", a, b) for a, b in zip(needs, meets, strict=True)]
    return SQL(
        "CASE WHEN NOT (%(needed)s) THEN TRUE WHEN %(match)s = 'all' THEN %(all)s"
        " ELSE %(any)s END",
        needed=SQL(" OR ").join(needs),
        match=SQL("%s.%s", rule, SQL.identifier(f"{prefix}_match")),
        all=SQL(" AND ").join(
            SQL("(NOT %s OR %s)", a, b) for a, b in zip(needs, meets, strict=True)
        ),
        any=SQL(" OR ").join(either),
    )


def details(rule, prefix, measure, extra):
    """``{"match": "any", "spend": [measured, needed], ...}``, without conditions that
    do not matter."""
    parts = [SQL("'match', %s.%s", rule, SQL.identifier(f"{prefix}_match"))]
    for name in NAMES:
        need = SQL("%s.%s", rule, SQL.identifier(f"{prefix}_{name}"))
        value = SQL("%s.%s", measure, SQL.identifier(name))
        if name == "spend":
            value = SQL("%s + %s", value, extra)
        parts.append(
            SQL(
                "%s, CASE WHEN %s > 0 THEN jsonb_build_array(%s, %s) END",
                name,
                need,
                value,
                need,
            )
        )
    parts.append(SQL("'carried', NULLIF(%s, 0)", extra))
    return SQL("jsonb_strip_nulls(jsonb_build_object(%s))", SQL(", ").join(parts))
