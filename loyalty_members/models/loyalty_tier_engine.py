"""Set-based SQL of tier evaluation. The conventions are those of the ledger engine."""

from odoo.tools import SQL


def _spent(today):
    """Spend of ``member`` that counts for ``tier``.

    The rolling window ends on ``today`` and starts N months before, exclusive.
    """
    return SQL(
        """
        SELECT COALESCE(SUM(entry.qualifying_amount), 0)
          FROM loyalty_point_entry entry
         WHERE entry.member_id = member.id
           AND entry.event_date <= %(today)s::date
           AND entry.event_date
               > %(today)s::date - make_interval(months => tier.window_months)
        """,
        today=today,
    )


def upgrade(member_ids, user_id, today):
    """Move members to the highest tier whose threshold they reach, and say why.

    Never moves down. Closed members keep their tier.

    :param date today: in the time zone of the members' company
    Flush: ``loyalty.member``, ``loyalty.tier``. Columns: id of the members moved.
    """
    return SQL(
        """
        WITH reached AS (
            SELECT DISTINCT ON (member.id)
                   member.id AS member_id, member.program_id, member.company_id,
                   member.tier_id AS from_tier_id, tier.id AS to_tier_id,
                   spent.amount, tier.threshold,
                   (%(today)s::date - make_interval(months => tier.window_months)
                       + interval '1 day')::date AS window_start
              FROM loyalty_member member
              JOIN loyalty_tier held ON held.id = member.tier_id
              JOIN loyalty_tier tier ON tier.program_id = member.program_id
                                    AND tier.active
                                    AND tier.sequence > held.sequence
              CROSS JOIN LATERAL (%(spent)s) spent(amount)
             WHERE member.id = ANY(%(members)s) AND member.state <> 'closed'
               AND spent.amount >= tier.threshold
             ORDER BY member.id, tier.sequence DESC
        ), moved AS (
            UPDATE loyalty_member member
               SET tier_id = reached.to_tier_id, tier_since = %(today)s
              FROM reached
             WHERE member.id = reached.member_id
            RETURNING member.id
        ), logged AS (
            INSERT INTO loyalty_tier_move (
                member_id, program_id, company_id, from_tier_id, to_tier_id, reason,
                moved_on, measured_amount, threshold, window_start, window_end,
                user_id, posted_at)
            SELECT member_id, program_id, company_id, from_tier_id, to_tier_id,
                   'upgrade', %(today)s, amount, threshold, window_start, %(today)s,
                   %(user)s, now() AT TIME ZONE 'UTC'
              FROM reached
             ORDER BY member_id
        )
        SELECT id FROM moved
        """,
        members=member_ids,
        user=user_id,
        today=today,
        spent=_spent(today),
    )


def progress(member_ids, today):
    """How far each member is on the way to the next higher tier.

    Flush: ``loyalty.member``, ``loyalty.tier``.
    Columns: member_id, tier_id (the next one), spent (in its window), threshold.
    """
    return SQL(
        """
        SELECT DISTINCT ON (member.id)
               member.id AS member_id, tier.id AS tier_id, spent.amount AS spent,
               tier.threshold
          FROM loyalty_member member
          JOIN loyalty_tier held ON held.id = member.tier_id
          JOIN loyalty_tier tier ON tier.program_id = member.program_id
                                AND tier.active AND tier.sequence > held.sequence
          CROSS JOIN LATERAL (%(spent)s) spent(amount)
         WHERE member.id = ANY(%(members)s)
         ORDER BY member.id, tier.sequence ASC
        """,
        members=member_ids,
        today=today,
        spent=_spent(today),
    )
