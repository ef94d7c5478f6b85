from odoo import fields, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """Leads are searched by their stays in the funnel, and say what was last done."""

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    funnel_stay_ids = fields.One2many(
        "crm.funnel.report", "lead_id", "Stages Entered", readonly=True
    )
    last_touch_date = fields.Datetime("Last Activity On", compute="_compute_last_touch")
    last_touch = fields.Char(
        "Last Activity",
        compute="_compute_last_touch",
        help="The last activity that was done, or message that was written, by people.",
    )

    def _compute_last_touch(self):
        """One query for all of them; what was written is not shown."""
        messages = self.env["mail.message"]
        messages.flush_model(
            ["date", "mail_activity_type_id", "message_type", "model", "res_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (res_id) res_id, date, mail_activity_type_id
                  FROM mail_message
                 WHERE model = 'crm.lead' AND res_id = ANY(%s)
                   AND (mail_activity_type_id IS NOT NULL
                        OR message_type IN ('comment', 'email', 'email_outgoing'))
                 ORDER BY res_id, date DESC, id DESC""",
                self._origin.ids,
            )
        )
        last = {lead_id: facts for lead_id, *facts in rows}
        ActivityType = self.env["mail.activity.type"].sudo()
        for lead in self:
            date, type_id = last.get(lead._origin.id, (False, None))
            lead.last_touch_date = date
            if type_id:
                lead.last_touch = ActivityType.browse(type_id).name
            else:
                lead.last_touch = date and self.env._("Message")
