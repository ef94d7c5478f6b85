from odoo import api, models

from . import loyalty_door as door
from .loyalty_benefit import MARKETING

MAILS_AT_ONCE = 200


class LoyaltyBenefitIssue(models.Model):
    """The e-mail about a gift is queued after the gift: nothing is sent here."""

    _inherit = "loyalty.benefit.issue"  # pylint: disable=R8180

    @api.model
    def _queue_mails(self, limit=MAILS_AT_ONCE):
        """Queue the e-mails that wait.

        :return: number of gifts that were looked at
        """
        waiting = self.search(
            [("mail_state", "=", "waiting")], order="id", limit=limit
        ).try_lock_for_update()
        waiting.invalidate_recordset(["mail_state", "state"])
        waiting = waiting.filtered(lambda issue: issue.mail_state == "waiting")
        for benefit, issues in waiting.grouped("benefit_id").items():
            issues._queue_mails_of(benefit)
        return len(waiting)

    def _queue_mails_of(self, benefit):
        alive = self.filtered(lambda issue: issue.state == "given")
        self._set_mail_state(self - alive, "none")
        reachable = alive.filtered("partner_id.email_normalized")
        self._set_mail_state(alive - reachable, "no_address")
        allowed = reachable._allowed_by_gate(benefit)
        self._set_mail_state(reachable - allowed, "refused")
        self._set_mail_state(allowed, "queued")
        if not benefit.mail_template_id or not allowed:
            return
        mails = benefit.mail_template_id.with_company(benefit.company_id)
        mails.send_mail_batch(
            allowed.ids, force_send=False, email_values=benefit._mail_values()
        )

    def _allowed_by_gate(self, benefit):
        if not benefit.is_marketing:
            return self
        gate = self.env["pdpa.gate"].with_company(benefit.company_id)
        people = gate._filter(self.partner_id, MARKETING, "email")
        return self.filtered(lambda issue: issue.partner_id in people)

    @api.model
    def _set_mail_state(self, issues, state):
        if issues:
            door.opened(issues, door.LEDGER).write({"mail_state": state})
