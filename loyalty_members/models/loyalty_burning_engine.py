"""Set-based SQL of redeeming: points on a card that cannot be used now."""

from odoo.tools import SQL

from ..tools.dates import DEFAULT_TZ
from .loyalty_expiry_engine import LAST_DAY


def unusable_points(card_ids, today, order_id, before_line_id):
    """Points of cards that other open quotations hold, and points whose last day has
    passed, which the next run of the job takes away.

    A quotation holds what its reward lines cost until it is confirmed, cancelled or
    expired, or until the program's days to hold are over. Of two quotations that hold
    the same points, the one that asked first has them.
    Flush: ``sale.order``, ``sale.order.line``, ``loyalty.program``.
    Columns: card_id, held, overdue.

    :param date today: in the time zone of the company
    :param order_id: the quotation that asks; ``None`` to count all
    :param before_line_id: its first reward line, if it holds points itself
    """
    return SQL(
        """
        SELECT line.coupon_id, SUM(CEIL(line.points_cost::numeric))::int, 0
          FROM sale_order_line line
          JOIN sale_order so ON so.id = line.order_id
          JOIN loyalty_card card ON card.id = line.coupon_id
          JOIN loyalty_program program ON program.id = card.program_id
          JOIN res_company company ON company.id = program.company_id
          JOIN res_partner place ON place.id = company.partner_id
         WHERE line.coupon_id = ANY(%(cards)s) AND line.points_cost > 0
           AND so.state IN ('draft', 'sent')
           AND (so.validity_date IS NULL OR so.validity_date >= %(today)s)
           AND (COALESCE(program.burn_hold_days, 0) = 0
                OR (so.date_order AT TIME ZONE 'UTC'
                    AT TIME ZONE COALESCE(place.tz, %(tz)s))::date
                   + program.burn_hold_days >= %(today)s)
           AND so.id IS DISTINCT FROM %(order)s
           AND (%(line)s::int IS NULL OR line.id < %(line)s)
         GROUP BY line.coupon_id
         UNION ALL
        SELECT member.card_id, 0, SUM(lot.remaining)::int
          FROM loyalty_member member
          JOIN loyalty_program program ON program.id = member.program_id
          JOIN loyalty_point_lot lot
            ON lot.member_id = member.id AND lot.remaining > 0
          JOIN loyalty_point_entry granted ON granted.id = lot.entry_id
         WHERE member.card_id = ANY(%(cards)s) AND %(last_day)s < %(today)s
         GROUP BY member.card_id
        """,
        cards=list(card_ids),
        today=today,
        order=order_id,
        line=before_line_id,
        last_day=LAST_DAY,
        tz=DEFAULT_TZ,
    )
