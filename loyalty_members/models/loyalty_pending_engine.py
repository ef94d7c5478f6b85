"""Set-based SQL of pending points. Conventions as in the ledger engine."""

from odoo.tools import SQL


def calendar(today):
    """Table ``calendar(program_id, day)`` of the days of ``today`` by program id."""
    return SQL(
        "unnest(%s::int[], %s::date[]) calendar(program_id, day)",
        list(today),
        list(today.values()),
    )


def due(today, limit):
    """Entries whose waiting time is over, the longest waiting first.

    :param dict today: date by program id
    Columns: id, member_id.
    """
    return SQL(
        """
        SELECT entry.id, entry.member_id
          FROM loyalty_point_entry entry
          JOIN %(calendar)s ON calendar.program_id = entry.program_id
         WHERE entry.state = 'pending' AND entry.available_on <= calendar.day
         ORDER BY entry.available_on, entry.id
         LIMIT %(limit)s
        """,
        calendar=calendar(today),
        limit=limit,
    )


def release(entry_ids, now):
    """Post pending entries. Columns: id, member_id of those that were pending."""
    return SQL(
        """
        UPDATE loyalty_point_entry
           SET state = 'posted', posted_at = %(now)s
         WHERE id = ANY(%(entries)s) AND state = 'pending'
        RETURNING id, member_id
        """,
        entries=entry_ids,
        now=now,
    )


def void(entry_ids, now):
    """Void pending entries and take them out of the pending points of their members.

    Columns: id, member_id of those that were pending.
    """
    return SQL(
        """
        WITH voided AS (
            UPDATE loyalty_point_entry
               SET state = 'void', posted_at = %(now)s
             WHERE id = ANY(%(entries)s) AND state = 'pending'
            RETURNING id, member_id, points
        ), moved AS (
            UPDATE loyalty_member member
               SET pending = member.pending - delta.points
              FROM (SELECT member_id, SUM(points) AS points
                      FROM voided GROUP BY member_id) delta
             WHERE member.id = delta.member_id
        )
        SELECT id, member_id FROM voided ORDER BY id
        """,
        entries=entry_ids,
        now=now,
    )
