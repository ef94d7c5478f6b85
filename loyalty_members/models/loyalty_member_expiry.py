from odoo import api, fields, models

from . import loyalty_expiry_engine as engine

# lots per transaction: a checkout of one of their members waits that long at most
CHUNK = 2000


class LoyaltyMember(models.Model):
    """Points expire on the day after their last one, without anybody asking."""

    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _expire_due(self, limit=CHUNK):
        """Expire lots whose last day has passed, the oldest first.

        Members that another transaction works on are left for the next time.

        :param int limit: lots at most
        :return: number of lots that expired
        """
        programs = self.env["loyalty.program"]._memberships()
        programs.flush_model(["expiry_model", "expiry_months"])
        rows = self.env.execute_query(engine.overdue(programs._todays(), limit))
        members = self.sudo().browse(sorted({member_id for _id, member_id in rows}))
        locked = set(members.try_lock_for_update()._ids)
        return self._expire_lots(
            [lot_id for lot_id, member_id in rows if member_id in locked]
        )

    @api.model
    def _expire_lots(self, lot_ids):
        if not lot_ids:
            return 0
        rows = self.env.execute_query(
            engine.expire(lot_ids, self.env.uid, fields.Datetime.now())
        )
        self._forget_cached({member_id for (member_id,) in rows})
        return len(rows)

    @api.model
    def _expire_before_returns(self, entries, facts):
        """Returned points may extend a lot; what was left of it must not live on."""
        ids = {e["member_id"] for e in entries if e["kind"] == "reinstate"}
        if not ids:
            return
        today = {facts[id_]["program_id"]: facts[id_]["today"] for id_ in ids}
        self.env["loyalty.program"].flush_model(
            ["expiry_model", "expiry_months", "reinstate_days"]
        )
        rows = self.env.execute_query(engine.overdue(today, member_ids=ids))
        self._expire_lots([lot_id for lot_id, _member_id in rows])

    def _expiry_reminders(self):
        """What today's reminder tells the member, the first last day first."""
        self.ensure_one()
        return (
            self.env["loyalty.point.reminder"]
            .sudo()
            .search(
                [
                    ("member_id", "=", self.id),
                    ("reminded_on", "=", self.sudo().program_id._today()),
                ],
                order="expire_on",
            )
        )

    @api.model
    def _cron_expire_due(self):
        """Expire what is due, a chunk per transaction."""
        self._work_in_chunks(self._expire_due)
