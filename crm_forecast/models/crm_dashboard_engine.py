"""Set-based SQL of the dashboards. Each function returns an SQL and runs nothing.

Callers flush before. A *scope* is a ``DashboardScope``: one company, a period and the
one before it, and whose figures are asked for. Dates are in the company's time zone;
`now` is naive UTC.
"""

from odoo.tools import SQL

from .crm_forecast_engine import (
    amount_sql,
    day_sql,
    due_sql,
    live_state_sql,
    overdue_sql,
)
from .crm_funnel_engine import is_stuck_sql, stay_joins_sql

# what a statement counts of the opportunities, by group; see `lead_facts_sql`
LEAD_FACTS = (
    "won",
    "won_count",
    "lost_count",
    "due_amount",
    "due_count",
    "weighted",
    "late_count",
    "open_amount",
    "open_count",
    "undated_count",
    "undated_amount",
    "dwell_days",
    "stuck_count",
    "stuck_amount",
)
# the same of the period before, up to the same day of it
LEAD_FACTS_BEFORE = ("won", "won_count", "lost_count", "won_whole")
LEAD_GROUPS = {
    "user": ("user_id",),
    "stage": ("stage_id",),
    "region": ("country_id", "state_id"),
}


FACT_COLUMNS = (*LEAD_FACTS, *(f"before_{name}" for name in LEAD_FACTS_BEFORE))


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


def lead_facts_sql(scope, now, groups):
    """What the opportunities of the scope come to: in all, and by each of `groups`.

    Columns: ``kind`` (``all`` or the name of a group), ``key`` (array of the ids of the
    group), LEAD_FACTS, and LEAD_FACTS_BEFORE with the prefix ``before_``. One pass over
    the opportunities that are open, or were closed since the period before began: they
    are summed up by all columns of all groups together, and these sums by each group.
    """
    columns = [column for group in groups for column in LEAD_GROUPS[group]]
    names = SQL(", ").join(SQL.identifier("due", column) for column in columns)
    return SQL(
        """
        SELECT %(kind)s AS kind, %(key)s AS key, %(sums)s
          FROM (SELECT %(cells)s %(names)s
                  FROM (%(due)s) due
                 WHERE due.status = 'open' OR due.date_closed >= %(since)s
                 %(group_by)s) fact
         GROUP BY %(sets)s""",
        due=_due_sql(scope, now),
        since=scope.since,
        kind=_kind_sql(groups),
        key=_key_sql(groups),
        names=SQL(", %s", names) if columns else SQL(),
        group_by=SQL("GROUP BY %s", names) if columns else SQL(),
        cells=_facts_sql(scope, now),
        sums=SQL(", ").join(map(_sum_sql, FACT_COLUMNS)),
        sets=_sets_sql(groups),
    )


def _due_sql(scope, now):
    """The opportunities of the scope and their days, see `due_sql`; also what region
    they are in, since when they are in their stage and whether they are stuck."""
    calendar = day_sql(scope.company_id, scope.decimals, scope.tz, scope.today)
    more = SQL(
        "lead.country_id, lead.state_id,"
        " COALESCE(lead.date_last_stage_update, lead.create_date) AS stage_since"
    )
    live = live_state_sql(calendar, more=more, company_id=scope.company_id)
    return due_sql(
        SQL("SELECT * FROM (%s) state WHERE %s", live, whose_sql(scope, "state")),
        calendar,
        more=[SQL("%s AS is_stuck", is_stuck_sql(now))],
        joins=stay_joins_sql("state", SQL("state.company_id"), lead_id="lead_id"),
    )


def _sum_sql(name):
    """A fact of several cells; counts stay whole numbers."""
    column = SQL.identifier("fact", name)
    if name == "dwell_days":
        return SQL(
            "sum(%s) / NULLIF(sum(fact.open_count), 0)::float8 AS dwell_days", column
        )
    kind = SQL("bigint" if name.endswith("_count") else "float8")
    return SQL("COALESCE(sum(%s), 0)::%s", column, kind)


def _columns_sql(columns):
    return SQL(", ").join(SQL.identifier("fact", column) for column in columns)


def _key_sql(groups):
    """The ids of all groups; those of other groups than the row's are NULL."""
    columns = [column for group in groups for column in LEAD_GROUPS[group]]
    return SQL("ARRAY[%s]::int[]", _columns_sql(columns))


def _sets_sql(groups):
    sets = [SQL("(%s)", _columns_sql(LEAD_GROUPS[group])) for group in groups]
    return SQL("GROUPING SETS (%s)", SQL(", ").join([SQL("()"), *sets]))


def _kind_sql(groups):
    """The name of the grouping set that a row belongs to."""
    if not groups:
        return SQL("'all'")
    return SQL(
        "CASE %s ELSE 'all' END",
        SQL(" ").join(
            SQL(
                "WHEN GROUPING(%s) = 0 THEN %s",
                SQL.identifier("fact", LEAD_GROUPS[group][0]),
                group,
            )
            for group in groups
        ),
    )


def _facts_sql(scope, now):
    """The aggregates of FACT_COLUMNS over rows of `_due_sql`, by name."""
    is_open = SQL("due.status = 'open'")
    undated = SQL("due.status = 'open' AND due.date_deadline IS NULL")
    is_now, is_before = (
        SQL("due.day BETWEEN %s AND %s", *days) if known else SQL("FALSE")
        for known, days in (
            (scope.period_id, (scope.date_from, scope.date_to)),
            (scope.before_id, (scope.before_from, scope.before_to)),
        )
    )
    return SQL(
        """
        sum(%(amount_won)s) FILTER (WHERE %(is_now)s) AS won,
        count(*) FILTER (WHERE %(is_now)s AND due.status = 'won') AS won_count,
        count(*) FILTER (WHERE due.status = 'lost'
            AND due.date_closed BETWEEN %(date_from)s AND %(cut)s) AS lost_count,
        sum(%(amount_open)s) FILTER (WHERE %(is_now)s) AS due_amount,
        count(*) FILTER (WHERE %(is_now)s AND %(is_open)s) AS due_count,
        sum(%(amount_weighted)s) FILTER (WHERE %(is_now)s) AS weighted,
        count(*) FILTER (WHERE %(is_now)s AND %(is_overdue)s) AS late_count,
        sum(due.amount) FILTER (WHERE %(is_open)s) AS open_amount,
        count(*) FILTER (WHERE %(is_open)s) AS open_count,
        count(*) FILTER (WHERE %(undated)s) AS undated_count,
        sum(due.amount) FILTER (WHERE %(undated)s) AS undated_amount,
        sum(date_part('epoch', %(now)s::timestamp - due.stage_since) / 86400)
            FILTER (WHERE %(is_open)s) AS dwell_days,
        count(*) FILTER (WHERE %(is_open)s AND due.is_stuck) AS stuck_count,
        sum(due.amount) FILTER (WHERE %(is_open)s AND due.is_stuck) AS stuck_amount,
        sum(%(amount_won)s) FILTER (WHERE %(is_before)s
            AND due.date_closed <= %(before_cut)s) AS before_won,
        count(*) FILTER (WHERE %(is_before)s AND due.status = 'won'
            AND due.date_closed <= %(before_cut)s) AS before_won_count,
        count(*) FILTER (WHERE due.status = 'lost'
            AND due.date_closed BETWEEN %(before_from)s AND %(before_cut)s)
            AS before_lost_count,
        sum(%(amount_won)s) FILTER (WHERE %(is_before)s) AS before_won_whole""",
        now=now,
        is_now=is_now,
        is_before=is_before,
        is_open=is_open,
        undated=undated,
        is_overdue=overdue_sql(),
        date_from=scope.date_from,
        cut=scope.cut,
        before_from=scope.before_from,
        before_cut=scope.before_cut,
        **{
            name: amount_sql(name)
            for name in ("amount_won", "amount_open", "amount_weighted")
        },
    )


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
         WHERE ((run.period_id = %(period_id)s
                 AND run.date BETWEEN %(date_from)s AND %(cut)s)
                OR (run.period_id = %(before_id)s
                    AND run.date BETWEEN %(before_from)s AND %(before_to)s))
           AND (run.line_count = 0 OR EXISTS (
                SELECT FROM crm_forecast_run_rep any_rep
                 WHERE any_rep.run_id = run.id))
         GROUP BY run.id
         ORDER BY run.date, run.id""",
        whose=whose_sql(scope.without_stage(), "rep"),
        period_id=scope.period_id or 0,
        date_from=scope.date_from,
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

    Columns: level, user_id, period_id, period name, forecast, actual. Rows of the level
    of the scope (company, team or one salesperson), and of each salesperson.
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
        SELECT test.level, test.user_id, past.id AS period_id, past.name AS period,
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


def user_names_sql(user_ids):
    """Id and name of users, archived ones included."""
    return SQL(
        """
        SELECT person.id, partner.name
          FROM res_users person JOIN res_partner partner
            ON partner.id = person.partner_id
         WHERE person.id = ANY(%s)""",
        user_ids,
    )
