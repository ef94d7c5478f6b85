"""Set-based SQL of tier evaluation. The conventions are those of the ledger engine.

Each statement decides for many members at once and carries its decisions out: it
updates the members and writes the log. A decision has a kind:

* ``move``: into another tier; ``renew``: a new period in the same tier,
* ``protect``: a refund took the tier away, but not yet,
* ``wait``: not kept, days of grace or protection are left,
* ``clear``: the protection ended well; ``forever``: nothing to review any more,
* ``begin``: the tier, which was for ever, has got an end.

``context`` has the keys program (``loyalty.program``), program_id, base_tier_id (where
members start), today (in the time zone of the company), user (id) and now (UTC).
Flush: ``loyalty.member``, ``loyalty.tier``.
"""

from odoo.tools import SQL

from . import loyalty_tier_decision as decide
from . import loyalty_tier_measure as m

COLUMNS = SQL(
    "member_id, kind, to_tier_id, reason, spend, need, details, window_start,"
    " window_end, starts_on, counted_until, carried"
)


# Compiling these statements takes PostgreSQL longer than running them.
NO_COMPILING = SQL("SET LOCAL jit = off")


def day(context):
    return SQL("%s::date", context["today"])


def common(context, rules, condition, **states):
    """The CTEs that every statement starts with."""
    return SQL(
        """rule AS MATERIALIZED (%(rules)s),
        base AS MATERIALIZED (SELECT tier_id, sequence FROM rule
                               WHERE tier_id = %(base)s),
        person AS MATERIALIZED (%(persons)s)""",
        rules=rules,
        base=context["base_tier_id"],
        persons=m.persons(context["program_id"], condition, **states),
    )


def carried_out(context, ctes, decisions, note=None, until=None):
    """Update the members and write the log of ``decisions``, a SELECT of COLUMNS.

    :param str note: why, for moves by hand
    :param date until: last day of the new tiers instead of what their rules say
    Columns: id of the log row, member_id, from_tier_id, to_tier_id.
    """
    today = day(context)
    return SQL(
        """
        WITH %(ctes)s, decision AS MATERIALIZED (%(decisions)s), outcome AS (
            SELECT decision.*, person.tier_id AS from_tier_id, person.program_id,
                   person.company_id, person.tier_since, person.review_on,
                   held.grace_days, person.protected_until AS was_protected,
                   decision.kind IN ('move', 'renew') AS starts,
                   CASE WHEN decision.kind IN ('move', 'renew', 'begin')
                        THEN CASE WHEN rule.sequence > base.sequence
                             THEN COALESCE(%(until)s::date, %(last_day)s) END
                        WHEN decision.kind <> 'forever' THEN person.tier_until
                        END AS tier_until,
                   %(today)s + held.protect_days AS protected_until,
                   (SELECT COALESCE(MAX(entry.id), 0) FROM loyalty_point_entry entry
                     WHERE entry.member_id = person.id
                       AND decision.kind IN ('move', 'renew')) AS last_entry
              FROM decision JOIN person ON person.id = decision.member_id %(held)s
              CROSS JOIN base
              LEFT JOIN rule ON rule.tier_id = decision.to_tier_id
        ), applied AS (
            UPDATE loyalty_member member
               SET tier_id = CASE WHEN outcome.kind = 'move' THEN outcome.to_tier_id
                                  ELSE member.tier_id END,
                   tier_since = CASE WHEN outcome.kind = 'move' THEN %(today)s
                                     ELSE member.tier_since END,
                   tier_until = outcome.tier_until,
                   review_on = CASE outcome.kind
                       WHEN 'wait' THEN GREATEST(
                           outcome.tier_until + outcome.grace_days,
                           outcome.was_protected) + 1
                       WHEN 'protect' THEN LEAST(
                           outcome.review_on, outcome.protected_until + 1)
                       ELSE outcome.tier_until + 1 END,
                   protected_until = CASE outcome.kind
                       WHEN 'protect' THEN outcome.protected_until
                       WHEN 'wait' THEN outcome.was_protected END,
                   counted_until = CASE WHEN outcome.starts THEN outcome.counted_until
                                        ELSE member.counted_until END,
                   counted_entry_id = CASE WHEN outcome.starts THEN outcome.last_entry
                                           ELSE member.counted_entry_id END,
                   counted_at = CASE WHEN outcome.starts THEN %(now)s
                                     ELSE member.counted_at END,
                   carried_amount = CASE WHEN outcome.starts THEN outcome.carried
                                         ELSE member.carried_amount END
              FROM outcome
             WHERE member.id = outcome.member_id
        )
        INSERT INTO loyalty_tier_move (
            member_id, program_id, company_id, from_tier_id, to_tier_id, reason,
            moved_on, measured_amount, threshold, details, window_start, window_end,
            valid_until, note, user_id, posted_at)
        SELECT member_id, program_id, company_id, from_tier_id, to_tier_id, reason,
               %(today)s, spend, need, details, window_start, window_end,
               CASE kind WHEN 'protect' THEN protected_until ELSE tier_until END,
               %(note)s, %(user)s, %(now)s
          FROM outcome
         WHERE kind IN ('move', 'renew', 'protect')
         ORDER BY member_id
        RETURNING id, member_id, from_tier_id, to_tier_id
        """,
        ctes=ctes,
        decisions=decisions,
        last_day=m.last_day(SQL("rule"), SQL("decision.starts_on")),
        today=today,
        held=decide.HELD,
        now=context["now"],
        user=context["user"],
        note=note,
        until=until,
    )


# a CTE that finds nobody, in place of a part that no rule of the program asks for
NOBODY = SQL("SELECT NULL::int AS member_id, FALSE AS kept WHERE FALSE")


def events(context, member_ids):
    """After purchases and refunds of these members: up, longer, protected or down.

    Only the parts that the rules of the program ask for are in the statement: it runs
    with every checkout, and planning it takes longer than running it.
    """
    today = day(context)
    ends, refunds = context["program"]._tier_demands()
    ctes = [
        common(
            context,
            m.tier_rules(context["program_id"]),
            SQL("member.id = ANY(%s)", member_ids),
        ),
        SQL("total AS (%s)", decide.totals(today)),
        SQL("rising AS (%s)", decide.rising("upgrade", today)),
    ]
    decisions = ["rising"]
    if ends or refunds:
        ctes.append(SQL("tried AS (%s)", decide.tried(today) if ends else NOBODY))
    if ends:
        ctes.append(SQL("renewed AS (%s)", decide.renewed(today)))
        decisions.append("renewed")
    if refunds:
        ctes.append(SQL("slipped AS (%s)", decide.slipped(today)))
        ctes.append(SQL("lost AS (%s)", decide.lost(today)))
        decisions.append("lost")
    return carried_out(
        context,
        SQL(", ").join(ctes),
        SQL(" UNION ALL ").join(
            SQL("SELECT %s FROM %s", COLUMNS, SQL.identifier(name))
            for name in decisions
        ),
    )


CLEARED = SQL(
    """SELECT person.id, 'clear', NULL::int, NULL, NULL::numeric, NULL::numeric,
              NULL::jsonb, NULL::date, NULL::date, NULL::date, NULL::date, 0
         FROM person
        WHERE person.id NOT IN (SELECT member_id FROM settled)"""
)


def due(program_id, today, limit):
    """Ids of members whose tier is to be reviewed on ``today``."""
    return SQL(
        """SELECT id FROM loyalty_member
            WHERE program_id = %s AND state <> 'closed' AND review_on <= %s
            ORDER BY id LIMIT %s""",
        program_id,
        today,
        limit,
    )


def reviews(context, member_ids):
    """Review members who are due: renew, wait, or move down."""
    today = day(context)
    ctes = SQL(
        "%s, total AS (%s), rising AS (%s), tried AS (%s), renewed AS (%s),"
        " failed AS (%s), slipped AS (%s), lost AS (%s)",
        common(
            context,
            m.tier_rules(context["program_id"]),
            SQL("member.id = ANY(%s)", member_ids),
        ),
        decide.totals(today),
        decide.rising("upgrade", today),
        decide.tried(today),
        decide.renewed(today),
        decide.failed(today),
        decide.slipped(today),
        decide.lost(today),
    )
    settled = SQL(
        "SELECT %(columns)s FROM rising UNION ALL SELECT %(columns)s FROM renewed"
        " UNION ALL SELECT %(columns)s FROM failed"
        " UNION ALL SELECT %(columns)s FROM lost",
        columns=COLUMNS,
    )
    return carried_out(
        context,
        SQL("%s, settled AS MATERIALIZED (%s)", ctes, settled),
        SQL("SELECT %s FROM settled UNION ALL %s", COLUMNS, CLEARED),
    )


def by_hand(context, member_ids, tier, until, note):
    """Move members into ``tier``: for the validity of the tier, or to a given day.

    :param date until: last day, ``None`` for what the rules of the tier say
    """
    today = day(context)
    reason = "invite" if tier.invite_only else "manual"
    return carried_out(
        context,
        common(
            context,
            m.tier_rules(context["program_id"]),
            SQL("member.id = ANY(%s)", member_ids),
        ),
        SQL(
            """SELECT person.id AS member_id, 'move' AS kind, %(tier)s AS to_tier_id,
                      %(reason)s AS reason, NULL::numeric AS spend,
                      NULL::numeric AS need, NULL::jsonb AS details,
                      NULL::date AS window_start, NULL::date AS window_end,
                      %(today)s AS starts_on, %(today)s AS counted_until, 0 AS carried
                 FROM person""",
            tier=tier.id,
            reason=reason,
            today=today,
        ),
        note=note,
        until=until,
    )


def progress(context, member_ids):
    """How far members are on the way to the next tier, and to keep theirs.

    Columns: member_id, tier_id (held), next_tier_id and next (details) or NULL, keep
    (details) and keep_until (the last day for it, with the days of grace once they
    run) or NULL where nothing ends, can_keep. See ``loyalty_tier_measure.details``.
    """
    today = day(context)
    kind = SQL("held.keep_window_kind")
    return SQL(
        """
        WITH %(common)s, total AS (%(totals)s), next AS (
            SELECT DISTINCT ON (person.id) person.id AS member_id, rule.tier_id,
                   %(next)s AS details
              FROM person %(held)s JOIN rule ON %(above)s JOIN total ON %(same)s
             ORDER BY person.id, rule.sequence
        )
        SELECT person.id AS member_id, person.tier_id, next.tier_id AS next_tier_id,
               next.details AS next, keep.details AS keep, held.can_keep,
               CASE WHEN person.tier_until < %(today)s
                    THEN person.tier_until + held.grace_days
                    ELSE person.tier_until END AS keep_until
          FROM person %(held)s
          LEFT JOIN next ON next.member_id = person.id
          LEFT JOIN LATERAL (
              SELECT %(keep)s AS details FROM (%(measured)s) measure
               WHERE person.tier_until IS NOT NULL) keep ON TRUE
        """,
        common=common(
            context,
            m.tier_rules(context["program_id"]),
            SQL("member.id = ANY(%s)", member_ids),
            state=SQL("TRUE"),
        ),
        totals=decide.totals(today),
        next=m.details(*decide.UP),
        held=decide.HELD,
        above=decide.ABOVE,
        same=decide.SAME_WINDOW,
        today=today,
        keep=m.details(*decide.KEEP),
        measured=m.measured(
            decide.start_of(kind, SQL("held"), SQL("person.tier_until"), "keep_"),
            today,
            SQL("%s = 'since'", kind),
        ),
    )
