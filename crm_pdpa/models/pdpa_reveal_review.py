from odoo import api, fields, models

REVIEW_DAYS = 3


class PdpaReveal(models.Model):
    """Telling the officers of a break-glass, and reminding them to review it."""

    _inherit = "pdpa.reveal"

    @api.model
    def _officers(self):
        return (
            self.env.ref("crm_pdpa.group_pdpa_officer")
            .sudo()
            .all_user_ids.filtered("active")
        )

    def _tell_officers(self):
        """Notify every officer but the user; by e-mail or in Odoo, as they prefer."""
        for grant in self.sudo():
            grant._notify_officers(
                self.env._("Break-glass by %(user)s", user=grant.user_id.name),
                self.env._(
                    "%(user)s opened personal data of %(count)s records (%(document)s) "
                    "until %(until)s. Ticket %(ticket)s: %(note)s. Please review it "
                    "under Personal Data > Reveals > To Review.",
                    user=grant.user_id.name,
                    count=grant.record_count,
                    document=grant.model_label,
                    until=fields.Datetime.context_timestamp(
                        self, grant.expires_at
                    ).strftime("%Y-%m-%d %H:%M"),
                    ticket=grant.ticket,
                    note=grant.note,
                ),
            )

    def _notify_officers(self, subject, body):
        partners = (self._officers() - self.user_id).partner_id
        if partners:
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=partners.ids, subject=subject, body=body
            )

    @api.model
    def _cron_remind(self):
        """Remind the officers of what waits for a review for days."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=REVIEW_DAYS)
        waiting = self.search(
            [
                ("kind", "=", "break_glass"),
                ("review_result", "=", False),
                ("granted_at", "<", before),
            ]
        )
        if waiting:
            waiting.browse()._notify_officers(
                self.env._("Break-glass to review"),
                self.env._(
                    "%(count)s break-glass grants have waited more than %(days)s days "
                    "for a review: Personal Data > Reveals > To Review.",
                    count=len(waiting),
                    days=REVIEW_DAYS,
                ),
            )
