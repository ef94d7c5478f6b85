"""Set-based SQL of redeeming: points on a card that cannot be used now."""

from odoo.tools import SQL

from .loyalty_expiry_engine import LAST_DAY


def unusable_points(program, card_ids, order_id, before_line_id):
    """Points of cards that other open quotations hold, and points whose last day has
    passed, which the next run of the job takes away.

    A quotation holds what its reward lines cost until it is confirmed, cancelled or
    expired, or until the program's days to hold are over. Of two quotations that hold
    the same points, the one that asked first has them.
    Flush: ``sale.order``, ``sale.order.line``.
    Columns: card_id, held, overdue.

    :param program: the membership (``loyalty.program``) of the cards
    :param order_id: the quotation that asks; ``None`` to count all
    :param before_line_id: its first reward line, if it holds points itself

    Every checkout asks for this, and planning it takes longer than running it: only
    the parts that the program asks for are in the statement.
    """
    return SQL(
        """
        SELECT line.coupon_id, SUM(CEIL(line.points_cost::numeric))::int, 0
          FROM sale_order_line line
          JOIN sale_order so ON so.id = line.order_id
         WHERE line.coupon_id = ANY(%(cards)s) AND line.points_cost > 0
           AND so.state IN ('draft', 'sent')
           AND (so.validity_date IS NULL OR so.validity_date >= %(today)s)
           AND %(recent)s
           AND so.id IS DISTINCT FROM %(order)s
           AND %(first)s
         GROUP BY line.coupon_id
         UNION ALL
        SELECT member.card_id, 0, SUM(lot.remaining)::int
          FROM loyalty_member member
          JOIN loyalty_point_lot lot
            ON lot.member_id = member.id AND lot.remaining > 0
          %(granted)s
         WHERE member.card_id = ANY(%(cards)s) AND %(overdue)s
         GROUP BY member.card_id
        """,
        cards=list(card_ids),
        today=program._today(),
        recent=_recent(program),
        order=order_id,
        first=SQL("line.id < %s", before_line_id) if before_line_id else SQL("TRUE"),
        **_overdue(program),
    )


def _recent(program):
    """Whether the quotation is young enough to hold points."""
    since = program._holding_since()
    return SQL("TRUE") if since is None else SQL("so.date_order >= %s", since)


def _overdue(program):
    """The condition on a lot, and what it needs besides ``lot`` and ``member``."""
    today = program._today()
    if program.expiry_model != "activity":
        overdue = SQL(
            "NOT COALESCE(lot.idle_expiry, FALSE) AND lot.expire_on < %s", today
        )
        return {"granted": SQL(), "overdue": overdue}
    return {
        "granted": SQL(
            """JOIN loyalty_point_entry granted ON granted.id = lot.entry_id
               JOIN loyalty_program program ON program.id = member.program_id"""
        ),
        "overdue": SQL("%s < %s", LAST_DAY, today),
    }
