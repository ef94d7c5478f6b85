"""Set-based SQL of gifts: who is due, exactly once, and the coupons they get.

Callers flush ``loyalty.member``, ``loyalty.benefit`` and ``loyalty.benefit.issue``
before, and invalidate the issues after.
"""

from odoo.tools import SQL


def _same_day(column, month, day):
    """Written as in the index on the birthday."""
    return SQL(
        "EXTRACT(MONTH FROM %(column)s) = %(month)s"
        " AND EXTRACT(DAY FROM %(column)s) = %(day)s",
        column=column,
        month=month,
        day=day,
    )


def due_on_dates(program_id, column, dues):
    """Members whose yearly date in ``column`` is one of ``dues``.

    Only who was a member when the gift could be had, and not in the year in which the
    date itself lies.

    :param str column: ``loyalty_birthdate`` or ``joined_on``
    :param dues: (month, day, year, last day of the gift)
    Columns: member_id, period_key.
    """
    months, days, years, closes = map(list, zip(*dues, strict=True))
    name = SQL.identifier("member", column)
    return SQL(
        """
        SELECT member.id AS member_id, due.year::text AS period_key
          FROM unnest(%(months)s::int[], %(days)s::int[], %(years)s::int[],
                      %(closes)s::date[]) AS due(month, day, year, closes)
          JOIN loyalty_member member
            ON member.program_id = %(program)s AND %(same_day)s
           AND EXTRACT(YEAR FROM %(name)s) < due.year
           AND member.joined_on <= due.closes
        """,
        months=months,
        days=days,
        years=years,
        closes=closes,
        program=program_id,
        same_day=_same_day(name, SQL("due.month"), SQL("due.day")),
        name=name,
    )


def due_for_all(program_id, years):
    """Every member, for each of ``years``: (year, last day of the gift).

    Columns: member_id, period_key.
    """
    numbers, closes = map(list, zip(*years, strict=True))
    return SQL(
        """
        SELECT member.id AS member_id, due.year::text AS period_key
          FROM unnest(%(numbers)s::int[], %(closes)s::date[]) AS due(year, closes)
          JOIN loyalty_member member ON member.program_id = %(program)s
           AND member.joined_on <= due.closes
        """,
        numbers=numbers,
        closes=closes,
        program=program_id,
    )


def due_once(member_ids):
    """These members, once. Columns: member_id, period_key."""
    return SQL(
        "SELECT unnest(%s::int[]) AS member_id, 'once' AS period_key", member_ids
    )


def due_for_moves(move_ids):
    """Members who moved up, once per tier. Columns: member_id, period_key, tier_id."""
    return SQL(
        """
        SELECT move.member_id, 'tier:' || move.to_tier_id AS period_key,
               move.to_tier_id AS tier_id
          FROM loyalty_tier_move move
          JOIN loyalty_tier held ON held.id = move.from_tier_id
          JOIN loyalty_tier reached ON reached.id = move.to_tier_id
         WHERE move.id = ANY(%s) AND reached.sequence > held.sequence
        """,
        move_ids,
    )


def still_due(benefit_id, due, tier_ids, by_move=False):
    """The part of ``due`` that is not closed, of these tiers, and not given yet.

    Columns: member_id, period_key.
    """
    tier = SQL("due.tier_id") if by_move else SQL("member.tier_id")
    of_tiers = SQL("AND %s = ANY(%s)", tier, tier_ids) if tier_ids else SQL()
    return SQL(
        """
        SELECT DISTINCT due.member_id, due.period_key
          FROM (%(due)s) due
          JOIN loyalty_member member ON member.id = due.member_id
         WHERE member.state <> 'closed' %(of_tiers)s
           AND NOT EXISTS (
               SELECT FROM loyalty_benefit_issue issue
                WHERE issue.member_id = due.member_id
                  AND issue.benefit_id = %(benefit)s
                  AND issue.period_key = due.period_key)
        """,
        due=due,
        of_tiers=of_tiers,
        benefit=benefit_id,
    )


def issue(benefit, due, issued_on, expire_on, mail_state, limit):
    """Record gifts, exactly once per member, gift and period.

    :param due: SQL of ``still_due``
    Columns: id, member_id of the issues that are new.
    """
    return SQL(
        """
        INSERT INTO loyalty_benefit_issue (
            benefit_id, program_id, company_id, member_id, period_key, state,
            issued_on, expire_on, mail_state, user_id, issued_at)
        SELECT %(benefit)s, %(program)s, %(company)s, member_id, period_key, 'given',
               %(issued_on)s, %(expire_on)s, %(mail_state)s, %(user)s,
               now() AT TIME ZONE 'UTC'
          FROM (%(due)s ORDER BY due.member_id, due.period_key LIMIT %(limit)s) chunk
        ON CONFLICT (member_id, benefit_id, period_key) DO NOTHING
        RETURNING id, member_id
        """,
        benefit=benefit.id,
        program=benefit.program_id.id,
        company=benefit.company_id.id,
        user=benefit.env.uid,
        due=due,
        issued_on=issued_on,
        expire_on=expire_on,
        mail_state=mail_state,
        limit=limit,
    )


def link_entries(issue_ids, entry_ids):
    """Let each issue know the point entry that it gave."""
    return SQL(
        """
        UPDATE loyalty_benefit_issue issue SET entry_id = input.entry_id
          FROM unnest(%s::int[], %s::int[]) AS input(issue_id, entry_id)
         WHERE issue.id = input.issue_id
        RETURNING issue.id
        """,
        issue_ids,
        entry_ids,
    )


def coupons(program, issue_codes, points, expire_on, user_id):
    """Insert a native coupon for each (issue, code) and link it to the issue."""
    issues, codes = map(list, zip(*issue_codes, strict=True))
    return SQL(
        """
        WITH input AS (
            SELECT input.issue_id, input.code, member.partner_id
              FROM unnest(%(issues)s::int[], %(codes)s::text[]) AS input(issue_id, code)
              JOIN loyalty_benefit_issue issue ON issue.id = input.issue_id
              JOIN loyalty_member member ON member.id = issue.member_id
        ), card AS (
            INSERT INTO loyalty_card (
                program_id, company_id, partner_id, code, points, active,
                expiration_date, create_uid, write_uid, create_date, write_date)
            SELECT %(program)s, %(company)s, partner_id, code, %(points)s, TRUE,
                   %(expire_on)s, %(user)s, %(user)s, now() AT TIME ZONE 'UTC',
                   now() AT TIME ZONE 'UTC'
              FROM input
            RETURNING id, code
        )
        UPDATE loyalty_benefit_issue issue SET card_id = card.id
          FROM input JOIN card ON card.code = input.code
         WHERE issue.id = input.issue_id
        RETURNING issue.id
        """,
        issues=issues,
        codes=codes,
        program=program.id,
        company=program.company_id.id or None,
        points=points,
        expire_on=expire_on,
        user=user_id,
    )
