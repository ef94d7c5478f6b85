"""Set-based SQL of the funnel. Each function returns an SQL object and runs nothing.

Callers flush before (`env.flush_all()`) and invalidate after. `now` is naive UTC; days
are spans of 24 hours since the stay began, not calendar days.
"""

from odoo.tools import SQL

from .crm_forecast_engine import columns_sql

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


def stuck_sql(now, lead_ids=None, company_id=None, more=()):
    """Open opportunities that are in their stage for longer than is usual.

    Columns: `lead_id`, `days` (whole days in the stage), `limit_days`, `basis`: `team`
    or `company` (9 of 10 of its stays in the stage ended within `limit_days`), or
    `rotting` (the stage's own limit, where too few stays have ended to know). A lead
    for which none of the three is known is not judged.

    :param lead_ids: only these leads; default: all
    :param company_id: only leads of this company; default: of all
    :param more: names of columns of the lead to hand on
    """
    return SQL(
        """
        SELECT lead.id AS lead_id,
               floor(date_part('epoch', %(now)s::timestamp - lead.forecast_stage_since)
                     / 86400)::int AS days,
               COALESCE(own.limit_days, usual.limit_days) AS limit_days,
               CASE WHEN own.since IS NULL THEN usual.basis ELSE 'team' END
                   AS basis %(more)s
          FROM crm_lead lead %(joins)s
         WHERE lead.type = 'opportunity' AND lead.active
           AND lead.won_status = 'pending' AND %(company)s AND %(leads)s
           AND %(is_stuck)s""",
        now=now,
        joins=pace_joins_sql(now),
        is_stuck=is_stuck_sql(),
        company=SQL("TRUE")
        if company_id is None
        else SQL("lead.forecast_company_id = %s", company_id),
        leads=SQL("TRUE") if lead_ids is None else SQL("lead.id = ANY(%s)", lead_ids),
        more=SQL(", %s", columns_sql(more, "lead")) if more else SQL(),
    )


def pace_joins_sql(now):
    """Joins of what is usual in the lead's stage, in its team and elsewhere.

    Aliases: `own` (of the team) and `usual` (of the company; else the days to rot),
    with `limit_days` and `since`. Who is in the stage since then or longer is stuck,
    for more days than usual, or for as many as make it rot. They are a handful of rows,
    so that judging a lead is two look-ups and one comparison.
    """
    return SQL(
        """
        LEFT JOIN (SELECT company_id, team_id, stage_id,
                          ceil(p90_days)::int AS limit_days,
                          %(now)s::timestamp
                              - (ceil(p90_days) + 1) * interval '1 day' AS since
                     FROM crm_stage_pace
                    WHERE team_id IS NOT NULL AND stays >= %(min_stays)s) own
          ON own.company_id = lead.forecast_company_id AND own.team_id = lead.team_id
         AND own.stage_id = lead.stage_id
        LEFT JOIN (SELECT company.id AS company_id, stage.id AS stage_id,
                          CASE WHEN pace.id IS NULL THEN 'rotting' ELSE 'company' END
                              AS basis,
                          COALESCE(ceil(pace.p90_days),
                                   stage.rotting_threshold_days)::int AS limit_days,
                          %(now)s::timestamp - interval '1 day' * COALESCE(
                              ceil(pace.p90_days) + 1,
                              NULLIF(stage.rotting_threshold_days, 0)) AS since
                     FROM res_company company CROSS JOIN crm_stage stage
                     LEFT JOIN crm_stage_pace pace
                       ON pace.company_id = company.id AND pace.stage_id = stage.id
                      AND pace.team_id IS NULL AND pace.stays >= %(min_stays)s) usual
          ON usual.company_id = lead.forecast_company_id
         AND usual.stage_id = lead.stage_id""",
        now=now,
        min_stays=MIN_STAYS,
    )


def is_stuck_sql():
    """Whether an open lead is stuck, with `pace_joins_sql`; NULL: it is not judged."""
    return SQL("lead.forecast_stage_since <= COALESCE(own.since, usual.since)")


# Stages are in the order of today. NULL in a comparison (a stage or an opportunity that
# was deleted meanwhile) makes the outcome "unknown": neither forward nor back.
OUTCOMES = ("advanced", "leaked", "returned", "still", "unknown")


def funnel_sql(enter_from=None, enter_to=None, running=False):
    """One row per stay of an opportunity, open or won, with what came of it.

    Columns: those of crm_stage_log that say when, where and whose; `dwell_days` of
    ended open stays; `outcome`, for open stays, one of OUTCOMES; `last_status` of the
    opportunity; `is_reentry`: it had been in the stage before. All of it needs the
    rows in one order only, that of the index (lead_key, enter).
    The next stay of an opportunity decides: advanced to a later stage or won, leaked
    (lost or archived), or returned to an earlier stage.

    :param enter_from: leave out opportunities without a stay that began in between
        (naive UTC, end excluded); an opportunity is taken whole or not at all
    :param running: leave out opportunities that are not open
    """
    condition = SQL("TRUE")
    if running:
        condition = SQL(
            "log.lead_key IN (SELECT lead_key FROM crm_stage_log"
            " WHERE leave IS NULL AND status = 'open')"
        )
    elif enter_from and enter_to:
        condition = SQL(
            "log.lead_key IN (SELECT lead_key FROM crm_stage_log"
            " WHERE enter >= %s AND enter < %s)",
            enter_from,
            enter_to,
        )
    return SQL(
        """
        SELECT stay.*,
               CASE WHEN stay.status <> 'open' THEN NULL
                    WHEN stay.leave IS NULL THEN 'still'
                    WHEN stay.next_status = 'won' THEN 'advanced'
                    WHEN stay.next_status IN ('lost', 'archived') THEN 'leaked'
                    WHEN (stage.sequence, stage.id)
                         < (later.sequence, later.id) THEN 'advanced'
                    WHEN (stage.sequence, stage.id)
                         > (later.sequence, later.id) THEN 'returned'
                    ELSE 'unknown' END AS outcome,
               CASE WHEN stay.status = 'open' THEN stay.seconds / 86400::float8
               END AS dwell_days,
               stage.sequence AS stage_sequence, stage.journey_phase
          FROM (SELECT log.*,
                       LEAD(log.status) OVER history AS next_status,
                       LEAD(log.stage_id) OVER history AS next_stage_id,
                       LAST_VALUE(log.status) OVER (
                           history ROWS BETWEEN UNBOUNDED PRECEDING
                                            AND UNBOUNDED FOLLOWING) AS last_status,
                       COALESCE(log.stage_id = ANY(
                           array_agg(log.stage_id)
                           FILTER (WHERE log.status IN ('open', 'won')) OVER (
                               history ROWS BETWEEN UNBOUNDED PRECEDING
                                                AND 1 PRECEDING)), FALSE) AS is_reentry
                  FROM crm_stage_log log
                 WHERE %(condition)s
                WINDOW history AS (PARTITION BY log.lead_key
                                   ORDER BY log.enter, log.leave, log.id)) stay
          LEFT JOIN crm_stage stage ON stage.id = stay.stage_id
          LEFT JOIN crm_stage later ON later.id = stay.next_stage_id
         WHERE stay.status IN ('open', 'won')""",
        condition=condition,
    )


def category_sql():
    """Per opportunity: the product category with the largest amount in quotations."""
    return SQL(
        """
        SELECT DISTINCT ON (amounts.lead_id) amounts.lead_id, amounts.categ_id
          FROM (SELECT sale.opportunity_id AS lead_id, template.categ_id,
                       sum(line.price_subtotal / COALESCE(
                           NULLIF(sale.currency_rate, 0), 1)) AS amount
                  FROM sale_order sale
                  JOIN sale_order_line line ON line.order_id = sale.id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE sale.opportunity_id IS NOT NULL AND sale.state <> 'cancel'
                 GROUP BY sale.opportunity_id, template.categ_id) amounts
         ORDER BY amounts.lead_id, amounts.amount DESC, amounts.categ_id"""
    )


HEALTH_FIGURES = SQL(
    "count(*), count(*) FILTER (WHERE outcome = 'advanced'),"
    " count(*) FILTER (WHERE outcome = 'leaked'),"
    " percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) / 86400"
)


def health_sql(company_id, team_id, now, days, periods):
    """Per stage and period: what the open stays that ended in it came to.

    Columns: `stage_id`, `age` (0: the last `days` days, 1: those before, ...), `ended`
    (outcome known), `advanced`, `leaked`, `median_days`.

    :param team_id: of the stays; None: the whole company
    """
    return SQL(
        """
        SELECT stage_id, age, %(figures)s FROM (%(judged)s) judged
         WHERE company_id = %(company_id)s AND %(team)s
         GROUP BY stage_id, age""",
        figures=HEALTH_FIGURES,
        judged=_judged_sql(now, days, periods),
        company_id=company_id,
        team=SQL("team_id = %s", team_id) if team_id else SQL("TRUE"),
    )


def keep_health_sql(now, days, periods):
    """Bring crm_stage_health_count to what `health_sql` says of companies and teams.

    One row per company, stage and age (team empty) and per team of it; rows of which no
    stay is left are deleted.
    """
    return SQL(
        """
        WITH fresh AS (
            INSERT INTO crm_stage_health_count AS kept (
                company_id, team_id, stage_id, age, ended, advanced, leaked,
                median_days)
            SELECT company_id, team_id, stage_id, age, %(figures)s
              FROM (%(judged)s) judged
             GROUP BY GROUPING SETS ((company_id, stage_id, age),
                                     (company_id, team_id, stage_id, age))
            HAVING GROUPING(team_id) = 1 OR team_id IS NOT NULL
            ON CONFLICT (company_id, COALESCE(team_id, 0), stage_id, age) DO UPDATE
               SET ended = EXCLUDED.ended, advanced = EXCLUDED.advanced,
                   leaked = EXCLUDED.leaked, median_days = EXCLUDED.median_days
            RETURNING kept.id
        )
        DELETE FROM crm_stage_health_count WHERE id NOT IN (SELECT id FROM fresh)""",
        figures=HEALTH_FIGURES,
        judged=_judged_sql(now, days, periods),
    )


def _judged_sql(now, days, periods):
    """The open stays that ended in the last periods and whose outcome is known.

    The stay after one that ended in the time looked at began in it, so older stays need
    not be read.
    """
    oldest = SQL("%s::timestamp - make_interval(days => %s)", now, days * (periods + 1))
    return SQL(
        """
        SELECT * FROM (
            SELECT stay.company_id, stay.team_id, stay.stage_id, stay.seconds,
                   floor(EXTRACT(EPOCH FROM %(now)s::timestamp - stay.leave)::float8
                         / (86400 * %(days)s))::int AS age,
                   CASE WHEN stay.next_status = 'won' THEN 'advanced'
                        WHEN stay.next_status IN ('lost', 'archived') THEN 'leaked'
                        WHEN (stage.sequence, stage.id)
                             < (later.sequence, later.id) THEN 'advanced'
                        WHEN (stage.sequence, stage.id)
                             > (later.sequence, later.id) THEN 'returned'
                   END AS outcome
              FROM (SELECT log.*, LEAD(log.status) OVER history AS next_status,
                           LEAD(log.stage_id) OVER history AS next_stage_id
                      FROM crm_stage_log log
                     WHERE log.leave > %(oldest)s OR log.leave IS NULL
                    WINDOW history AS (PARTITION BY log.lead_key
                                       ORDER BY log.enter, log.leave, log.id)) stay
              JOIN crm_stage stage ON stage.id = stay.stage_id
              LEFT JOIN crm_stage later ON later.id = stay.next_stage_id
             WHERE stay.status = 'open' AND stay.leave > %(oldest)s
               AND stay.leave <= %(now)s) stay
         WHERE outcome IS NOT NULL""",
        oldest=oldest,
        now=now,
        days=days,
    )
