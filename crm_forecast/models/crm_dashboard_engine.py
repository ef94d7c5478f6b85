"""Set-based SQL of the dashboards: saved forecasts. Runs nothing.

Callers flush before. A *scope* is a ``DashboardScope``: one company, a period and the
one before it, and whose figures are asked for. Dates are in the company's time zone;
`now` is naive UTC.
"""

from odoo.tools import SQL


def whose_sql(scope, alias, user="user_id", team="team_id"):
    """Condition: the rows of the salesperson, team and stage that the scope names."""
    conditions = [SQL("TRUE")]
    for column, value in (
        (user, scope.user_id),
        (team, scope.team_id),
        ("stage_id", scope.stage_id),
    ):
        if value:
            conditions.append(SQL("%s = %s", SQL.identifier(alias, column), value))
    return SQL(" AND ").join(conditions)


def run_days_sql(scope):
    """The saved forecasts of the period and of the one before, by day and method.

    Columns: period_id, date, method, run_id, won, weighted (open part), total,
    variance, shock, quantile. Later days than those that are compared are left out, and
    forecasts of which nothing is known by salesperson.
    """
    return SQL(
        """
        SELECT run.period_id, run.date, run.method, run.id AS run_id,
               COALESCE(sum(rep.amount_won), 0)::float8 AS won,
               COALESCE(sum(rep.amount_weighted), 0)::float8 AS weighted,
               COALESCE(sum(rep.amount_total), 0)::float8 AS total,
               COALESCE(sum(rep.variance), 0) AS variance,
               COALESCE(sum(rep.shock), 0) AS shock, max(rep.quantile) AS quantile
          FROM crm_forecast_run run
          LEFT JOIN crm_forecast_run_rep rep ON rep.run_id = run.id AND %(whose)s
         WHERE ((run.period_id = %(period_id)s AND run.date <= %(cut)s)
                OR (run.period_id = %(before_id)s
                    AND run.date BETWEEN %(before_from)s AND %(before_to)s))
           AND (run.line_count = 0 OR EXISTS (
                SELECT FROM crm_forecast_run_rep any_rep
                 WHERE any_rep.run_id = run.id))
         GROUP BY run.id
         ORDER BY run.date, run.id""",
        whose=whose_sql(scope.without_stage(), "rep"),
        period_id=scope.period_id or 0,
        cut=scope.cut,
        before_id=scope.before_id or 0,
        before_from=scope.before_from,
        before_to=scope.before_to,
    )


def run_reps_sql(scope, method):
    """The latest saved forecast of the period: one row per salesperson."""
    return SQL(
        """
        SELECT rep.user_id, sum(rep.amount_total)::float8 AS total
          FROM crm_forecast_run_rep rep
         WHERE %(whose)s AND rep.run_id = (
               SELECT run.id FROM crm_forecast_run run
                WHERE run.period_id = %(period_id)s AND run.method = %(method)s
                  AND run.date <= %(cut)s
                ORDER BY run.date DESC LIMIT 1)
         GROUP BY rep.user_id""",
        whose=whose_sql(scope.without_stage(), "rep"),
        period_id=scope.period_id or 0,
        method=method,
        cut=scope.cut,
    )


def accuracy_sql(scope, method, days_left, limit):
    """What was forecast of the last `limit` periods that were over before this one.

    Columns: level, user_id, method, period_id, period name, forecast, actual. Rows of
    the level of the scope (company, team or one salesperson), and of each salesperson.
    """
    if scope.user_id:
        level = SQL("test.level = 'rep' AND test.user_id = %s", scope.user_id)
    elif scope.team_id:
        level = SQL(
            "test.level IN ('team', 'rep') AND test.team_id = %s", scope.team_id
        )
    else:
        level = SQL("test.level IN ('company', 'rep')")
    return SQL(
        """
        WITH past AS (
            SELECT period.id, period.name, period.date_to
              FROM crm_forecast_period period
             WHERE period.company_id = %(company_id)s AND period.kind = %(kind)s
               AND period.date_to < %(date_from)s
               AND EXISTS (SELECT FROM crm_forecast_backtest known
                            WHERE known.period_id = period.id
                              AND known.days_left = %(days_left)s)
             ORDER BY period.date_to DESC LIMIT %(limit)s
        )
        SELECT test.level, test.user_id, test.method, past.id AS period_id,
               past.name AS period,
               test.amount_forecast::float8 AS forecast,
               test.amount_actual::float8 AS actual
          FROM past
          JOIN crm_forecast_backtest test ON test.period_id = past.id
         WHERE test.days_left = %(days_left)s AND test.method = %(method)s AND %(level)s
         ORDER BY past.date_to, test.id""",
        company_id=scope.company_id,
        kind=scope.kind,
        date_from=scope.date_from,
        days_left=days_left,
        limit=limit,
        method=method,
        level=level,
    )


def titles_sql(lang, res_users=(), res_country=(), res_country_state=()):
    """Names of records by their ids, archived ones included.

    Columns: table, id, name.
    """
    return SQL(
        """
        SELECT 'res_users', person.id, partner.name
          FROM res_users person JOIN res_partner partner
            ON partner.id = person.partner_id
         WHERE person.id = ANY(%(users)s)
         UNION ALL
        SELECT 'res_country', id, COALESCE(name ->> %(lang)s, name ->> 'en_US')
          FROM res_country WHERE id = ANY(%(countries)s)
         UNION ALL
        SELECT 'res_country_state', id, name
          FROM res_country_state WHERE id = ANY(%(states)s)""",
        lang=lang,
        users=list(res_users),
        countries=list(res_country),
        states=list(res_country_state),
    )
