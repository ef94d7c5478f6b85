"""Set-based SQL of expiry. Conventions as in the ledger engine.

A lot is usable through the end of its last day, in the time zone of the company. Lots
that expire with inactivity have no date of their own: it follows from the member's last
activity whenever somebody asks.

Flush for all: ``loyalty.program``.
"""

from datetime import date, timedelta

from odoo.tools import SQL

IDLE_LAST_DAY = SQL(
    """(GREATEST(member.last_activity, granted.event_date)
        + make_interval(months => program.expiry_months))::date"""
)
# of `lot`, beside `granted` (its entry), `member` and `program`; null: no last day
LAST_DAY = SQL(
    """CASE WHEN NOT COALESCE(lot.idle_expiry, FALSE) THEN lot.expire_on
            WHEN program.expiry_model = 'activity' THEN %s END""",
    IDLE_LAST_DAY,
)


def ending(today, days=0, member_ids=None):
    """Open lots whose last day is before ``today`` + ``days``.

    The days are constants of the statement, program by program: a day that PostgreSQL
    has to look up makes it read all lots instead of those of the index.

    :param dict today: date by program id
    :param member_ids: only lots of these members
    Columns: lot_id, member_id, last_day.
    """
    only = SQL()
    if member_ids is not None:
        only = SQL("AND lot.member_id = ANY(%s)", list(member_ids))
    return SQL(" UNION ALL ").join(
        _ending(program_id, day + timedelta(days=days), only)
        for program_id, day in (today or {0: date.min}).items()
    )


def _ending(program_id, day, only):
    return SQL(
        """
        SELECT lot.id AS lot_id, lot.member_id, lot.expire_on AS last_day
          FROM loyalty_point_lot lot
         WHERE lot.program_id = %(program)s
           AND lot.remaining > 0 AND lot.expire_on < %(day)s %(only)s
         UNION ALL
        SELECT lot.id, lot.member_id, %(last_day)s
          FROM loyalty_point_lot lot
          JOIN loyalty_program program ON program.id = lot.program_id
          JOIN loyalty_member member ON member.id = lot.member_id
          JOIN loyalty_point_entry granted ON granted.id = lot.entry_id
         WHERE lot.program_id = %(program)s
           AND lot.remaining > 0 AND lot.idle_expiry
           AND program.expiry_model = 'activity'
           AND %(last_day)s < %(day)s %(only)s
        """,
        program=program_id,
        day=day,
        last_day=IDLE_LAST_DAY,
        only=only,
    )


def overdue(today, limit=None, member_ids=None):
    """Open lots whose last day has passed, the oldest first.

    Columns: lot_id, member_id.
    """
    return SQL(
        "SELECT lot_id, member_id FROM (%s) lot ORDER BY last_day, lot_id LIMIT %s",
        ending(today, member_ids=member_ids),
        limit,
    )


def expire(lot_ids, user_id, now):
    """Take what is left of lots, one entry per lot, and move the balances.

    The key names lot and last day, so that a lot expires once per last day, whoever
    asks how often. Columns: member_id of each lot that expired.
    """
    return SQL(
        """
        WITH entry AS (
            INSERT INTO loyalty_point_entry (
                program_id, company_id, member_id, kind, points, qualifying_amount,
                event_date, key, source_model, source_id, explanation, details,
                user_id, state, posted_at)
            SELECT lot.program_id, lot.company_id, lot.member_id, 'expire',
                   -lot.remaining, 0, %(last_day)s,
                   'expire:' || lot.id || ':' || %(last_day)s, 'loyalty.point.lot',
                   lot.id, granted.event_date || ' → ' || %(last_day)s,
                   jsonb_build_object(
                       'lot_id', lot.id, 'granted_on', granted.event_date,
                       'granted', lot.granted, 'last_day', %(last_day)s),
                   %(user)s, 'posted', %(now)s
              FROM loyalty_point_lot lot
              JOIN loyalty_program program ON program.id = lot.program_id
              JOIN loyalty_member member ON member.id = lot.member_id
              JOIN loyalty_point_entry granted ON granted.id = lot.entry_id
             WHERE lot.id = ANY(%(lots)s) AND lot.remaining > 0
             ORDER BY lot.id
            ON CONFLICT (program_id, key) DO NOTHING
            RETURNING id, company_id, member_id, source_id AS lot_id, points
        ), emptied AS (
            UPDATE loyalty_point_lot lot
               SET remaining = lot.remaining + entry.points
              FROM entry
             WHERE lot.id = entry.lot_id
        ), allocated AS (
            INSERT INTO loyalty_point_allocation (
                entry_id, lot_id, member_id, company_id, points, returned)
            SELECT id, lot_id, member_id, company_id, -points, 0
              FROM entry
             ORDER BY id
        ), moved AS (
            UPDATE loyalty_member member
               SET balance = member.balance + delta.points
              FROM (SELECT member_id, SUM(points) AS points
                      FROM entry GROUP BY member_id) delta
             WHERE member.id = delta.member_id
            RETURNING member.card_id, member.balance
        ), shown AS (
            UPDATE loyalty_card card
               SET points = moved.balance
              FROM moved
             WHERE card.id = moved.card_id
        )
        SELECT member_id FROM entry
        """,
        lots=lot_ids,
        last_day=LAST_DAY,
        user=user_id,
        now=now,
    )


def to_remind(program, stages, after_id, limit):
    """What to remind members of today, for ``limit`` members after ``after_id``.

    A stage is a number of days before the last day. The smallest one that is reached
    counts, so that a run which was missed is made up for, and only points that were
    there when it began. Only active members with an e-mail address who were not
    reminded of that day at that stage.
    Columns: member_id, partner_id, expire_on, days (the stage), points.
    """
    return SQL(
        """
        WITH due AS (
            SELECT lot.member_id, lot.last_day AS expire_on, stage.days,
                   SUM(open.remaining) AS points
              FROM (%(ending)s) lot
              JOIN loyalty_point_lot open ON open.id = lot.lot_id
              JOIN loyalty_point_entry granted ON granted.id = open.entry_id
             CROSS JOIN LATERAL (
                   SELECT MIN(days) AS days FROM unnest(%(stages)s) days
                    WHERE days >= lot.last_day - %(day)s) stage
             WHERE lot.last_day >= %(day)s AND lot.member_id > %(after)s
               AND granted.event_date <= lot.last_day - stage.days
             GROUP BY lot.member_id, lot.last_day, stage.days
        ), numbered AS (
            SELECT due.*, member.partner_id,
                   DENSE_RANK() OVER (ORDER BY due.member_id) AS rank
              FROM due
              JOIN loyalty_member member ON member.id = due.member_id
              JOIN res_partner partner ON partner.id = member.partner_id
             WHERE member.state = 'active' AND COALESCE(partner.email, '') <> ''
               AND NOT EXISTS (
                   SELECT FROM loyalty_point_reminder reminder
                    WHERE reminder.member_id = due.member_id
                      AND reminder.expire_on = due.expire_on
                      AND reminder.days = due.days)
        )
        SELECT member_id, partner_id, expire_on, days, points
          FROM numbered WHERE rank <= %(limit)s
         ORDER BY member_id, expire_on
        """,
        ending=ending({program.id: program._today()}, days=max(stages) + 1),
        stages=list(stages),
        day=program._today(),
        after=after_id,
        limit=limit,
    )


INSERT_REMINDERS = """
    INSERT INTO loyalty_point_reminder (
        program_id, company_id, member_id, expire_on, days, points, reminded_on)
    VALUES %s
    ON CONFLICT (member_id, expire_on, days) DO NOTHING
    RETURNING member_id
"""
