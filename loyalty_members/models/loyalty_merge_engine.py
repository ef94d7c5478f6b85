"""Set-based SQL of merging two members. Conventions as in the ledger engine."""

from odoo.tools import SQL


def move_issues(issue_ids, member_id):
    """Let gifts belong to another member. Columns: id."""
    return SQL(
        "UPDATE loyalty_benefit_issue SET member_id = %s WHERE id = ANY(%s)"
        " RETURNING id",
        member_id,
        issue_ids,
    )


def spend_by_date(member_id):
    """What a member has spent per day, without days that add up to nothing.

    Columns: event_date, amount.
    """
    return SQL(
        """
        SELECT event_date, SUM(qualifying_amount)
          FROM loyalty_point_entry
         WHERE member_id = %s AND state = 'posted'
         GROUP BY event_date
        HAVING SUM(qualifying_amount) <> 0
         ORDER BY event_date
        """,
        member_id,
    )
