"""loyalty_members: what the ledger costs."""

from . import loyalty_data, loyalty_ledger

TITLE = "loyalty_members"
DATABASES = {"loyalty": ["loyalty_members"]}


def run(bench):
    count = bench.size(1_000_000)
    bench.say(f"Making {count:,} members")
    with bench.request("loyalty") as env:
        loyalty_data.make_members(env, count)
    yield from loyalty_ledger.ledger_rows(bench, "loyalty")
