"""Set-based SQL of the stage log. Each function returns an SQL object and runs nothing.

`leads` is an SQL condition on the alias `lead` (table crm_lead); `now` is naive UTC.
"""

from odoo.tools import SQL

from .crm_forecast_engine import status_sql


def close_sql(leads, now):
    """End the running stay of leads that are no longer in that stage and status."""
    return SQL(
        """
        UPDATE crm_stage_log log
           SET leave = GREATEST(log.enter, %(now)s),
               seconds = GREATEST(
                   0, EXTRACT(EPOCH FROM %(now)s::timestamp - log.enter))::int
          FROM crm_lead lead
         WHERE log.lead_key = lead.id AND log.leave IS NULL AND %(leads)s
           AND (log.stage_id, log.status)
               IS DISTINCT FROM (lead.stage_id, %(status)s)""",
        leads=leads,
        now=now,
        status=status_sql("lead"),
    )


def end_sql(leads, now):
    """End the running stay of leads that are about to be deleted."""
    return SQL(
        """
        UPDATE crm_stage_log log
           SET leave = GREATEST(log.enter, %(now)s),
               seconds = GREATEST(
                   0, EXTRACT(EPOCH FROM %(now)s::timestamp - log.enter))::int
          FROM crm_lead lead
         WHERE log.lead_key = lead.id AND log.leave IS NULL AND %(leads)s""",
        leads=leads,
        now=now,
    )


def open_sql(leads, now):
    """Begin a stay for leads that have none running."""
    return SQL(
        """
        INSERT INTO crm_stage_log (
            lead_key, lead_id, stage_id, status, user_id, team_id, company_id,
            amount, enter, is_backfilled)
        SELECT lead.id, lead.id, lead.stage_id, %(status)s, lead.user_id, lead.team_id,
               lead.forecast_company_id, lead.expected_revenue, %(now)s, FALSE
          FROM crm_lead lead
         WHERE %(leads)s
           AND NOT EXISTS (SELECT FROM crm_stage_log log
                            WHERE log.lead_key = lead.id AND log.leave IS NULL)""",
        leads=leads,
        now=now,
        status=status_sql("lead"),
    )


def since_sql(leads):
    """UPDATE since when leads are in their present stage and status."""
    return SQL(
        """
        UPDATE crm_lead lead
           SET forecast_stage_since = log.enter
          FROM crm_stage_log log
         WHERE log.lead_key = lead.id AND log.leave IS NULL AND %(leads)s
           AND lead.forecast_stage_since IS DISTINCT FROM log.enter""",
        leads=leads,
    )


def backfill_sql(now, field_ids):
    """INSERT the past stays of leads that have no log yet, from the chatter's tracking.

    Moments of a lead: its creation (in the first stage tracking knows), every tracked
    stage change, and for a lead lost or archived today its closing. A stay lasts from
    one moment to the next. Times that a lead was lost and reopened before are unknown.
    Amount, salesperson and team are those tracked at the beginning of the stay.

    :param field_ids: ir.model.fields id by field name of crm.lead
    """
    return SQL(
        """
        WITH lead AS (
            SELECT lead.*, %(status)s AS status FROM crm_lead lead
             WHERE NOT EXISTS (SELECT FROM crm_stage_log log
                                WHERE log.lead_key = lead.id)
        ), %(change)s, %(stay)s
        INSERT INTO crm_stage_log (
            lead_key, lead_id, stage_id, status, user_id, team_id, company_id,
            amount, enter, leave, seconds, is_backfilled)
        SELECT lead.id, lead.id, stage.id,
               COALESCE(stay.status, CASE WHEN stage.is_won THEN 'won' ELSE 'open' END),
               past_user.id, past_team.id, lead.forecast_company_id,
               CASE WHEN amount_then.lead_id IS NULL THEN lead.expected_revenue
                    ELSE amount_then.float_value END,
               stay.moment, stay.leave,
               EXTRACT(EPOCH FROM stay.leave - stay.moment)::int, TRUE
          FROM stay
          JOIN lead ON lead.id = stay.lead_id
          LEFT JOIN crm_stage stage ON stage.id = stay.stage_id
          %(amount_then)s %(user_then)s %(team_then)s
          LEFT JOIN res_users past_user ON past_user.id = CASE
               WHEN user_then.lead_id IS NULL THEN lead.user_id
               ELSE user_then.integer_value END
          LEFT JOIN crm_team past_team ON past_team.id = CASE
               WHEN team_then.lead_id IS NULL THEN lead.team_id
               ELSE team_then.integer_value END""",
        status=status_sql("lead"),
        change=_change_ctes_sql(list(field_ids.values())),
        stay=_stay_ctes_sql(field_ids["stage_id"], now),
        amount_then=_then_sql("amount_then", field_ids["expected_revenue"]),
        user_then=_then_sql("user_then", field_ids["user_id"]),
        team_then=_then_sql("team_then", field_ids["team_id"]),
    )


def _change_ctes_sql(field_ids):
    """CTE `change`: tracked changes of leads; `known`: when which value held."""
    return SQL(
        """
        change AS (
            SELECT message.res_id AS lead_id, value.field_id,
                   value.create_date AS moment,
                   value.old_value_integer, value.new_value_integer,
                   value.old_value_float, value.new_value_float,
                   row_number() OVER history AS step,
                   LEAD(value.create_date) OVER history AS next_moment
              FROM mail_tracking_value value
              JOIN mail_message message ON message.id = value.mail_message_id
             WHERE message.model = 'crm.lead' AND value.field_id = ANY(%s)
            WINDOW history AS (PARTITION BY message.res_id, value.field_id
                               ORDER BY value.create_date, value.id)
        ), known AS (
            SELECT lead_id, field_id, moment AS since,
                   COALESCE(next_moment, 'infinity') AS until,
                   new_value_integer AS integer_value, new_value_float AS float_value
              FROM change
            UNION ALL
            SELECT lead_id, field_id, '-infinity', moment,
                   old_value_integer, old_value_float
              FROM change WHERE step = 1
        )""",
        field_ids,
    )


def _stay_ctes_sql(stage_field, now):
    """CTE `stay`: the moments of a lead, each lasting until the next (`leave`)."""
    return SQL(
        """
        move AS (
            SELECT * FROM change WHERE field_id = %(stage_field)s
        ), point AS (
            SELECT lead.id AS lead_id, 0 AS step,
                   LEAST(COALESCE(lead.create_date, %(now)s), move.moment) AS moment,
                   CASE WHEN move.step IS NULL THEN lead.stage_id
                        ELSE move.old_value_integer END AS stage_id,
                   NULL AS status
              FROM lead LEFT JOIN move ON move.lead_id = lead.id AND move.step = 1
            UNION ALL
            SELECT lead.id, move.step, move.moment, move.new_value_integer, NULL
              FROM lead JOIN move ON move.lead_id = lead.id
            UNION ALL
            SELECT lead.id, 2147483647,
                   GREATEST(COALESCE(lead.date_closed, lead.write_date, %(now)s),
                            lead.create_date, last.moment),
                   lead.stage_id, lead.status
              FROM lead
              LEFT JOIN (SELECT lead_id, max(moment) AS moment
                           FROM move GROUP BY lead_id) last ON last.lead_id = lead.id
             WHERE lead.status IN ('lost', 'archived')
        ), stay AS (
            SELECT point.*, LEAD(point.moment) OVER (
                       PARTITION BY point.lead_id ORDER BY point.step) AS leave
              FROM point
        )""",
        stage_field=stage_field,
        now=now,
    )


def _then_sql(alias, field_id):
    """JOIN what tracking knows of a field at the beginning of the stay, if anything."""
    return SQL(
        """
          LEFT JOIN known %(alias)s
            ON %(alias)s.lead_id = stay.lead_id AND %(alias)s.field_id = %(field_id)s
           AND stay.moment >= %(alias)s.since AND stay.moment < %(alias)s.until""",
        alias=SQL.identifier(alias),
        field_id=field_id,
    )
