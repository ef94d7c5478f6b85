"""Set-based SQL of saved forecasts. Each function returns an SQL, and runs nothing.

`now` is a naive UTC datetime. With `date`, leads are read from the snapshots as of that
day; without, as they are now.
"""

from odoo.tools import SQL

from .crm_forecast_engine import (
    LEARNED_COLUMNS,
    LINE_COLUMNS,
    as_of_sql,
    calendar_sql,
    columns_sql,
    line_sql,
    live_state_sql,
    uncounted_sql,
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


def compute_sql(run_ids, now, date=None, method=None):
    """INSERT the lines of these runs and UPDATE their totals, in one statement.

    :param method: SQL that turns the weighted lines into those of another method, with
        the LEARNED_COLUMNS: ``learned_sql(...)`` or ``haircut_sql(...)``
    """
    calendar = SQL("SELECT * FROM calendar")
    columns = LINE_COLUMNS + (LEARNED_COLUMNS if method else ())
    lines = line_sql(SQL("SELECT * FROM state"), calendar)
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
               undated_count = COALESCE(uncounted.undated_count, 0),
               undated_amount = COALESCE(uncounted.undated_amount, 0),
               omitted_count = COALESCE(uncounted.omitted_count, 0),
               omitted_amount = COALESCE(uncounted.omitted_amount, 0)
          FROM crm_forecast_run this
          LEFT JOIN total ON total.run_id = this.id
          LEFT JOIN (%(uncounted)s) uncounted
                 ON uncounted.company_id = this.company_id
         WHERE run.id = this.id AND this.id = ANY(%(run_ids)s)""",
        calendar=calendar_sql(now, date),
        state=as_of_sql(date) if date else live_state_sql(calendar),
        names=columns_sql(columns),
        values=columns_sql(columns, "contribution"),
        lines=method(lines) if method else lines,
        uncounted=uncounted_sql(SQL("SELECT * FROM state")),
        run_ids=run_ids,
    )


def learned_sql(calibration):
    """Lines by stage rate, rep factor and amount factor instead of the probability.

    :param Calibration calibration: what the past periods of the company taught
    :return: function from the SQL of weighted lines to that of learned ones
    """
    # leads of nobody and without stage are groups like the others, with the key zero
    stages = [(stage or 0, rate) for stage, rate in calibration.stages.items()]
    reps = [
        (
            rep or 0,
            ratio.observed,
            ratio.expected,
            ratio.credibility,
            ratio.value,
            calibration.amount_factor(rep),
        )
        for rep, ratio in calibration.reps.items()
    ]
    stage_ids, rates = _columns(stages, 2)
    rep_ids, observed, expected, credibility, factors, amounts = _columns(reps, 6)
    return lambda lines: SQL(
        """
        SELECT %(kept)s, scaled.probability, scaled.amount_weighted,
               line.amount_won + scaled.amount_weighted AS amount_total,
               scaled.stage_rate, scaled.rep_observed, scaled.rep_expected,
               scaled.rep_credibility, scaled.amount_factor, line.lead_key
          FROM (%(lines)s) line
          LEFT JOIN unnest(%(stage_ids)s::int[], %(rates)s::float8[])
               AS stage(id, rate) ON stage.id = COALESCE(line.stage_id, 0)
          LEFT JOIN unnest(%(rep_ids)s::int[], %(observed)s::float8[],
                           %(expected)s::float8[], %(credibility)s::float8[],
                           %(factors)s::float8[], %(amounts)s::float8[])
               AS rep(id, observed, expected, credibility, factor, amount)
               ON rep.id = COALESCE(line.user_id, 0)
         CROSS JOIN LATERAL (
               SELECT COALESCE(stage.rate, %(overall)s) AS stage_rate,
                      COALESCE(rep.amount, %(amount)s) AS amount_factor,
                      COALESCE(rep.factor, 1) AS factor) known
         CROSS JOIN LATERAL (
               SELECT LEAST(known.stage_rate * known.factor, %(ceiling)s) AS chance) won
         CROSS JOIN LATERAL (
               SELECT CASE line.status WHEN 'won' THEN 100 ELSE 100 * won.chance END
                          AS probability,
                      CASE line.status WHEN 'won' THEN 0 ELSE won.chance
                          * GREATEST(line.expected_revenue, 0) * known.amount_factor
                      END::numeric AS amount_weighted,
                      known.stage_rate, known.amount_factor,
                      COALESCE(rep.observed, 0) AS rep_observed,
                      COALESCE(rep.expected, 0) AS rep_expected,
                      COALESCE(rep.credibility, 0) AS rep_credibility) scaled""",
        kept=columns_sql(UNSCALED, "line"),
        lines=lines,
        stage_ids=stage_ids,
        rates=rates,
        rep_ids=rep_ids,
        observed=observed,
        expected=expected,
        credibility=credibility,
        factors=factors,
        amounts=amounts,
        overall=calibration.overall,
        amount=calibration.overall_amount_factor,
        ceiling=calibration.ceiling,
    )


def haircut_sql(factor):
    """Weighted lines, cut by ``factor``; see ``learned_sql``. As where the factor was
    worked out, a negative amount counts as zero."""
    return lambda lines: SQL(
        """
        SELECT %(kept)s, line.probability, cut.amount_weighted,
               line.amount_won + cut.amount_weighted AS amount_total,
               NULL::float8 AS stage_rate, NULL::float8 AS rep_observed,
               NULL::float8 AS rep_expected, NULL::float8 AS rep_credibility,
               %(factor)s::float8 AS amount_factor, line.lead_key
          FROM (%(lines)s) line
         CROSS JOIN LATERAL (
               SELECT GREATEST(line.amount_weighted, 0) * %(factor)s::numeric
                          AS amount_weighted) cut""",
        kept=columns_sql(UNSCALED, "line"),
        lines=lines,
        factor=factor,
    )


UNSCALED = tuple(
    name
    for name in LINE_COLUMNS
    if name not in ("probability", "amount_weighted", "amount_total")
)


def _columns(rows, width):
    """Rows turned into lists by column, for ``unnest``."""
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * width


def describe_run_sql(run_id, training, factor=None, actual="lead"):
    """Set what a run was taught by: past periods, factor of the haircut, what counts
    as sold."""
    return SQL(
        """
        UPDATE crm_forecast_run
           SET training_periods = %s, haircut_factor = %s, actual = %s,
               amount_new = 0, amount_low = NULL, amount_high = NULL
         WHERE id = %s""",
        training,
        factor,
        actual,
        run_id,
    )


def sellers_sql(run_id):
    """Who has a line in a run; one row is NULL where somebody's is nobody's."""
    return SQL(
        "SELECT DISTINCT user_id FROM crm_forecast_line WHERE run_id = %s", run_id
    )


def new_business_sql(run_id, amount):
    """Add what is usually opened and won within the rest of the period."""
    return SQL(
        """
        UPDATE crm_forecast_run
           SET amount_new = %(amount)s, amount_total = amount_total + %(amount)s
         WHERE id = %(run_id)s""",
        amount=amount,
        run_id=run_id,
    )


def chance_sql(run_id, spread):
    """One row: variance by chance of the open lines, and what they are expected to
    bring; see ``Calibration.chance``."""
    return SQL(
        """
        SELECT COALESCE(sum(p * value * value * (1 - p + %(spread)s)), 0),
               COALESCE(sum(p * value), 0)
          FROM (SELECT probability / 100 AS p,
                       GREATEST(expected_revenue, 0)::float8 * amount_factor AS value
                  FROM crm_forecast_line
                 WHERE run_id = %(run_id)s AND status = 'open') line""",
        run_id=run_id,
        spread=spread,
    )


def bounds_sql(run_id, margin):
    """Set the bounds of a run: never below what is won already."""
    return SQL(
        """
        UPDATE crm_forecast_run
           SET amount_low = GREATEST(amount_total - %(margin)s, amount_won),
               amount_high = amount_total + %(margin)s
         WHERE id = %(run_id)s""",
        run_id=run_id,
        margin=margin,
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
