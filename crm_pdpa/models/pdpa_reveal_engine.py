"""SQL of reveals: the guard of the evidence, and the questions asked at every read."""

from odoo.tools import SQL

# what may be added to a grant afterwards, once
LATER = ("revoked_at", "reviewer_id", "review_result", "review_note", "reviewed_at")


def install_guard(env):
    """Make grants append-only: a grant can be revoked and reviewed, each once."""
    env.cr.execute(
        """
        CREATE OR REPLACE FUNCTION pdpa_reveal_guard() RETURNS trigger AS $$
        DECLARE
            later text[] := ARRAY['revoked_at', 'reviewer_id', 'review_result',
                                  'review_note', 'reviewed_at'];
            technical text[] := ARRAY['write_uid', 'write_date'];
            column_name text;
        BEGIN
            IF TG_OP <> 'UPDATE'
               OR (to_jsonb(NEW) - later - technical)
                  IS DISTINCT FROM (to_jsonb(OLD) - later - technical)
            THEN
                RAISE EXCEPTION 'pdpa_reveal is append-only (%)', TG_OP
                    USING ERRCODE = 'restrict_violation';
            END IF;
            FOREACH column_name IN ARRAY later LOOP
                IF to_jsonb(OLD) -> column_name <> 'null'::jsonb
                   AND to_jsonb(OLD) -> column_name <> to_jsonb(NEW) -> column_name
                THEN
                    RAISE EXCEPTION '% of pdpa_reveal % is final', column_name, OLD.id
                        USING ERRCODE = 'restrict_violation';
                END IF;
            END LOOP;
            RETURN NEW;
        END $$ LANGUAGE plpgsql;
        DROP TRIGGER IF EXISTS pdpa_reveal_append_only ON pdpa_reveal;
        CREATE TRIGGER pdpa_reveal_append_only
            BEFORE UPDATE OR DELETE ON pdpa_reveal
            FOR EACH ROW EXECUTE FUNCTION pdpa_reveal_guard();
        DROP TRIGGER IF EXISTS pdpa_reveal_kept ON pdpa_reveal;
        CREATE TRIGGER pdpa_reveal_kept
            BEFORE TRUNCATE ON pdpa_reveal
            FOR EACH STATEMENT EXECUTE FUNCTION pdpa_reveal_guard();
        """
    )


def active_grants(uid, model, ids, now):
    """Grants of a user that open some of these records now.

    Columns: kind, res_id, field_names, domain. Flush ``revoked_at`` first.
    """
    return SQL(
        """
        SELECT kind, res_id, field_names, domain
          FROM pdpa_reveal
         WHERE user_id = %(uid)s AND model = %(model)s AND expires_at > %(now)s
           AND revoked_at IS NULL
           AND (kind = 'break_glass' OR res_id = ANY(%(ids)s))
        """,
        uid=uid,
        model=model,
        now=now,
        ids=list(ids),
    )


def take_turn(uid):
    """Count a reveal of a user, so that two requests of one user cannot pass at once.

    Who comes second waits for the first, and is then run again by Odoo from the start
    because its view of the database is old. No row is shared between users.
    """
    return SQL(
        """
        INSERT INTO pdpa_reveal_turn (user_id, turns) VALUES (%s, 1)
        ON CONFLICT (user_id) DO UPDATE SET turns = pdpa_reveal_turn.turns + 1
        """,
        uid,
    )


def used_since(uid, since):
    """How many reveals a user made since a time."""
    return SQL(
        """
        SELECT count(*) FROM pdpa_reveal
         WHERE user_id = %s AND kind = 'reveal' AND granted_at > %s
        """,
        uid,
        since,
    )
