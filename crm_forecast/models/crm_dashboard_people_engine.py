"""Set-based SQL of the dashboards: activities and customers. Runs nothing.

Callers flush before; see `crm_dashboard_engine` for what a scope is.
"""

from odoo.tools import SQL

from .crm_dashboard_engine import whose_sql
from .crm_funnel_engine import stuck_sql


def activity_place_sql():
    """Activities on leads and contacts: in which company and team they count.

    Columns: those of mail_activity, company_id, team_id. The company is that of the
    lead's forecast or of the contact, else of whom the activity is assigned to.
    """
    return SQL(
        """
        SELECT activity.*, lead.forecast_company_id AS company_id, lead.team_id
          FROM mail_activity activity
          JOIN crm_lead lead ON lead.id = activity.res_id
         WHERE activity.res_model = 'crm.lead' AND activity.active
         UNION ALL
        SELECT activity.*, COALESCE(partner.company_id, person.company_id), NULL
          FROM mail_activity activity
          JOIN res_partner partner ON partner.id = activity.res_id
          LEFT JOIN res_users person ON person.id = activity.user_id
         WHERE activity.res_model = 'res.partner' AND activity.active"""
    )


def my_activities_sql(scope, lang, limit):
    """Activities of the salesperson that are due by today, the most overdue first.

    Calls before others of the same day. Columns: id, model, res_id, date_deadline,
    summary, type, is_call, and of all rows before the limit: total, late.
    """
    return SQL(
        """
        SELECT activity.id, activity.res_model AS model, activity.res_id,
               activity.date_deadline, activity.summary,
               COALESCE(type.name ->> %(lang)s, type.name ->> 'en_US') AS type,
               COALESCE(type.category = 'phonecall', FALSE) AS is_call,
               count(*) OVER () AS total,
               count(*) FILTER (WHERE activity.date_deadline < %(today)s) OVER ()
                   AS late
          FROM (%(activities)s) activity
          LEFT JOIN mail_activity_type type ON type.id = activity.activity_type_id
         WHERE activity.user_id = %(user_id)s AND activity.date_deadline <= %(today)s
           AND activity.company_id = %(company_id)s
         ORDER BY activity.date_deadline, is_call DESC, activity.id
         LIMIT %(limit)s""",
        activities=activity_place_sql(),
        lang=lang,
        user_id=scope.user_id,
        today=scope.today,
        company_id=scope.company_id,
        limit=limit,
    )


def overdue_activities_sql(scope):
    """Number of activities that are past their day, by salesperson.

    Columns: user_id, late, due (late and today). With a team, of its opportunities. Who
    is in no sales team is no salesperson: only activities on leads count.
    """
    return SQL(
        """
        SELECT activity.user_id,
               count(*) FILTER (WHERE activity.date_deadline < %(today)s) AS late,
               count(*) AS due
          FROM (%(activities)s) activity
         WHERE activity.date_deadline <= %(today)s
           AND activity.company_id = %(company_id)s
           AND activity.user_id IS NOT NULL AND %(whose)s AND %(seller)s
         GROUP BY activity.user_id""",
        activities=activity_place_sql(),
        today=scope.today,
        company_id=scope.company_id,
        whose=whose_sql(scope.without_stage(), "activity"),
        seller=SQL("TRUE")
        if scope.user_id
        else SQL(
            "(activity.res_model = 'crm.lead' OR EXISTS ("
            "SELECT FROM crm_team_member member"
            " WHERE member.user_id = activity.user_id AND member.active))"
        ),
    )


def customers_sql(company_id, since, today, user_ids=None):
    """Customers and when somebody last turned to them, one row per salesperson.

    A customer is a commercial entity: a company stands for all its contacts and
    addresses. A salesperson's customers are those of the contacts assigned to them, and
    of their open and won opportunities. Turned to: an activity done, a meeting, a
    confirmed order; on any contact of the customer or on one of the salesperson's
    opportunities with it. Who was never turned to counts from the creation of the
    customer. Left out: customers that were turned to since `since`, and those with a
    planned activity or meeting.

    Columns: user_id, partner_id (of the commercial entity), last (UTC datetime, NULL:
    never), amount (expected revenue of the open opportunities).

    :param since: UTC datetime
    """
    return SQL(
        """
        WITH own_lead AS MATERIALIZED (
            SELECT lead.id, lead.user_id, %(customer)s AS partner_id,
                   lead.won_status, lead.expected_revenue
              FROM crm_lead lead
              JOIN res_partner partner ON partner.id = lead.partner_id
             WHERE %(lead_user)s AND lead.active
               AND lead.won_status IN ('pending', 'won')
               AND lead.forecast_company_id = %(company_id)s
        ), customer AS MATERIALIZED (
            SELECT user_id, partner_id, sum(amount) AS amount
              FROM (SELECT user_id, partner_id,
                           CASE won_status WHEN 'pending' THEN expected_revenue ELSE 0
                            END AS amount
                      FROM own_lead
                     UNION ALL
                    SELECT partner.user_id, %(customer)s, 0
                      FROM res_partner partner
                     WHERE %(partner_user)s AND partner.active
                       AND COALESCE(partner.company_id, %(company_id)s)
                           = %(company_id)s) every
             GROUP BY user_id, partner_id
        ), contact AS MATERIALIZED (
            SELECT user_id, partner_id, partner_id AS contact_id FROM customer
             UNION ALL
            SELECT customer.user_id, customer.partner_id, partner.id
              FROM customer
              JOIN res_partner partner
                ON partner.commercial_partner_id = customer.partner_id
               AND partner.id <> customer.partner_id
        ), turned AS (
            SELECT contact.user_id, contact.partner_id, message.date AS moment
              FROM contact
              JOIN mail_message message
                ON message.model = 'res.partner'
               AND message.res_id = contact.contact_id
             WHERE message.mail_activity_type_id IS NOT NULL
            UNION ALL
            SELECT own_lead.user_id, own_lead.partner_id, message.date
              FROM own_lead
              JOIN mail_message message
                ON message.model = 'crm.lead' AND message.res_id = own_lead.id
             WHERE message.mail_activity_type_id IS NOT NULL
            UNION ALL
            SELECT contact.user_id, contact.partner_id, event.start
              FROM contact
              JOIN calendar_event_res_partner_rel attendee
                ON attendee.res_partner_id = contact.contact_id
              JOIN calendar_event event ON event.id = attendee.calendar_event_id
             WHERE event.active
            UNION ALL
            SELECT own_lead.user_id, own_lead.partner_id, event.start
              FROM own_lead
              JOIN calendar_event event ON event.opportunity_id = own_lead.id
             WHERE event.active
            UNION ALL
            SELECT contact.user_id, contact.partner_id, sale.date_order
              FROM contact
              JOIN sale_order sale ON sale.partner_id = contact.contact_id
             WHERE sale.state = 'sale' AND sale.company_id = %(company_id)s
            UNION ALL
            SELECT contact.user_id, contact.partner_id, 'infinity'
              FROM contact
              JOIN mail_activity activity ON activity.res_model = 'res.partner'
                                         AND activity.res_id = contact.contact_id
             WHERE activity.active AND activity.date_deadline >= %(today)s
            UNION ALL
            SELECT own_lead.user_id, own_lead.partner_id, 'infinity'
              FROM own_lead
              JOIN mail_activity activity ON activity.res_model = 'crm.lead'
                                         AND activity.res_id = own_lead.id
             WHERE activity.active AND activity.date_deadline >= %(today)s
        ), latest AS (
            SELECT user_id, partner_id, max(moment) AS last
              FROM turned GROUP BY user_id, partner_id
        )
        SELECT customer.user_id, customer.partner_id, latest.last, customer.amount
          FROM customer
          JOIN res_partner partner ON partner.id = customer.partner_id
          LEFT JOIN latest ON latest.user_id = customer.user_id
                          AND latest.partner_id = customer.partner_id
         WHERE partner.active
           AND COALESCE(latest.last, partner.create_date) < %(since)s""",
        customer=SQL("COALESCE(partner.commercial_partner_id, partner.id)"),
        lead_user=_users_sql("lead", user_ids),
        partner_user=_users_sql("partner", user_ids),
        company_id=company_id,
        since=since,
        today=today,
    )


def _users_sql(alias, user_ids):
    column = SQL.identifier(alias, "user_id")
    if user_ids is None:
        return SQL("%s IS NOT NULL", column)
    return SQL("%s = ANY(%s)", column, list(user_ids))


def unvisited_sql(customers, limit):
    """The customers whom nobody turned to for longest, and the number of all."""
    return SQL(
        """
        SELECT partner_id, last, amount::float8 AS amount, count(*) OVER () AS total
          FROM (%s) customer
         ORDER BY amount DESC, last NULLS FIRST, partner_id LIMIT %s""",
        customers,
        limit,
    )


def stuck_leads_sql(scope, now, limit):
    """The largest stuck opportunities of the scope, and the number of all.

    Columns: id, stage_id, amount, days, limit_days and basis of `stuck_sql`, activity
    (day of the next planned activity), total.
    """
    return SQL(
        """
        SELECT found.*, (
               SELECT min(activity.date_deadline) FROM mail_activity activity
                WHERE activity.res_model = 'crm.lead' AND activity.res_id = found.id
                  AND activity.active) AS activity
          FROM (SELECT stuck.lead_id AS id, stuck.stage_id,
                       stuck.expected_revenue::float8 AS amount,
                       stuck.days, stuck.limit_days, stuck.basis,
                       count(*) OVER () AS total
                  FROM (%(stuck)s) stuck
                 WHERE %(whose)s
                 ORDER BY stuck.expected_revenue DESC NULLS LAST, stuck.lead_id
                 LIMIT %(limit)s) found
         ORDER BY found.amount DESC NULLS LAST, found.id""",
        whose=whose_sql(scope, "stuck"),
        stuck=stuck_sql(
            now,
            company_id=scope.company_id,
            more=("user_id", "team_id", "stage_id", "expected_revenue"),
        ),
        limit=limit,
    )
