"""Set-based SQL of the state of each customer, from ``crm_stats_agg``.

The windows of main and important customers, the state with its dates, and the rows as
they should be; see crm_stats_engine.py for the tables and the order of the statements.
"""

from odoo.tools import SQL

from .crm_stats_engine import YEAR_MONTHS, after


def create_window_scope(scope):
    """``crm_stats_window_scope``: the contacts of the sleeping and lost customers with
    more than one transaction, and the window that ended at the last purchase.

    It starts ``window_months`` before, or on the day after where that month is too
    short (see ``window_start`` in tools/nesl.py).
    """
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_window_scope ON COMMIT DROP AS
        SELECT k.id, w.partner_id, w.company_id, w.last_order_date,
               w.start + CASE WHEN %(until)s < w.last_order_date THEN 1 ELSE 0 END
                   AS window_start
          FROM (
               SELECT a.partner_id, a.company_id, a.last_order_date, c.window_months,
                      (a.last_order_date - make_interval(months => c.window_months)
                      )::date AS start
                 FROM crm_stats_agg a
                 JOIN crm_stats_param c ON c.company_id = a.company_id
                WHERE a.transaction_count > 1
                  AND a.last_order_date < c.existing_start
          ) w
          JOIN %(scope)s k ON k.commercial_partner_id = w.partner_id
        """,
        until=after(SQL("w.start"), SQL("w.window_months")),
        scope=SQL.identifier(scope),
    )


def create_window(sources):
    """``crm_stats_window``: counts and amounts in the windows of the window scope."""
    transactions = SQL(" UNION ALL ").join(
        SQL(
            """
            SELECT w.partner_id, w.company_id, t.amount, t.is_order
              FROM crm_stats_window_scope w
              JOIN (%s) t ON t.partner_id = w.id AND t.company_id = w.company_id
             WHERE t.date BETWEEN w.window_start AND w.last_order_date
            """,
            source,
        )
        for source in sources
    )
    return SQL(
        """
        CREATE TEMP TABLE crm_stats_window ON COMMIT DROP AS
        SELECT t.partner_id, t.company_id,
               count(*) FILTER (WHERE t.is_order) AS order_count_window,
               sum(t.amount) AS amount_window
          FROM (%s) t
         GROUP BY t.partner_id, t.company_id
        """,
        transactions,
    )


def stated():
    """The aggregates with the state and the figures of the window that counts."""
    return SQL(
        """
        SELECT a.*, c.today, c.existing_months, c.sleeping_months, c.window_months,
               c.main_orders, c.important_amount, c.decimals,
               CASE WHEN a.last_order_date IS NULL THEN 'new'
                    WHEN a.last_order_date >= c.existing_start THEN 'existing'
                    WHEN a.last_order_date >= c.sleeping_start THEN 'sleeping'
                    ELSE 'lost' END AS nesl,
               CASE WHEN a.last_order_date IS NULL THEN 0
                    WHEN a.last_order_date >= c.existing_start
                    THEN a.order_count_window
                    ELSE COALESCE(w.order_count_window, a.order_count)
                    END AS window_count,
               CASE WHEN a.last_order_date IS NULL THEN 0
                    WHEN a.last_order_date >= c.existing_start
                    THEN a.amount_window
                    WHEN w.partner_id IS NOT NULL THEN w.amount_window
                    ELSE a.amount_total END AS window_amount
          FROM crm_stats_agg a
          JOIN crm_stats_param c ON c.company_id = a.company_id
          LEFT JOIN crm_stats_window w
            ON w.partner_id = a.partner_id AND w.company_id = a.company_id
        OFFSET 0
        """
    )


def dated():
    """The stated rows with the day the state began and the day it turns."""
    return SQL(
        """
        SELECT a.*,
               CASE a.nesl
                    WHEN 'existing' THEN a.last_order_date
                    WHEN 'sleeping' THEN %(existing_until)s + 1
                    WHEN 'lost' THEN %(sleeping_until)s + 1
                    END AS nesl_since,
               CASE a.nesl
                    WHEN 'existing' THEN %(existing_until)s + 1
                    WHEN 'sleeping' THEN %(sleeping_until)s + 1
                    END AS next_transition_date
          FROM (%(stated)s) a
        OFFSET 0
        """,
        existing_until=after(SQL("a.last_order_date"), SQL("a.existing_months")),
        sleeping_until=after(SQL("a.last_order_date"), SQL("a.sleeping_months")),
        stated=stated(),
    )


def fresh():
    """The rows as they should be, but for the scores and seals.

    ``recompute_on`` is the first day on which time alone changes the row: the state
    turns, a transaction leaves a window, or one dated in the future arrives.
    """
    return SQL(
        """
        SELECT f.*,
               f.amount_window > f.important_amount AND f.nesl <> 'new'
                   AS is_important
          FROM (
            SELECT a.partner_id, a.company_id,
                   a.first_order_date, a.last_order_date,
                   COALESCE(a.order_count, 0)::int AS order_count,
                   COALESCE(a.order_count_12m, 0)::int AS order_count_12m,
                   a.window_count::int AS order_count_window,
                   round(COALESCE(a.amount_total, 0), a.decimals) AS amount_total,
                   round(COALESCE(a.amount_12m, 0), a.decimals) AS amount_12m,
                   round(COALESCE(a.window_amount, 0), a.decimals) AS amount_window,
                   round(COALESCE(a.refund_total, 0), a.decimals) AS refund_total,
                   a.nesl, a.nesl_since, a.next_transition_date,
                   LEAST(a.next_transition_date, a.next_date, %(year_until)s + 1,
                         CASE WHEN a.nesl = 'existing' THEN %(window_until)s + 1 END)
                       AS recompute_on,
                   a.window_count > a.main_orders AS is_main, a.fingerprint,
                   a.today AS computed_on, a.important_amount
              FROM (%(dated)s) a
            OFFSET 0
        ) f
        """,
        year_until=after(SQL("a.year_first"), YEAR_MONTHS),
        window_until=after(SQL("a.window_first"), SQL("a.window_months")),
        dated=dated(),
    )


def rated():
    """What the cut-points are taken from, of all customers."""
    return SQL(
        """
        SELECT a.company_id, a.last_order_date, a.order_count_12m,
               round(COALESCE(a.amount_12m, 0), c.decimals) AS amount_12m
          FROM crm_stats_agg a
          JOIN crm_stats_param c ON c.company_id = a.company_id
        """
    )
