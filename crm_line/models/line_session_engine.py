"""SQL of the sessions."""

from odoo.tools import SQL


def open_session(user, channel_id, values, uid, now):
    """Open a session unless one is open: one column, the id of a new row.

    The unique index decides, so of two workers only one opens it. Flush
    ``line.session`` first.
    """
    return SQL(
        """
        INSERT INTO line_session (
            account_id, company_id, line_user_id, channel_id, state, priority,
            is_vip, offered_to_all, opened_at, unanswered_since, last_message_at,
            create_uid, write_uid, create_date, write_date
        ) VALUES (
            %(account)s, %(company)s, %(user)s, %(channel)s, 'waiting', %(priority)s,
            %(vip)s, FALSE, %(at)s, %(at)s, %(at)s, %(uid)s, %(uid)s, %(now)s, %(now)s
        )
        ON CONFLICT (line_user_id) WHERE state != 'closed' DO NOTHING
        RETURNING id
        """,
        account=user.account_id.id,
        company=user.company_id.id,
        user=user.id,
        channel=channel_id,
        priority=values["priority"],
        vip=values["priority"] > 0,
        at=values["at"],
        uid=uid,
        now=now,
    )
