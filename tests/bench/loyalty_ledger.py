"""The ledger of a million members: one day of expiry, and the proof of everything."""

from odoo.tools import SQL

from . import loyalty_data
from .measure import Budget, Row, Variant, interleave, wall

ROUNDS = 5
EXPIRY = Budget(2, "s")
PROOF = Budget(30, "s")

# what expiry cannot do without: the lots, one entry for each, and the balances
FLOOR_OF_EXPIRY = """
    WITH due AS (
        UPDATE loyalty_point_lot lot SET remaining = 0
          FROM (SELECT id, remaining FROM loyalty_point_lot
                 WHERE remaining > 0 AND expire_on < %(today)s) old
         WHERE lot.id = old.id
        RETURNING lot.id, lot.member_id, lot.program_id, lot.company_id, old.remaining
    ), entry AS (
        INSERT INTO loyalty_point_entry (
            program_id, company_id, member_id, kind, points, qualifying_amount,
            event_date, key, user_id, state, posted_at)
        SELECT program_id, company_id, member_id, 'expire', -remaining, 0, %(today)s,
               'floor:' || id, 1, 'posted', now()
          FROM due
    ), moved AS (
        UPDATE loyalty_member member SET balance = balance - lost.points
          FROM (SELECT member_id, SUM(remaining) AS points FROM due GROUP BY 1) lost
         WHERE member.id = lost.member_id
        RETURNING member.card_id, member.balance
    )
    UPDATE loyalty_card card SET points = moved.balance
      FROM moved WHERE card.id = moved.card_id
"""
# both sums that the invariant compares
FLOOR_OF_PROOF = """
    SELECT member.id
      FROM loyalty_member member
      JOIN (SELECT member_id, SUM(points) AS points FROM loyalty_point_entry
             WHERE state = 'posted' GROUP BY 1) entry ON entry.member_id = member.id
      JOIN (SELECT member_id, SUM(remaining) AS points FROM loyalty_point_lot
             GROUP BY 1) lot ON lot.member_id = member.id
     WHERE entry.points <> member.balance OR lot.points <> member.balance
"""


def ledger_rows(bench, alias):
    """:param str alias: an empty database, which is filled first"""
    count = bench.size(1_000_000)
    bench.say(f"Making {count:,} members with points")
    with bench.request(alias) as env:
        loyalty_data.make_members(env, count)
    bench.say("One day of expiry")
    expired = []

    def expire():
        with bench.request(alias) as env:
            count = 0
            while done := env["loyalty.member"]._expire_due():
                count += done
            expired.append(count)
            env.cr.rollback()

    def bare_expiry():
        with bench.request(alias) as env:
            today = env["loyalty.program"]._membership()._today()
            env.cr.execute(SQL(FLOOR_OF_EXPIRY, today=today))
            env.cr.rollback()

    samples = interleave(
        {"ours": Variant(expire), "floor": Variant(bare_expiry)}, ROUNDS
    )
    if not all(expired) or len(set(expired)) != 1:
        raise AssertionError(f"lots expired: {expired}")
    members = bench.sql(alias, "SELECT count(*) FROM loyalty_member")[0][0]
    yield Row(
        f"one day of expiry, {expired[0]:,} lots of {members:,} members : bare SQL",
        wall(samples["ours"]),
        "s",
        wall(samples["floor"]),
        EXPIRY,
    )
    bench.say("Proof")

    def prove():
        with bench.request(alias) as env:
            if wrong := env["loyalty.member"]._prove():
                raise AssertionError(f"{len(wrong)} members disagree")

    def bare_proof():
        if wrong := bench.sql(alias, FLOOR_OF_PROOF):
            raise AssertionError(f"{len(wrong)} members disagree")

    samples = interleave({"ours": Variant(prove), "floor": Variant(bare_proof)}, 3)
    yield Row(
        f"proof of {members:,} members : two sums in SQL",
        wall(samples["ours"]),
        "s",
        wall(samples["floor"]),
        PROOF,
    )
