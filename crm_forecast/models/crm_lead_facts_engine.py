"""Set-based SQL of what the opportunities come to, for dashboards. Runs nothing.

Callers flush before; see `crm_dashboard_engine` for what a scope is.
"""

from datetime import timedelta

from odoo.tools import SQL

from .crm_dashboard_engine import whose_sql
from .crm_forecast_engine import (
    amount_sql,
    day_sql,
    due_sql,
    live_state_sql,
    overdue_sql,
)
from .crm_funnel_engine import is_stuck_sql, pace_joins_sql

LEAD_GROUPS = {
    "user": ("user_id",),
    "stage": ("stage_id",),
    "region": ("country_id", "state_id"),
}
# `part` of an opportunity: its status and the period it counts in, the one asked for,
# the one before up to the same day of it, or the rest of that
OTHER, OPEN, WON, LOST, WON_BEFORE, LOST_BEFORE, WON_LATER_BEFORE = range(7)

# facts of the opportunities, as sums over rows of `_rows_sql`
LEAD_FACTS = {
    "won": SQL("sum(due.value) FILTER (WHERE due.part = %s)", WON),
    "won_count": SQL("count(*) FILTER (WHERE due.part = %s)", WON),
    "lost_count": SQL("count(*) FILTER (WHERE due.part = %s)", LOST),
    "due_amount": SQL("sum(due.value) FILTER (WHERE due.part = %s)", OPEN),
    "due_count": SQL("count(*) FILTER (WHERE due.part = %s)", OPEN),
    "weighted": SQL(
        "sum(%s) FILTER (WHERE due.part = %s)", amount_sql("amount_weighted"), OPEN
    ),
    "late_count": SQL("count(*) FILTER (WHERE due.part = %s AND due.is_late)", OPEN),
    "open_amount": SQL("sum(due.value) FILTER (WHERE due.is_open)"),
    "open_count": SQL("count(*) FILTER (WHERE due.is_open)"),
    "undated_count": SQL("count(*) FILTER (WHERE due.is_undated)"),
    "undated_amount": SQL("sum(due.value) FILTER (WHERE due.is_undated)"),
    "dwell_days": SQL("sum(due.days)"),
    "stuck_count": SQL("count(*) FILTER (WHERE due.is_stuck)"),
    "stuck_amount": SQL("sum(due.value) FILTER (WHERE due.is_stuck)"),
}
# the same of the period before, up to the same day of it
LEAD_FACTS_BEFORE = {
    "won": SQL("sum(due.value) FILTER (WHERE due.part = %s)", WON_BEFORE),
    "won_count": SQL("count(*) FILTER (WHERE due.part = %s)", WON_BEFORE),
    "lost_count": SQL("count(*) FILTER (WHERE due.part = %s)", LOST_BEFORE),
    "won_whole": SQL(
        "sum(due.value) FILTER (WHERE due.part IN (%s, %s))",
        WON_BEFORE,
        WON_LATER_BEFORE,
    ),
}


def lead_facts_sql(scope, now, groups):
    """What the opportunities of the scope come to: in all, and by each of `groups`.

    Columns: ``kind`` (``all`` or the name of a group), ``key`` (array of the ids of the
    group), those of LEAD_FACTS, and then those of LEAD_FACTS_BEFORE. One pass over the
    opportunities that are open, or were closed since the period before began: they are
    summed up by all columns of all groups together, and these sums by each group.
    """
    facts = {
        **LEAD_FACTS,
        **{f"before_{name}": fact for name, fact in LEAD_FACTS_BEFORE.items()},
    }
    columns = [column for group in groups for column in LEAD_GROUPS[group]]
    names = SQL(", ").join(map(SQL.identifier, columns))
    return SQL(
        """
        SELECT %(kind)s AS kind, %(key)s AS key, %(sums)s
          FROM (SELECT %(facts)s %(names)s
                  FROM (%(rows)s OFFSET 0) due %(group_by)s) fact
         GROUP BY %(sets)s""",
        kind=_kind_sql(groups),
        key=_key_sql(groups),
        sums=SQL(", ").join(map(_total_sql, facts)),
        facts=SQL(", ").join(
            SQL("%s AS %s", fact, SQL.identifier(name)) for name, fact in facts.items()
        ),
        names=SQL(", %s", names) if columns else SQL(),
        group_by=SQL("GROUP BY %s", names) if columns else SQL(),
        rows=_rows_sql(scope, now),
        sets=_sets_sql(groups),
    )


def _total_sql(name):
    """A fact of several groups of opportunities; the dwell time is their mean."""
    column = SQL.identifier("fact", name)
    if name == "dwell_days":
        return SQL("sum(%s) / NULLIF(sum(fact.open_count), 0)::float8", column)
    kind = SQL("bigint" if name.endswith("_count") else "float8")
    return SQL("COALESCE(sum(%s), 0)::%s", column, kind)


def _rows_sql(scope, now):
    """The opportunities with all that facts tell apart, each worked out once.

    Money is float8 here: adding up numeric is several times as dear.
    """
    is_now, is_before = (
        SQL("due.day BETWEEN %s AND %s", *days) if known else SQL("FALSE")
        for known, days in (
            (scope.period_id, (scope.date_from, scope.date_to)),
            (scope.before_id, (scope.before_from, scope.before_to)),
        )
    )
    return SQL(
        """
        SELECT due.user_id, due.stage_id, due.country_id, due.state_id,
               due.status, due.amount, due.probability, due.decimals,
               due.amount::float8 AS value, due.status = 'open' AS is_open,
               due.status = 'open' AND due.is_stuck AS is_stuck,
               due.status = 'open' AND due.date_deadline IS NULL AS is_undated,
               %(is_overdue)s AS is_late,
               CASE WHEN due.status = 'open' THEN date_part('epoch',
                    %(now)s::timestamp - due.forecast_stage_since) / 86400
                END AS days,
               CASE due.status
               WHEN 'open' THEN CASE WHEN %(is_now)s THEN %(OPEN)s ELSE %(OTHER)s END
               WHEN 'won' THEN
                    CASE WHEN %(is_now)s THEN %(WON)s
                         WHEN NOT %(is_before)s THEN %(OTHER)s
                         WHEN due.day <= %(before_cut)s THEN %(WON_BEFORE)s
                         ELSE %(WON_LATER_BEFORE)s END
               WHEN 'lost' THEN
                    CASE WHEN due.date_closed BETWEEN %(date_from)s AND %(cut)s
                         THEN %(LOST)s
                         WHEN due.date_closed BETWEEN %(before_from)s AND %(before_cut)s
                         THEN %(LOST_BEFORE)s ELSE %(OTHER)s END
                END AS part
          FROM (%(due)s) due
         WHERE due.status = 'open' OR due.date_closed >= %(since)s""",
        is_overdue=overdue_sql(),
        is_now=is_now,
        is_before=is_before,
        now=now,
        date_from=scope.date_from,
        cut=scope.cut,
        before_from=scope.before_from,
        before_cut=scope.before_cut,
        since=scope.since,
        due=_due_sql(scope, now),
        OTHER=OTHER,
        OPEN=OPEN,
        WON=WON,
        LOST=LOST,
        WON_BEFORE=WON_BEFORE,
        LOST_BEFORE=LOST_BEFORE,
        WON_LATER_BEFORE=WON_LATER_BEFORE,
    )


def _due_sql(scope, now):
    """The opportunities of the scope and their days, see `due_sql`; also what region
    they are in, since when they are in their stage and whether they are stuck."""
    calendar = day_sql(scope.company_id, scope.decimals, scope.tz, scope.today)
    more = SQL(
        "lead.country_id, lead.state_id, lead.forecast_stage_since, %s AS is_stuck",
        is_stuck_sql(),
    )
    # what was closed long ago is most of a grown database; a day more, since it is UTC
    recent = SQL(
        "%s AND (lead.won_status IN ('won', 'lost') AND lead.date_closed < %s)"
        " IS NOT TRUE",
        whose_sql(scope, "lead"),
        scope.since - timedelta(days=1),
    )
    live = live_state_sql(calendar, more=more, joins=pace_joins_sql(now), where=recent)
    return due_sql(live, calendar)


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
