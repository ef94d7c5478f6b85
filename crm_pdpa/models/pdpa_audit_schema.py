"""Tables of the audit trail: partitions, hashes and the triggers that freeze them.

All of it is plain SQL, because the ORM makes neither partitions nor triggers, and no
foreign key ties a row to users or records that may be deleted later.
"""

# In the order of the hash. Adding a column needs a new table version: rows keep theirs.
HASHED = (
    "id",
    "ts",
    "uid",
    "login",
    "company_id",
    "operation",
    "model",
    "field_names",
    "count",
    "ids",
    "domain",
    "ip",
    "user_agent",
    "session",
    "path",
    "reason",
    "note",
    "format",
    "filename",
    "digest",
    "approval",
    "denied",
    "rolled_back",
    "xid",
)
SEALED = (
    "id",
    "after_id",
    "from_xid",
    "to_xid",
    "max_id",
    "count",
    "parts",
    "prev_hash",
    "sealed_at",
)
STAMPS = ("ts", "sealed_at")
MONTHS_AHEAD = 2
MIN_YEARS = 5  # the law asks for five years of evidence; no setting goes below


def _digest(alias, columns):
    """SQL of the sha256 of these columns in one text that depends on no setting."""
    parts = (
        f"to_char({alias}.{name}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        if name in STAMPS
        else f"{alias}.{name}::text"
        for name in columns
    )
    return f"sha256(convert_to(ROW({', '.join(parts)})::text, 'UTF8'))"


def row_digest(alias):
    """SQL of the hash that row ``alias`` of pdpa_audit should carry."""
    return _digest(alias, HASHED)


def seal_digest(alias):
    """SQL of the root that row ``alias`` of pdpa_audit_seal should carry, in hex."""
    return f"encode({_digest(alias, SEALED)}, 'hex')"


TABLES = """
    CREATE TABLE IF NOT EXISTS pdpa_audit (
        id bigint GENERATED ALWAYS AS IDENTITY,
        ts timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
        uid int,
        login text,
        company_id int,
        operation text NOT NULL,
        model text,
        field_names text,
        count int NOT NULL DEFAULT 0,
        ids int[] NOT NULL DEFAULT '{}',
        domain text,
        ip text,
        user_agent text,
        session text,
        path text,
        reason text,
        note text,
        format text,
        filename text,
        digest text,
        approval text,
        denied boolean NOT NULL DEFAULT false,
        rolled_back boolean NOT NULL DEFAULT false,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        row_hash bytea NOT NULL,
        PRIMARY KEY (id, ts)
    ) PARTITION BY RANGE (ts);
    CREATE INDEX IF NOT EXISTS pdpa_audit_ids_idx ON pdpa_audit USING gin (ids);
    CREATE INDEX IF NOT EXISTS pdpa_audit_uid_idx ON pdpa_audit (uid, ts);
    CREATE INDEX IF NOT EXISTS pdpa_audit_model_idx ON pdpa_audit (model, ts);
    CREATE INDEX IF NOT EXISTS pdpa_audit_xid_idx ON pdpa_audit (xid);
    CREATE TABLE IF NOT EXISTS pdpa_audit_default PARTITION OF pdpa_audit DEFAULT;
    CREATE TABLE IF NOT EXISTS pdpa_audit_seal (
        id bigint PRIMARY KEY,
        after_id bigint NOT NULL,
        from_xid xid8 NOT NULL,
        to_xid xid8 NOT NULL,
        max_id bigint NOT NULL,
        count int NOT NULL,
        parts jsonb NOT NULL,
        prev_hash text NOT NULL,
        root_hash text NOT NULL,
        sealed_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')
    );
    CREATE TABLE IF NOT EXISTS pdpa_audit_dropped (
        month date PRIMARY KEY,
        count int NOT NULL,
        uid int,
        dropped_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')
    );
"""

# The time of a row decides its partition before the trigger runs, so the trigger can
# refuse a wrong time but not correct it.
STAMP = f"""
    CREATE OR REPLACE FUNCTION pdpa_audit_stamp() RETURNS trigger AS $$
    BEGIN
        IF abs(extract(epoch FROM NEW.ts - clock_timestamp() AT TIME ZONE 'UTC')) > 60
        THEN
            RAISE EXCEPTION 'an audit row cannot be dated back or ahead'
                USING ERRCODE = 'restrict_violation';
        END IF;
        NEW.xid := pg_current_xact_id();
        NEW.row_hash := {row_digest("NEW")};
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
    DROP TRIGGER IF EXISTS pdpa_audit_stamp ON pdpa_audit;
    CREATE TRIGGER pdpa_audit_stamp BEFORE INSERT ON pdpa_audit
        FOR EACH ROW EXECUTE FUNCTION pdpa_audit_stamp();

    CREATE OR REPLACE FUNCTION pdpa_audit_seal_stamp() RETURNS trigger AS $$
    BEGIN
        NEW.root_hash := {seal_digest("NEW")};
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
    DROP TRIGGER IF EXISTS pdpa_audit_seal_stamp ON pdpa_audit_seal;
    CREATE TRIGGER pdpa_audit_seal_stamp BEFORE INSERT ON pdpa_audit_seal
        FOR EACH ROW EXECUTE FUNCTION pdpa_audit_seal_stamp();
"""

# Triggers for each row of the parent are inherited by every partition; those for each
# statement are not, and TRUNCATE has no other kind.
GUARD = """
    CREATE OR REPLACE FUNCTION pdpa_audit_guard() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only (%)', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql;
    DROP TRIGGER IF EXISTS pdpa_audit_row ON pdpa_audit;
    CREATE TRIGGER pdpa_audit_row BEFORE UPDATE OR DELETE ON pdpa_audit
        FOR EACH ROW EXECUTE FUNCTION pdpa_audit_guard();

    CREATE OR REPLACE FUNCTION pdpa_audit_freeze(tab regclass) RETURNS void AS $$
    BEGIN
        EXECUTE format('DROP TRIGGER IF EXISTS pdpa_audit_statement ON %s', tab);
        EXECUTE format(
            'CREATE TRIGGER pdpa_audit_statement BEFORE UPDATE OR DELETE OR TRUNCATE
             ON %s FOR EACH STATEMENT EXECUTE FUNCTION pdpa_audit_guard()', tab);
    END $$ LANGUAGE plpgsql;
    SELECT pdpa_audit_freeze(tab::regclass)
      FROM unnest(ARRAY['pdpa_audit', 'pdpa_audit_default', 'pdpa_audit_seal',
                        'pdpa_audit_dropped']) tab;
"""

# A month whose rows already lie in the default partition stays there: moving them
# would mean deleting them.
PARTITION = """
    CREATE OR REPLACE FUNCTION pdpa_audit_partition(month date) RETURNS boolean AS $$
    DECLARE
        start timestamp := date_trunc('month', month::timestamp);
        stop timestamp := start + interval '1 month';
        name text := 'pdpa_audit_p' || to_char(start, 'YYYYMM');
    BEGIN
        IF to_regclass(name) IS NOT NULL
           OR EXISTS (SELECT 1 FROM pdpa_audit_default WHERE ts >= start AND ts < stop)
        THEN RETURN false; END IF;
        EXECUTE format('CREATE TABLE %I PARTITION OF pdpa_audit
                        FOR VALUES FROM (%L) TO (%L)', name, start, stop);
        PERFORM pdpa_audit_freeze(name::regclass);
        RETURN true;
    END $$ LANGUAGE plpgsql;
"""

# Everything below the oldest running transaction is final: a transaction that commits
# late has a number at or above it and goes into a later seal. A database restored into
# another server counts from the beginning: `after_id` then keeps old and new apart.
SEAL = """
    CREATE OR REPLACE FUNCTION pdpa_audit_seal_next() RETURNS bigint AS $$
    DECLARE
        horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
        last pdpa_audit_seal;
        low xid8;
        after bigint;
        top bigint;
    BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtext('pdpa_audit_seal')) THEN
            RETURN NULL;
        END IF;
        SELECT * INTO last FROM pdpa_audit_seal ORDER BY id DESC LIMIT 1;
        low := COALESCE(last.to_xid, '0'::xid8);
        after := COALESCE(last.after_id, 0);
        top := COALESCE(last.max_id, 0);
        IF horizon < low THEN
            low := '0'::xid8;
            after := top;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM pdpa_audit
             WHERE xid >= low AND xid < horizon AND id > after AND operation <> 'seal')
        THEN RETURN NULL; END IF;
        INSERT INTO pdpa_audit_seal (id, after_id, from_xid, to_xid, max_id, count,
                                     parts, prev_hash)
        SELECT COALESCE(last.id, 0) + 1, after, low, horizon,
               GREATEST(top, max(part.max_id)), sum(part.n),
               jsonb_agg(jsonb_build_object('month', part.month, 'n', part.n,
                                            'digest', part.digest)
                         ORDER BY part.month),
               COALESCE(last.root_hash, '')
          FROM (SELECT to_char(ts, 'YYYY-MM') AS month, count(*) AS n,
                       max(id) AS max_id,
                       encode(sha256(string_agg(row_hash, ''::bytea
                                                ORDER BY xid, id)), 'hex') AS digest
                  FROM pdpa_audit
                 WHERE xid >= low AND xid < horizon AND id > after
                 GROUP BY 1) part;
        RETURN COALESCE(last.id, 0) + 1;
    END $$ LANGUAGE plpgsql;
"""

DROP = f"""
    CREATE OR REPLACE FUNCTION pdpa_audit_drop(month date, years int, who int)
    RETURNS bigint AS $$
    DECLARE
        start timestamp := date_trunc('month', month::timestamp);
        name text := 'pdpa_audit_p' || to_char(start, 'YYYYMM');
        present bigint;
        sealed bigint;
    BEGIN
        IF years < {MIN_YEARS} THEN
            RAISE EXCEPTION 'audit rows are kept at least {MIN_YEARS} years'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF start + interval '1 month'
           > now() AT TIME ZONE 'UTC' - make_interval(years => years)
        THEN
            RAISE EXCEPTION 'the audit of % is younger than % years',
                to_char(start, 'YYYY-MM'), years USING ERRCODE = 'restrict_violation';
        END IF;
        IF to_regclass(name) IS NULL THEN
            RAISE EXCEPTION 'there is no audit partition of %',
                to_char(start, 'YYYY-MM') USING ERRCODE = 'restrict_violation';
        END IF;
        EXECUTE format('SELECT count(*) FROM %I', name) INTO present;
        SELECT COALESCE(sum((part->>'n')::bigint), 0) INTO sealed
          FROM pdpa_audit_seal, jsonb_array_elements(parts) part
         WHERE part->>'month' = to_char(start, 'YYYY-MM');
        IF present <> sealed THEN
            RAISE EXCEPTION 'the audit of % has % rows, of which % are sealed',
                to_char(start, 'YYYY-MM'), present, sealed
                USING ERRCODE = 'restrict_violation';
        END IF;
        INSERT INTO pdpa_audit_dropped (month, count, uid)
        VALUES (start::date, present, who);
        EXECUTE format('ALTER TABLE pdpa_audit DETACH PARTITION %I', name);
        EXECUTE format('DROP TABLE %I', name);
        RETURN present;
    END $$ LANGUAGE plpgsql;
"""


def install(env):
    """Create or update the tables, functions and triggers, and the next partitions."""
    for statement in (TABLES, STAMP, GUARD, PARTITION, SEAL, DROP):
        env.cr.execute(statement)
    make_partitions(env)


def make_partitions(env):
    """Make the partitions of this month and the next ones.

    :return: how many were made
    """
    env.cr.execute(
        """
        SELECT count(*) FILTER (WHERE pdpa_audit_partition(
                   (now() AT TIME ZONE 'UTC' + make_interval(months => ahead))::date))
          FROM generate_series(0, %s) ahead
        """,
        [MONTHS_AHEAD],
    )
    return env.cr.fetchone()[0]
