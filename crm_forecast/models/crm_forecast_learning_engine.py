"""Set-based SQL of what past periods teach. Each function returns an SQL, runs nothing.

A *case* is a lead in a past period, seen from the *origin* (a day of the period, or
before it): a candidate, which was open then, of which nothing was sold yet and which
was due within the period as in the weighted forecast, or something that was sold in the
period. Nothing dated after ``known`` can change a case.
"""

from odoo.tools import SQL

from .crm_forecast_engine import LINE_COLUMNS, as_of_sql, columns_sql, status_sql
from .res_company import DEFAULT_TIMEZONE

# A deal won on the last day is often recorded in the days after.
LATE_DAYS = 7
CASE_COLUMNS = (
    "period_id",
    "lead_key",
    "user_id",
    "team_id",
    "stage_id",
    "stated",
    "native",
    "amount",
    "is_candidate",
    "sold_before",
    "sold_after",
)


def cases_sql(spans, actual):
    """The cases of several periods, one row per period and lead.

    :param spans: dicts with period_id, company_id, date_from, date_to, origin, known
    :param str actual: what counts as sold: ``lead``, ``order`` or ``invoice``
    """
    return SQL(" UNION ALL ").join(
        SQL("(%s)", _period_cases_sql(span, actual)) for span in spans
    )


def _period_cases_sql(span, actual):
    return SQL(
        """
        WITH known AS (
            SELECT * FROM (%(known_state)s) state
             WHERE state.company_id = %(company_id)s
        ), sold AS (
            SELECT sale.lead_key,
                   sum(sale.amount) FILTER (WHERE sale.day <= %(origin)s) AS before,
                   sum(sale.amount) FILTER (WHERE sale.day > %(origin)s) AS after
              FROM (%(sales)s) sale
             WHERE sale.day BETWEEN %(date_from)s
                                AND LEAST(%(date_to)s::date, %(known)s::date)
             GROUP BY sale.lead_key
        ), origin AS (
            SELECT state.*, state.lead_type = 'opportunity' AND %(status)s = 'open'
                   AND GREATEST(state.date_deadline, %(origin)s::date)
                       BETWEEN %(date_from)s AND %(date_to)s
                   AND state.date_deadline IS NOT NULL
                   AND state.category IS DISTINCT FROM 'omitted'
                   AND COALESCE(sold.before, 0) = 0 AS is_candidate
              FROM (%(origin_state)s) state
              LEFT JOIN sold USING (lead_key)
             WHERE state.company_id = %(company_id)s
        )
        SELECT %(period_id)s AS period_id, lead_key,
               CASE WHEN is_candidate THEN origin.user_id ELSE known.user_id END
                   AS user_id,
               CASE WHEN is_candidate THEN origin.team_id ELSE known.team_id END
                   AS team_id,
               origin.stage_id,
               COALESCE(origin.probability, 0)::float8 / 100 AS stated,
               COALESCE(origin.automated_probability, 0)::float8 / 100 AS native,
               COALESCE(origin.expected_revenue, 0)::float8 AS amount,
               COALESCE(is_candidate, FALSE) AS is_candidate,
               COALESCE(sold.before, 0)::float8 AS sold_before,
               COALESCE(sold.after, 0)::float8 AS sold_after
          FROM origin
          FULL JOIN known USING (lead_key)
          LEFT JOIN sold USING (lead_key)
         WHERE is_candidate OR sold.lead_key IS NOT NULL""",
        **span,
        status=status_sql("state", "lead_active"),
        origin_state=as_of_sql(span["origin"]),
        known_state=as_of_sql(span["known"]),
        sales=SALES[actual](span),
    )


def _won_leads_sql(span):
    """What the leads say: the expected revenue on the closing date, as in the forecast.

    A negative one is subtracted, as a credit note is.
    """
    return SQL(
        """SELECT lead_key, date_closed AS day,
                  COALESCE(expected_revenue, 0) AS amount
             FROM known WHERE won_status = 'won' AND lead_type = 'opportunity'"""
    )


def _orders_sql(span):
    """Confirmed orders of the leads, untaxed, in company currency."""
    return SQL(
        """SELECT sale.opportunity_id AS lead_key,
                  (sale.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS day,
                  sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                      AS amount
             FROM sale_order sale
            WHERE sale.state = 'sale' AND sale.opportunity_id IS NOT NULL
              AND sale.company_id = %(company_id)s""",
        company_id=span["company_id"],
        tz=_timezone_sql(span),
    )


def _invoices_sql(span):
    """Posted invoices less credit notes of the leads' orders, in company currency."""
    return SQL(
        """SELECT DISTINCT sale.opportunity_id AS lead_key, move.invoice_date AS day,
                  -line.balance AS amount, line.id
             FROM sale_order sale
             JOIN sale_order_line item ON item.order_id = sale.id
             JOIN sale_order_line_invoice_rel link ON link.order_line_id = item.id
             JOIN account_move_line line ON line.id = link.invoice_line_id
             JOIN account_move move ON move.id = line.move_id
            WHERE move.state = 'posted' AND sale.opportunity_id IS NOT NULL
              AND move.move_type IN ('out_invoice', 'out_refund')
              AND sale.company_id = %(company_id)s""",
        company_id=span["company_id"],
    )


SALES = {"lead": _won_leads_sql, "order": _orders_sql, "invoice": _invoices_sql}


def _timezone_sql(span):
    return SQL(
        """(SELECT COALESCE(NULLIF(partner.tz, ''), %(tz)s)
              FROM res_company company
              JOIN res_partner partner ON partner.id = company.partner_id
             WHERE company.id = %(company_id)s)""",
        tz=DEFAULT_TIMEZONE,
        company_id=span["company_id"],
    )


def sold_lines_sql(span, actual):
    """What was sold so far as the won part of a forecast, by what counts as sold.

    The cases of past periods are split into sold before and after their origin; a
    forecast of today that is taught by them must split in the same way, or a deal that
    was won and not invoiced yet is counted as won and as new business. So with orders
    or invoices the won leads make way for what was sold of each lead so far, and a lead
    of which something was sold is no longer open.

    :param dict span: of the period that is forecast; ``origin`` is the day of today
    :return: function from the SQL of weighted lines to that of lines by what was sold;
        it is used where a CTE ``state`` and a CTE ``calendar`` are
    """
    if actual == "lead":
        return lambda lines: lines
    return lambda lines: SQL(
        """
        WITH sold AS MATERIALIZED (
            SELECT sale.lead_key, max(sale.day) AS day,
                   sum(sale.amount)::numeric AS amount
              FROM (%(sales)s) sale
             WHERE sale.day BETWEEN %(date_from)s
                                AND LEAST(%(date_to)s::date, %(origin)s::date)
             GROUP BY sale.lead_key
        )
        SELECT %(names)s, line.lead_key
          FROM (%(lines)s) line
          LEFT JOIN sold ON sold.lead_key = line.lead_key
         WHERE line.status = 'open' AND line.period_id = %(period_id)s
           AND COALESCE(sold.amount, 0) = 0
         UNION ALL
        SELECT %(period_id)s, state.company_id, state.lead_id, state.user_id,
               state.team_id, state.stage_id, 'closed', 'won', 100,
               state.expected_revenue, state.date_deadline, sold.day, FALSE,
               money.amount, 0, 0, money.amount, state.lead_key
          FROM sold
          JOIN state ON state.lead_key = sold.lead_key
          JOIN calendar ON calendar.id = state.company_id
         CROSS JOIN LATERAL (
               SELECT ROUND(sold.amount, calendar.decimals) AS amount) money
         WHERE state.company_id = %(company_id)s AND sold.amount <> 0""",
        **span,
        sales=SALES[actual](span),
        names=columns_sql(LINE_COLUMNS, "line"),
        lines=lines,
    )


def first_day_sql(company_id):
    """The day of the first snapshot of a company; no row without snapshots."""
    return SQL(
        """SELECT date FROM crm_forecast_snapshot
            WHERE company_id = %s ORDER BY date LIMIT 1""",
        company_id,
    )
