"""Set-based SQL of the prediction, as functions returning ``SQL``.

One run of a company creates, analyses and joins two temporary tables:

``crm_clv_customer``  one row per customer who has bought: (x, t_x, t) and amounts
``crm_clv_cell``      what the model says about each distinct (x, t_x, t)

The models are computed on the cells, which are far fewer than the customers; amounts
enter in SQL. Days are whole; the caller has flushed and invalidates afterwards.
"""

from odoo.tools import SQL

from . import crm_stats_engine as engine

TEMP_TABLES = ("crm_clv_customer", "crm_clv_cell")
PREDICTED = (
    "p_alive",
    "expected_orders_12m",
    "clv_12m",
    "overdue_ratio",
    "predicted_on",
)


def create_customers(sources, company_id, until, today, grid):
    """``crm_clv_customer``: purchase days up to ``until``, of one company.

    ``x`` repeat purchase days; ``t_x`` and ``t`` days from the first purchase to the
    last one and to ``until``, on a grid of ``grid`` days; ``amount`` of the repeat
    purchases; ``held_out`` purchase days after ``until`` up to ``today``.
    Orders of one day are one purchase, as in the papers.
    """
    return SQL(
        """
        CREATE TEMP TABLE crm_clv_customer ON COMMIT DROP AS
        WITH days AS (
            SELECT partner_id, date, sum(amount) AS amount,
                   min(date) OVER (PARTITION BY partner_id) AS first_date
              FROM (%(transactions)s) t
             WHERE company_id = %(company)s AND is_order AND date <= %(today)s
             GROUP BY partner_id, date
        ), customers AS (
            SELECT partner_id, first_date,
                   max(date) FILTER (WHERE date <= %(until)s) AS last_date,
                   count(*) FILTER (WHERE date <= %(until)s) - 1 AS x,
                   sum(amount) FILTER (WHERE date <= %(until)s AND date > first_date)
                       AS amount,
                   count(*) FILTER (WHERE date > %(until)s) AS held_out
              FROM days
             WHERE first_date <= %(until)s
             GROUP BY partner_id, first_date
        )
        SELECT partner_id, first_date, last_date, x::int, amount, held_out::int,
               (round((last_date - first_date) / %(grid)s::numeric) * %(grid)s)::int
                   AS t_x,
               (round((%(until)s::date - first_date) / %(grid)s::numeric)
                * %(grid)s)::int AS t
          FROM customers
        """,
        transactions=engine.transactions(sources, "res_partner"),
        company=company_id,
        today=today,
        until=until,
        grid=grid,
    )


def select_facts():
    """One row: customers, repeat customers, customers with three purchases or more,
    first purchase, median days between the purchases of a repeat customer."""
    return SQL(
        """
        SELECT count(*), count(*) FILTER (WHERE x > 0), count(*) FILTER (WHERE x > 1),
               min(first_date),
               percentile_cont(0.5) WITHIN GROUP (
                   ORDER BY (last_date - first_date)::float / NULLIF(x, 0))
          FROM crm_clv_customer
        """
    )


def select_cells():
    """Rows (x, t_x, t, customers, held-out purchases); times in days."""
    return SQL(
        """
        SELECT x, t_x, t, count(*), sum(held_out)
          FROM crm_clv_customer GROUP BY x, t_x, t ORDER BY x, t_x, t
        """
    )


def select_amounts(digits):
    """Rows (x, mean amount of a repeat purchase, customers), where it is above 0.

    :param digits: significant digits of the mean, fewer rows with fewer
    """
    return SQL(
        """
        SELECT x, mean, count(*) FROM (
            SELECT x, round(amount / x, %s - ceil(log(amount / x))::int) AS mean
              FROM crm_clv_customer WHERE x > 0 AND amount > 0) m
         WHERE mean > 0
         GROUP BY x, mean ORDER BY x, mean
        """,
        digits,
    )


def select_refund_share(company_id):
    """Share, 0 to 1, of the sales of a company that came back as credit notes."""
    return SQL(
        """
        SELECT COALESCE(sum(refund_total) / NULLIF(
                   sum(amount_total + refund_total), 0), 0)::float
          FROM crm_partner_stats WHERE company_id = %s
        """,
        company_id,
    )


def create_cells(x, t_x, t, p_alive, orders):
    """``crm_clv_cell`` from five lists; all empty when there is no model."""
    return SQL(
        """
        CREATE TEMP TABLE crm_clv_cell ON COMMIT DROP AS
        SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::float[], %s::float[])
            AS c (x, t_x, t, p_alive, orders)
        """,
        x,
        t_x,
        t,
        p_alive,
        orders,
    )


def update_stats(company_id, today, median_days, spending, decimals):
    """Write the predicted columns of a company's rows.

    :param median_days: stands in for the interval of customers with one purchase
    :param spending: (p, q, v, mean amount of an unknown customer, share kept after
        credit notes), or None: no amounts are predicted
    """
    p, q, v, unknown, kept = spending or (None,) * 5
    return SQL(
        """
        UPDATE crm_partner_stats s
           SET (%(columns)s)
             = (f.p_alive, f.orders, f.clv, f.overdue, f.predicted_on)
          FROM (
               SELECT s.id, e.orders,
                      CASE WHEN c.x > 0 THEN e.p_alive END AS p_alive,
                      round((e.orders * %(kept)s::float *
                             CASE WHEN c.x > 0 AND c.amount > 0
                                  THEN %(p)s::float * (%(v)s::float + c.amount::float)
                                       / (%(p)s::float * c.x + %(q)s::float - 1)
                                  ELSE %(unknown)s::float END)::numeric,
                            %(decimals)s) AS clv,
                      (%(today)s::date - c.last_date) / CASE
                          WHEN c.x > 0 THEN (c.last_date - c.first_date)::float / c.x
                          ELSE NULLIF(%(median)s::float, 0) END AS overdue,
                      CASE WHEN c.partner_id IS NOT NULL THEN %(today)s::date END
                          AS predicted_on
                 FROM crm_partner_stats s
                 LEFT JOIN crm_clv_customer c ON c.partner_id = s.partner_id
                 LEFT JOIN crm_clv_cell e
                   ON e.x = c.x AND e.t_x = c.t_x AND e.t = c.t
                WHERE s.company_id = %(company)s
          ) f
         WHERE f.id = s.id
           AND (%(stored)s) IS DISTINCT FROM
               (f.p_alive, f.orders, f.clv, f.overdue, f.predicted_on)
        """,
        columns=engine.columns(PREDICTED),
        stored=engine.columns(PREDICTED, "s"),
        company=company_id,
        today=today,
        median=median_days,
        p=p,
        q=q,
        v=v,
        unknown=unknown,
        kept=kept,
        decimals=decimals,
    )
