"""Set-based SQL that scores the fresh rows and stores what differs.

Continues crm_stats_engine.py in the same transaction: cut-points and scores, the
changed rows, the log of state changes, the queue.
"""

from odoo.tools import SQL

from .crm_stats_engine import columns
from .crm_stats_engine_seal import FACTS, seal

SCORES = ("r_score", "f_score", "m_score", "rfm_cell")
STORED_FACTS = (*FACTS, "seal")
QUINTILES = [0.2, 0.4, 0.6, 0.8]
CUTS = tuple(
    f"{metric}_{step}"
    for metric in ("recency", "frequency", "monetary")
    for step in range(1, 5)
)


def assignments(names, source):
    """``a = source.a, b = source.b`` for an UPDATE."""
    return SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), SQL.identifier(source, name))
        for name in names
    )


def scored(rows):
    """Rows with scores 1-5 from the stored cut-points, and the seals of these rows.

    A score is one more than the number of cut-points that the value exceeds, so
    equal values always get equal scores. Customers without an order in the last
    year have the lowest frequency and monetary score.
    """

    def score(value, metric, floor="FALSE"):
        steps = SQL(" + ").join(
            SQL("(%s > %s)::int", SQL(value), SQL.identifier("c", f"{metric}_{n}"))
            for n in range(1, 5)
        )
        return SQL(
            """CASE WHEN s.nesl = 'new' THEN NULL WHEN %s THEN 1
                    ELSE 1 + COALESCE(%s, 0) END""",
            SQL(floor),
            steps,
        )

    return SQL(
        """
        SELECT y.*, %(seal)s AS seal FROM (
            SELECT x.*,
                   COALESCE((x.r_score * 100 + x.f_score * 10 + x.m_score)::text, '')
                       AS rfm_cell
              FROM (
                SELECT s.*, %(r)s AS r_score, %(f)s AS f_score, %(m)s AS m_score
                  FROM (SELECT %(facts)s FROM (%(rows)s) r) s
                  LEFT JOIN crm_rfm_cut c ON c.company_id = s.company_id
                OFFSET 0
              ) x
        ) y
          JOIN crm_stats_param c ON c.company_id = y.company_id
        """,
        seal=seal("y", SQL("c.rules")),
        r=score("s.last_order_date", "recency"),
        f=score("s.order_count_12m", "frequency", "s.order_count_12m = 0"),
        m=score("s.amount_12m", "monetary", "s.order_count_12m = 0"),
        facts=columns(
            ("partner_id", "company_id", "computed_on")
            + tuple(name for name in FACTS if name not in SCORES)
        ),
        rows=rows,
    )


#: the stored rows, as a subquery
STORED = SQL("SELECT * FROM crm_partner_stats")


def upsert_cuts(rows):
    """Store the quintile cut-points of each company; returns the changed companies.

    ``percentile_disc`` picks values that occur. Recency is taken over everyone who
    has bought, frequency and amount over those who bought in the last year. A company
    with own cut-points keeps its own values; those of recency are days before today.

    :param rows: SELECT of all customers, see ``rated`` in crm_stats_engine_state.py
    """
    picks = SQL(", ").join(
        SQL(
            "CASE WHEN o.mode = 'own' THEN %s ELSE %s[%s] END",
            SQL(
                "q.today - %s" if name.startswith("recency") else "%s",
                SQL.identifier("o", f"own_{name}"),
            ),
            SQL.identifier("q", name[:-2]),
            int(name[-1]),
        )
        for name in CUTS
    )
    return SQL(
        """
        INSERT INTO crm_rfm_cut (company_id, mode, customers, computed_on, %(cuts)s)
        SELECT q.company_id, 'auto', q.customers, q.today, %(picks)s FROM (
            SELECT s.company_id, c.today, count(*) AS customers,
                   percentile_disc(%(quintiles)s::float[]) WITHIN GROUP (
                       ORDER BY s.last_order_date) AS recency,
                   percentile_disc(%(quintiles)s::float[]) WITHIN GROUP (
                       ORDER BY s.order_count_12m)
                       FILTER (WHERE s.order_count_12m > 0) AS frequency,
                   percentile_disc(%(quintiles)s::float[]) WITHIN GROUP (
                       ORDER BY s.amount_12m)
                       FILTER (WHERE s.order_count_12m > 0) AS monetary
              FROM (%(rows)s) s
              JOIN crm_stats_param c ON c.company_id = s.company_id
             WHERE s.last_order_date IS NOT NULL
             GROUP BY s.company_id, c.today
        ) q
        LEFT JOIN crm_rfm_cut o ON o.company_id = q.company_id
        ON CONFLICT (company_id) DO UPDATE
        SET (customers, computed_on, %(cuts)s)
          = (EXCLUDED.customers, EXCLUDED.computed_on, %(excluded)s)
        WHERE (crm_rfm_cut.customers, %(current)s)
           IS DISTINCT FROM (EXCLUDED.customers, %(excluded)s)
        RETURNING company_id
        """,
        cuts=columns(CUTS),
        picks=picks,
        quintiles=QUINTILES,
        rows=rows,
        excluded=columns(CUTS, "excluded"),
        current=columns(CUTS, "crm_rfm_cut"),
    )


def create_changed(rows):
    """``crm_stats_changed``: those of the rows that are new or differ, with scores.

    :param rows: SELECT of the rows as they should be
    """
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_changed ON COMMIT DROP AS
        SELECT f.*, s.id AS stats_id, s.nesl AS old_nesl
          FROM (%(scored)s) f
          LEFT JOIN crm_partner_stats s
            ON s.partner_id = f.partner_id AND s.company_id = f.company_id
         WHERE s.id IS NULL OR (%(fresh)s) IS DISTINCT FROM (%(stored)s)
        """,
        scored=scored(rows),
        fresh=columns(STORED_FACTS, "f"),
        stored=columns(STORED_FACTS, "s"),
    )


def create_gone(full):
    """``crm_stats_gone``: stored rows that no longer have a reason to exist."""
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_gone ON COMMIT DROP AS
        SELECT s.id, s.partner_id, s.company_id, s.nesl
          FROM crm_partner_stats s
         WHERE %s AND NOT EXISTS (
               SELECT FROM crm_stats_agg f
                WHERE f.partner_id = s.partner_id AND f.company_id = s.company_id)
        """,
        SQL("TRUE")
        if full
        else SQL("s.partner_id IN (SELECT partner_id FROM crm_stats_dirty)"),
    )


def insert_moves(uid):
    """Log the changes of state, except at a company's very first refresh.

    The date is the day the state began if that lies after the previous refresh, and
    today otherwise (an older order was entered, cancelled or reassigned today).
    """
    return SQL(
        """
        INSERT INTO crm_nesl_move (partner_id, company_id, date, nesl_from, nesl_to,
                                   create_uid, create_date)
        SELECT m.partner_id, m.company_id,
               CASE WHEN m.since BETWEEN c.refreshed_on AND c.today
                    THEN m.since ELSE c.today END,
               m.old_nesl, m.nesl, %s, now() AT TIME ZONE 'UTC'
          FROM (
               SELECT partner_id, company_id, nesl_since AS since, nesl,
                      COALESCE(old_nesl, 'new') AS old_nesl
                 FROM crm_stats_changed
               UNION ALL
               SELECT partner_id, company_id, NULL, 'new', nesl FROM crm_stats_gone
          ) m
          JOIN crm_stats_param c ON c.company_id = m.company_id
         WHERE c.refreshed_on IS NOT NULL AND m.old_nesl <> m.nesl
         ORDER BY m.company_id, m.partner_id
        """,
        uid,
    )


def update_stats():
    return SQL(
        """
        UPDATE crm_partner_stats s
           SET %s, computed_on = f.computed_on
          FROM crm_stats_changed f
         WHERE s.id = f.stats_id
        """,
        assignments(STORED_FACTS, "f"),
    )


def insert_stats():
    """In the order of the contacts, so that indexes and foreign keys are entered
    side by side."""
    return SQL(
        """
        INSERT INTO crm_partner_stats (partner_id, company_id, computed_on, %(facts)s)
        SELECT partner_id, company_id, computed_on, %(facts)s
          FROM crm_stats_changed WHERE stats_id IS NULL
         ORDER BY partner_id
        """,
        facts=columns(STORED_FACTS),
    )


def delete_gone():
    return SQL(
        "DELETE FROM crm_partner_stats s USING crm_stats_gone g WHERE g.id = s.id"
    )


def rescore(company_ids):
    """Give the rows of these companies the scores of their new cut-points.

    A row that does not fit its seal gets none, so that it is found.
    """
    return SQL(
        """
        UPDATE crm_partner_stats s
           SET %(sets)s, seal = CASE WHEN s.seal = %(seal)s THEN f.seal END
          FROM (%(scored)s) f
          JOIN crm_stats_param c ON c.company_id = f.company_id
         WHERE f.partner_id = s.partner_id AND f.company_id = s.company_id
           AND s.company_id = ANY(%(companies)s)
           AND (%(fresh)s) IS DISTINCT FROM (%(stored)s)
        """,
        sets=assignments(SCORES, "f"),
        seal=seal("s", SQL("c.rules")),
        scored=scored(STORED),
        companies=company_ids,
        fresh=columns(SCORES, "f"),
        stored=columns(SCORES, "s"),
    )


def clear_queue(full, limit=None):
    """Delete the queue rows this refresh has seen (those in its snapshot)."""
    if full:
        return SQL("DELETE FROM crm_stats_queue")
    return SQL(
        """
        DELETE FROM crm_stats_queue WHERE id IN (
            SELECT id FROM crm_stats_queue
             WHERE partner_id IS NOT NULL ORDER BY id %s)
        """,
        SQL("LIMIT %s", limit) if limit else SQL(),
    )


def store_refreshed_on():
    return SQL(
        """
        UPDATE res_company r SET crm_stats_refreshed_on = c.today
          FROM crm_stats_param c
         WHERE c.company_id = r.id
           AND r.crm_stats_refreshed_on IS DISTINCT FROM c.today
        """
    )


def companies_without_snapshot():
    """Companies whose customers have not been counted for their today."""
    return SQL(
        """
        SELECT c.company_id FROM crm_stats_param c
         WHERE NOT EXISTS (
               SELECT FROM crm_segment_snapshot d
                WHERE d.company_id = c.company_id AND d.date = c.today)
        """
    )


def insert_snapshot(company_ids):
    """The counts of the day. A company without customers has none, every time: its
    id stands in the statement so that the index tells so."""
    return SQL(
        """
        INSERT INTO crm_segment_snapshot (date, company_id, nesl, rfm_cell,
                                          customers, amount)
        SELECT c.today, c.company_id, s.nesl, s.rfm_cell, count(*), sum(s.amount_12m)
          FROM crm_stats_param c
          JOIN crm_partner_stats s ON s.company_id = c.company_id
         WHERE s.company_id = ANY(%s)
         GROUP BY c.today, c.company_id, s.nesl, s.rfm_cell
         ORDER BY c.company_id, s.nesl, s.rfm_cell
        """,
        company_ids,
    )
