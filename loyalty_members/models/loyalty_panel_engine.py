"""Set-based SQL of the member screens; conventions as in the ledger engine."""

from odoo.tools import SQL

from .loyalty_report_engine import EXPIRING_DAYS, calendar


def figures(member_ids, days):
    """What a member's screens show beside the stored balance.

    :param dict days: today's date by program id
    Flush: members, lots, entries. Columns: member_id, expiring (points within
    ``EXPIRING_DAYS``), expiring_on (first of their last days), lifetime.
    """
    return SQL(
        """
        SELECT member.id, COALESCE(lot.points, 0)::int, lot.first_day,
               COALESCE(entry.points, 0)::int
          FROM loyalty_member member
          JOIN %(calendar)s ON calendar.program_id = member.program_id
          LEFT JOIN LATERAL (
                SELECT SUM(remaining) AS points, MIN(expire_on) AS first_day
                  FROM loyalty_point_lot
                 WHERE member_id = member.id AND remaining > 0
                   AND expire_on BETWEEN calendar.day AND calendar.day + %(ahead)s
               ) lot ON TRUE
          LEFT JOIN LATERAL (
                SELECT SUM(points) AS points
                  FROM loyalty_point_entry
                 WHERE member_id = member.id AND state = 'posted'
                   AND kind IN ('earn', 'reverse', 'gift')
               ) entry ON TRUE
         WHERE member.id = ANY(%(members)s)
        """,
        members=member_ids,
        calendar=calendar(days),
        ahead=EXPIRING_DAYS,
    )
