"""crm_forecast: the dashboards on 100,000 opportunities, queries and milliseconds.

Twenty salespeople in four teams, two months with saved forecasts of each day, tested
past periods, activities and contacts; a page is one call with cold record caches.
"""

import time
from statistics import median

import odoo
from odoo.api import Environment

from . import forecast_data
from .measure import Budget, Row

TITLE = "crm_forecast: dashboards"
DATABASES = {"forecast": ["crm_forecast"]}
ALIAS = "forecast"
LEADS = 100_000
ROUNDS = 5
QUERIES = Budget(15, "queries")
PAGE = Budget(500 / 1000, "ms")


def run(bench):
    leads = bench.size(LEADS)
    bench.say(f"Making {leads:,} opportunities and their past")
    with bench.registry(ALIAS).cursor() as cr:
        env = _environment(cr)
        forecast_data.make(env, leads)
    for table in forecast_data.TABLES:
        bench.sql(ALIAS, f"ANALYZE {table}")
    with bench.registry(ALIAS).cursor() as cr:
        bench.say("Saving forecasts of two months")
        forecast_data.save_forecasts(_environment(cr))
    bench.sql(ALIAS, "ANALYZE")
    for name, page in (("My Day", "my_day"), ("Team Overview", "team_overview")):
        bench.say(name)
        samples = [_page(bench, page) for _round in range(ROUNDS + 1)][1:]
        queries = max(count for count, _seconds in samples)
        seconds = median(seconds for _count, seconds in samples)
        yield Row(f"{name}: queries", queries, "queries", budget=QUERIES)
        yield Row(f"{name}: on the clock", seconds, "ms", budget=PAGE)


def _environment(cr, user_id=odoo.SUPERUSER_ID):
    company = Environment(cr, odoo.SUPERUSER_ID, {}).ref("base.main_company")
    return Environment(
        cr, user_id, {"lang": "en_US", "allowed_company_ids": company.ids}
    )


def _page(bench, page):
    """:return: (queries, seconds) of one call, as the web client makes it"""
    login = "bench_rep_1" if page == "my_day" else "bench_boss"
    with bench.registry(ALIAS).cursor() as cr:
        env = _environment(cr)
        user = env["res.users"].search([("login", "=", login)])
        env = _environment(cr, user.id)
        env.user.has_group("base.group_user")  # the session has looked at these
        env.invalidate_all()
        before = cr.sql_log_count
        begin = time.perf_counter()
        getattr(env["crm.forecast.dashboard"], page)({})
        seconds = time.perf_counter() - begin
        return cr.sql_log_count - before, seconds
