"""SQL of crm_pdpa: triggers, and the set-based upkeep of the current consents."""

from odoo.tools import SQL

EVENT_STATE = {"grant": "granted", "deny": "denied", "withdraw": "withdrawn"}


def install_notice_triggers(env):
    """Freeze published notice versions; they may only go from published to retired."""
    env.cr.execute(
        """
        CREATE OR REPLACE FUNCTION pdpa_notice_version_guard() RETURNS trigger AS $$
        DECLARE
            free text[] := ARRAY['state', 'retired_at', 'create_uid', 'write_uid',
                                 'write_date'];
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                RAISE EXCEPTION 'pdpa_notice_version cannot be truncated'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF OLD.state = 'draft' THEN
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END IF;
            IF TG_OP = 'DELETE'
               OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free)
               OR NOT (NEW.state = OLD.state AND
                       NEW.retired_at IS NOT DISTINCT FROM OLD.retired_at
                       OR OLD.state = 'published' AND NEW.state = 'retired')
            THEN
                RAISE EXCEPTION 'published notice version % is frozen', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$ LANGUAGE plpgsql;
        DROP TRIGGER IF EXISTS pdpa_notice_version_frozen ON pdpa_notice_version;
        CREATE TRIGGER pdpa_notice_version_frozen
            BEFORE UPDATE OR DELETE ON pdpa_notice_version
            FOR EACH ROW EXECUTE FUNCTION pdpa_notice_version_guard();
        DROP TRIGGER IF EXISTS pdpa_notice_version_kept ON pdpa_notice_version;
        CREATE TRIGGER pdpa_notice_version_kept
            BEFORE TRUNCATE ON pdpa_notice_version
            FOR EACH STATEMENT EXECUTE FUNCTION pdpa_notice_version_guard();
        """
    )


def install_receipt_triggers(env):
    """Make receipts append-only, with one function that moves them to a merged contact.

    The setting ``pdpa.repoint`` is local to the transaction and holds the id of the
    remaining contact only while ``pdpa_receipt_repoint`` runs.
    """
    env.cr.execute(
        """
        CREATE OR REPLACE FUNCTION pdpa_receipt_guard() RETURNS trigger AS $$
        DECLARE
            target text := NULLIF(current_setting('pdpa.repoint', true), '');
        BEGIN
            IF TG_OP = 'UPDATE' AND target IS NOT NULL THEN
                IF TG_LEVEL = 'STATEMENT' THEN RETURN NULL; END IF;
                IF NEW.partner_id = target::int
                   AND to_jsonb(NEW) - 'partner_id' = to_jsonb(OLD) - 'partner_id'
                THEN RETURN NEW; END IF;
            END IF;
            RAISE EXCEPTION 'pdpa_receipt is append-only (%)', TG_OP
                USING ERRCODE = 'restrict_violation';
        END $$ LANGUAGE plpgsql;
        DROP TRIGGER IF EXISTS pdpa_receipt_append_only ON pdpa_receipt;
        CREATE TRIGGER pdpa_receipt_append_only
            BEFORE UPDATE OR DELETE OR TRUNCATE ON pdpa_receipt
            FOR EACH STATEMENT EXECUTE FUNCTION pdpa_receipt_guard();
        DROP TRIGGER IF EXISTS pdpa_receipt_only_partner ON pdpa_receipt;
        CREATE TRIGGER pdpa_receipt_only_partner
            BEFORE UPDATE ON pdpa_receipt
            FOR EACH ROW EXECUTE FUNCTION pdpa_receipt_guard();

        CREATE OR REPLACE FUNCTION pdpa_receipt_needs_notice() RETURNS trigger AS $$
        BEGIN
            IF NEW.event = 'grant' AND EXISTS (
                SELECT 1 FROM pdpa_notice_version
                 WHERE id = NEW.notice_version_id AND state = 'draft')
            THEN
                RAISE EXCEPTION 'consent refers to an unpublished notice version'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$ LANGUAGE plpgsql;
        DROP TRIGGER IF EXISTS pdpa_receipt_published_notice ON pdpa_receipt;
        CREATE TRIGGER pdpa_receipt_published_notice
            BEFORE INSERT ON pdpa_receipt
            FOR EACH ROW EXECUTE FUNCTION pdpa_receipt_needs_notice();

        CREATE OR REPLACE FUNCTION pdpa_receipt_repoint(sources int[], target int)
        RETURNS void AS $$
        BEGIN
            PERFORM set_config('pdpa.repoint', target::text, true);
            UPDATE pdpa_receipt SET partner_id = target
             WHERE partner_id = ANY(sources);
            PERFORM set_config('pdpa.repoint', '', true);
        END $$ LANGUAGE plpgsql;
        """
    )


def install_evidence_trigger(env):
    """The file of an attachment that a receipt refers to never changes.

    Deleting is refused by the foreign key; other columns, such as the name in the
    file store, stay free.
    """
    env.cr.execute(
        """
        CREATE OR REPLACE FUNCTION pdpa_evidence_guard() RETURNS trigger AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM pdpa_receipt WHERE evidence_id = OLD.id) THEN
                RAISE EXCEPTION 'attachment % is evidence of a consent receipt', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$ LANGUAGE plpgsql;
        DROP TRIGGER IF EXISTS pdpa_evidence_frozen ON ir_attachment;
        CREATE TRIGGER pdpa_evidence_frozen
            BEFORE UPDATE ON ir_attachment FOR EACH ROW
            WHEN (OLD.res_model = 'pdpa.receipt' AND (
                OLD.checksum IS DISTINCT FROM NEW.checksum
                OR OLD.res_model IS DISTINCT FROM NEW.res_model
                OR OLD.type IS DISTINCT FROM NEW.type
                OR OLD.res_id <> 0 AND OLD.res_id IS DISTINCT FROM NEW.res_id))
            EXECUTE FUNCTION pdpa_evidence_guard();
        """
    )


def id_array(ids):
    """Ids as one array literal: far cheaper to parse than a list of numbers."""
    joined = ",".join(map(str, ids))
    return SQL("%s::int[]", f"{{{joined}}}")


def _consent_columns():
    """Receipt ``r`` spread over channels ``c``, as columns of pdpa_consent."""
    return SQL(
        """r.partner_id, r.company_id, r.purpose_id, c.id AS channel_id,
           CASE r.event WHEN 'grant' THEN %s WHEN 'deny' THEN %s ELSE %s END AS state,
           r.id AS last_receipt_id, r.occurred_at AS since""",
        EVENT_STATE["grant"],
        EVENT_STATE["deny"],
        EVENT_STATE["withdraw"],
    )


def apply_receipts(receipt_ids):
    """Upsert the consents that new receipts decide. Flush ``pdpa.receipt`` before.

    An older answer that is recorded late (a paper form) does not undo a newer one.
    At most one receipt per person may be passed.
    """
    return SQL(
        """
        INSERT INTO pdpa_consent (partner_id, company_id, purpose_id, channel_id,
                                  state, last_receipt_id, since)
        SELECT %s
          FROM pdpa_receipt r
          JOIN pdpa_channel c ON c.code = ANY(string_to_array(r.channels, ','))
         WHERE r.id = ANY(%s)
        ON CONFLICT (partner_id, purpose_id, channel_id, company_id) DO UPDATE
           SET state = EXCLUDED.state,
               last_receipt_id = EXCLUDED.last_receipt_id,
               since = EXCLUDED.since
         WHERE (pdpa_consent.since, pdpa_consent.last_receipt_id)
               < (EXCLUDED.since, EXCLUDED.last_receipt_id)
        """,
        _consent_columns(),
        id_array(receipt_ids),
    )


def delete_consents(partner_ids):
    """Forget the current consents of these contacts, before ``rebuild_consents``."""
    return SQL(
        "DELETE FROM pdpa_consent WHERE partner_id = ANY(%s)", id_array(partner_ids)
    )


def rebuild_consents(partner_ids):
    """Write the consents of these contacts from all their receipts."""
    return SQL(
        """
        INSERT INTO pdpa_consent (partner_id, company_id, purpose_id, channel_id,
                                  state, last_receipt_id, since)
        SELECT DISTINCT ON (r.partner_id, r.company_id, r.purpose_id, c.id) %s
          FROM pdpa_receipt r
          JOIN pdpa_channel c ON c.code = ANY(string_to_array(r.channels, ','))
         WHERE r.partner_id = ANY(%s)
         ORDER BY r.partner_id, r.company_id, r.purpose_id, c.id,
                  r.occurred_at DESC, r.id DESC
        """,
        _consent_columns(),
        id_array(partner_ids),
    )


def answered(partner_ids, purpose_id, channel_id, company_id, *, granted):
    """Rows (partner_id) of those who currently consent, or who currently refuse."""
    return SQL(
        """
        SELECT partner_id
          FROM pdpa_consent
         WHERE partner_id = ANY(%s) AND purpose_id = %s
           AND channel_id = %s AND company_id = %s AND (state = 'granted') = %s
        """,
        id_array(partner_ids),
        purpose_id,
        channel_id,
        company_id,
        granted,
    )


def consent_states(partner_ids, purpose_id, channel_id, company_id):
    """Rows (partner_id, state, since) of the current answers."""
    return SQL(
        """
        SELECT partner_id, state, since
          FROM pdpa_consent
         WHERE partner_id = ANY(%s) AND purpose_id = %s
           AND channel_id = %s AND company_id = %s
        """,
        id_array(partner_ids),
        purpose_id,
        channel_id,
        company_id,
    )


def repoint_receipts(source_ids, target_id):
    """Move the receipts of merged contacts to the remaining one."""
    return SQL("SELECT pdpa_receipt_repoint(%s, %s)", id_array(source_ids), target_id)
