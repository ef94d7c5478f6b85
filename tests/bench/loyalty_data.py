"""A million members with three years of habits, made by SQL for the benchmarks."""

from odoo.tools import SQL, split_every

from . import pdpa_data

CHUNK = 100_000
EARNINGS = 3  # per member
LIFE_DAYS = 365  # of points
# one day too many: the points of one day are due to expire
SPREAD_DAYS = LIFE_DAYS + 2


def make_members(env, count):
    """Members with three earnings each, every third with one redemption.

    :return: the membership program
    """
    from odoo.addons.loyalty_members.models import loyalty_ledger_engine

    program = env["loyalty.program"]._create_membership(env.company)
    partner_ids = pdpa_data.make_contacts(env, count)
    env.flush_all()
    number = 0
    for ids in split_every(CHUNK, partner_ids):
        # (partner, number, telephone): no telephones
        rows = [(id_, f"044{number + n:07d}", None) for n, id_ in enumerate(ids)]
        number += len(rows)
        env.cr.execute(
            loyalty_ledger_engine.enroll(
                program,
                rows,
                tier_id=program.base_tier_id.id,
                channel="import",
                joined_on=program._today(),
                user_id=env.uid,
            )
        )
    for statement in _ledger(program):
        env.cr.execute(statement)
    return program


def _ledger(program):
    """Statements that fill the ledger so that it proves itself."""
    values = {
        "program": program.id,
        "company": program.company_id.id,
        "user": program.env.uid,
        "today": program._today(),
        "earnings": EARNINGS,
        "spread": SPREAD_DAYS,
        "life": LIFE_DAYS,
    }
    earned = SQL(
        """
        INSERT INTO loyalty_point_entry (
            program_id, company_id, member_id, kind, points, qualifying_amount,
            event_date, key, user_id, state, posted_at, origin, expire_on, idle_expiry)
        SELECT %(program)s, %(company)s, id, 'earn', 50 + (id + n) %% 200,
               100 * (50 + (id + n) %% 200), day, 'bench:' || id || ':' || n,
               %(user)s, 'posted', day, 'earned', day + %(life)s, FALSE
          FROM loyalty_member member
         CROSS JOIN generate_series(1, %(earnings)s) n
         CROSS JOIN LATERAL (
               SELECT %(today)s::date
                   - ((id * 7919::bigint + n * 131) %% %(spread)s)::int AS day) dated
         WHERE program_id = %(program)s
         ORDER BY day
        """,
        **values,
    )
    lots = SQL(
        """
        INSERT INTO loyalty_point_lot (
            entry_id, program_id, company_id, member_id, origin, granted, remaining,
            expire_on, idle_expiry)
        SELECT id, program_id, company_id, member_id, origin, points, points, expire_on,
               FALSE
          FROM loyalty_point_entry WHERE program_id = %(program)s AND kind = 'earn'
         ORDER BY id
        """,
        **values,
    )
    burned = SQL(
        """
        WITH burn AS (
            INSERT INTO loyalty_point_entry (
                program_id, company_id, member_id, kind, points, qualifying_amount,
                event_date, key, user_id, state, posted_at)
            SELECT %(program)s, %(company)s, id, 'burn', -20, 0, %(today)s,
                   'bench:' || id || ':burn', %(user)s, 'posted', %(today)s
              FROM loyalty_member
             WHERE program_id = %(program)s AND id %% 3 = 0
            RETURNING id, member_id
        ), chosen AS (
            SELECT DISTINCT ON (burn.id) burn.id AS entry_id, burn.member_id,
                   lot.id AS lot_id
              FROM burn JOIN loyalty_point_lot lot ON lot.member_id = burn.member_id
             ORDER BY burn.id, lot.expire_on, lot.id
        ), used AS (
            UPDATE loyalty_point_lot lot SET remaining = remaining - 20
              FROM chosen WHERE lot.id = chosen.lot_id
        )
        INSERT INTO loyalty_point_allocation (
            entry_id, lot_id, member_id, company_id, points, returned)
        SELECT entry_id, lot_id, member_id, %(company)s, 20, 0 FROM chosen
        """,
        **values,
    )
    balances = SQL(
        """
        WITH total AS (
            SELECT member_id, SUM(points) AS points, MAX(event_date) AS day
              FROM loyalty_point_entry WHERE program_id = %(program)s GROUP BY 1
        ), member AS (
            UPDATE loyalty_member member
               SET balance = total.points, last_activity = total.day
              FROM total WHERE member.id = total.member_id
            RETURNING member.card_id, member.balance
        )
        UPDATE loyalty_card card SET points = member.balance
          FROM member WHERE card.id = member.card_id
        """,
        **values,
    )
    tables = (
        "res_partner",
        "loyalty_card",
        "loyalty_member",
        "loyalty_point_entry",
        "loyalty_point_lot",
        "loyalty_point_allocation",
    )
    return [
        earned,
        lots,
        burned,
        balances,
        *(SQL("ANALYZE %s", SQL.identifier(table)) for table in tables),
    ]
