"""Set-based SQL of saved forecasts by salesperson. Runs nothing."""

from odoo.tools import SQL


def clear_reps_sql(run_ids):
    return SQL("DELETE FROM crm_forecast_run_rep WHERE run_id = ANY(%s)", run_ids)


def sum_reps_sql(run_ids, new):
    """INSERT the lines of these runs, summed by salesperson and team.

    :param new: (user id, team id, amount) of new business; it goes to the team that
        most of the salesperson's amount is in, the given team when there is none
    """
    users, teams, amounts = zip(*new, strict=True) if new else ((), (), ())
    return SQL(
        """
        WITH line AS (
            SELECT run_id, company_id, user_id, team_id, count(*) AS line_count,
                   sum(amount_won) AS amount_won, sum(amount_open) AS amount_open,
                   sum(amount_weighted) AS amount_weighted,
                   sum(amount_total) AS amount_total
              FROM crm_forecast_line WHERE run_id = ANY(%(run_ids)s)
             GROUP BY run_id, company_id, user_id, team_id
        ), new AS (
            SELECT run.id AS run_id, run.company_id, seller.user_id,
                   COALESCE(home.team_id, seller.team_id) AS team_id, seller.amount
              FROM unnest(%(users)s::int[], %(teams)s::int[], %(amounts)s::numeric[])
                   AS seller(user_id, team_id, amount)
              JOIN crm_forecast_run run ON run.id = ANY(%(run_ids)s)
              LEFT JOIN LATERAL (
                    SELECT line.team_id FROM line
                     WHERE line.run_id = run.id
                       AND line.user_id IS NOT DISTINCT FROM seller.user_id
                     ORDER BY line.amount_total DESC, line.team_id LIMIT 1) home ON TRUE
        )
        INSERT INTO crm_forecast_run_rep (
            run_id, company_id, user_id, team_id, line_count, amount_won, amount_open,
            amount_weighted, amount_new, amount_total)
        SELECT run_id, company_id, user_id, team_id,
               sum(line_count), sum(amount_won), sum(amount_open),
               sum(amount_weighted), sum(amount_new), sum(amount_total)
          FROM (SELECT run_id, company_id, user_id, team_id, line_count, amount_won,
                       amount_open, amount_weighted, 0 AS amount_new, amount_total
                  FROM line
                 UNION ALL
                SELECT run_id, company_id, user_id, team_id, 0, 0, 0, 0, amount, amount
                  FROM new) part
         GROUP BY run_id, company_id, user_id, team_id""",
        run_ids=run_ids,
        users=list(users),
        teams=list(teams),
        amounts=list(amounts),
    )


def uncertain_sql(run_id, spread, shock, new_variance, quantile):
    """Set the uncertainty of the rows of a learned run.

    The spread of new business is known for the company; each row gets a share of its
    variance by amount. See ``Calibration.chance`` and ``Calibration.margin``.
    """
    return SQL(
        """
        WITH chance AS (
            SELECT user_id, team_id, sum(p * value) AS pipeline,
                   sum(p * value * value * (1 - p + %(spread)s)) AS variance
              FROM (SELECT user_id, team_id, probability / 100 AS p,
                           GREATEST(expected_revenue, 0)::float8 * amount_factor
                               AS value
                      FROM crm_forecast_line
                     WHERE run_id = %(run_id)s AND status = 'open') line
             GROUP BY user_id, team_id
        ), share AS (
            SELECT rep.id, COALESCE(chance.variance, 0)
                       + %(new_variance)s * COALESCE(
                           rep.amount_new / NULLIF(sum(rep.amount_new) OVER (), 0), 0
                         )::float8 AS variance,
                   COALESCE(chance.pipeline, 0) * %(shock)s AS shock
              FROM crm_forecast_run_rep rep
              LEFT JOIN chance ON chance.user_id IS NOT DISTINCT FROM rep.user_id
                              AND chance.team_id IS NOT DISTINCT FROM rep.team_id
             WHERE rep.run_id = %(run_id)s
        )
        UPDATE crm_forecast_run_rep rep
           SET variance = share.variance, shock = share.shock, quantile = %(quantile)s
          FROM share WHERE rep.id = share.id""",
        run_id=run_id,
        spread=spread,
        shock=shock,
        new_variance=new_variance,
        quantile=quantile,
    )
