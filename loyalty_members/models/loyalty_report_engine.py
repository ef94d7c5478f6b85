"""Set-based SQL of the reports. The conventions are those of the ledger engine."""

from odoo.tools import SQL

# lots whose last day must have passed before a share is measured from them
MATURED_LOTS = 100
# how soon points expire that are called expiring
EXPIRING_DAYS = 30


def calendar(days):
    """Rows ``(program_id, day)``: today where the program's company is.

    :param dict days: date by program id
    """
    return SQL(
        "unnest(%s::int[], %s::date[]) AS calendar(program_id, day)",
        list(days),
        list(days.values()),
    )


def matured(days):
    """What became of the lots whose last day has passed.

    Flush: lots, allocations, entries. Columns: program_id, lots, unused, used (points).
    """
    return SQL(
        """
        WITH lot AS MATERIALIZED (
            SELECT lot.id, lot.program_id, lot.remaining
              FROM loyalty_point_lot lot
              JOIN %(calendar)s ON calendar.program_id = lot.program_id
                               AND lot.expire_on < calendar.day
        ), kept AS (
            SELECT program_id, COUNT(*) AS lots, SUM(remaining) AS points
              FROM lot GROUP BY program_id
        ), taken AS (
            SELECT lot.program_id,
                   SUM(allocation.points - allocation.returned)
                       FILTER (WHERE entry.kind = 'expire') AS expired,
                   SUM(allocation.points - allocation.returned)
                       FILTER (WHERE entry.kind IN ('burn', 'transfer_out')) AS used
              FROM lot
              JOIN loyalty_point_allocation allocation ON allocation.lot_id = lot.id
              JOIN loyalty_point_entry entry ON entry.id = allocation.entry_id
             GROUP BY lot.program_id
        )
        SELECT kept.program_id, kept.lots::int AS lots,
               (kept.points + COALESCE(taken.expired, 0))::bigint AS unused,
               COALESCE(taken.used, 0)::bigint AS used
          FROM kept LEFT JOIN taken ON taken.program_id = kept.program_id
        """,
        calendar=calendar(days),
    )


def liability(days):
    """Points that the company still owes, and their value.

    A share measured from points with a last day says nothing about points without
    one, and points that were paid for are owed in full.

    Flush: see ``_depends`` of ``loyalty.point.liability``. Columns: its fields.
    """
    return SQL(
        """
        WITH measured AS (%(matured)s), rate AS (
            SELECT program.id AS program_id,
                   COALESCE(program.point_value, 0)::numeric AS value,
                   COALESCE(program.breakage_ratio, 0)::numeric AS fixed,
                   CASE WHEN program.breakage_method = 'history'
                             AND measured.lots >= %(needed)s
                             AND measured.unused + measured.used > 0
                        THEN measured.unused::numeric
                             / (measured.unused + measured.used)
                   END AS history
              FROM loyalty_program program
              LEFT JOIN measured ON measured.program_id = program.id
             WHERE program.is_membership
        ), owed AS (
            SELECT 2::bigint * lot.id AS id, 'available' AS status, lot.program_id,
                   lot.company_id, lot.member_id, lot.origin, lot.expire_on,
                   lot.idle_expiry, lot.remaining AS points
              FROM loyalty_point_lot lot
             WHERE lot.remaining > 0
             UNION ALL
            SELECT 2::bigint * entry.id + 1, 'pending', entry.program_id,
                   entry.company_id, entry.member_id, COALESCE(entry.origin, 'earned'),
                   entry.expire_on, entry.idle_expiry, entry.points
              FROM loyalty_point_entry entry
             WHERE entry.state = 'pending' AND entry.points > 0
        ), grouped AS (
            SELECT MIN(owed.id) AS id, owed.status, owed.program_id, owed.company_id,
                   owed.origin, member.tier_id,
                   date_trunc('month', owed.expire_on)::date AS expiry_month,
                   CASE WHEN owed.expire_on IS NOT NULL THEN 'day'
                        WHEN owed.idle_expiry THEN 'idle'
                        ELSE 'never' END AS expiry,
                   SUM(owed.points) AS points
              FROM owed JOIN loyalty_member member ON member.id = owed.member_id
             GROUP BY 2, 3, 4, 5, 6, 7, 8
        ), priced AS (
            SELECT grouped.*, grouped.points * rate.value AS value,
                   CASE WHEN grouped.origin = 'paid' THEN 'paid'
                        WHEN rate.history IS NULL THEN 'fixed'
                        WHEN grouped.expiry = 'day' THEN 'history'
                        ELSE 'unmeasured' END AS breakage_source,
                   rate.fixed, rate.history
              FROM grouped JOIN rate ON rate.program_id = grouped.program_id
        ), shared AS (
            SELECT priced.*,
                   CASE breakage_source WHEN 'fixed' THEN fixed
                                        WHEN 'history' THEN history
                                        ELSE 0 END AS breakage_ratio
              FROM priced
        )
        SELECT id, status, program_id, company_id, origin, tier_id, expiry_month,
               expiry, points::bigint AS points, value, breakage_source, breakage_ratio,
               value * breakage_ratio AS breakage,
               value * (1 - breakage_ratio) AS liability
          FROM shared
        """,
        matured=matured(days),
        needed=MATURED_LOTS,
    )


def expiry_days():
    """Open points by their last day.

    Flush: lots, programs. Columns: the fields of ``loyalty.expiry.day``.
    """
    return SQL(
        """
        SELECT MIN(lot.id) AS id, lot.program_id, lot.company_id, lot.expire_on,
               COUNT(DISTINCT lot.member_id)::int AS members,
               SUM(lot.remaining)::bigint AS points,
               (SUM(lot.remaining) * COALESCE(program.point_value, 0))::numeric
                   AS value
          FROM loyalty_point_lot lot
          JOIN loyalty_program program ON program.id = lot.program_id
         WHERE lot.remaining > 0 AND lot.expire_on IS NOT NULL
         GROUP BY lot.program_id, lot.company_id, lot.expire_on, program.point_value
        """
    )


def dashboard(days):
    """Key figures of each membership, as of today where its company is.

    Flush: see ``_depends`` of ``loyalty.dashboard``. Columns: its fields.
    """
    return SQL(
        """
        WITH today AS (
            SELECT program_id, day, date_trunc('month', day)::date AS month_start
              FROM %(calendar)s
        ), member AS (
            SELECT today.program_id,
                   COUNT(*) FILTER (WHERE member.state = 'active') AS active_members,
                   COUNT(*) FILTER (WHERE member.joined_on >= today.month_start)
                       AS joined,
                   SUM(member.balance) AS outstanding, SUM(member.pending) AS pending,
                   SUM(member.debt) AS owed
              FROM today JOIN loyalty_member member USING (program_id)
             GROUP BY today.program_id
        ), entry AS (
            SELECT today.program_id,
                   SUM(entry.points) FILTER (WHERE entry.kind NOT IN
                       ('burn', 'reinstate', 'expire', 'transfer_in', 'transfer_out'))
                       AS granted,
                   -SUM(entry.points) FILTER (WHERE entry.kind IN
                       ('burn', 'reinstate')) AS redeemed,
                   -SUM(entry.points) FILTER (WHERE entry.kind = 'expire') AS expired
              FROM today
              JOIN loyalty_point_entry entry
                ON entry.program_id = today.program_id AND entry.state = 'posted'
               AND entry.event_date BETWEEN today.month_start AND today.day
             GROUP BY today.program_id
        ), lot AS (
            SELECT today.program_id, SUM(lot.remaining) AS expiring
              FROM today
              JOIN loyalty_point_lot lot
                ON lot.program_id = today.program_id AND lot.remaining > 0
               AND lot.expire_on BETWEEN today.day AND today.day + %(expiring_days)s
             GROUP BY today.program_id
        )
        SELECT program.id, program.id AS program_id, program.company_id, today.day,
               today.month_start,
               COALESCE(member.active_members, 0)::int AS active_members,
               COALESCE(member.joined, 0)::int AS joined,
               COALESCE(member.outstanding, 0)::bigint AS outstanding,
               COALESCE(member.pending, 0)::bigint AS pending,
               COALESCE(member.owed, 0)::bigint AS owed,
               COALESCE(entry.granted, 0)::bigint AS granted,
               COALESCE(entry.redeemed, 0)::bigint AS redeemed,
               COALESCE(entry.expired, 0)::bigint AS expired,
               COALESCE(lot.expiring, 0)::bigint AS expiring
          FROM loyalty_program program
          JOIN today ON today.program_id = program.id
          LEFT JOIN member ON member.program_id = program.id
          LEFT JOIN entry ON entry.program_id = program.id
          LEFT JOIN lot ON lot.program_id = program.id
         WHERE program.is_membership AND program.active
        """,
        calendar=calendar(days),
        expiring_days=EXPIRING_DAYS,
    )
