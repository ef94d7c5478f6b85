from odoo import api, fields, models
from odoo.tools import SQL

from ..models.pdpa_audit_engine import DISCLOSURES

THRESHOLD_KEY = "crm_pdpa.volume_threshold"
THRESHOLD = 200
TIMES_USUAL = 3
FLOOR = 20  # below this many people a day, three times the usual means nothing


def volume_query(companies, threshold):
    """Columns of ``pdpa.audit.volume``: people per user, now and usually.

    A lead or user counts as its contact, so that one person counts once.
    """
    return SQL(
        """
        WITH shown AS (
            SELECT a.uid, a.ts, a.ts > now() AT TIME ZONE 'UTC' - interval '1 day' AS new,
                   COALESCE(CASE a.model WHEN 'res.partner' THEN rec
                                         WHEN 'crm.lead' THEN lead.partner_id
                                         WHEN 'res.users' THEN account.partner_id
                            END::text, a.model || rec) AS person
              FROM pdpa_audit a
             CROSS JOIN LATERAL unnest(a.ids) rec
              LEFT JOIN crm_lead lead ON a.model = 'crm.lead' AND lead.id = rec
              LEFT JOIN res_users account ON a.model = 'res.users' AND account.id = rec
             WHERE a.operation = ANY(%(operations)s) AND NOT a.denied
               AND (a.company_id IS NULL OR a.company_id = ANY(%(companies)s))
               AND a.ts > now() AT TIME ZONE 'UTC' - interval '31 days'
        ), usual AS (
            SELECT uid, avg(n) AS n
              FROM (SELECT uid, count(DISTINCT person) AS n FROM shown
                     WHERE NOT new GROUP BY uid, ts::date) daily
             GROUP BY uid
        ), hours AS (
            SELECT uid, max(n) AS n
              FROM (SELECT uid, count(DISTINCT person) AS n FROM shown
                     WHERE new GROUP BY uid, date_trunc('hour', ts)) hourly
             GROUP BY uid
        ), today AS (
            SELECT uid, count(DISTINCT person) AS n,
                   count(DISTINCT person) FILTER (
                       WHERE ts > now() AT TIME ZONE 'UTC' - interval '1 hour') AS hour
              FROM shown WHERE new GROUP BY uid
        )
        SELECT today.uid AS id, today.uid AS user_id, today.hour AS last_hour,
               GREATEST(hours.n, today.hour) AS busiest_hour, today.n AS last_day,
               COALESCE(usual.n, 0)::float AS usual_day,
               GREATEST(hours.n, today.hour) > %(threshold)s AS is_over_limit,
               today.n >= %(floor)s AND today.n > %(times)s * usual.n IS TRUE
                   AS is_over_usual
          FROM today JOIN hours USING (uid) LEFT JOIN usual USING (uid)
        """,
        operations=list(DISCLOSURES),
        companies=list(companies.ids),
        threshold=threshold,
        floor=FLOOR,
        times=TIMES_USUAL,
    )


class PdpaAuditVolume(models.Model):
    """How many different people each user saw or took in the last day, against usual."""

    _name = "pdpa.audit.volume"
    _description = "Audit Volume"
    _auto = False
    _order = "is_over_limit DESC, is_over_usual DESC, last_day DESC"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", string="User", readonly=True)
    last_hour = fields.Integer(string="People, Last Hour", readonly=True)
    busiest_hour = fields.Integer(string="People, Busiest Hour", readonly=True)
    last_day = fields.Integer(string="People, Last 24 Hours", readonly=True)
    usual_day = fields.Float(
        string="Usual per Day",
        readonly=True,
        digits=(16, 1),
        help="Average of the days on which the user saw anybody, over 30 days.",
    )
    is_over_limit = fields.Boolean(
        string="Over the Limit",
        readonly=True,
        help="More people within one hour than the settings call usual.",
    )
    is_over_usual = fields.Boolean(
        string="Over the Usual",
        readonly=True,
        help="More than three times this user's own daily average.",
    )

    @property
    def _table_query(self):
        threshold = self.env["pdpa.audit"]._int_param(THRESHOLD_KEY, THRESHOLD, 1)
        return volume_query(self.env.companies, threshold)

    def action_rows(self):
        """Open what this user saw and took in the last day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_pdpa.action_pdpa_audit_of_user"
        )
        action["domain"] = [("uid", "=", self.user_id.id), ("ts", ">=", "-1d")]
        return action

    @api.model
    def _cron_alert(self):
        """Tell the officers who saw unusually many people in the last day."""
        every = self.with_context(
            allowed_company_ids=self.env["res.company"].search([]).ids
        )
        unusual = every.search(
            ["|", ("is_over_limit", "=", True), ("is_over_usual", "=", True)]
        )
        officers = self.env.ref("crm_pdpa.group_pdpa_officer").all_user_ids
        officers = officers.filtered(lambda user: user.active and not user.share)
        if not unusual or not officers:
            return
        lines = "\n".join(
            self.env._(
                "%(user)s: %(day)s people in 24 hours (usual: %(usual).1f), "
                "%(hour)s in the busiest hour",
                user=line.user_id.display_name,
                day=line.last_day,
                usual=line.usual_day,
                hour=line.busiest_hour,
            )
            for line in unusual
        )
        self.env["mail.thread"].message_notify(
            partner_ids=officers.partner_id.ids,
            subject=self.env._("Unusual volume of personal data"),
            body=self.env._(
                "Look at Personal Data > Audit > Unusual Volume.\n%(lines)s",
                lines=lines,
            ),
        )
