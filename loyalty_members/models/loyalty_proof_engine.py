"""Set-based SQL that proves the ledger. Conventions as in the ledger engine."""

from odoo.tools import SQL


def disagreements(member_ids=None):
    """Members for which the invariant does not hold; ``None`` means all members.

    ``balance - debt = sum(posted entries) = sum(lot.remaining) - debt = card.points``
    and ``pending = sum(pending entries)``; besides every lot lost exactly what its
    allocations took, and debt is what no lot has paid.
    Flush: ``loyalty.member``, ``loyalty.card``. Columns: id.
    """
    only = (
        SQL("WHERE member_id = ANY(%s)", list(member_ids))
        if member_ids is not None
        else SQL()
    )
    return SQL(
        """
        WITH entries AS (
            SELECT member_id,
                   SUM(points) FILTER (WHERE state = 'posted') AS points,
                   SUM(points) FILTER (WHERE state = 'pending') AS pending,
                   -COALESCE(SUM(points) FILTER (WHERE points < 0), 0) AS debits
              FROM loyalty_point_entry %(only)s GROUP BY member_id
        ), allocations AS (
            SELECT lot_id, member_id, SUM(points) AS points, SUM(returned) AS returned
              FROM loyalty_point_allocation %(only)s GROUP BY lot_id, member_id
        ), paid AS (
            SELECT member_id, SUM(points) AS points FROM allocations GROUP BY member_id
        ), lots AS (
            SELECT lot.member_id, SUM(lot.remaining) AS remaining,
                   BOOL_OR(lot.granted - lot.remaining <>
                       COALESCE(allocations.points - allocations.returned, 0)) AS wrong
              FROM (SELECT * FROM loyalty_point_lot %(only)s) lot
              LEFT JOIN allocations ON allocations.lot_id = lot.id
             GROUP BY lot.member_id
        )
        SELECT member.id
          FROM loyalty_member member
          LEFT JOIN loyalty_card card ON card.id = member.card_id
          LEFT JOIN entries ON entries.member_id = member.id
          LEFT JOIN lots ON lots.member_id = member.id
          LEFT JOIN paid ON paid.member_id = member.id
         WHERE %(of_members)s
           AND (member.balance - member.debt <> COALESCE(entries.points, 0)
                OR member.pending IS DISTINCT FROM COALESCE(entries.pending, 0)
                OR member.balance <> COALESCE(lots.remaining, 0)
                OR lots.wrong
                OR member.debt <> COALESCE(entries.debits, 0) - COALESCE(paid.points, 0)
                OR card.points IS DISTINCT FROM (member.balance - member.debt)
                OR card.partner_id IS DISTINCT FROM member.partner_id
                OR card.code IS DISTINCT FROM member.number)
         ORDER BY member.id
        """,
        only=only,
        of_members=SQL("member.id = ANY(%s)", list(member_ids))
        if member_ids is not None
        else SQL("TRUE"),
    )
