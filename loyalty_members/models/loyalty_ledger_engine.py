"""Set-based SQL of the point ledger.

Functions return ``SQL`` objects (or plain text for ``execute_values``); callers flush
the models named in the docstrings before, and invalidate what changed after.

First in, first out without a loop: a debit covers the half-open range of points
``(low, high]`` of all open debits of its member, a lot the same range of all remaining
points. Where two ranges overlap, that lot pays that debit.
"""

from odoo.tools import SQL

from .loyalty_expiry_engine import LAST_DAY
from .loyalty_pending_engine import calendar

# First expiring first; a lot that never expires comes last, then the older one.
SPENDING_ORDER = SQL("lot.expire_on ASC NULLS LAST, lot.id ASC")
RETURN_ORDER = SQL("lot.expire_on DESC NULLS FIRST, lot.id DESC")

INSERT_ENTRIES = """
    INSERT INTO loyalty_point_entry (
        program_id, company_id, member_id, kind, points, qualifying_amount,
        earn_amount, event_date, key, source_model, source_id, explanation,
        details, reason_id, user_id, state, available_on, posted_at, origin,
        expire_on, idle_expiry)
    VALUES %s
    ON CONFLICT (program_id, key) DO NOTHING
    RETURNING id, program_id, key
"""


# -- enrolment ----------------------------------------------------------------
def next_numbers(sequence_id, count):
    """``count`` values of a standard ``ir.sequence``; a rollback leaves gaps."""
    return SQL(
        "SELECT nextval(%s) FROM generate_series(1, %s)",
        f"ir_sequence_{sequence_id:03d}",
        count,
    )


def taken_codes(codes):
    """Those of ``codes`` that a card of any program has. Columns: code."""
    return SQL("SELECT code FROM loyalty_card WHERE code = ANY(%s)", codes)


def entries_of_keys(program_ids, keys):
    """Entries of programs that have one of ``keys``.

    Columns: id, program_id, key, member_id, kind, points.
    """
    return SQL(
        """
        SELECT id, program_id, key, member_id, kind, points
          FROM loyalty_point_entry
         WHERE program_id = ANY(%s) AND key = ANY(%s)
        """,
        list(program_ids),
        list(keys),
    )


def enroll(program, newcomers, tier_id, channel, joined_on, user_id):
    """Insert card and member of each ``(partner_id, number, phone)`` in one statement.

    A row that a concurrent transaction committed meanwhile makes PostgreSQL raise a
    serialization failure under REPEATABLE READ, which Odoo retries: then it is found.
    Columns: id, partner_id of the members created.
    """
    partners, numbers, phones = zip(*newcomers, strict=True)
    return SQL(
        """
        WITH card AS (
            INSERT INTO loyalty_card (
                program_id, company_id, partner_id, code, points, active,
                create_uid, write_uid, create_date, write_date)
            SELECT %(program)s, %(company)s, input.partner_id, input.number, 0, TRUE,
                   %(user)s, %(user)s, now() AT TIME ZONE 'UTC',
                   now() AT TIME ZONE 'UTC'
              FROM unnest(%(partners)s::int[], %(numbers)s::text[])
                   AS input(partner_id, number)
            RETURNING id, partner_id, code
        ), member AS (
            INSERT INTO loyalty_member (
                program_id, company_id, partner_id, card_id, number, phone_sanitized,
                state, joined_on, channel, tier_id, tier_since, balance, debt, pending,
                create_uid, write_uid, create_date, write_date)
            SELECT %(program)s, %(company)s, card.partner_id, card.id, card.code,
                   input.phone, 'active',
                   %(day)s, %(channel)s, %(tier)s, %(day)s, 0, 0, 0,
                   %(user)s, %(user)s, now() AT TIME ZONE 'UTC',
                   now() AT TIME ZONE 'UTC'
              FROM card
              JOIN unnest(%(numbers)s::text[], %(phones)s::text[])
                   AS input(number, phone) ON input.number = card.code
             ORDER BY card.code
            ON CONFLICT DO NOTHING
            RETURNING id, partner_id
        ), move AS (
            INSERT INTO loyalty_tier_move (
                member_id, program_id, company_id, to_tier_id, reason, moved_on,
                measured_amount, user_id, posted_at)
            SELECT id, %(program)s, %(company)s, %(tier)s, 'enrol', %(day)s, 0,
                   %(user)s, now() AT TIME ZONE 'UTC'
              FROM member
             ORDER BY id
        )
        SELECT id, partner_id FROM member ORDER BY id
        """,
        program=program.id,
        company=program.company_id.id,
        user=user_id,
        partners=list(partners),
        numbers=list(numbers),
        phones=list(phones),
        day=joined_on,
        channel=channel,
        tier=tier_id,
    )


# -- posting ------------------------------------------------------------------
def insert_lots(entry_ids):
    """One lot for each posted entry that grants points.

    Returned redemptions have none: they go back to the lots they came from.
    """
    return SQL(
        """
        INSERT INTO loyalty_point_lot (
            entry_id, program_id, company_id, member_id, origin, granted, remaining,
            expire_on, idle_expiry)
        SELECT id, program_id, company_id, member_id, origin, points, points,
               expire_on, idle_expiry
          FROM loyalty_point_entry
         WHERE id = ANY(%s) AND state = 'posted'
           AND points > 0 AND kind <> 'reinstate'
         ORDER BY id
        """,
        entry_ids,
    )


def return_to_lots(entry_ids, today):
    """Give reinstated points back to the lots that the same source had burned.

    Latest expiry first: the member gets back the points that last longest. A lot whose
    last day has passed gets the program's days of grace from today on; what had been
    left of it must have expired before.

    :param dict today: date by program id
    Flush: ``loyalty.program``.
    Columns: id of each reinstate entry that asks for more than was redeemed.
    """
    return SQL(
        """
        WITH giveback AS (
            SELECT id, member_id, source_model, source_id, points,
                   SUM(points) OVER same - points AS low, SUM(points) OVER same AS high
              FROM loyalty_point_entry
             WHERE id = ANY(%(entries)s)
            WINDOW same AS (PARTITION BY member_id, source_model, source_id ORDER BY id)
        ), taken AS (
            SELECT allocation.id, allocation.lot_id,
                   burn.member_id, burn.source_model, burn.source_id,
                   SUM(allocation.points - allocation.returned) OVER same
                       - (allocation.points - allocation.returned) AS low,
                   SUM(allocation.points - allocation.returned) OVER same AS high
              FROM loyalty_point_allocation allocation
              JOIN loyalty_point_entry burn ON burn.id = allocation.entry_id
              JOIN loyalty_point_lot lot ON lot.id = allocation.lot_id
             WHERE burn.kind = 'burn' AND allocation.points > allocation.returned
               AND (burn.member_id, burn.source_model, burn.source_id) IN (
                   SELECT member_id, source_model, source_id FROM giveback)
            WINDOW same AS (
                PARTITION BY burn.member_id, burn.source_model, burn.source_id
                ORDER BY %(return_order)s, allocation.id DESC)
        ), matched AS (
            SELECT giveback.id AS entry_id, taken.id AS allocation_id, taken.lot_id,
                   LEAST(giveback.high, taken.high)
                       - GREATEST(giveback.low, taken.low) AS points
              FROM giveback
              JOIN taken USING (member_id, source_model, source_id)
             WHERE taken.low < giveback.high AND giveback.low < taken.high
        ), returned AS (
            UPDATE loyalty_point_allocation allocation
               SET returned = allocation.returned + back.points
              FROM (SELECT allocation_id, SUM(points) AS points
                      FROM matched GROUP BY allocation_id) back
             WHERE allocation.id = back.allocation_id
        ), refilled AS (
            UPDATE loyalty_point_lot refilled
               SET remaining = refilled.remaining + back.points,
                   expire_on = CASE WHEN %(last_day)s < calendar.day
                       THEN calendar.day + program.reinstate_days
                       ELSE lot.expire_on END,
                   idle_expiry = lot.idle_expiry
                       AND (%(last_day)s < calendar.day) IS NOT TRUE
              FROM (SELECT lot_id, SUM(points) AS points
                      FROM matched GROUP BY lot_id) back
              JOIN loyalty_point_lot lot ON lot.id = back.lot_id
              JOIN loyalty_point_entry granted ON granted.id = lot.entry_id
              JOIN loyalty_member member ON member.id = lot.member_id
              JOIN loyalty_program program ON program.id = lot.program_id
              JOIN %(calendar)s ON calendar.program_id = lot.program_id
             WHERE refilled.id = back.lot_id
        )
        SELECT giveback.id
          FROM giveback
          LEFT JOIN matched ON matched.entry_id = giveback.id
         GROUP BY giveback.id, giveback.points
        HAVING COALESCE(SUM(matched.points), 0) < giveback.points
        """,
        entries=entry_ids,
        return_order=RETURN_ORDER,
        last_day=LAST_DAY,
        calendar=calendar(today),
    )


def pay_debits(entry_ids, debtor_ids, same_source=False, today=None):
    """Take the open part of debits out of lots, first in first out.

    :param entry_ids: new entries with negative points
    :param debtor_ids: members whose earlier debits are open as well
    :param same_source: only lots that the debit's own source granted
    :param dict today: date by program id; only lots that can still be used then
    Columns: entry_id, short (points that no lot could pay).
    """
    same = SQL(
        "AND grant_entry.source_model = debit.source_model"
        " AND grant_entry.source_id = debit.source_id"
    )
    keys, bucket = SQL("member_id"), SQL("lot.member_id")
    if same_source:
        keys = SQL("member_id, source_model, source_id")
        bucket = SQL("lot.member_id, grant_entry.source_model, grant_entry.source_id")
    return SQL(
        """
        WITH debit AS (
            SELECT * FROM (
                SELECT entry.id, entry.member_id, entry.source_model, entry.source_id,
                       -entry.points - COALESCE((
                           SELECT SUM(points) FROM loyalty_point_allocation
                            WHERE entry_id = entry.id), 0) AS open
                  FROM loyalty_point_entry entry
                 WHERE entry.points < 0
                   AND (entry.id = ANY(%(entries)s)
                        OR entry.member_id = ANY(%(debtors)s))) candidate
             WHERE open > 0
        ), demand AS (
            SELECT *, SUM(open) OVER same - open AS low, SUM(open) OVER same AS high
              FROM debit WINDOW same AS (PARTITION BY %(keys)s ORDER BY id)
        ), supply AS (
            SELECT lot.id AS lot_id, lot.member_id,
                   grant_entry.source_model, grant_entry.source_id,
                   SUM(lot.remaining) OVER same - lot.remaining AS low,
                   SUM(lot.remaining) OVER same AS high
              FROM loyalty_point_lot lot
              JOIN loyalty_point_entry grant_entry ON grant_entry.id = lot.entry_id
             WHERE lot.remaining > 0
               AND EXISTS (SELECT FROM debit
                            WHERE debit.member_id = lot.member_id %(same_source)s)
               %(usable)s
            WINDOW same AS (PARTITION BY %(bucket)s ORDER BY %(spending_order)s)
        ), matched AS (
            SELECT demand.id AS entry_id, supply.lot_id, member_id,
                   LEAST(demand.high, supply.high)
                       - GREATEST(demand.low, supply.low) AS points
              FROM demand JOIN supply USING (%(keys)s)
             WHERE supply.low < demand.high AND demand.low < supply.high
        ), drained AS (
            UPDATE loyalty_point_lot lot
               SET remaining = lot.remaining - used.points
              FROM (SELECT lot_id, SUM(points) AS points
                      FROM matched GROUP BY lot_id) used
             WHERE lot.id = used.lot_id
        ), allocated AS (
            INSERT INTO loyalty_point_allocation (
                entry_id, lot_id, member_id, company_id, points, returned)
            SELECT matched.entry_id, matched.lot_id, matched.member_id,
                   lot.company_id, matched.points, 0
              FROM matched JOIN loyalty_point_lot lot ON lot.id = matched.lot_id
             ORDER BY matched.entry_id, matched.lot_id
            ON CONFLICT (entry_id, lot_id) DO UPDATE
               SET points = loyalty_point_allocation.points + EXCLUDED.points
        )
        SELECT demand.id, demand.open - COALESCE(SUM(matched.points), 0) AS short
          FROM demand LEFT JOIN matched ON matched.entry_id = demand.id
         GROUP BY demand.id, demand.open
        HAVING demand.open > COALESCE(SUM(matched.points), 0)
        """,
        entries=entry_ids,
        debtors=debtor_ids,
        keys=keys,
        bucket=bucket,
        same_source=same if same_source else SQL(),
        usable=_usable(today) if today else SQL(),
        spending_order=SPENDING_ORDER,
    )


def _usable(today):
    """Condition on ``lot``: its last day has not passed in the company's time zone."""
    return SQL(
        """
        AND (lot.expire_on IS NULL OR lot.expire_on >= (
            SELECT day FROM %s WHERE calendar.program_id = lot.program_id))
        """,
        calendar(today),
    )


def move_balances(entry_ids, waited=False):
    """Add entries to balance and pending points of their members and to their cards.

    ``balance - debt`` is one number, and at most one of the two is positive. Updating
    the member row is what makes concurrent postings of one member conflict.

    :param waited: the entries were pending until now
    """
    return SQL(
        """
        WITH delta AS (
            SELECT member_id,
                   COALESCE(SUM(points) FILTER (WHERE state = 'posted'), 0) AS points,
                   SUM(points) FILTER (WHERE state = 'pending' OR %(waited)s)
                       AS pending,
                   MAX(event_date) FILTER (WHERE kind IN ('earn', 'burn', 'import'))
                       AS activity
              FROM loyalty_point_entry
             WHERE id = ANY(%(entries)s)
             GROUP BY member_id
        ), moved AS (
            UPDATE loyalty_member member
               SET balance = GREATEST(member.balance - member.debt + delta.points, 0),
                   debt = GREATEST(member.debt - member.balance - delta.points, 0),
                   pending = member.pending
                       + CASE WHEN %(waited)s THEN -1 ELSE 1 END
                       * COALESCE(delta.pending, 0),
                   last_activity = GREATEST(member.last_activity, delta.activity)
              FROM delta
             WHERE member.id = delta.member_id
            RETURNING member.card_id, member.balance - member.debt AS points
        )
        UPDATE loyalty_card card
           SET points = moved.points
          FROM moved
         WHERE card.id = moved.card_id AND card.points IS DISTINCT FROM moved.points
        """,
        entries=entry_ids,
        waited=waited,
    )
