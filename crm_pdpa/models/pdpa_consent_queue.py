from odoo import api, models

from . import pdpa_mail_engine


class PdpaConsent(models.Model):
    """A refusal takes effect at once: it stops what is queued, in its transaction."""

    _inherit = "pdpa.consent"

    @api.model
    def _apply(self, receipts):
        refusals = receipts.filtered(lambda receipt: receipt.event != "grant")
        if refusals:
            people = refusals.partner_id.ids
            self.env.cr.execute(pdpa_mail_engine.lock_for_withdrawal(people))
        result = super()._apply(receipts)
        if refusals:
            self._cancel_queued_mails(refusals)
        return result

    @api.model
    def _cancel_queued_mails(self, refusals):
        mails = self.env["mail.mail"].sudo()
        mails.flush_model()
        self.env.cr.execute(pdpa_mail_engine.queued_mails(refusals.ids))
        mails.browse([row[0] for row in self.env.cr.fetchall()])._pdpa_cancel()
