"""Set-based SQL of saved forecasts. Each function returns an SQL, and runs nothing.

`now` is a naive UTC datetime. With `date`, leads are read from the snapshots as of that
day; without, as they are now.
"""

from odoo.tools import SQL

from .crm_forecast_engine import (
    LINE_COLUMNS,
    as_of_sql,
    calendar_sql,
    columns_sql,
    line_sql,
    live_state_sql,
    undated_sql,
)


def upsert_runs_sql(period_ids, method, now, uid, date=None):
    """One run per period, RETURNING id: a new one, or the one of that day again."""
    return SQL(
        """
        INSERT INTO crm_forecast_run AS run (
            period_id, company_id, date, method, computed_at, computed_by)
        SELECT period.id, period.company_id, calendar.today, %(method)s,
               %(now)s, %(uid)s
          FROM crm_forecast_period period
          JOIN (%(calendar)s) calendar ON calendar.id = period.company_id
         WHERE period.id = ANY(%(period_ids)s)
         ORDER BY period.date_from, period.id
        ON CONFLICT (period_id, date, method) DO UPDATE
           SET computed_at = EXCLUDED.computed_at, computed_by = EXCLUDED.computed_by
        RETURNING run.id""",
        calendar=calendar_sql(now, date),
        method=method,
        now=now,
        uid=uid,
        period_ids=period_ids,
    )


def clear_lines_sql(run_ids):
    return SQL("DELETE FROM crm_forecast_line WHERE run_id = ANY(%s)", run_ids)


def compute_sql(run_ids, now, date=None):
    """INSERT the lines of these runs and UPDATE their totals, in one statement."""
    calendar = SQL("SELECT * FROM calendar")
    return SQL(
        """
        WITH calendar AS MATERIALIZED (%(calendar)s),
        state AS MATERIALIZED (%(state)s),
        line AS (
            INSERT INTO crm_forecast_line AS line (run_id, lead_key, %(names)s)
            SELECT run.id, contribution.lead_key, %(values)s
              FROM (%(lines)s) contribution
              JOIN crm_forecast_run run ON run.period_id = contribution.period_id
             WHERE run.id = ANY(%(run_ids)s)
            RETURNING line.*
        ), total AS (
            SELECT run_id, count(*) AS line_count,
                   sum(amount_won) AS amount_won, sum(amount_open) AS amount_open,
                   sum(amount_weighted) AS amount_weighted,
                   sum(amount_total) AS amount_total
              FROM line GROUP BY run_id
        )
        UPDATE crm_forecast_run run
           SET line_count = COALESCE(total.line_count, 0),
               amount_won = COALESCE(total.amount_won, 0),
               amount_open = COALESCE(total.amount_open, 0),
               amount_weighted = COALESCE(total.amount_weighted, 0),
               amount_total = COALESCE(total.amount_total, 0),
               undated_count = COALESCE(undated.undated_count, 0),
               undated_amount = COALESCE(undated.undated_amount, 0)
          FROM crm_forecast_run this
          LEFT JOIN total ON total.run_id = this.id
          LEFT JOIN (%(undated)s) undated ON undated.company_id = this.company_id
         WHERE run.id = this.id AND this.id = ANY(%(run_ids)s)""",
        calendar=calendar_sql(now, date),
        state=as_of_sql(date) if date else live_state_sql(calendar),
        names=columns_sql(LINE_COLUMNS),
        values=columns_sql(LINE_COLUMNS, "contribution"),
        lines=line_sql(SQL("SELECT * FROM state"), calendar),
        undated=undated_sql(SQL("SELECT * FROM state")),
        run_ids=run_ids,
    )


def drop_old_lines_sql(days, now, limit):
    """DELETE up to `limit` lines of runs older than `days`."""
    return SQL(
        """
        DELETE FROM crm_forecast_line WHERE id IN (
            SELECT line.id FROM crm_forecast_line line
              JOIN crm_forecast_run run ON run.id = line.run_id
             WHERE run.date < %(now)s::date - %(days)s
             LIMIT %(limit)s)""",
        now=now,
        days=days,
        limit=limit,
    )
