"""Calls of the forecast that are submitted at the same moment."""

from stage import actor, meet, request


@actor
def prepare_calls(registry):
    """A salesperson and an open period; prints the id of both."""

    def work(env):
        user = env["res.users"].create(
            {
                "name": "Two tabs",
                "login": "two_tabs",
                "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        company = env.company
        periods = env["crm.forecast.period"]._ensure(company._forecast_today(), company)
        period = periods.filtered(lambda found: found.kind == "quarter")
        print(user.id, period.id)

    request(registry, work)


@actor
def call(registry, user_id, period_id, amount):
    """Submit a call in the browser's second tab."""

    def work(env):
        rows = env(user=int(user_id), su=False)["crm.forecast.submission"]
        meet(env)
        rows.action_call(int(period_id), float(amount), 0.0, 0.0)

    request(registry, work)


@actor
def call_facts(registry, user_id, period_id):
    """Print: calls, latest calls, whether the latest is the one that came last."""

    def work(env):
        rows = env["crm.forecast.submission"].search(
            [("user_id", "=", int(user_id)), ("period_id", "=", int(period_id))]
        )
        latest = rows.filtered("is_latest")
        print(len(rows), len(latest), latest.id == max(rows.ids))

    request(registry, work)
