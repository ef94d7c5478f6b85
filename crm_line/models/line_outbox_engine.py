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


def due_rows(account_id, lanes, limit, now):
    """Lock rows to send, the most urgent first: one column, the id.

    Within a conversation only the oldest open row may fly; service and marketing
    messages queue for themselves, so that a paused campaign does not hold back an
    answer. Flush ``line.outbox`` first.
    """
    return SQL(
        """
        SELECT item.id
          FROM line_outbox item
         WHERE item.account_id = %(account_id)s
           AND item.state = 'queued'
           AND item.next_at <= %(now)s
           AND item.lane IN %(lanes)s
           AND NOT EXISTS (
               SELECT 1 FROM line_outbox earlier
                WHERE earlier.line_user_id = item.line_user_id
                  AND earlier.state IN ('queued', 'sending')
                  AND earlier.id < item.id
                  AND (earlier.lane = item.lane
                       OR (earlier.lane IN ('reply', 'chat')
                           AND item.lane IN ('reply', 'chat'))))
         ORDER BY item.priority, item.next_at, item.id
         LIMIT %(limit)s
           FOR UPDATE OF item SKIP LOCKED
        """,
        account_id=account_id,
        lanes=tuple(lanes),
        limit=limit,
        now=now,
    )


def take_calls(account_id, endpoint, wanted, rate, spare, now):
    """Take calls from a bucket: (taken, left), nothing when there is no bucket.

    :param spare: how many to leave
    :param float now: seconds since 1970
    """
    return SQL(
        """
        WITH locked AS (
            SELECT id,
                   LEAST(%(rate)s, tokens
                       + GREATEST(0, %(now)s - refilled_at) * %(rate)s) AS there
              FROM line_bucket
             WHERE account_id = %(account_id)s AND endpoint = %(endpoint)s
               FOR UPDATE
        ), taken AS (
            SELECT id, there,
                   GREATEST(0, LEAST(%(wanted)s, floor(there - %(spare)s))) AS calls
              FROM locked
        )
        UPDATE line_bucket bucket
           SET tokens = taken.there - taken.calls,
               refilled_at = GREATEST(bucket.refilled_at, %(now)s)
          FROM taken
         WHERE bucket.id = taken.id
        RETURNING taken.calls::int, bucket.tokens
        """,
        account_id=account_id,
        endpoint=endpoint,
        wanted=wanted,
        rate=float(rate),
        spare=float(spare),
        now=now,
    )


def mark_sending(env, rows, now):
    """The claim: rows are ``sending`` from the commit on.

    :param rows: (id, transport, id of the event whose reply token is used)
    """
    env.cr.execute_values(
        """
        UPDATE line_outbox item
           SET state = 'sending', claimed_at = claim.at, attempts = attempts + 1,
               first_try_at = COALESCE(first_try_at, claim.at),
               transport = claim.transport, reply_inbox_id = claim.event_id,
               write_date = claim.at
          FROM (VALUES %s) claim (id, transport, event_id, at)
         WHERE item.id = claim.id
        """,
        [(*row, now) for row in rows],
        template="(%s, %s, %s::int, %s::timestamp)",
    )


def record(env, rows):
    """Write results: ids of the rows that were still ours.

    Somebody else may have taken a row over when its worker was slow. That LINE has
    accepted the message is true whoever asked, so ``sent`` is written all the same.

    :param rows: tuples in the order of the columns below
    """
    done = env.cr.execute_values(
        """
        UPDATE line_outbox item
           SET state = result.state, transport = result.transport,
               attempts = result.attempts, quota_refusals = result.quota_refusals,
               next_at = result.next_at, first_try_at = result.first_try_at,
               reason = result.reason, http_status = result.http_status,
               line_request_id = result.request_id,
               accepted_request_id = result.accepted_request_id,
               sent_at = result.sent_at, sent_message_ids = result.sent_message_ids,
               reply_inbox_id = CASE WHEN result.keeps_token
                                     THEN item.reply_inbox_id END,
               write_date = result.at
          FROM (VALUES %s) result (
               id, claimed_at, claimed_attempts, state, transport, attempts,
               quota_refusals, next_at, first_try_at, reason, http_status, request_id,
               accepted_request_id, sent_at, sent_message_ids, keeps_token, at)
         WHERE item.id = result.id
           AND (item.state = 'sending' AND item.claimed_at = result.claimed_at
                AND item.attempts = result.claimed_attempts
                OR result.state = 'sent'
                AND item.state IN ('queued', 'sending', 'uncertain'))
        RETURNING item.id
        """,
        rows,
        template="(%s, %s::timestamp, %s, %s, %s, %s, %s, %s::timestamp,"
        " %s::timestamp, %s, %s, %s, %s, %s::timestamp, %s::jsonb, %s, %s::timestamp)",
        fetch=True,
    )
    return [row[0] for row in done]


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


def reply_tokens(line_user_ids, since):
    """Lock the newest unused reply token of each person.

    Flush ``line.inbox`` first. Columns: LINE user id, inbox id, token.
    """
    return SQL(
        """
        SELECT person.id, event.id, event.reply_token
          FROM unnest(%(line_user_ids)s::int[]) AS person(id)
         CROSS JOIN LATERAL (
               SELECT id, reply_token FROM line_inbox
                WHERE line_user_id = person.id
                  AND reply_token IS NOT NULL
                  AND reply_used_at IS NULL
                  AND received_at >= %(since)s
                  AND mode = 'active'
                ORDER BY received_at DESC, id DESC
                LIMIT 1
                  FOR UPDATE SKIP LOCKED) event
        """,
        line_user_ids=line_user_ids,
        since=since,
    )


def install_triggers(env):
    """What was queued stays as it was: the database refuses changes and deletion.

    The payload may be forgotten (set to NULL), never exchanged. Only finished calls
    that said nothing (control lane) may be deleted.
    """
    env.cr.execute(
        """
        CREATE OR REPLACE FUNCTION line_outbox_frozen() RETURNS trigger AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF OLD.lane = 'control' AND OLD.state IN ('sent', 'cancelled') THEN
                    RETURN OLD;
                END IF;
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
