"""Set-based SQL of the customer performance page, as functions returning ``SQL``.

All start from the purchases of one company up to a day: (partner_id = commercial
entity, date, amount, is_order), from the same sources as the statistics. Months are
the first days of calendar months, dates are in the company's time zone, amounts are
before tax in company currency. Everything is read-only and in common table
expressions, so that it may run on a read replica.

The caller has flushed the sources before.
"""

from odoo.tools import SQL

from ..models import crm_stats_engine as engine

#: upper ends of the classes of days between purchases; one more class is open
INTERVALS = (7, 14, 30, 60, 90, 180, 365)


def purchases(sources, company_id, today):
    """Purchases and credit notes of one company up to ``today``."""
    return SQL(
        "SELECT * FROM (%s) t WHERE t.company_id = %s AND t.date <= %s",
        engine.transactions(sources, "res_partner"),
        company_id,
        today,
    )


def _monthly(purchases):
    """``active``: customer and month; ``born``: customer and month of first order."""
    return SQL(
        """
        active AS (
            SELECT partner_id, date_trunc('month', date)::date AS month,
                   count(*) FILTER (WHERE is_order) AS orders, sum(amount) AS amount
              FROM (%s) p GROUP BY 1, 2),
        born AS (
            SELECT partner_id, min(month) AS cohort
              FROM active WHERE orders > 0 GROUP BY 1)
        """,
        purchases,
    )


def cohorts(purchases, start):
    """(cohort, month, buyers, orders, amount) of the months from ``start`` on.

    ``cohort`` is the month of the first order of all; customers with nothing but
    credit notes belong to none and are left out.
    """
    return SQL(
        """
        WITH %s
        SELECT b.cohort, a.month, count(*) FILTER (WHERE a.orders > 0) AS buyers,
               sum(a.orders)::int AS orders, sum(a.amount)::float AS amount
          FROM active a JOIN born b USING (partner_id)
         WHERE a.month >= %s
         GROUP BY b.cohort, a.month
        """,
        _monthly(purchases),
        start,
    )


def _gaps(purchases, sleeping_months):
    """``gaps``: each purchase day with the next one and the day on which the customer
    is lost if there is none before."""
    return SQL(
        """
        gaps AS (
            SELECT partner_id, date, %s + 1 AS lost_on,
                   lead(date) OVER (PARTITION BY partner_id ORDER BY date) AS next
              FROM (SELECT DISTINCT partner_id, date FROM (%s) p WHERE is_order) d)
        """,
        engine.after(SQL("date"), sleeping_months),
        purchases,
    )


def losses(purchases, sleeping_months, start, today):
    """(month, lost, won back): customers whose sleeping span ran out in the month, and
    those who bought after it had."""
    return SQL(
        """
        WITH %(gaps)s
        SELECT date_trunc('month', day)::date AS month,
               count(*) FILTER (WHERE what = 'lost') AS lost,
               count(DISTINCT partner_id) FILTER (WHERE what = 'back') AS back
          FROM (
               SELECT partner_id, lost_on AS day, 'lost' AS what FROM gaps
                WHERE next IS NULL OR next >= lost_on
               UNION ALL
               SELECT partner_id, next, 'back' FROM gaps WHERE next >= lost_on
          ) m
         WHERE day BETWEEN %(start)s AND %(today)s
         GROUP BY 1
        """,
        gaps=_gaps(purchases, sleeping_months),
        start=start,
        today=today,
    )


def intervals(purchases, start):
    """(class, repurchases, median, mean): days since the purchase before, of purchases
    from ``start`` on; one row per class (0 to 7) and one with class NULL for all."""
    return SQL(
        """
        WITH %(gaps)s, days AS (
            SELECT next - date AS days FROM gaps WHERE next >= %(start)s)
        SELECT width_bucket(days - 1, %(ends)s::int[]) AS class,
               count(*) AS repurchases,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median,
               avg(days)::float AS mean
          FROM days GROUP BY GROUPING SETS ((1), ())
        """,
        gaps=_gaps(purchases, 0),
        start=start,
        ends=list(INTERVALS),
    )


def top_customers(purchases, start, limit):
    """(customer, orders, amount, amount of all customers), largest amount first."""
    return SQL(
        """
        SELECT partner_id, count(*) FILTER (WHERE is_order) AS orders,
               sum(amount)::float AS amount,
               (sum(sum(amount)) OVER ())::float AS total
          FROM (%s) p WHERE date >= %s
         GROUP BY partner_id ORDER BY sum(amount) DESC, partner_id LIMIT %s
        """,
        purchases,
        start,
        limit,
    )


def product_lines(sources, company_id, start, today):
    """Product lines of one company in the period, with the commercial entity."""
    return SQL(" UNION ALL ").join(
        SQL(
            """
            SELECT k.commercial_partner_id AS partner_id, t.product_id, t.amount,
                   t.order_ref
              FROM (%s) t JOIN res_partner k ON k.id = t.partner_id
             WHERE t.company_id = %s AND t.date BETWEEN %s AND %s
            """,
            source,
            company_id,
            start,
            today,
        )
        for source in sources
    )


def top_products(lines, company_id, limit):
    """(state, product, buyers, orders, amount): the best products of each state."""
    return SQL(
        """
        SELECT nesl, product_id, buyers, orders, amount FROM (
            SELECT s.nesl, l.product_id, count(DISTINCT l.partner_id) AS buyers,
                   count(DISTINCT l.order_ref) AS orders,
                   sum(l.amount)::float AS amount,
                   row_number() OVER (PARTITION BY s.nesl
                                      ORDER BY sum(l.amount) DESC, l.product_id) AS rank
              FROM (%s) l
              JOIN crm_partner_stats s
                ON s.partner_id = l.partner_id AND s.company_id = %s
             GROUP BY s.nesl, l.product_id
        ) ranked
         WHERE rank <= %s ORDER BY nesl, rank
        """,
        lines,
        company_id,
        limit,
    )


# -- the customers behind a figure: one column partner_id -------------------------
def buyers_in(purchases, start, end):
    """Customers with an order from ``start`` through ``end``."""
    return SQL(
        "SELECT partner_id FROM (%s) p WHERE is_order AND date BETWEEN %s AND %s",
        purchases,
        start,
        end,
    )


def buyers_of_cohort(purchases, cohort, month):
    """Customers first bought in ``cohort`` (None: before) who bought in ``month``."""
    return SQL(
        """
        WITH %s
        SELECT a.partner_id FROM active a JOIN born b USING (partner_id)
         WHERE a.month = %s AND a.orders > 0 AND %s
        """,
        _monthly(purchases),
        month,
        SQL("b.cohort = %s", cohort) if cohort else SQL("b.cohort < a.month"),
    )


def lost_in(purchases, sleeping_months, start, end):
    """Customers whose sleeping span ran out from ``start`` through ``end``."""
    return SQL(
        """
        WITH %s
        SELECT partner_id FROM gaps
         WHERE lost_on BETWEEN %s AND %s AND (next IS NULL OR next >= lost_on)
        """,
        _gaps(purchases, sleeping_months),
        start,
        end,
    )


def won_back_in(purchases, sleeping_months, start, end):
    """Customers who bought from ``start`` through ``end`` after having been lost."""
    return SQL(
        "WITH %s SELECT partner_id FROM gaps"
        " WHERE next BETWEEN %s AND %s AND next >= lost_on",
        _gaps(purchases, sleeping_months),
        start,
        end,
    )


def repurchased_after(purchases, start, low, high):
    """Customers who bought from ``start`` on, ``low`` to ``high`` days (None: or more)
    after their purchase before."""
    return SQL(
        "WITH %s SELECT partner_id FROM gaps"
        " WHERE next >= %s AND next - date >= %s AND %s",
        _gaps(purchases, 0),
        start,
        low,
        SQL("TRUE") if high is None else SQL("next - date <= %s", high),
    )


def buyers_of_product(lines, product_id):
    return SQL(
        "SELECT partner_id FROM (%s) l WHERE l.product_id = %s", lines, product_id
    )
