"""A campaign of pushes against the rate of the account."""

import time

import psycopg2.extras

from . import line_data
from .measure import Budget, Row

RATE = 100
# the queue is filled as _enqueue fills it, without the consent of 10,000 people
FILL = """
    INSERT INTO line_outbox (
        account_id, company_id, line_user_id, lane, action, priority,
        idempotency_key, payload, payload_sha256, retry_key, state, next_at,
        attempts, quota_refusals, create_uid, write_uid, create_date, write_date)
    SELECT u.account_id, u.company_id, u.id, 'service', 'message', 1,
           'bench:' || u.id, %s, 'x', gen_random_uuid(), 'queued', now(), 0, 0, 1, 1,
           now() at time zone 'UTC', now() at time zone 'UTC'
      FROM line_user u WHERE u.id = ANY(%s)
"""


def drain_rows(bench, alias):
    count = bench.size(10_000)
    with line_data.simulator(0) as address:
        bench.say(f"{count:,} people with a phone")
        for number in range(count):
            line_data.ask(
                address,
                "users",
                {"name": f"C{number}", "user_id": line_data.line_uid(number)},
            )
        with bench.request(alias) as env:
            account_id, _token = line_data.make_account(env, address, RATE)
            users = line_data.make_users(env, account_id, count)
            company = env["line.account"].browse(account_id).company_id
            partners = env["res.partner"].create(
                [{"name": f"C{number}"} for number in range(count)]
            )
            env.cr.execute_values(
                "UPDATE line_user SET partner_id = v.partner FROM (VALUES %s)"
                " v (id, partner) WHERE line_user.id = v.id",
                list(zip(users, partners.ids, strict=True)),
            )
            text = f"{company.name}:您的訂單已出貨。"
            message = psycopg2.extras.Json([{"type": "text", "text": text}])
            env.cr.execute(FILL, [message, users])
        with bench.request(alias) as env:
            env.cr.execute("ANALYZE line_outbox, line_user")
        bench.say(f"Sending {count:,} messages")
        begin, cpu = time.perf_counter(), time.process_time()
        while _waiting(bench, alias, account_id):
            with bench.request(alias) as env:
                env["line.outbox"]._cron_process()
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        arrived = len(line_data.ask(address, "delivered"))
        if arrived != count:
            raise AssertionError(f"{arrived} messages arrived of {count}")
    # the first second's calls are there at once
    rate = (count - RATE) / seconds
    yield Row(
        f"{count:,} pushes : the account's rate",
        rate,
        "msg/s",
        RATE,
        Budget(0.8, at_least=True),
    )
    yield Row("  CPU of Odoo's process for each", cpu / count, "ms")
    with bench.request(alias) as env:
        env["line.account"].browse(account_id).active = False


def _waiting(bench, alias, account_id):
    query = """SELECT count(*) FROM line_outbox
                WHERE account_id = %s AND state IN ('queued', 'sending')"""
    return bench.sql(alias, query, [account_id])[0][0]
