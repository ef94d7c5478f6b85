"""Set-based SQL that proves the ledger. Conventions as in the ledger engine."""

from odoo.tools import SQL


def _figures(member_ids, first, last):
    """Sums of the ledger per member, and ``member`` and ``card`` beside them."""

    def scope(column):
        if member_ids is not None:
            return SQL("%s = ANY(%s)", column, list(member_ids))
        return SQL("%s BETWEEN %s AND %s", column, first, last)

    return SQL(
        """
        WITH entries AS (
            SELECT member_id,
                   SUM(points) FILTER (WHERE state = 'posted') AS points,
                   SUM(points) FILTER (WHERE state = 'pending') AS pending,
                   -COALESCE(SUM(points) FILTER (WHERE points < 0), 0) AS debits
              FROM loyalty_point_entry WHERE %(of_ledger)s GROUP BY member_id
        ), allocations AS (
            SELECT lot_id, member_id, SUM(points) AS points, SUM(returned) AS returned
              FROM loyalty_point_allocation WHERE %(of_ledger)s
             GROUP BY lot_id, member_id
        ), paid AS (
            SELECT member_id, SUM(points) AS points FROM allocations GROUP BY member_id
        ), lots AS (
            SELECT lot.member_id, SUM(lot.remaining) AS remaining,
                   BOOL_OR(lot.granted - lot.remaining <>
                       COALESCE(allocations.points - allocations.returned, 0)) AS wrong
              FROM (SELECT * FROM loyalty_point_lot WHERE %(of_ledger)s) lot
              LEFT JOIN allocations ON allocations.lot_id = lot.id
             GROUP BY lot.member_id
        ), figures AS (
            SELECT member.id, member.balance, member.debt, member.pending,
                   COALESCE(entries.points, 0) AS entries,
                   COALESCE(entries.pending, 0) AS pending_entries,
                   COALESCE(lots.remaining, 0) AS lots,
                   COALESCE(entries.debits, 0) - COALESCE(paid.points, 0) AS unpaid,
                   COALESCE(lots.wrong, FALSE) AS wrong_lots,
                   card.points AS card_points,
                   card.partner_id IS DISTINCT FROM member.partner_id
                       OR card.code IS DISTINCT FROM member.number AS wrong_card
              FROM loyalty_member member
              LEFT JOIN loyalty_card card ON card.id = member.card_id
              LEFT JOIN entries ON entries.member_id = member.id
              LEFT JOIN lots ON lots.member_id = member.id
              LEFT JOIN paid ON paid.member_id = member.id
             WHERE %(of_members)s
        )
        """,
        of_ledger=scope(SQL("member_id")),
        of_members=scope(SQL("member.id")),
    )


WRONG = SQL(
    """balance - debt <> entries OR balance <> lots OR debt <> unpaid
       OR pending IS DISTINCT FROM pending_entries OR wrong_lots OR wrong_card
       OR card_points IS DISTINCT FROM balance - debt"""
)


def disagreements(member_ids=None, first=0, last=2**31 - 1):
    """Members for which the invariant does not hold.

    ``balance - debt = sum(posted entries) = sum(lot.remaining) - debt = card.points``
    and ``pending = sum(pending entries)``; besides every lot lost exactly what its
    allocations took, and debt is what no lot has paid.

    :param member_ids: these members only; else those from ``first`` to ``last``
    Flush: ``loyalty.member``, ``loyalty.card``. Columns: id.
    """
    return SQL(
        "%s SELECT id FROM figures WHERE %s ORDER BY id",
        _figures(member_ids, first, last),
        WRONG,
    )


def figures(member_ids):
    """What disagrees. Columns as in the select."""
    return SQL(
        """
        %s SELECT id AS member_id, entries AS expected, balance - debt AS balance,
                  lots - debt AS lots, COALESCE(card_points, 0)::int AS card,
                  pending_entries AS pending_expected, pending, wrong_lots, wrong_card
             FROM figures ORDER BY id
        """,
        _figures(member_ids, 0, 0),
    )


def last_of_chunk(after_id, limit):
    """Id of the last of ``limit`` members after ``after_id``. Columns: id."""
    return SQL(
        """
        SELECT MAX(id) FROM (SELECT id FROM loyalty_member WHERE id > %s
                              ORDER BY id LIMIT %s) chunk
        """,
        after_id,
        limit,
    )
