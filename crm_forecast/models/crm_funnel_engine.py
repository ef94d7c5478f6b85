"""Set-based SQL of the funnel. Each function returns an SQL object and runs nothing.

Callers flush before (`env.flush_all()`) and invalidate after. `now` is naive UTC; days
are spans of 24 hours since the stay began, not calendar days.
"""

from odoo.tools import SQL

from .crm_forecast_engine import lead_company_sql

# Below this the 90th percentile is one or two stays, and a single odd one moves it far.
MIN_STAYS = 20
# Stages, prices and people change: what was usual before says little about today.
PACE_YEARS = 2


def pace_sql(now):
    """Bring crm_stage_pace to what the ended open stays of the last years say.

    One row per company and stage (team empty) and per company, team and stage; rows of
    which no stay is left are deleted. The 90th percentile is a length that occurred, so
    that "9 of 10 stays ended within it" is true to the letter.
    """
    return SQL(
        """
        WITH fresh AS (
            INSERT INTO crm_stage_pace AS pace (
                company_id, team_id, stage_id, stays, median_days, p90_days)
            SELECT company_id, team_id, stage_id, count(*),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) / 86400,
                   percentile_disc(0.9) WITHIN GROUP (ORDER BY seconds) / 86400.0
              FROM crm_stage_log
             WHERE status = 'open' AND stage_id IS NOT NULL
               AND leave >= %(now)s::timestamp - make_interval(years => %(years)s)
             GROUP BY GROUPING SETS (
                   (company_id, stage_id), (company_id, team_id, stage_id))
            HAVING GROUPING(team_id) = 1 OR team_id IS NOT NULL
            ON CONFLICT (company_id, COALESCE(team_id, 0), stage_id) DO UPDATE
               SET stays = EXCLUDED.stays, median_days = EXCLUDED.median_days,
                   p90_days = EXCLUDED.p90_days
            RETURNING pace.id
        )
        DELETE FROM crm_stage_pace WHERE id NOT IN (SELECT id FROM fresh)""",
        now=now,
        years=PACE_YEARS,
    )


def stuck_sql(now, lead_ids=None):
    """Open opportunities that are in their stage for longer than is usual.

    Columns: `lead_id`, `days` (whole days in the stage), `limit_days`, `basis`: `team`
    or `company` (9 of 10 of its stays in the stage ended within `limit_days`), or
    `rotting` (the stage's own limit, where too few stays have ended to know). A lead
    for which none of the three is known is not judged.

    :param lead_ids: only these leads; default: all
    """
    return SQL(
        """
        SELECT judged.lead_id, judged.days, judged.limit_days, judged.basis
          FROM (SELECT lead.id AS lead_id,
                       floor(EXTRACT(EPOCH FROM %(now)s::timestamp - stay.enter)
                             / 86400)::int AS days,
                       CASE WHEN own.id IS NOT NULL THEN 'team'
                            WHEN whole.id IS NOT NULL THEN 'company'
                            ELSE 'rotting' END AS basis,
                       COALESCE(ceil(COALESCE(own.p90_days, whole.p90_days)),
                                NULLIF(stage.rotting_threshold_days, 0)
                       )::int AS limit_days
                  FROM crm_lead lead
                  JOIN crm_stage stage ON stage.id = lead.stage_id
                  JOIN crm_stage_log stay
                    ON stay.lead_key = lead.id AND stay.leave IS NULL
                   AND stay.status = 'open'
                  LEFT JOIN crm_team team ON team.id = lead.team_id
                  LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
                  LEFT JOIN crm_stage_pace own
                    ON own.company_id = %(company)s AND own.team_id = lead.team_id
                   AND own.stage_id = lead.stage_id AND own.stays >= %(min_stays)s
                  LEFT JOIN crm_stage_pace whole
                    ON whole.company_id = %(company)s AND whole.team_id IS NULL
                   AND whole.stage_id = lead.stage_id AND whole.stays >= %(min_stays)s
                 WHERE lead.type = 'opportunity' AND lead.active
                   AND lead.won_status = 'pending' AND %(leads)s) judged
         WHERE CASE judged.basis WHEN 'rotting' THEN judged.days >= judged.limit_days
                    ELSE judged.days > judged.limit_days END""",
        now=now,
        company=lead_company_sql(),
        min_stays=MIN_STAYS,
        leads=SQL("TRUE") if lead_ids is None else SQL("lead.id = ANY(%s)", lead_ids),
    )
