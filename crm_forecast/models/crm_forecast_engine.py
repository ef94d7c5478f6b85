"""Set-based SQL of the forecast. Each function returns an SQL object and runs nothing.

Callers flush before (`env.flush_all()`) and invalidate after. Two row shapes:

- *state*: what is known of one lead at one moment, the columns STATE_COLUMNS plus
  `lead_key`. It is read from the leads as they are now (`live_state_sql`) or from the
  memory (`as_of_sql`): the forecast does not know which.
- *line*: what one lead contributes to one period (LINE_COLUMNS), from `line_sql`.

`now` is a naive UTC datetime; dates are calendar dates in the company's time zone.
"""

from odoo.tools import SQL

from .res_company import DEFAULT_TIMEZONE

STATE_COLUMNS = (
    "lead_id",
    "company_id",
    "user_id",
    "team_id",
    "stage_id",
    "lead_type",
    "probability",
    "automated_probability",
    "expected_revenue",
    "date_deadline",
    "date_closed",
    "won_status",
    "lead_active",
    "category",
)
LINE_COLUMNS = (
    "period_id",
    "company_id",
    "lead_id",
    "user_id",
    "team_id",
    "stage_id",
    "category",
    "status",
    "probability",
    "expected_revenue",
    "date_deadline",
    "date_closed",
    "is_overdue",
    "amount_won",
    "amount_open",
    "amount_weighted",
    "amount_total",
)
# what a learned line is explained by; empty in the others
LEARNED_COLUMNS = (
    "stage_rate",
    "rep_observed",
    "rep_expected",
    "rep_credibility",
    "amount_factor",
)


def columns_sql(columns, alias=None):
    """`alias.a, alias.b, ...` of the named columns."""
    names = (
        SQL.identifier(alias, name) if alias else SQL.identifier(name)
        for name in columns
    )
    return SQL(", ").join(names)


def calendar_sql(now, date=None):
    """One row per company: id, tz, currency decimals, today (`date` when given)."""
    return SQL(
        """
        SELECT company.id,
               currency.decimal_places AS decimals,
               COALESCE(NULLIF(partner.tz, ''), %(tz)s) AS tz,
               COALESCE(%(date)s::date, (
                   %(now)s::timestamp AT TIME ZONE 'UTC'
                   AT TIME ZONE COALESCE(NULLIF(partner.tz, ''), %(tz)s)
               )::date) AS today
          FROM res_company company
          JOIN res_currency currency ON currency.id = company.currency_id
          JOIN res_partner partner ON partner.id = company.partner_id""",
        tz=DEFAULT_TIMEZONE,
        date=date,
        now=now,
    )


def day_sql(company_id, decimals, tz, today):
    """`calendar_sql` of one company whose day is known: constants, nothing to join."""
    return SQL(
        "SELECT %s::int AS id, %s::int AS decimals, %s::text AS tz, %s::date AS today",
        company_id,
        decimals,
        tz,
        today,
    )


def settle_company_sql():
    """UPDATE the leads whose `forecast_company_id` is not what its model computes.

    For leads that were there before the module, or were written by SQL.
    """
    return SQL(
        """
        UPDATE crm_lead
           SET forecast_company_id = found.company_id
          FROM (SELECT lead.id, COALESCE(
                       lead.company_id, team.company_id, salesperson.company_id,
                       (SELECT min(id) FROM res_company)) AS company_id
                  FROM crm_lead lead
                  LEFT JOIN crm_team team ON team.id = lead.team_id
                  LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
               ) found
         WHERE found.id = crm_lead.id
           AND crm_lead.forecast_company_id IS DISTINCT FROM found.company_id"""
    )


def live_state_sql(calendar, lead_ids=None, more=None, joins=None, where=None):
    """State of every lead, archived or not, as it is now; or of `lead_ids` only.

    :param calendar: calendar_sql(); leads of other companies are left out
    :param lead_ids: a list, or the SQL of an array
    :param more: SQL of further columns, of the alias lead and of `joins`
    :param joins: SQL of further joins
    :param where: SQL of a condition on the alias lead
    """
    return SQL(
        """
        SELECT lead.id AS lead_key,
               lead.id AS lead_id,
               lead.forecast_company_id AS company_id,
               lead.user_id, lead.team_id, lead.stage_id,
               lead.type AS lead_type,
               lead.probability, lead.automated_probability,
               lead.expected_revenue, lead.date_deadline,
               CASE WHEN lead.won_status IN ('won', 'lost') OR NOT lead.active THEN
                   (lead.date_closed AT TIME ZONE 'UTC'
                                     AT TIME ZONE calendar.tz)::date
               END AS date_closed,
               lead.won_status,
               COALESCE(lead.active, FALSE) AS lead_active,
               COALESCE(lead.forecast_category, 'pipeline') AS category%(more)s
          FROM crm_lead lead
          JOIN (%(calendar)s) calendar ON calendar.id = lead.forecast_company_id
          %(joins)s
         WHERE %(leads)s AND %(where)s""",
        calendar=calendar,
        leads=SQL("TRUE") if lead_ids is None else SQL("lead.id = ANY(%s)", lead_ids),
        more=SQL(", %s", more) if more else SQL(),
        joins=joins or SQL(),
        where=where or SQL("TRUE"),
    )


def as_of_sql(date, keys=None):
    """State of every remembered lead at the end of `date`: its latest row up to then.

    Rows dated after `date` cannot change the answer. It goes from each lead, and from
    each deleted one that left rows, to the one row wanted through the index (lead_key,
    date), so that the time it takes grows with the number of leads and not with the
    length of their history.

    :param keys: SQL of the `lead_key` wanted; default: all
    """
    every = SQL(
        """SELECT id AS lead_key FROM crm_lead
            UNION ALL
           SELECT DISTINCT lead_key FROM crm_forecast_snapshot WHERE lead_id IS NULL"""
    )
    return SQL(
        """
        SELECT known.lead_key, %(columns)s
          FROM (%(keys)s) known
         CROSS JOIN LATERAL (
               SELECT * FROM crm_forecast_snapshot past
                WHERE past.lead_key = known.lead_key AND past.date <= %(date)s
                ORDER BY past.date DESC LIMIT 1) latest""",
        columns=columns_sql(STATE_COLUMNS, "latest"),
        keys=keys or every,
        date=date,
    )


def due_sql(state, calendar):
    """Each opportunity and the day on which it counts; in no forecast: without `day`.

    - won: its closing date;
    - open: its expected closing, or today when that has passed (it can close today at
      the earliest);
    - anything else (no expected closing, omitted, lost, archived): none. Leads that are
      not converted are left out.

    Columns: those of the state, `today` and `decimals` of the company, `status`, `day`,
    `amount` (of no expected revenue: zero).

    :param state: rows of STATE_COLUMNS
    :param calendar: calendar_sql(), `today` being the day the forecast is made
    """
    return SQL(
        """
        SELECT state.*, calendar.today, calendar.decimals, %(status)s AS status,
               CASE %(status)s
               WHEN 'won' THEN
                    CASE WHEN state.date_closed <= calendar.today
                         THEN state.date_closed END
               WHEN 'open' THEN
                    CASE WHEN state.date_deadline IS NOT NULL
                          AND state.category IS DISTINCT FROM 'omitted'
                         THEN GREATEST(state.date_deadline, calendar.today) END
               END AS day,
               COALESCE(state.expected_revenue, 0) AS amount
          FROM (%(state)s) state
          JOIN (%(calendar)s) calendar ON calendar.id = state.company_id
         WHERE state.lead_type = 'opportunity'""",
        state=state,
        calendar=calendar,
        status=status_sql("state", "lead_active"),
    )


def amount_sql(name):
    """What a row of `due_sql`, alias due, brings to the forecast of its period.

    Open ones count amount x probability, rounded to the currency as in the native
    `prorated_revenue`; the rounding is dear and stays out of `due_sql`, since many
    opportunities are due in none of the periods asked for.
    """
    weighted = SQL(
        "ROUND(due.amount * COALESCE(due.probability, 0)::numeric / 100, due.decimals)"
    )
    won, open_ = {
        "amount_won": (SQL("due.amount"), SQL("0")),
        "amount_open": (SQL("0"), SQL("due.amount")),
        "amount_weighted": (SQL("0"), weighted),
        "amount_total": (SQL("due.amount"), weighted),
    }[name]
    return SQL("CASE due.status WHEN 'won' THEN %s ELSE %s END", won, open_)


def overdue_sql():
    """Whether a row of `due_sql`, alias due, is open and its day has passed."""
    return SQL("due.status = 'open' AND due.date_deadline < due.today")


def line_sql(state, calendar):
    """What each lead contributes to each period of its company: the weighted method.

    A won lead counts as the category `closed`; the others keep theirs. See `due_sql`
    for its parameters, and for what counts when.

    OFFSET 0 makes PostgreSQL work out `due` once per lead and join the periods to that:
    merged into one level, it repeats the arithmetic for every pair of lead and period.
    """
    return SQL(
        """
        SELECT period.id AS period_id, period.kind AS period_kind, period.date_from,
               due.company_id, due.lead_id, due.lead_key,
               due.user_id, due.team_id, due.stage_id,
               CASE due.status WHEN 'won' THEN 'closed' ELSE due.category END
                   AS category,
               due.status, due.probability, due.expected_revenue,
               due.date_deadline, due.date_closed, %(is_overdue)s AS is_overdue,
               %(amounts)s
          FROM (%(due)s OFFSET 0) due
          JOIN crm_forecast_period period
            ON period.company_id = due.company_id
           AND due.day BETWEEN period.date_from AND period.date_to""",
        due=due_sql(state, calendar),
        is_overdue=overdue_sql(),
        amounts=SQL(", ").join(
            SQL("%s AS %s", amount_sql(name), SQL.identifier(name))
            for name in LINE_COLUMNS
            if name.startswith("amount_")
        ),
    )


def status_sql(alias, active="active"):
    """`open`, `won`, `lost` or `archived` of a lead row."""
    return SQL(
        "CASE WHEN %(won_status)s IN ('won', 'lost') THEN %(won_status)s "
        "WHEN %(active)s THEN 'open' ELSE 'archived' END",
        won_status=SQL.identifier(alias, "won_status"),
        active=SQL.identifier(alias, active),
    )


def uncounted_sql(state):
    """Per company: number and amount of the open opportunities in no forecast.

    Omitted ones, and of the others those without expected closing (`undated_*`).
    """
    return SQL(
        """
        SELECT state.company_id,
               count(*) FILTER (WHERE NOT omitted) AS undated_count,
               COALESCE(sum(state.expected_revenue) FILTER (WHERE NOT omitted), 0)
                   AS undated_amount,
               count(*) FILTER (WHERE omitted) AS omitted_count,
               COALESCE(sum(state.expected_revenue) FILTER (WHERE omitted), 0)
                   AS omitted_amount
          FROM (%(state)s) state
         CROSS JOIN LATERAL (
               SELECT state.category IS NOT DISTINCT FROM 'omitted' AS omitted) kind
         WHERE state.lead_type = 'opportunity'
           AND (state.date_deadline IS NULL OR omitted)
           AND %(status)s = 'open'
         GROUP BY state.company_id""",
        state=state,
        status=status_sql("state", "lead_active"),
    )
