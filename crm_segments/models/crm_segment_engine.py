"""Set-based SQL of segments. Callers flush through ``execute_query`` and invalidate."""

from odoo.tools import SQL


def enter(segment, contacts, day):
    """Open a membership for each contact that has none; one row: (how many).

    :param segment: one ``crm.segment``
    :param SQL contacts: SELECT of contact ids
    :param date day: first day of the membership
    """
    return SQL(
        """
        WITH entered AS (
            INSERT INTO crm_segment_member
                   (segment_id, company_id, partner_id, entered_on)
            SELECT %(segment)s, %(company)s, fits.id, %(day)s
              FROM (%(contacts)s) AS fits (id)
             WHERE NOT EXISTS (
                   SELECT FROM crm_segment_member m
                    WHERE m.segment_id = %(segment)s AND m.partner_id = fits.id
                      AND m.left_on IS NULL)
            ON CONFLICT (segment_id, partner_id) WHERE left_on IS NULL DO NOTHING
            RETURNING 1
        )
        SELECT count(*) FROM entered
        """,
        segment=segment.id,
        company=segment.company_id.id,
        contacts=contacts,
        day=day,
    )


def leave(segment, contacts, day):
    """End the membership of everybody who fits no more; one row: (how many)."""
    return SQL(
        """
        WITH fits (id) AS MATERIALIZED (%(contacts)s), gone AS (
            UPDATE crm_segment_member m SET left_on = %(day)s
             WHERE m.segment_id = %(segment)s AND m.left_on IS NULL
               AND NOT EXISTS (SELECT FROM fits WHERE fits.id = m.partner_id)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        segment=segment.id,
        contacts=contacts,
        day=day,
    )


def put_count(segment, day, count):
    """Keep the day's count; a later one of the same day replaces it. No rows wanted."""
    return SQL(
        """
        INSERT INTO crm_segment_count (segment_id, company_id, date, count)
        VALUES (%s, %s, %s, %s)
        ON CONFLICT (segment_id, date) DO UPDATE SET count = EXCLUDED.count
        RETURNING id
        """,
        segment.id,
        segment.company_id.id,
        day,
        count,
    )


def merge_members(sources, target):
    """Let memberships follow merged contacts, without two open ones in a segment.

    :param tuple sources: ids of the contacts that go
    :param int target: id of the contact that stays
    """
    return SQL(
        """
        WITH everybody AS (
            SELECT id, row_number() OVER (
                       PARTITION BY segment_id
                       ORDER BY entered_on, partner_id = %(target)s DESC, id) AS place
              FROM crm_segment_member
             WHERE left_on IS NULL
               AND (partner_id = %(target)s OR partner_id IN %(sources)s)
        )
        DELETE FROM crm_segment_member USING everybody
         WHERE crm_segment_member.id = everybody.id AND everybody.place > 1
        """,
        sources=sources,
        target=target,
    )
