"""SQL of the audit trail: inserting, proving and looking up rows."""

from odoo.tools import SQL

from .pdpa_audit_schema import row_digest, seal_digest
from .pdpa_engine import id_array

COLUMNS = (
    "uid",
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
)
# The hash and the transaction are for the database alone.
DISPLAYED = SQL(
    "SELECT id, ts, login, %s FROM pdpa_audit",
    SQL(", ").join(SQL.identifier(name) for name in COLUMNS if name != "ids"),
)
# What a person can be found in: everything that disclosed data, or tried to.
DISCLOSURES = (
    "read",
    "export",
    "print",
    "vcard",
    "reveal",
    "break_glass",
    "search_exact",
)


def insert_rows(rows):
    """Insert audit rows (dictionaries of ``COLUMNS``) and return (id) of each."""
    values = SQL(", ").join(
        SQL(
            "((SELECT login FROM res_users WHERE id = %s), %s)",
            row["uid"],
            SQL(", ").join(
                id_array(row["ids"]) if name == "ids" else SQL("%s", row[name])
                for name in COLUMNS
            ),
        )
        for row in rows
    )
    columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
    return SQL(
        "INSERT INTO pdpa_audit (login, %s) VALUES %s RETURNING id", columns, values
    )


def present_rows(row_ids):
    """Rows (id) of those of today's audit rows that exist."""
    return SQL(
        """SELECT id FROM pdpa_audit
            WHERE id = ANY(%s::bigint[])
              AND ts > now() AT TIME ZONE 'UTC' - interval '2 days'""",
        list(row_ids),
    )


def row_ids_text(audit_ids, limit):
    """Rows (id, text of the first record ids)."""
    return SQL(
        """SELECT id, array_to_string(ids[1:%s], ', ')
             FROM pdpa_audit WHERE id = ANY(%s::bigint[])""",
        limit,
        list(audit_ids),
    )


def logged_models():
    """Rows (model), found by jumping along the index instead of reading the table."""
    return SQL(
        """
        WITH RECURSIVE jump AS (
            SELECT min(model) AS model FROM pdpa_audit
            UNION ALL
            SELECT (SELECT min(a.model) FROM pdpa_audit a WHERE a.model > jump.model)
              FROM jump WHERE jump.model IS NOT NULL
        )
        SELECT model FROM jump WHERE model IS NOT NULL
        """
    )


def about_records(ids_by_model):
    """Ids of the audit rows that name one of these records.

    :param ids_by_model: ``{model: SQL of an int[]}``
    """
    branches = SQL(" UNION ALL ").join(
        SQL("SELECT id FROM pdpa_audit WHERE model = %s AND ids && %s", model, ids)
        for model, ids in ids_by_model.items()
    )
    return SQL("(%s)", branches)


# -- proof ----------------------------------------------------------------------
def changed_rows(limit):
    """Rows (id, month, total): audit rows whose hash does not fit their content."""
    return SQL(
        """
        SELECT a.id, to_char(a.ts, 'YYYY-MM'), count(*) OVER ()
          FROM pdpa_audit a
         WHERE a.row_hash IS DISTINCT FROM %s
         ORDER BY a.id LIMIT %s
        """,
        SQL(row_digest("a")),
        limit,
    )


def changed_seals():
    """Rows (id): seals whose root does not fit their own content."""
    return SQL(
        "SELECT s.id FROM pdpa_audit_seal s WHERE s.root_hash <> %s ORDER BY s.id",
        SQL(seal_digest("s")),
    )


def broken_links():
    """Rows (id, id before): seals that do not follow on the one before them."""
    return SQL(
        """
        SELECT id, before FROM (
            SELECT id, prev_hash, from_xid, after_id,
                   lag(id, 1, 0::bigint) OVER chain AS before,
                   lag(root_hash, 1, '') OVER chain AS root_before,
                   lag(to_xid, 1, '0'::xid8) OVER chain AS xid_before,
                   lag(after_id, 1, 0::bigint) OVER chain AS after_before
              FROM pdpa_audit_seal WINDOW chain AS (ORDER BY id)) link
         WHERE id <> before + 1 OR prev_hash <> root_before
            OR after_id = after_before AND from_xid <> xid_before
         ORDER BY id
        """
    )


def vanished_seals():
    """Rows (seal no): seals that the trail itself recorded and that are gone."""
    return SQL(
        """
        SELECT DISTINCT a.count
          FROM pdpa_audit a
          LEFT JOIN pdpa_audit_seal s ON s.id = a.count AND s.root_hash = a.digest
         WHERE a.model = 'pdpa.audit.seal' AND a.operation = 'seal' AND s.id IS NULL
         ORDER BY 1
        """
    )


def sealed_content():
    """Rows (seal no, month, rows sealed, rows found) where rows and seal differ.

    Each row is put into its seal by a binary search over the bounds of the seals of
    one numbering (``after_id``), so that the whole trail is read once. A month that
    was dropped after its retention is not compared.
    """
    return SQL(
        """
        WITH era AS (
            SELECT after_id, array_agg(from_xid ORDER BY id) AS bounds,
                   array_agg(id ORDER BY id) AS seal_ids,
                   lead(after_id) OVER (ORDER BY after_id) AS until_id,
                   max(to_xid) AS end_xid
              FROM pdpa_audit_seal GROUP BY after_id
        ), found AS (
            SELECT era.seal_ids[width_bucket(a.xid, era.bounds)] AS seal_id,
                   to_char(a.ts, 'YYYY-MM') AS month, count(*) AS n,
                   encode(sha256(string_agg(a.row_hash, ''::bytea
                                            ORDER BY a.xid, a.id)), 'hex') AS digest
              FROM era
              JOIN pdpa_audit a ON a.id > era.after_id
               AND a.id <= COALESCE(era.until_id, a.id) AND a.xid < era.end_xid
             GROUP BY 1, 2
        ), sealed AS (
            SELECT s.id AS seal_id, part->>'month' AS month,
                   (part->>'n')::bigint AS n, part->>'digest' AS digest
              FROM pdpa_audit_seal s, jsonb_array_elements(s.parts) part
             WHERE NOT EXISTS (
                SELECT 1 FROM pdpa_audit_dropped d
                 WHERE to_char(d.month, 'YYYY-MM') = part->>'month')
        )
        SELECT seal_id, month, COALESCE(sealed.n, 0), COALESCE(found.n, 0)
          FROM sealed FULL JOIN found USING (seal_id, month)
         WHERE sealed.digest IS DISTINCT FROM found.digest
         ORDER BY 1, 2
        """
    )


def trail_totals():
    """Row (rows, rows not sealed yet, seals, last seal, its root)."""
    return SQL(
        """
        SELECT (SELECT count(*) FROM pdpa_audit),
               (SELECT count(*) FROM pdpa_audit
                 WHERE xid >= COALESCE(last.to_xid, '0'::xid8)),
               (SELECT count(*) FROM pdpa_audit_seal),
               last.id, last.root_hash
          FROM (SELECT 1) one
          LEFT JOIN LATERAL (SELECT * FROM pdpa_audit_seal
                              ORDER BY id DESC LIMIT 1) last ON true
        """
    )


def months():
    """Rows (month as date, rows, sealed rows) of the monthly partitions."""
    return SQL(
        """
        WITH sealed AS (
            SELECT part->>'month' AS month, sum((part->>'n')::bigint) AS n
              FROM pdpa_audit_seal, jsonb_array_elements(parts) part GROUP BY 1
        ), present AS (
            SELECT to_char(ts, 'YYYY-MM') AS month, count(*) AS n
              FROM pdpa_audit GROUP BY 1
        )
        SELECT to_date(right(c.relname, 6), 'YYYYMM'), COALESCE(present.n, 0),
               COALESCE(sealed.n, 0)
          FROM pg_inherits i
          JOIN pg_class c ON c.oid = i.inhrelid
          LEFT JOIN present
            ON present.month = to_char(to_date(right(c.relname, 6), 'YYYYMM'), 'YYYY-MM')
          LEFT JOIN sealed ON sealed.month = present.month
         WHERE i.inhparent = 'pdpa_audit'::regclass
           AND c.relname ~ '^pdpa_audit_p[0-9]{6}$'
         ORDER BY 1
        """
    )


# -- who belongs to which group ---------------------------------------------------
def members(group_ids):
    """Rows (group, user) of the effective members, through implied groups too."""
    return SQL(
        """
        WITH RECURSIVE giving AS (
            SELECT id AS wanted, id AS gid FROM res_groups WHERE id = ANY(%s)
            UNION
            SELECT giving.wanted, i.gid
              FROM giving JOIN res_groups_implied_rel i ON i.hid = giving.gid
        )
        SELECT DISTINCT giving.wanted, rel.uid
          FROM giving
          JOIN res_groups_users_rel rel ON rel.gid = giving.gid
          JOIN res_users u ON u.id = rel.uid AND u.active
        """,
        id_array(group_ids),
    )
