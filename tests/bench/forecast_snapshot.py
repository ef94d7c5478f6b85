"""The pipeline's memory and what is read from it, with 100,000 open leads."""

from statistics import median

from odoo import SUPERUSER_ID, fields
from odoo.api import Environment

from .measure import Budget, Row, Variant, interleave, timed, wall

LEADS = 100_000
SELLERS = 20
ROUNDS = 5
CHANGED = 0.02  # of the leads on an ordinary day
DAYS = 365
COPY_BUDGET = Budget(2.0)
PAGE_SECONDS = Budget(0.5, "s")
PAGE_QUERIES = Budget(15, "queries")
ADMIN = 2

# a year of expected closings, one in five in the current month
LEAD_ROWS = """
    INSERT INTO crm_lead (
        name, type, active, company_id, forecast_company_id, team_id, user_id, stage_id,
        won_status,
        expected_revenue, prorated_revenue, probability, automated_probability,
        date_deadline, forecast_category, priority, create_date, write_date,
        date_last_stage_update, create_uid, write_uid)
    SELECT 'Deal ' || n, 'opportunity', TRUE, %(company)s, %(company)s,
           (%(teams)s)[1 + n %% 4],
           (%(users)s)[1 + n %% cardinality(%(users)s)],
           (%(stages)s)[1 + n %% cardinality(%(stages)s)], 'pending',
           round((1000 + 99000 * random())::numeric), 0, 5 + 10 * (n %% 9), 20,
           CASE WHEN n %% 5 = 0 THEN %(today)s::date + (n %% 7)
                ELSE %(today)s::date + (n %% 300) END,
           'pipeline', '0', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
           now() AT TIME ZONE 'UTC', 1, 1
      FROM generate_series(1, %(count)s) n
"""
CHANGE = """
    UPDATE crm_lead SET probability = probability + 1,
           expected_revenue = expected_revenue + 100
     WHERE name LIKE 'Deal %%' AND id %% %(every)s = %(day)s %% %(every)s
"""
# the cheapest way to write the same rows into the same table
BARE = """
    INSERT INTO crm_forecast_snapshot (
        date, lead_key, lead_id, company_id, user_id, team_id, stage_id, lead_type,
        probability, automated_probability, expected_revenue, date_deadline,
        date_closed, won_status, lead_active, category)
    SELECT %s::date, id, id, company_id, user_id, team_id, stage_id, type,
           probability, automated_probability, expected_revenue, date_deadline,
           date_closed, won_status, active, forecast_category
      FROM crm_lead
"""


def snapshot_rows(bench, alias):
    """Rows of the benchmark; the figures per year are those of CHANGED a day."""
    count = bench.size(LEADS)
    with bench.request(alias) as env:
        today = _seed(env, count)
    bench.sql(alias, "ANALYZE")
    bench.say(f"{count:,} open leads; snapshots")
    yield from _first(bench, alias, count, today)
    yield from _daily(bench, alias, count, today)
    bench.say("What Changed, coverage and next days")
    yield from _pages(bench, alias, count, today)


def _seed(env, count):
    company = env.company
    today = company._forecast_today()
    env["crm.forecast.period"]._ensure(today, company)
    teams = env["crm.team"].create([{"name": f"Bench {n}"} for n in range(4)])
    users = env["res.users"].create(
        [{"name": f"Seller {n}", "login": f"seller{n}"} for n in range(SELLERS)]
    )
    stages = env["crm.stage"].search([("is_won", "=", False)])
    env.flush_all()
    env.cr.execute(
        LEAD_ROWS,
        {
            "company": company.id,
            "teams": teams.ids,
            "users": users.ids,
            "stages": stages.ids,
            "today": today,
            "count": count,
        },
    )
    return today


def _first(bench, alias, count, today):
    """The first night: every lead gets a row. Each run is rolled back."""
    first = fields.Date.subtract(today, days=9)

    def take(cursor):
        with bench.registry(alias).cursor() as cr:
            cursor(cr)
            cr.rollback()

    def ours(cr):
        _environment(cr)["crm.forecast.snapshot"]._take(first)

    samples = interleave(
        {
            "ours": Variant(lambda: take(ours)),
            "bare": Variant(lambda: take(lambda cr: cr.execute(BARE, [first]))),
        },
        ROUNDS,
    )
    yield Row(
        f"first snapshot of {count:,} leads : bare INSERT ... SELECT",
        wall(samples["ours"]),
        "s",
        wall(samples["bare"]),
        COPY_BUDGET,
    )
    with bench.request(alias) as env:
        env["crm.forecast.snapshot"]._take(first)
    bench.sql(alias, "ANALYZE crm_forecast_snapshot")


def _daily(bench, alias, count, today):
    """Nights after days on which CHANGED of the leads moved, and what they leave."""
    every = round(1 / CHANGED)
    ours, bare = [], []
    for number in range(1, ROUNDS + 1):
        day = fields.Date.subtract(today, days=9 - number)
        bench.sql(alias, CHANGE, {"every": every, "day": number})
        with bench.registry(alias).cursor() as cr:
            bare.append(timed(lambda cr=cr, day=day: cr.execute(BARE, [day])))
            cr.rollback()
        with bench.registry(alias).cursor() as cr:
            snapshot = _environment(cr)["crm.forecast.snapshot"]
            ours.append(timed(lambda snapshot=snapshot, day=day: snapshot._take(day)))
            cr.commit()
    yield Row(
        f"snapshot after {CHANGED:.0%} changed : bare copy of all",
        wall(ours),
        "s",
        wall(bare),
        COPY_BUDGET,
    )
    with bench.request(alias) as env:
        yield Row(
            "the same on a day without changes",
            median(_idle(env, today) for _number in range(ROUNDS)),
            "s",
        )
    bench.sql(alias, "REINDEX TABLE crm_forecast_snapshot")
    ((rows,),) = bench.sql(alias, "SELECT count(*) FROM crm_forecast_snapshot")
    ((live,),) = bench.sql(
        alias,
        "SELECT sum(pg_column_size(snapshot.*)) + 40 * count(*)"
        " FROM crm_forecast_snapshot snapshot",
    )
    indexes = bench.sql(alias, "SELECT pg_indexes_size('crm_forecast_snapshot')")[0][0]
    per_row = (float(live) + indexes) / rows
    yield Row("one snapshot row with its index entries", per_row, "B")
    yearly = LEADS * (1 + CHANGED * DAYS)
    yield Row(
        f"{LEADS:,} leads, {CHANGED:.0%} a day, after a year",
        yearly,
        "rows",
        LEADS * DAYS,
    )
    yield Row("  on disk, with indexes", yearly * per_row, "B")


def _idle(env, today):
    day = fields.Date.subtract(today, days=4)
    return timed(lambda: env["crm.forecast.snapshot"]._take(day)).wall


def _pages(bench, alias, count, today):
    """Each page as its user asks for it, with cold record caches."""
    with bench.request(alias) as env:
        period = (
            env["crm.forecast.period"]
            .search(
                [
                    ("kind", "=", "month"),
                    ("date_from", "<=", today),
                    ("date_to", ">=", today),
                    ("company_id", "=", env.company.id),
                ]
            )
            .id
        )
    options = {"period_id": period}
    past = {
        **options,
        "date_from": fields.Date.to_string(fields.Date.subtract(today, days=9)),
        "date_to": fields.Date.to_string(fields.Date.subtract(today, days=5)),
    }
    calls = {
        "What Changed, a week ago to now": lambda env: env[
            "crm.forecast.change"
        ].change_page(options),
        "What Changed between two past days": lambda env: env[
            "crm.forecast.change"
        ].change_page(past),
        "leads of the part More Likely": lambda env: env[
            "crm.forecast.change"
        ].open_part("more_likely", options),
        "pipeline coverage": lambda env: env["crm.forecast.coverage"].coverage_table(
            period
        ),
        "next days: the first 80": _focus,
    }
    for name, call in calls.items():
        seconds, queries = zip(
            *(_page(bench, alias, call) for _number in range(ROUNDS)), strict=True
        )
        yield Row(f"{name}, {count:,} leads", median(seconds), "s", budget=PAGE_SECONDS)
        yield Row(f"  {name}: queries", max(queries), "queries", budget=PAGE_QUERIES)


def _page(bench, alias, call):
    with bench.request(alias, ADMIN) as env:
        call(env)  # what a worker knows after its first request: rights, views
        env.invalidate_all()
        before = env.cr.sql_log_count
        sample = timed(lambda: call(env))
        return sample.wall, env.cr.sql_log_count - before


def _focus(env):
    return env["crm.forecast.focus"].web_search_read(
        [("period_kind", "=", "month")],
        {
            "lead_id": {"fields": {"display_name": {}}},
            "value_at_stake": {},
            "reason": {},
            "next_activity_date": {},
            "last_activity_date": {},
            "days_in_stage": {},
        },
        limit=80,
    )


def _environment(cr):
    return Environment(cr, SUPERUSER_ID, {})
