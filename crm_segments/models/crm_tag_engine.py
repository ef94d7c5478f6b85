"""Set-based SQL of the tag rules, as functions returning ``SQL``.

A run of one rule works on ``crm_tag_fit``, the contacts that fit now. A tag on a
contact belongs to whom the open rows of ``crm_tag_assignment`` name; without any it was
given by hand before the log began. Removing means: close the rule's row, and take the
tag off only if no open row is left. The caller flushes before and invalidates after.
"""

from odoo.tools import SQL

RELATION = SQL.identifier("res_partner_res_partner_category_rel")


def create_fit(subselect):
    """``crm_tag_fit`` from a SELECT of contact ids."""
    return SQL(
        """
        CREATE TEMP TABLE crm_tag_fit ON COMMIT DROP AS
        SELECT id AS partner_id FROM res_partner WHERE id IN %s
        """,
        subselect,
    )


def close_removed_by_hand(tags, today):
    """Close the rows of tags that somebody took off; a rule does not insist."""
    return SQL(
        """
        UPDATE crm_tag_assignment a SET ended_on = %(today)s, end_reason = 'hand'
         WHERE a.ended_on IS NULL AND a.tag_id = ANY(%(tags)s)
           AND NOT EXISTS (
               SELECT FROM %(relation)s r
                WHERE r.partner_id = a.partner_id AND r.category_id = a.tag_id)
        """,
        today=today,
        tags=tags,
        relation=RELATION,
    )


def close_expired(today, rule_id=None):
    """Close the rows whose last day has passed, of one rule or whoever gave the tag."""
    condition = SQL("a.expires_on < %s", today)
    if rule_id:
        condition = SQL("%s AND a.rule_id = %s", condition, rule_id)
    return _close("expired", condition, today)


def close_unfit(rule_id, today):
    """Close the rule's rows of contacts that no longer fit."""
    condition = SQL(
        """a.rule_id = %s AND NOT EXISTS (
           SELECT FROM crm_tag_fit f WHERE f.partner_id = a.partner_id)""",
        rule_id,
    )
    return _close("unfit", condition, today)


def close_rules(rule_ids, today):
    """Close all rows of rules that stop."""
    return _close("stopped", SQL("a.rule_id = ANY(%s)", rule_ids), today)


def _close(reason, condition, today):
    """Close rows, and take the tags off that nobody else gave."""
    return SQL(
        """
        WITH closed AS (
            UPDATE crm_tag_assignment a
               SET ended_on = %(today)s, end_reason = %(reason)s
             WHERE a.ended_on IS NULL AND %(condition)s
         RETURNING a.id, a.partner_id, a.tag_id
        )
        DELETE FROM %(relation)s r USING closed c
         WHERE r.partner_id = c.partner_id AND r.category_id = c.tag_id
           AND NOT EXISTS (
               SELECT FROM crm_tag_assignment o
                WHERE o.partner_id = c.partner_id AND o.tag_id = c.tag_id
                  AND o.ended_on IS NULL
                  AND o.id NOT IN (SELECT id FROM closed))
        """,
        today=today,
        reason=reason,
        condition=condition,
        relation=RELATION,
    )


def extend(rule_id, expires_on):
    """Contacts that still fit keep the tag longer."""
    return SQL(
        """
        UPDATE crm_tag_assignment a SET expires_on = %(expires)s
          FROM crm_tag_fit f
         WHERE f.partner_id = a.partner_id AND a.rule_id = %(rule)s
           AND a.ended_on IS NULL AND a.expires_on IS DISTINCT FROM %(expires)s
        """,
        rule=rule_id,
        expires=expires_on,
    )


def insert_assignments(rule, today, expires_on, uid):
    """Log the contacts that the rule tags now.

    Not those who have the tag from a person or a click, and not those from whom a
    person took this rule's tag away. Who has it from another rule gets a row too, so
    that the tag stays when the other rule lets go.
    """
    return SQL(
        """
        INSERT INTO crm_tag_assignment (partner_id, tag_id, rule_id, company_id, source,
                                        reason, since, expires_on, create_uid,
                                        create_date, write_uid, write_date)
        SELECT f.partner_id, %(tag)s, %(rule)s, %(company)s, 'rule', %(reason)s,
               %(today)s, %(expires)s::date, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
               now() AT TIME ZONE 'UTC'
          FROM crm_tag_fit f
         WHERE NOT EXISTS (
               SELECT FROM crm_tag_assignment a
                WHERE a.partner_id = f.partner_id AND a.rule_id = %(rule)s
                  AND (a.ended_on IS NULL OR a.end_reason = 'hand'))
           AND (NOT EXISTS (
                    SELECT FROM %(relation)s r
                     WHERE r.partner_id = f.partner_id AND r.category_id = %(tag)s)
                OR EXISTS (
                    SELECT FROM crm_tag_assignment a
                     WHERE a.partner_id = f.partner_id AND a.tag_id = %(tag)s
                       AND a.ended_on IS NULL AND a.source = 'rule'))
        """,
        rule=rule.id,
        tag=rule.tag_id.id,
        company=rule.company_id.id,
        reason=rule.name,
        today=today,
        expires=expires_on,
        uid=uid,
        relation=RELATION,
    )


def insert_tags(rule_id):
    """Put the tag on every contact with an open row of the rule."""
    return SQL(
        """
        INSERT INTO %s (partner_id, category_id)
        SELECT a.partner_id, a.tag_id FROM crm_tag_assignment a
         WHERE a.rule_id = %s AND a.ended_on IS NULL
        ON CONFLICT DO NOTHING
        """,
        RELATION,
        rule_id,
    )
