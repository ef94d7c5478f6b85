"""Set-based SQL of the waterfall. Each function returns an SQL object and runs nothing.

A *side* is one end of the comparison: the leads as known on a day, and what each adds
to the forecast of the period. A lead that counts on one side at least is classified
once; only one whose amount and probability both changed has two rows, whose effects add
up to its whole change. The effects of all rows are therefore exactly end - start.
"""

from odoo.tools import SQL

from .crm_forecast_engine import (
    STATE_COLUMNS,
    as_of_sql,
    calendar_sql,
    columns_sql,
    line_sql,
    live_state_sql,
    status_sql,
)

# what one side of a row of crm.forecast.change shows
SIDE_COLUMNS = (
    "status",
    "category",
    "expected_revenue",
    "probability",
    "date",
    "user_id",
    "team_id",
    "stage_id",
)


def totals_sql(sides, options):
    """(part, amount, count) of the parts that occur, and of `start` and `end`."""
    return SQL(
        """
        %(head)s
        SELECT part, sum(effect), count(*) FROM change GROUP BY part
        UNION ALL
        SELECT 'start', COALESCE(sum(value), 0), count(*) FROM line_before
        UNION ALL
        SELECT 'end', COALESCE(sum(value), 0), count(*) FROM line_after""",
        head=_change_sql(sides, options),
    )


def insert_sql(sides, options, part, stamp):
    """INSERT the leads of one part as rows of crm.forecast.change, RETURNING id.

    :param dict stamp: values that all rows share, by column
    """
    names = [f"{name}_{side}" for side in ("before", "after") for name in SIDE_COLUMNS]
    shown_keys = SQL("SELECT DISTINCT lead_key FROM shown")
    return SQL(
        """
        %(head)s, shown AS MATERIALIZED (%(shown)s),
        shown_before AS MATERIALIZED (%(before)s),
        shown_after AS MATERIALIZED (%(after)s)
        INSERT INTO crm_forecast_change (
            %(stamp_names)s, part, lead_key, lead_id, value_before, value_after, effect,
            %(names)s)
        SELECT %(stamp_values)s, %(part)s, lead_key,
               COALESCE(after.lead_id, before.lead_id),
               shown.value_before, shown.value_after, shown.effect, %(values)s
          FROM shown
          LEFT JOIN shown_before before USING (lead_key)
          LEFT JOIN shown_after after USING (lead_key)
        RETURNING id""",
        head=_change_sql(sides, options),
        shown=_shown_sql(part),
        before=sides[0].state(shown_keys),
        after=sides[1].state(shown_keys),
        part=part,
        names=SQL(", ").join(map(SQL.identifier, names)),
        values=SQL(", ").join(
            SQL("CASE WHEN %s THEN %s END", SQL.identifier(side, "is_visible"), column)
            for side in ("before", "after")
            for column in (SQL.identifier(side, name) for name in SIDE_COLUMNS)
        ),
        stamp_names=SQL(", ").join(map(SQL.identifier, stamp)),
        stamp_values=SQL(", ").join(SQL("%s", value) for value in stamp.values()),
    )


def _shown_sql(part):
    """Leads of a part; `start` and `end` are all leads that counted on that side."""
    if part in ("start", "end"):
        side = SQL.identifier("line_before" if part == "start" else "line_after")
        return SQL(
            """
            SELECT this.lead_key, this.value AS effect,
                   COALESCE(line_before.value, 0) AS value_before,
                   COALESCE(line_after.value, 0) AS value_after
              FROM %s this
              LEFT JOIN line_before USING (lead_key)
              LEFT JOIN line_after USING (lead_key)""",
            side,
        )
    return SQL("SELECT * FROM change WHERE part = %s", part)


class Side:
    """One end of the comparison.

    :param day: what was known at its end; with `live`, the leads as they are now
    :param now: naive UTC datetime
    :param scope: function from an alias to the SQL of the user's filter
    :param visible: the same, of what the user may see
    """

    def __init__(self, period_id, day, live, now, scope, visible):
        self.period_id = period_id
        self.day = day
        self.live = live
        self.calendar = calendar_sql(now, None if live else day)
        self.scope = scope
        self.visible = visible

    def state(self, keys=None):
        """State of the leads, with what decides whether they count.

        :param keys: SQL of the `lead_key` wanted; default: all
        """
        if not self.live:
            known = as_of_sql(self.day, keys)
        else:
            known = live_state_sql(self.calendar, keys and SQL("ARRAY(%s)", keys))
        return SQL(
            """
            SELECT state.*, %(scope)s AS is_in_scope, %(visible)s AS is_visible
              FROM (SELECT state.*, %(period_id)s AS period_id, %(status)s AS status,
                           CASE WHEN %(status)s = 'open' THEN state.date_deadline
                                ELSE state.date_closed END AS date
                      FROM (%(known)s) state) state""",
            scope=self.scope("state"),
            visible=self.visible("state"),
            period_id=self.period_id,
            status=status_sql("state", "lead_active"),
            known=known,
        )


def _line_sql(side, options):
    """The lines of the period on one side: lead_key, status, amounts, value.

    What an opportunity adds is worked out where the forecast works it out.
    """
    state = SQL(
        "SELECT lead_key, %s FROM (%s) state WHERE is_in_scope",
        columns_sql(STATE_COLUMNS),
        side.state(),
    )
    return SQL(
        """
        SELECT line.lead_key, line.status, line.expected_revenue AS amount,
               COALESCE(line.probability, 0)::numeric AS probability,
               line.%(measure)s AS value
          FROM (%(lines)s) line
         WHERE line.period_id = %(period_id)s AND %(counted)s
           AND NOT (line.status = 'open' AND line.category = 'omitted')""",
        lines=line_sql(state, side.calendar),
        measure=SQL.identifier(options["measure"]),
        period_id=options["period_id"],
        counted=SQL("line.status = 'open'")
        if options["measure"] == "amount_open"
        else SQL("TRUE"),
    )


def _change_sql(sides, options):
    """WITH ... change: part, lead_key, value_before, value_after, effect.

    Only of a lead that counted on one side alone the other side is looked up, to know
    why.
    """
    before, after = sides
    one_sided = SQL("SELECT lead_key FROM one_sided")
    return SQL(
        """
        WITH line_before AS MATERIALIZED (%(line_before)s),
        line_after AS MATERIALIZED (%(line_after)s),
        one_sided AS MATERIALIZED (
            SELECT lead_key
              FROM line_before was FULL JOIN line_after gets USING (lead_key)
             WHERE was.status IS NULL OR gets.status IS NULL
        ), state_before AS MATERIALIZED (%(before)s),
        state_after AS MATERIALIZED (%(after)s),
        counted AS (
            SELECT lead_key, %(part)s AS part,
                   COALESCE(was.value, 0) AS value_before,
                   COALESCE(gets.value, 0) AS value_after,
                   %(amount_effect)s AS amount_effect
              FROM line_before was
              FULL JOIN line_after gets USING (lead_key)
              LEFT JOIN state_before before USING (lead_key)
              LEFT JOIN state_after after USING (lead_key)
        ), change AS (
            SELECT lead_key, value_before, value_after,
                   COALESCE(counted.part, split.part) AS part, split.effect
              FROM counted
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN amount_effect > 0 THEN 'grown' ELSE 'shrunk' END
                              AS part,
                          amount_effect AS effect
                    WHERE counted.part IS NULL AND amount_effect <> 0
                    UNION ALL
                   SELECT CASE WHEN value_after - value_before > amount_effect
                               THEN 'more_likely' ELSE 'less_likely' END,
                          value_after - value_before - amount_effect
                    WHERE counted.part IS NULL
                      AND value_after - value_before <> amount_effect
                    UNION ALL
                   SELECT NULL, value_after - value_before
                    WHERE counted.part IS NOT NULL) split
        )""",
        line_before=_line_sql(before, options),
        line_after=_line_sql(after, options),
        before=before.state(one_sided),
        after=after.state(one_sided),
        part=_part_sql(options),
        amount_effect=_amount_effect_sql(options),
    )


def _part_sql(options):
    """Why a lead counts differently; NULL when it stayed and its figures moved.

    The first reason that holds: another company or a change of owner explains more than
    what the new owner did with the lead.
    """
    return SQL(
        """
        CASE
        WHEN was.lead_key IS NOT NULL AND gets.lead_key IS NOT NULL THEN
            CASE WHEN was.status = 'open' AND gets.status = 'won' THEN 'won'
                 WHEN was.status = 'won' AND gets.status = 'open' THEN 'reopened' END
        WHEN gets.lead_key IS NULL THEN
            CASE WHEN after.lead_key IS NULL THEN 'archived'
                 WHEN after.company_id <> %(company_id)s THEN 'company'
                 WHEN NOT after.is_in_scope THEN %(moved)s
                 WHEN after.lead_type <> 'opportunity' THEN 'archived'
                 WHEN after.status IN ('lost', 'archived') THEN after.status
                 WHEN after.status = 'won' AND was.status = 'open'
                      AND after.date BETWEEN %(date_from)s AND %(date_to)s THEN 'won'
                 WHEN after.status = 'open' AND after.category = 'omitted'
                      THEN 'category'
                 ELSE 'slipped_out' END
        ELSE
            CASE WHEN before.company_id <> %(company_id)s THEN 'company'
                 WHEN NOT before.is_in_scope THEN %(moved)s
                 WHEN gets.status = 'won' AND before.status IS DISTINCT FROM 'won'
                      THEN 'won'
                 WHEN before.lead_key IS NULL OR before.lead_type <> 'opportunity'
                      THEN 'new'
                 WHEN gets.status = 'open' AND before.status <> 'open' THEN 'reopened'
                 WHEN before.status = 'open' AND before.category = 'omitted'
                      THEN 'category'
                 ELSE 'slipped_in' END
        END""",
        company_id=options["company_id"],
        date_from=options["date_from"],
        date_to=options["date_to"],
        moved=SQL(
            "CASE WHEN (before.user_id, before.team_id) "
            "IS DISTINCT FROM (after.user_id, after.team_id) "
            "THEN 'reassigned' ELSE 'category' END"
        ),
    )


def _amount_effect_sql(options):
    """What the change of the amount did, at the old probability.

    When only one of the two moved, the whole change is its effect, whatever rounding
    did.
    """
    return SQL(
        """
        CASE WHEN was.probability = gets.probability OR was.status = 'won'
                  OR %(is_open_amount)s
             THEN COALESCE(gets.value, 0) - COALESCE(was.value, 0)
             WHEN was.amount IS NOT DISTINCT FROM gets.amount THEN 0
             ELSE ROUND((COALESCE(gets.amount, 0) - COALESCE(was.amount, 0))
                        * was.probability / 100, %(decimals)s) END""",
        is_open_amount=options["measure"] == "amount_open",
        decimals=options["decimals"],
    )
