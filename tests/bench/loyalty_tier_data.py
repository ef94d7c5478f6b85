"""Members with purchases and tiers for the benchmark of tiers, made by SQL."""

from odoo.tools import SQL

from . import pdpa_data

PURCHASES = 3  # per member, in the last two years
# Every member above the starting tier is reviewed on one of so many days in turn, so
# that with a million members about 2,700 are due today.
REVIEW_DAYS = 110

CARDS = """
    INSERT INTO loyalty_card (program_id, company_id, partner_id, code, points, active)
    SELECT %(program)s, %(company)s, partner_id,
           'B' || to_char(partner_id, 'FM0000000'), 0, TRUE
      FROM unnest(%(partners)s::int[]) partner_id
"""
# 7 of 10 members are in the starting tier, 2 in the next, 1 in the highest
MEMBERS = """
    INSERT INTO loyalty_member (
        program_id, company_id, partner_id, card_id, number, state, joined_on, channel,
        tier_id, tier_since, tier_until, review_on, counted_until, counted_entry_id,
        counted_at, balance, debt, pending)
    SELECT %(program)s, %(company)s, partner_id, id, code, 'active',
           %(today)s::date - 800, 'import', (%(tiers)s::int[])[level],
           %(today)s::date - 800, until, until + 1,
           (until - interval '1 year')::date, 0, '2000-01-01', 0, 0, 0
      FROM (SELECT card.*, CASE WHEN id %% 10 < 7 THEN 1 WHEN id %% 10 < 9 THEN 2
                           ELSE 3 END AS level,
                   CASE WHEN id %% 10 >= 7 THEN
                        %(today)s::date - 1 + (id / 10 %% %(days)s)::int END AS until
              FROM loyalty_card card WHERE program_id = %(program)s) card
"""
ENTRIES = """
    INSERT INTO loyalty_point_entry (
        program_id, company_id, member_id, kind, state, points, qualifying_amount,
        earn_amount, event_date, key, source_model, source_id, posted_at)
    SELECT %(program)s, %(company)s, member.id, 'earn', 'posted', amount / 100, amount,
           100, %(today)s::date - (random() * 730)::int,
           'bench:' || member.id || ':' || n, 'sale.order', member.id * 10 + n,
           now() AT TIME ZONE 'UTC'
      FROM loyalty_member member
      CROSS JOIN generate_series(1, %(purchases)s) n
      CROSS JOIN LATERAL (
          SELECT (100 + random() * random() * 20000)::int AS amount
           WHERE member.id > 0) bought
     WHERE member.program_id = %(program)s
     ORDER BY random()
"""
MOVES = """
    INSERT INTO loyalty_tier_move (
        member_id, program_id, company_id, to_tier_id, reason, moved_on,
        measured_amount, threshold, posted_at)
    SELECT id, program_id, company_id, tier_id, 'upgrade', tier_since, 12000, 10000,
           now() AT TIME ZONE 'UTC'
      FROM loyalty_member WHERE program_id = %(program)s AND tier_until IS NOT NULL
"""
TABLES = ("loyalty_card", "loyalty_member", "loyalty_point_entry", "loyalty_tier_move")


def make_members(env, count):
    """Members of the main company's membership, whose tiers are valid for a year.

    :return: the program
    """
    program = env["loyalty.program"]._membership(env.ref("base.main_company"))
    tiers = program.tier_ids.sorted("sequence")
    tiers[1:].write(
        {
            "validity": "months",
            "keep_rule": "own",
            "keep_threshold": 5000,
            "keep_window_kind": "since",
        }
    )
    values = {
        "program": program.id,
        "company": program.company_id.id,
        "partners": pdpa_data.make_contacts(env, count),
        "today": program._today(),
        "tiers": tiers.ids,
        "days": REVIEW_DAYS,
        "purchases": PURCHASES,
    }
    env.flush_all()
    for statement in (CARDS, MEMBERS, ENTRIES, MOVES):
        env.cr.execute(SQL(statement, **values))
    return program
