"""Set-based SQL of earning: what orders should have posted, and what they have."""

from odoo.tools import SQL


def order_facts(order_ids, default_tz):
    """What each order should have posted and what it has, per member concerned.

    Flush: ``sale.order``, ``sale.order.line``, ``res.partner``, ``loyalty.program``.
    An order concerns its customer (the person, else the commercial entity) when they
    are a member of the company's program, the owners of the cards that paid rewards,
    and whoever holds entries of it already.
    Columns: order_id, member_id, state (of the member), event_date, eligible (company
    currency, tax included, net of rewards), earn_amount (of the first entry, else the
    program's), earned, qualified, earn_count, cost, rewards, burned, burn_count,
    symbol, symbol_before.
    """
    return SQL(
        """
        WITH source AS (
            SELECT so.id, so.state = 'sale' AS confirmed, so.currency_rate,
                   (so.date_order AT TIME ZONE 'UTC'
                    AT TIME ZONE COALESCE(company_partner.tz, %(tz)s))::date AS day,
                   COALESCE(person.id, entity.id) AS customer_id
              FROM sale_order so
              JOIN res_company company ON company.id = so.company_id
              JOIN res_partner company_partner
                ON company_partner.id = company.partner_id
              JOIN res_partner partner ON partner.id = so.partner_id
              LEFT JOIN loyalty_program program
                ON program.company_id = so.company_id
               AND program.is_membership AND program.active
              LEFT JOIN loyalty_member person
                ON person.program_id = program.id AND person.partner_id = partner.id
              LEFT JOIN loyalty_member entity
                ON entity.program_id = program.id
               AND entity.partner_id = partner.commercial_partner_id
             WHERE so.id = ANY(%(orders)s)
        ), posted AS (
            SELECT source_id AS order_id, member_id,
                   COALESCE(SUM(points)
                       FILTER (WHERE kind IN ('earn', 'reverse')), 0) AS earned,
                   COALESCE(SUM(qualifying_amount), 0) AS qualified,
                   COUNT(*) FILTER (WHERE kind IN ('earn', 'reverse')) AS earn_count,
                   (ARRAY_AGG(earn_amount ORDER BY id)
                       FILTER (WHERE earn_amount IS NOT NULL))[1] AS earn_amount,
                   -COALESCE(SUM(points)
                       FILTER (WHERE kind IN ('burn', 'reinstate')), 0) AS burned,
                   COUNT(*) FILTER (WHERE kind IN ('burn', 'reinstate')) AS burn_count
              FROM loyalty_point_entry
             WHERE source_model = 'sale.order' AND source_id = ANY(%(orders)s)
               AND kind IN ('earn', 'reverse', 'burn', 'reinstate')
             GROUP BY source_id, member_id
        ), spent AS (
            SELECT line.order_id, member.id AS member_id,
                   SUM(CEIL(line.points_cost::numeric)) AS cost,
                   STRING_AGG(line.name, ', ' ORDER BY line.id) AS rewards
              FROM sale_order_line line
              JOIN source ON source.id = line.order_id AND source.confirmed
              JOIN loyalty_member member ON member.card_id = line.coupon_id
             WHERE line.reward_id IS NOT NULL AND line.points_cost > 0
             GROUP BY line.order_id, member.id
        ), sold AS (
            SELECT line.order_id,
                   ROUND(SUM(line.price_total / COALESCE(
                       NULLIF(source.currency_rate::numeric, 0), 1)), 2) AS amount
              FROM sale_order_line line
              JOIN source ON source.id = line.order_id AND source.confirmed
             WHERE line.display_type IS NULL AND line.is_downpayment IS NOT TRUE
             GROUP BY line.order_id
        ), concerned AS (
            SELECT id AS order_id, customer_id AS member_id
              FROM source WHERE customer_id IS NOT NULL
            UNION SELECT order_id, member_id FROM posted
            UNION SELECT order_id, member_id FROM spent
        )
        SELECT source.id AS order_id, member.id AS member_id, member.state,
               source.day AS event_date,
               CASE WHEN source.confirmed AND source.customer_id = member.id
                    THEN GREATEST(COALESCE(sold.amount, 0), 0) ELSE 0 END AS eligible,
               COALESCE(posted.earn_amount, program.earn_amount) AS earn_amount,
               COALESCE(posted.earned, 0) AS earned,
               COALESCE(posted.qualified, 0) AS qualified,
               COALESCE(posted.earn_count, 0) AS earn_count,
               COALESCE(spent.cost, 0)::int AS cost, spent.rewards,
               COALESCE(posted.burned, 0) AS burned,
               COALESCE(posted.burn_count, 0) AS burn_count,
               currency.symbol, currency.position = 'before' AS symbol_before
          FROM concerned
          JOIN source ON source.id = concerned.order_id
          JOIN loyalty_member member ON member.id = concerned.member_id
          JOIN loyalty_program program ON program.id = member.program_id
          JOIN res_currency currency ON currency.id = program.currency_id
          LEFT JOIN posted ON posted.order_id = source.id
                          AND posted.member_id = member.id
          LEFT JOIN spent ON spent.order_id = source.id AND spent.member_id = member.id
          LEFT JOIN sold ON sold.order_id = source.id
         ORDER BY source.day, source.id, member.id
        """,
        orders=order_ids,
        tz=default_tz,
    )
