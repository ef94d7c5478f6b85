"""SQL of stated probabilities and what became of them. Returns an SQL, runs nothing."""

from odoo.tools import SQL

from .crm_forecast_engine import as_of_sql, status_sql


def statements_sql(company_id, date, window_days, stated_days):
    """One row per opportunity that was won or lost in the window: rep, stated, won.

    What counts is the probability on the record ``stated_days`` before the end, else
    the first one that was remembered: the one of the last day follows the outcome. The
    rep is the salesperson of that day.
    """
    return SQL(
        """
        SELECT said.user_id, said.stated, ended.won
          FROM (SELECT state.lead_key, state.date_closed,
                       state.won_status = 'won' AS won
                  FROM (%(state)s) state
                 WHERE state.company_id = %(company_id)s
                   AND state.lead_type = 'opportunity'
                   AND state.won_status IN ('won', 'lost')
                   AND state.date_closed BETWEEN %(date)s::date - %(window)s
                                             AND %(date)s::date) ended
         CROSS JOIN LATERAL (
               SELECT past.user_id, past.probability::float8 / 100 AS stated
                 FROM crm_forecast_snapshot past
                WHERE past.lead_key = ended.lead_key
                  AND past.date < ended.date_closed
                  AND past.lead_type = 'opportunity' AND %(status)s = 'open'
                  AND past.category IS DISTINCT FROM 'omitted'
                ORDER BY past.date <= ended.date_closed - %(stated)s DESC,
                         CASE WHEN past.date <= ended.date_closed - %(stated)s
                              THEN past.date END DESC,
                         past.date
                LIMIT 1) said
         WHERE said.user_id IS NOT NULL AND said.stated IS NOT NULL""",
        state=as_of_sql(date),
        status=status_sql("past", "lead_active"),
        company_id=company_id,
        date=date,
        window=window_days,
        stated=stated_days,
    )
