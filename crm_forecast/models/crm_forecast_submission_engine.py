"""Set-based SQL of calls and overrides. Each function returns an SQL, runs nothing.

What a row is about: a salesperson (`user_id`), or a whole team (`user_id` is empty).
A salesperson who changes teams keeps one latest call, so the team is no part of it.
"""

from odoo.tools import SQL

from .crm_forecast_engine import columns_sql
from .res_company import DEFAULT_TIMEZONE

COLUMNS = (
    "period_id",
    "company_id",
    "kind",
    "user_id",
    "team_id",
    "author_id",
    "amount",
    "commit_amount",
    "best_amount",
    "reason",
    "is_withdrawn",
    "submitted_at",
    "model_amount",
    "weighted_amount",
    "won_amount",
)


def insert_sql(values):
    """Add one row, RETURNING id.

    Nothing is looked up first and nothing is replaced: two at once are both kept, and
    the greater id is the later one.
    """
    return SQL(
        "INSERT INTO crm_forecast_submission (%s) VALUES (%s) RETURNING id",
        columns_sql(COLUMNS),
        SQL(", ").join(SQL("%s", values.get(name)) for name in COLUMNS),
    )


def latest_ids_sql(where=None):
    """SELECT id of the latest row of each period, kind and person or team.

    :param where: SQL condition on ``submission``, for example what was known on a day
    """
    return SQL(
        """
        SELECT DISTINCT ON (submission.period_id, submission.kind,
                            submission.user_id,
                            CASE WHEN submission.user_id IS NULL
                                 THEN submission.team_id END) submission.id
          FROM crm_forecast_submission submission
         WHERE %s
         ORDER BY submission.period_id, submission.kind, submission.user_id,
                  CASE WHEN submission.user_id IS NULL THEN submission.team_id END,
                  submission.id DESC""",
        where or SQL("TRUE"),
    )


def submitted_day_sql():
    """The calendar date, in the company's time zone, on which a row was submitted."""
    return SQL(
        """(submission.submitted_at AT TIME ZONE 'UTC' AT TIME ZONE (
            SELECT COALESCE(NULLIF(partner.tz, ''), %s)
              FROM res_company company
              JOIN res_partner partner ON partner.id = company.partner_id
             WHERE company.id = submission.company_id))::date""",
        DEFAULT_TIMEZONE,
    )


def known_on_sql(period_id, date):
    """Calls and overrides of a period that counted at the end of ``date``.

    Columns: kind, user_id, team_id, amount. An override that was taken back is none.
    """
    return SQL(
        """
        SELECT kind, user_id, team_id, amount::float8
          FROM crm_forecast_submission
         WHERE id IN (%s) AND is_withdrawn IS NOT TRUE""",
        latest_ids_sql(
            SQL(
                "submission.period_id = %s AND %s <= %s",
                period_id,
                submitted_day_sql(),
                date,
            )
        ),
    )


def past_calls_sql(tests):
    """What was called and what came of it: user_id, date_to, call, actual.

    The last call that was made up to the day of each of these tests, against what the
    test holds as sold.

    :param Query tests: of `crm.forecast.backtest`, of single salespeople
    """
    return SQL(
        """
        SELECT test.user_id, period.date_to, called.amount::float8,
               test.amount_actual::float8
          FROM crm_forecast_backtest test
          JOIN crm_forecast_period period ON period.id = test.period_id
         CROSS JOIN LATERAL (
               SELECT submission.amount FROM crm_forecast_submission submission
                WHERE submission.period_id = test.period_id
                  AND submission.user_id = test.user_id
                  AND submission.kind = 'call' AND %(day)s <= test.date
                ORDER BY submission.id DESC LIMIT 1) called
         WHERE test.id IN %(tests)s""",
        day=submitted_day_sql(),
        tests=tests.subselect(),
    )
