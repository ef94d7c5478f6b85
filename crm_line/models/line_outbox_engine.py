"""Set-based SQL of the outbox."""

from odoo.tools import SQL


def insert(env, rows):
    """Insert outbox rows; a known (line user, key) changes nothing.

    :param rows: tuples in the order of the columns below
    :return: list of (id, state) of the rows that are new
    """
    return env.cr.execute_values(
        """
        INSERT INTO line_outbox (
            account_id, company_id, line_user_id, lane, action, priority,
            idempotency_key, payload, payload_sha256, retry_key, mail_message_id,
            state, reason,
            next_at, create_uid, write_uid, create_date, write_date,
            attempts, quota_refusals
        ) VALUES %s
        ON CONFLICT (line_user_id, idempotency_key) DO NOTHING
        RETURNING id, state
        """,
        [(*row, 0, 0) for row in rows],
        fetch=True,
    )


def next_row(now):
    """Lock the next row to send: one column, the id.

    Within a conversation only the oldest open row may fly; service and marketing
    messages queue for themselves, so that a paused campaign does not hold back an
    answer. Flush ``line.outbox`` and ``line.account`` first.
    """
    return SQL(
        """
        SELECT item.id
          FROM line_outbox item
          JOIN line_account account ON account.id = item.account_id
         WHERE item.state = 'queued'
           AND item.next_at <= %(now)s
           AND account.active
           AND COALESCE(account.paused_until, '-infinity') <= %(now)s
           AND (item.lane != 'marketing'
                OR COALESCE(account.quota_paused_until, '-infinity') <= %(now)s)
           AND NOT EXISTS (
               SELECT 1 FROM line_outbox earlier
                WHERE earlier.line_user_id = item.line_user_id
                  AND earlier.state IN ('queued', 'sending')
                  AND earlier.id < item.id
                  AND (earlier.lane = item.lane
                       OR (earlier.lane IN ('reply', 'chat')
                           AND item.lane IN ('reply', 'chat'))))
         ORDER BY item.priority, item.next_at, item.id
         LIMIT 1
           FOR UPDATE OF item SKIP LOCKED
        """,
        now=now,
    )


def stale_rows(before):
    """Lock rows whose worker died between claim and result: one column, the id.

    Flush ``line.outbox`` first.
    """
    return SQL(
        """
        SELECT id FROM line_outbox
         WHERE state = 'sending' AND claimed_at <= %(before)s
         ORDER BY id
           FOR UPDATE SKIP LOCKED
        """,
        before=before,
    )


def reply_token(line_user_id, since):
    """Lock the newest unused reply token of a person: (inbox id, token).

    Flush ``line.inbox`` first.
    """
    return SQL(
        """
        SELECT id, reply_token FROM line_inbox
         WHERE line_user_id = %(line_user_id)s
           AND reply_token IS NOT NULL
           AND reply_used_at IS NULL
           AND received_at >= %(since)s
           AND mode = 'active'
         ORDER BY received_at DESC, id DESC
         LIMIT 1
           FOR UPDATE SKIP LOCKED
        """,
        line_user_id=line_user_id,
        since=since,
    )


def install_triggers(env):
    """What was queued stays as it was: the database refuses changes and deletion.

    The payload may be forgotten (set to NULL), never exchanged.
    """
    env.cr.execute(
        """
        CREATE OR REPLACE FUNCTION line_outbox_frozen() RETURNS trigger AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'line_outbox rows are not deleted'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF (NEW.line_user_id, NEW.account_id, NEW.lane, NEW.action,
                NEW.idempotency_key,
                NEW.payload_sha256, NEW.retry_key)
               IS DISTINCT FROM
               (OLD.line_user_id, OLD.account_id, OLD.lane, OLD.action,
                OLD.idempotency_key,
                OLD.payload_sha256, OLD.retry_key)
               OR (NEW.payload IS NOT NULL
                   AND NEW.payload IS DISTINCT FROM OLD.payload) THEN
                RAISE EXCEPTION 'a queued LINE message is frozen'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END
        $$ LANGUAGE plpgsql;
        CREATE OR REPLACE TRIGGER line_outbox_frozen
            BEFORE UPDATE OR DELETE ON line_outbox
            FOR EACH ROW EXECUTE FUNCTION line_outbox_frozen();
        """
    )
