"""crm_forecast: the funnel over a million stays, against the cheapest GROUP BY of them.

The bare query says how many stays each stage had and how long they were; the report
also knows what came of each stay, which takes the next one of every opportunity, and
two percentiles.
"""

import time
from statistics import median

from .bench_segments import _backend_seconds
from .measure import Budget, Row

ALIAS = "forecast"
LEADS = 200_000
STAYS = 5  # per lead: its last one is running, won or lost
ROUNDS = 3
WHOLE = Budget(25)
PAGE = Budget(8, "s")
BARE = "SELECT stage_id, count(*), avg(seconds) FROM crm_stage_log GROUP BY stage_id"
LEAD_ROWS = """
    INSERT INTO crm_lead (name, type, active, stage_id, team_id, company_id,
                          forecast_company_id, user_id, expected_revenue,
                          probability, won_status, create_date,
                          date_last_stage_update, forecast_stage_since,
                          forecast_category)
    SELECT 'Deal ' || n, 'opportunity', n %% 5 <> 0,
           CASE WHEN n %% 5 = 1 THEN %(won)s
                ELSE (%(stages)s::int[])[1 + n %% 3] END,
           %(team)s, %(company)s, %(company)s, %(user)s, 1000 + n %% 9000, 20,
           CASE n %% 5 WHEN 0 THEN 'lost' WHEN 1 THEN 'won' ELSE 'pending' END,
           now() - interval '2 years', now(), now(), 'pipeline'
      FROM generate_series(1, %(count)s) n
    RETURNING id
"""
STAY_ROWS = """
    INSERT INTO crm_stage_log (lead_key, lead_id, stage_id, status, user_id, team_id,
                               company_id, amount, enter, leave, seconds, is_backfilled)
    SELECT lead.id, lead.id,
           CASE WHEN step < %(stays)s THEN (%(stages)s::int[])[1 + (step * 2) %% 3]
                ELSE lead.stage_id END,
           CASE WHEN step < %(stays)s OR lead.won_status = 'pending' THEN 'open'
                ELSE lead.won_status END,
           lead.user_id, lead.team_id, lead.company_id, lead.expected_revenue,
           enter, CASE WHEN step < %(stays)s THEN enter + days * interval '1 day' END,
           CASE WHEN step < %(stays)s THEN days * 86400 END, FALSE
      FROM (SELECT lead.*, step, days,
                   date_trunc('second', now()) - lead.age * interval '1 day'
                   + COALESCE(sum(days) OVER (PARTITION BY lead.id ORDER BY step
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                     * interval '1 day' AS enter
              FROM (SELECT *, 120 + id %% 600 AS age FROM crm_lead
                     WHERE id = ANY(%(leads)s)) lead,
                   LATERAL (SELECT step, (lead.id * 7 + step * 13) %% 30 AS days
                              FROM generate_series(1, %(stays)s) step) steps) lead
"""


def run(bench):
    count = bench.size(LEADS)
    bench.say(f"{count:,} leads with {count * STAYS:,} stays")
    with bench.request(ALIAS) as env:
        make(env, count)
    for table in ("crm_lead", "crm_stage_log"):
        bench.sql(ALIAS, f"ANALYZE {table}")
    with bench.request(ALIAS) as env:
        yield from rows(bench, env)


def make(env, count):
    env.cr.execute("SELECT setseed(0.5)")
    won = env["crm.stage"].search([("is_won", "=", True)], limit=1)
    stages = env["crm.stage"].search([("is_won", "=", False)], limit=3)
    values = {
        "won": won.id,
        "stages": stages.ids,
        "team": env["crm.team"].search([], limit=1).id,
        "company": env.company.id,
        "user": env.user.id,
        "count": count,
        "stays": STAYS,
    }
    env.cr.execute(LEAD_ROWS, values)
    values["leads"] = [lead_id for (lead_id,) in env.cr.fetchall()]
    env.cr.execute(STAY_ROWS, values)


def rows(bench, env):
    Funnel, Page = env["crm.funnel.report"], env["crm.funnel.page"]
    measures = [
        f"{name}:{'avg' if Funnel._fields[name].type == 'float' else 'sum'}"
        for name in (
            *("entries", "advanced", "leaked", "returned", "reentry", "won"),
            *("conversion", "win_rate", "dwell_median", "dwell_p90"),
        )
    ]

    def bare():
        env.cr.execute(BARE)
        env.cr.fetchall()

    def whole():
        Funnel._read_group([], ["stage_id"], measures)

    def stuck():
        env["crm.lead"].search_count([("is_stuck", "=", True)])

    peer = _seconds(env, bare)
    yield Row(
        "funnel, all stays : bare GROUP BY, CPU", _seconds(env, whole), "s", peer, WHOLE
    )
    env["crm.stage.pace"]._refresh()
    for group in ("", "team_id", "category_id"):
        options = {"company_id": env.company.id, "days": 90, "group": group}
        name = f"funnel page, 90 days{group and f', by {group}'}, CPU"
        seconds = _seconds(env, lambda options=options: Page.funnel_page(options))
        yield Row(name, seconds, "s", None, PAGE)
    health = env["crm.stage.health"]
    yield Row(
        "stage health, CPU", _seconds(env, lambda: health._health(env.company)), "s"
    )
    yield Row("stuck opportunities counted, CPU", _seconds(env, stuck), "s")
    pace = env["crm.stage.pace"]
    yield Row("usual dwell times, nightly, CPU", _seconds(env, pace._refresh), "s")


def _seconds(env, action):
    """Median CPU of this process and of its backend, after a run that warms up.

    CPU without parallel workers, so that a busy machine says the same.
    """
    env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    costs = []
    for _round in range(ROUNDS + 1):
        begin = _backend_seconds(env) + time.process_time()
        action()
        costs.append(_backend_seconds(env) + time.process_time() - begin)
    return median(costs[1:])
