from odoo import api, fields, models

from . import loyalty_ledger_engine as ledger
from . import loyalty_pending_engine as engine

# entries per transaction: a checkout of one of their members waits that long at most
CHUNK = 1000


class LoyaltyMember(models.Model):
    """Points that wait for the end of the return window (鑑賞期)."""

    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _void_pending(self, entries):
        """Void entries whose reason went away before they counted; calling it again
        does nothing.

        :param entries: ``loyalty.point.entry`` records, in any state
        :return: those that were pending until now; the others have been posted or
            voided before, and points that were posted are taken back by "reverse"
        """
        Entry = self.env["loyalty.point.entry"]
        if not entries:
            return Entry
        rows = self.env.execute_query(engine.void(entries.ids, fields.Datetime.now()))
        self._forget_decided(rows)
        return Entry.browse([entry_id for entry_id, _member_id in rows])

    @api.model
    def _release_due(self, limit=CHUNK):
        """Post pending entries whose day has come; a closed member's are voided.

        Members that another transaction works on are left for the next time. Members
        who reach a tier by it are moved up.

        :param int limit: entries at most
        :return: number of entries that were posted or voided
        """
        programs = self.env["loyalty.program"]._memberships()
        rows = self.env.execute_query(engine.due(programs._todays(), limit))
        members = self.sudo().browse(sorted({member_id for _id, member_id in rows}))
        members = members.try_lock_for_update()
        members.invalidate_recordset(["state", "debt"])
        closed = members.filtered(lambda member: member.state == "closed")
        ids = {member_id: [] for member_id in members.ids}
        for entry_id, member_id in rows:
            ids.get(member_id, []).append(entry_id)
        gone = [entry_id for member in closed for entry_id in ids.pop(member.id)]
        voided = self._void_pending(self.env["loyalty.point.entry"].browse(gone))
        return len(voided) + len(self._release(sum(ids.values(), []), members))

    @api.model
    def _release(self, entry_ids, members):
        """Post pending entries of ``members``, whose rows are locked."""
        query = self.env.execute_query
        rows = query(engine.release(entry_ids, fields.Datetime.now()))
        released = sorted(entry_id for entry_id, _member_id in rows)
        if released:
            query(ledger.insert_lots(released))
            debtors = members.filtered("debt").ids
            if debtors:
                query(ledger.pay_debits([], debtors))
            query(ledger.move_balances(released, waited=True))
            self._forget_decided(rows)
            self.browse({member_id for _id, member_id in rows})._upgrade_tiers()
        return released

    @api.model
    def _forget_decided(self, rows):
        entries = self.env["loyalty.point.entry"].browse([row[0] for row in rows])
        entries.invalidate_recordset(["state", "posted_at"])
        self._forget_cached({member_id for _id, member_id in rows})

    @api.model
    def _cron_release_due(self):
        """Post what is due, a chunk per transaction."""
        self._work_in_chunks(self._release_due)

    @api.model
    def _work_in_chunks(self, step):
        """Call ``step`` until it handles nothing, with a commit after each time."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=1)
        while done := step():
            if not cron._commit_progress(done, remaining=1):
                return
        cron._commit_progress(remaining=0)
