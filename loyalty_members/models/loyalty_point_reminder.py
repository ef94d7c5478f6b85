from odoo import api, fields, models

from . import loyalty_expiry_engine as engine

# members per transaction; each needs a message of their own
CHUNK = 200


class LoyaltyPointReminder(models.Model):
    """A member was told that points expire: once per last day and reminder.

    Rows and messages are made in one transaction; the mail queue sends the messages
    after it was committed.
    """

    _name = "loyalty.point.reminder"
    _inherit = ["loyalty.ledger.table"]
    _description = "Expiry Reminder"
    _order = "id DESC"
    _check_company_auto = True
    _log_access = False
    _append_only = True

    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, ondelete="restrict"
    )
    expire_on = fields.Date(string="Last Day", required=True, readonly=True)
    days = fields.Integer(string="Days Before", required=True, readonly=True)
    points = fields.Integer(required=True, readonly=True)
    reminded_on = fields.Date(required=True, readonly=True)

    _once = models.Constraint(
        "UNIQUE(member_id, expire_on, days)",
        "The member has been reminded of this already.",
    )

    @api.depends("member_id", "expire_on")
    def _compute_display_name(self):
        for reminder in self:
            day = fields.Date.to_string(reminder.expire_on)
            reminder.display_name = f"{reminder.member_id.display_name}: {day}"

    @api.model
    def _remind(self, program, after_id=0, limit=CHUNK):
        """Queue one message for each of the next members with points that expire.

        :param program: the membership (sudo)
        :param int after_id: member after which to go on
        :return: id of the last member looked at; 0 when nobody is left
        """
        stages = program._reminder_stages()
        if not (program.expiry_reminders and stages):
            return 0
        self.env.flush_all()
        rows = self.env.execute_query(
            engine.to_remind(program, stages, after_id, limit)
        )
        if rows:
            self.with_company(program.company_id)._queue_messages(program, rows)
        return rows[-1][0] if rows else 0

    @api.model
    def _queue_messages(self, program, rows):
        purpose = self.env["pdpa.purpose"]._get(
            program.reminder_purpose_id.code or "membership"
        )
        partners = self.env["res.partner"].browse([row[1] for row in rows])
        allowed = self.env["pdpa.gate"]._filter(partners, purpose.code, "email")
        today = program._today()
        values = [
            (program.id, program.company_id.id, member_id, day, days, points, today)
            for member_id, partner_id, day, days, points in rows
            if partner_id in allowed._ids
        ]
        if not values:
            return
        reminded = self.env.cr.execute_values(
            engine.INSERT_REMINDERS, values, page_size=len(values), fetch=True
        )
        members = self.env["loyalty.member"].sudo()
        members = members.browse(sorted({member_id for (member_id,) in reminded}))
        self._send(members, purpose, program.company_id)

    @api.model
    def _send(self, members, purpose, company):
        """Put one message for each member into the mail queue."""
        template = self.env.ref("loyalty_members.mail_template_expiry").sudo()
        mails = template.send_mail_batch(
            members.ids,
            email_values={
                "pdpa_purpose_id": purpose.id,
                "pdpa_company_id": company.id,
            },
        )
        for mail in mails:
            member = members.browse(mail.res_id)
            mail.pdpa_partner_id = member.partner_id

    @api.model
    def _cron_remind(self):
        """Remind the members of all companies, a chunk per transaction."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=1)
        for program in self.env["loyalty.program"]._memberships().filtered("active"):
            after_id = 0
            while after_id := self._remind(program, after_id):
                if not cron._commit_progress(1, remaining=1):
                    return
        cron._commit_progress(remaining=0)
