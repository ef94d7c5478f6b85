"""Set-based SQL of earning: what orders are about, and what they have posted."""

from odoo.tools import SQL

PAID = SQL("('paid', 'in_payment')")


def order_facts(order_ids, default_tz):
    """What each order is about and what it has posted, per member concerned.

    Flush: see ``loyalty_member_reconcile.FLUSHED``.
    An order concerns its customer (the person, else the commercial entity) when they
    are a member of the company's program, the owners of the cards that paid rewards,
    and whoever holds entries of it already.
    Columns: order_id, member_id, program_id, state (of the member), tier_id, team_id,
    event_date, is_customer (of a confirmed order), lines (see
    ``recognition.sold_line``; company currency, tax included), per, event, stack,
    pending_days (of the program), terms (of the first entry), earned, qualified, capped
    (list of dicts), pending (list of dicts), earn_count, cost, rewards, burned,
    burn_count, symbol, symbol_before.

    Every part is looked up from the orders by an index, step by step: a plan does not
    get worse when statistics are old, as after an import.
    """
    return SQL(
        """
        WITH source AS MATERIALIZED (%(source)s),
        posted AS MATERIALIZED (%(posted)s),
        sold AS MATERIALIZED (%(sold)s),
        billed AS MATERIALIZED (%(billed)s),
        loose AS MATERIALIZED (%(loose)s),
        spent AS MATERIALIZED (%(spent)s),
        concerned AS (
            SELECT id AS order_id, customer_id AS member_id
              FROM source WHERE customer_id IS NOT NULL
            UNION SELECT order_id, member_id FROM posted
            UNION SELECT order_id, member_id FROM spent
        ), document_line AS (
            SELECT sold.order_id, sold.id AS line_id,
                   CASE WHEN sold.is_downpayment THEN 'deposit' ELSE 'sold' END AS kind,
                   sold.product_id, sold.parent_path, sold.ordered, sold.delivered,
                   bill.invoiced, bill.refunded, bill.paid, bill.paid_back
              FROM sold
              LEFT JOIN (
                  SELECT line_id, %(sums)s FROM billed GROUP BY line_id
              ) bill ON bill.line_id = sold.id
            UNION ALL
            SELECT order_id, NULL, 'loose', NULL, NULL, 0, 0, %(sums)s
              FROM loose GROUP BY order_id
        ), lines AS (
            SELECT order_id,
                   jsonb_agg(jsonb_build_array(
                       kind, product_id, parent_path, ordered, delivered,
                       invoiced, refunded, paid, paid_back) ORDER BY line_id) AS data
              FROM document_line GROUP BY order_id
        )
        SELECT source.id AS order_id, member.id AS member_id, member.program_id,
               member.state, member.tier_id, source.team_id,
               source.day AS event_date,
               source.confirmed AND source.customer_id IS NOT DISTINCT FROM member.id
                   AS is_customer,
               lines.data AS lines, program.earn_amount AS per,
               program.earn_event AS event, program.earn_stack AS stack,
               COALESCE(program.pending_days, 0) AS pending_days, posted.terms,
               COALESCE(posted.earned, 0) AS earned,
               COALESCE(posted.qualified, 0) AS qualified, posted.capped,
               posted.pending, COALESCE(posted.earn_count, 0) AS earn_count,
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
          LEFT JOIN lines ON lines.order_id = source.id
         ORDER BY source.day, source.id, member.id
        """,
        source=_source(order_ids, default_tz),
        posted=_posted(),
        sold=_sold(),
        billed=_billed(),
        loose=_loose(),
        spent=_spent(),
        sums=_sums(),
    )


# the columns of ``posted_facts`` for who has no entry of the order
NOTHING_POSTED = {
    "terms": None,
    "earned": 0,
    "qualified": 0,
    "capped": None,
    "pending": None,
    "earn_count": 0,
    "burned": 0,
    "burn_count": 0,
}


def posted_facts(order_ids):
    """What orders have posted, per member: those columns of ``order_facts``."""
    return SQL(
        """
        WITH source AS MATERIALIZED (SELECT unnest(%s::int[]) AS id)
        SELECT order_id, member_id, %s FROM (%s) posted
        """,
        order_ids,
        SQL(", ").join(map(SQL.identifier, NOTHING_POSTED)),
        _posted(),
    )


def _source(order_ids, default_tz):
    return SQL(
        """
        SELECT so.id, so.state = 'sale' AS confirmed, so.currency_id, so.team_id,
               COALESCE(NULLIF(so.currency_rate::numeric, 0), 1) AS rate,
               (so.date_order AT TIME ZONE 'UTC'
                AT TIME ZONE COALESCE(company_partner.tz, %(tz)s))::date AS day,
               COALESCE(person.id, entity.id) AS customer_id
          FROM sale_order so
          JOIN res_company company ON company.id = so.company_id
          JOIN res_partner company_partner ON company_partner.id = company.partner_id
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
        """,
        orders=order_ids,
        tz=default_tz,
    )


def _posted():
    """What the order has posted to each member; void entries count for keys only."""
    return SQL(
        """
        SELECT source.id AS order_id, entry.*
          FROM source
          CROSS JOIN LATERAL (
              SELECT member_id,
                     COALESCE(SUM(points) FILTER (
                         WHERE kind IN ('earn', 'reverse') AND state <> 'void'), 0
                     ) AS earned,
                     COALESCE(SUM(qualifying_amount) FILTER (WHERE state <> 'void'), 0)
                         AS qualified,
                     COUNT(*) FILTER (WHERE kind IN ('earn', 'reverse')) AS earn_count,
                     (ARRAY_AGG(details -> 'terms' ORDER BY id)
                         FILTER (WHERE details ? 'terms'))[1] AS terms,
                     jsonb_agg(details -> 'capped') FILTER (
                         WHERE details ? 'capped' AND state <> 'void') AS capped,
                     jsonb_agg(jsonb_build_object(
                         'id', id, 'points', points, 'available_on', available_on,
                         'qualifying', qualifying_amount, 'capped', details -> 'capped')
                         ORDER BY available_on, id
                     ) FILTER (WHERE state = 'pending') AS pending,
                     -COALESCE(SUM(points)
                         FILTER (WHERE kind IN ('burn', 'reinstate')), 0) AS burned,
                     COUNT(*) FILTER (WHERE kind IN ('burn', 'reinstate')) AS burn_count
                FROM loyalty_point_entry
               WHERE source_model = 'sale.order' AND source_id = source.id
                 AND kind IN ('earn', 'reverse', 'burn', 'reinstate')
               GROUP BY member_id
          ) entry
        """
    )


def _sold():
    """The lines of confirmed orders."""
    return SQL(
        """
        SELECT source.id AS order_id, line.id, line.product_id, category.parent_path,
               line.is_downpayment, source.rate, source.currency_id,
               ROUND(line.price_total / source.rate, 6) AS ordered,
               CASE WHEN line.product_uom_qty <> 0 THEN ROUND(LEAST(GREATEST(
                   COALESCE(line.qty_delivered, 0)::numeric / line.product_uom_qty, 0),
                   1), 6) ELSE 0 END AS delivered
          FROM source
          CROSS JOIN LATERAL (
              SELECT * FROM sale_order_line
               WHERE order_id = source.id AND display_type IS NULL
          ) line
          LEFT JOIN product_product product ON product.id = line.product_id
          LEFT JOIN product_template template ON template.id = product.product_tmpl_id
          LEFT JOIN product_category category ON category.id = template.categ_id
         WHERE source.confirmed
        """
    )


def _billed():
    """Lines of posted invoices and credit notes, by the line of the order they bill."""
    return SQL(
        """
        SELECT sold.order_id, sold.id AS line_id, bill.*,
               ROUND(bill.price_total / CASE
                   WHEN bill.currency_id = sold.currency_id THEN sold.rate
                   ELSE COALESCE(NULLIF(bill.invoice_rate, 0), 1) END, 6) AS amount
          FROM sold
          CROSS JOIN LATERAL (
              SELECT item.id AS item_id, item.price_total, %(document)s
                FROM sale_order_line_invoice_rel rel
                JOIN account_move_line item ON item.id = rel.invoice_line_id
                JOIN account_move move ON move.id = item.move_id
                LEFT JOIN account_move origin ON origin.id = move.reversed_entry_id
               WHERE rel.order_line_id = sold.id AND %(posted)s
          ) bill
        """,
        document=_document(),
        posted=_is_posted(),
    )


def _document():
    return SQL(
        """
        move.id AS move_id, move.currency_id, move.move_type = 'out_refund' AS refund,
        move.invoice_currency_rate::numeric AS invoice_rate,
        COALESCE(CASE WHEN move.move_type = 'out_refund'
                 THEN origin.id IS NULL OR origin.payment_state IN %(paid)s
                 ELSE move.payment_state IN %(paid)s END, FALSE) AS is_paid
        """,
        paid=PAID,
    )


def _is_posted():
    return SQL(
        "move.state = 'posted'"
        " AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )


def _sums():
    return SQL(
        """
        COALESCE(SUM(amount) FILTER (WHERE NOT refund), 0) AS invoiced,
        COALESCE(SUM(amount) FILTER (WHERE refund), 0) AS refunded,
        COALESCE(SUM(amount) FILTER (WHERE NOT refund AND is_paid), 0) AS paid,
        COALESCE(SUM(amount) FILTER (WHERE refund AND is_paid), 0) AS paid_back
        """
    )


def _loose():
    """What invoices and credit notes say beside the lines of the orders they bill, such
    as a goodwill credit: shared by the orders as the document, or the invoice that it
    reverses, is."""
    return SQL(
        """
        SELECT share.order_id, move.refund, move.is_paid,
               ROUND(item.price_total / COALESCE(NULLIF(move.invoice_rate, 0), 1)
                     * share.part, 6) AS amount
          FROM (
              SELECT order_id, move_id, SUM(price_total) / NULLIF((
                         SELECT SUM(item.price_total) FROM account_move_line item
                          WHERE item.move_id = billed.move_id
                            AND EXISTS (SELECT FROM sale_order_line_invoice_rel rel
                                         WHERE rel.invoice_line_id = item.id)), 0)
                         AS part
                FROM billed GROUP BY order_id, move_id
          ) share
          CROSS JOIN LATERAL (
              SELECT %(document)s
                FROM account_move move
                LEFT JOIN account_move origin ON origin.id = move.reversed_entry_id
               WHERE move.id = share.move_id AND %(posted)s
              UNION ALL
              SELECT %(document)s
                FROM account_move move
                JOIN account_move origin ON origin.id = move.reversed_entry_id
               WHERE move.reversed_entry_id = share.move_id AND %(posted)s
                 AND NOT EXISTS (
                     SELECT FROM account_move_line item
                       JOIN sale_order_line_invoice_rel rel
                         ON rel.invoice_line_id = item.id
                      WHERE item.move_id = move.id)
          ) move
          JOIN account_move_line item ON item.move_id = move.move_id
         WHERE item.display_type = 'product'
           AND NOT EXISTS (SELECT FROM sale_order_line_invoice_rel rel
                            WHERE rel.invoice_line_id = item.id)
        """,
        document=_document(),
        posted=_is_posted(),
    )


def _spent():
    """Points that the reward lines of the order cost, by the member whose they are."""
    return SQL(
        """
        SELECT source.id AS order_id, member.id AS member_id,
               SUM(CEIL(line.points_cost::numeric)) AS cost,
               STRING_AGG(line.name, ', ' ORDER BY line.id) AS rewards
          FROM source
          CROSS JOIN LATERAL (
              SELECT * FROM sale_order_line
               WHERE order_id = source.id AND reward_id IS NOT NULL AND points_cost > 0
          ) line
          JOIN loyalty_member member ON member.card_id = line.coupon_id
         WHERE source.confirmed
         GROUP BY source.id, member.id
        """
    )


def first_orders(pairs):
    """Which orders are the first of their member that count.

    :param pairs: (order id, member id)
    Columns: order_id, member_id of those that are.
    """
    orders, members = zip(*pairs, strict=True)
    return SQL(
        """
        SELECT pair.order_id, pair.member_id
          FROM unnest(%s::int[], %s::int[]) pair(order_id, member_id)
         WHERE NOT EXISTS (
             SELECT FROM loyalty_point_entry entry
              WHERE entry.member_id = pair.member_id
                AND entry.source_model = 'sale.order'
                AND entry.source_id <> pair.order_id
                AND entry.state <> 'void'
              GROUP BY entry.source_id
             HAVING SUM(entry.qualifying_amount) > 0)
        """,
        list(orders),
        list(members),
    )


def cap_use(member_ids, first_day, last_day):
    """Points of capped rates that members have got, for caps per day and month.

    Columns: member_id, event_date, rate_id, points.
    """
    return SQL(
        """
        SELECT entry.member_id, entry.event_date, capped.key::int AS rate_id,
               SUM(capped.value::int) AS points
          FROM loyalty_point_entry entry
          CROSS JOIN LATERAL jsonb_each_text(entry.details -> 'capped') capped
         WHERE entry.member_id = ANY(%s)
           AND entry.event_date BETWEEN %s AND %s
           AND entry.state <> 'void' AND entry.details ? 'capped'
         GROUP BY entry.member_id, entry.event_date, capped.key
        """,
        list(member_ids),
        first_day,
        last_day,
    )
