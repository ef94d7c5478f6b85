from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .pdpa_reveal import DOOR

REVIEW_DAYS = 3


class PdpaReveal(models.Model):
    """The review of a break-glass: telling the officers, their answer, reminders."""

    _inherit = "pdpa.reveal"  # pylint: disable=consider-merging-classes-inherited

    def action_justified(self):
        """Ask for a note, then find the break-glass justified."""
        return self._ask_review("justified")

    def action_unjustified(self):
        """Ask for a note, then find the break-glass not justified."""
        return self._ask_review("unjustified")

    def _ask_review(self, result):
        self._check_reviewable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Review of the Break-Glass"),
            "res_model": "pdpa.reveal.review",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_reveal_ids": self.ids, "default_result": result},
        }

    def _check_reviewable(self):
        """The current user may review these.

        :raise UserError: not an officer
        :raise ValidationError: no review is due, or it is the user's own break-glass
        """
        self.check_access("read")
        if not self.env.user.has_group("crm_pdpa.group_pdpa_officer"):
            raise UserError(
                self.env._("Only the personal data officer reviews a break-glass.")
            )
        for grant in self:
            if grant.kind != "break_glass" or grant.review_result:
                raise ValidationError(
                    self.env._(
                        "“%(grant)s” does not wait for a review.",
                        grant=grant.display_name,
                    )
                )
            if grant.user_id == self.env.user:
                raise ValidationError(
                    self.env._(
                        "Nobody reviews their own break-glass. Ask another officer."
                    )
                )

    def _review(self, result, note):
        """Store a review, once.

        :param str result: one of ``RESULTS``
        :param str note: what the reviewer found
        """
        self._check_reviewable()
        self.sudo().with_context(pdpa_door=DOOR).write(
            {
                "review_result": result,
                "review_note": note,
                "reviewer_id": self.env.uid,
                "reviewed_at": fields.Datetime.now(),
            }
        )

    # -- messages -------------------------------------------------------------

    @api.model
    def _reviewers(self):
        """Who may review a break-glass of the current user: active other officers."""
        officers = self.env.ref("crm_pdpa.group_pdpa_officer").sudo().all_user_ids
        return officers.filtered(lambda user: user.active and user != self.env.user)

    def _tell_officers(self):
        """Tell the other officers at once, by e-mail or in Odoo as each prefers."""
        for grant in self.sudo():
            grant._notify(
                grant._reviewers(),
                self.env._("Break-glass by %(user)s", user=grant.user_id.name),
                self.env._(
                    "%(user)s opened personal data of %(count)s records (%(document)s) "
                    "until %(until)s. Ticket %(ticket)s: %(note)s. Please review it "
                    "under Personal Data > Reveals > Break-Glass to Review.",
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

    def _notify(self, users, subject, body):
        if users:
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=users.partner_id.ids, subject=subject, body=body
            )

    @api.model
    def _cron_remind(self):
        """Remind the officers, daily, of what has waited for a review for days."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=REVIEW_DAYS)
        waiting = self.search(
            [
                ("kind", "=", "break_glass"),
                ("review_result", "=", False),
                ("granted_at", "<", before),
            ]
        )
        if waiting:
            self._notify(
                self._reviewers(),
                self.env._("Break-glass to review"),
                self.env._(
                    "%(count)s break-glass grants have waited more than %(days)s days "
                    "for a review: Personal Data > Reveals > Break-Glass to Review.",
                    count=len(waiting),
                    days=REVIEW_DAYS,
                ),
            )
