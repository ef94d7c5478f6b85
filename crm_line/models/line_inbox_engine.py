"""Set-based SQL of the inbox."""

from odoo.tools import SQL

# types that PostgreSQL cannot tell from a list of values
EVENT = (
    "(%s, %s, %s, %s, %s::timestamp, %s::timestamp, %s, %s, %s, %s::jsonb, %s, %s,"
    " %s::timestamp, %s::timestamp, %s::timestamp)"
)


def insert(env, account_id, rows, wake):
    """Insert events; a known (account, webhookEventId) changes nothing.

    :param rows: tuples in the order of the columns below
    :param wake: SQL of an INSERT, part of the same statement: its condition may look
        at the new rows as ``made``
    :return: ids of the rows that are new
    """
    cr = env.cr
    made = cr.execute_values(
        cr.mogrify(
            SQL(
                """
                WITH made AS (
                    INSERT INTO line_inbox (
                        account_id, company_id, webhook_event_id, event_type, line_uid,
                        line_message_id, event_at, received_at, is_redelivery, mode,
                        reply_token, payload, state, attempts, next_at,
                        create_date, write_date)
                    SELECT account.id, account.company_id, event.*
                      FROM line_account account, (VALUES %%s) event
                     WHERE account.id = %s
                    ON CONFLICT (account_id, webhook_event_id) DO NOTHING
                    RETURNING id
                ), woken AS (%s)
                SELECT id FROM made""",
                account_id,
                wake,
            )
        ).decode(),
        rows,
        template=EVENT,
        page_size=len(rows),
        fetch=True,
    )
    return [row[0] for row in made]


def next_event(now):
    """Lock the next event to work on: one column, the id.

    Of each person only the oldest open event counts, so the order is kept however
    many workers there are. Flush ``line.inbox`` first.
    """
    return SQL(
        """
        SELECT inbox.id
          FROM line_inbox inbox
         WHERE inbox.state IN ('new', 'error')
           AND inbox.next_at <= %(now)s
           AND NOT EXISTS (
               SELECT 1 FROM line_inbox earlier
                WHERE earlier.account_id = inbox.account_id
                  AND earlier.line_uid = inbox.line_uid
                  AND earlier.state IN ('new', 'error')
                  AND (earlier.event_at, earlier.id) < (inbox.event_at, inbox.id))
         ORDER BY inbox.event_at, inbox.id
         LIMIT 1
           FOR UPDATE OF inbox SKIP LOCKED
        """,
        now=now,
    )


def insert_senders(uid, now):
    """Make a ``line_user`` for every open event of an unknown sender: their ids.

    The name is a stand-in until the profile is read. Flush ``line.inbox`` first.
    """
    return SQL(
        """
        INSERT INTO line_user (
            account_id, company_id, line_uid, name, friend_state,
            guess_count, create_uid, write_uid, create_date, write_date
        )
        SELECT DISTINCT inbox.account_id, account.company_id, inbox.line_uid,
               'LINE ' || right(inbox.line_uid, 4), 'unknown',
               0, %(uid)s::int, %(uid)s::int, %(now)s::timestamp, %(now)s::timestamp
          FROM line_inbox inbox
          JOIN line_account account ON account.id = inbox.account_id
         WHERE inbox.state IN ('new', 'error')
           AND inbox.line_uid IS NOT NULL
           AND NOT EXISTS (
               SELECT 1 FROM line_user known
                WHERE known.account_id = inbox.account_id
                  AND known.line_uid = inbox.line_uid)
        ON CONFLICT (account_id, line_uid) DO NOTHING
        RETURNING id
        """,
        uid=uid,
        now=now,
    )
