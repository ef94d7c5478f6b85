from odoo import api, models

from . import loyalty_tier_engine as engine

# members per transaction: short enough not to be in the way of the shop
CHUNK = 2000


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _cron_review_tiers(self, chunk=CHUNK):
        """Daily: review the members who are due, one transaction per chunk.

        Who is in use by another transaction is left for the next run, which the job
        asks for by the number that remains.
        """
        cron = self.env["ir.cron"]
        programs = (
            self.env["loyalty.program"].sudo().search([("is_membership", "=", True)])
        )
        cron._commit_progress(remaining=self._count_due(programs))
        for program in programs:
            while members := self._lock_due(program, chunk):
                members._review_tiers()
                if not cron._commit_progress(len(members)):
                    return

    @api.model
    def _count_due(self, programs):
        return sum(
            self.sudo().search_count(
                [
                    ("program_id", "=", program.id),
                    ("review_on", "<=", program._today()),
                    ("state", "!=", "closed"),
                ]
            )
            for program in programs
        )

    @api.model
    def _lock_due(self, program, limit):
        """The next members to review (sudo) that nobody else holds."""
        self._flush_tiers()
        rows = self.env.execute_query(engine.due(program.id, program._today(), limit))
        members = self.sudo().browse([member_id for (member_id,) in rows])
        return members.try_lock_for_update(allow_referencing=True)
