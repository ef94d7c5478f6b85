"""Set-based SQL that tells which stored rows are right without computing them.

A row is a function of the customer's transactions, the company's rules, its cut-points
and the day. It keeps a fingerprint of the transactions and a seal, the hash of the
whole row and the rules. Where the seal fits the stored row and today's rules, and the
fingerprint fits the transactions of today, all is as when the row was computed, and
time alone changes nothing before ``recompute_on``. Scores follow from the row and the
cut-points: whoever changes those changes the scores and seals too (``rescore``). A
chance match has a probability of about 2^-62.

See crm_stats_engine.py for the tables and the order of the statements.
"""

from odoo.tools import SQL

from .crm_stats_engine import FINGERPRINT, columns, hashed, of_customers

#: columns that a refresh decides; compared to find the rows that changed
FACTS = (
    "first_order_date",
    "last_order_date",
    "order_count",
    "order_count_12m",
    "order_count_window",
    "amount_total",
    "amount_12m",
    "amount_window",
    "refund_total",
    "nesl",
    "nesl_since",
    "next_transition_date",
    "recompute_on",
    "is_main",
    "is_important",
    "fingerprint",
    "r_score",
    "f_score",
    "m_score",
    "rfm_cell",
)


def seal(row, rules):
    """The seal of the row under an alias; positive, as no client reads more.

    :param str row: alias; :param rules: SQL of the number of the company's rules
    """
    return SQL(
        "(hash_record_extended(ROW(%s), %s) & 9223372036854775807)",
        columns(("partner_id", "company_id", *FACTS), row),
        rules,
    )


def create_print(sources, prospects):
    """``crm_stats_print``: per customer and company, what the transactions sum up to;
    NULL for a customer record without any, whose company may be NULL for all."""
    transaction = SQL("SELECT t.partner_id, t.company_id, %s AS hash", hashed("t"))
    record = SQL("SELECT t.partner_id, t.company_id, NULL::bigint AS hash")
    rows = [SQL("%s FROM (%s) t", transaction, source) for source in sources]
    rows += [SQL("%s FROM (%s) t", record, source) for source in prospects]
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_print ON COMMIT DROP AS
        SELECT g.partner_id, g.company_id, %s AS fingerprint
          FROM (%s) g
         GROUP BY g.partner_id, g.company_id
        """,
        SQL(FINGERPRINT, SQL("g.hash")),
        of_customers(rows, "res_partner", ("company_id", "hash")),
    )


def insert_prospects():
    """Give the customer records in ``crm_stats_print`` that have a row of statistics a
    fingerprint of 0, one for each company that they stand for; as ``insert_prospects``
    of crm_stats_engine.py does for ``crm_stats_agg``."""
    return SQL(
        """
        INSERT INTO crm_stats_print (partner_id, company_id, fingerprint)
        SELECT DISTINCT e.partner_id, c.company_id, 0::bigint
          FROM crm_stats_print e
          JOIN res_partner p ON p.id = e.partner_id AND p.active
          JOIN crm_stats_param c
            ON c.company_id = e.company_id OR e.company_id IS NULL
         WHERE e.fingerprint IS NULL AND NOT EXISTS (
               SELECT FROM crm_stats_print a
                WHERE a.partner_id = e.partner_id AND a.fingerprint IS NOT NULL
                  AND (a.company_id = c.company_id OR e.company_id IS NULL))
        """
    )


def create_differing():
    """``crm_stats_dirty``: customers with a row that is missing, has no reason to
    exist, does not fit its seal or its transactions, or whose time has come."""
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_dirty ON COMMIT DROP AS
        SELECT DISTINCT COALESCE(p.partner_id, s.partner_id) AS partner_id
          FROM (SELECT * FROM crm_stats_print WHERE fingerprint IS NOT NULL) p
          FULL JOIN crm_partner_stats s
            ON s.partner_id = p.partner_id AND s.company_id = p.company_id
          LEFT JOIN crm_stats_param c ON c.company_id = s.company_id
         WHERE s.id IS NULL OR p.partner_id IS NULL
            OR s.recompute_on <= c.today OR s.computed_on > c.today
            OR s.fingerprint IS DISTINCT FROM p.fingerprint
            OR s.seal IS DISTINCT FROM %s
        """,
        seal("s", SQL("c.rules")),
    )


def count_differing():
    """(number of customers that are not proved right, number of all), about."""
    return SQL(
        """
        SELECT (SELECT count(*) FROM crm_stats_dirty),
               (SELECT count(*) FROM crm_stats_print WHERE fingerprint IS NOT NULL)
        """
    )
