from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import plaintext2html

from .line_outbox import OUTBOX_CRONS


class LineOutboxManage(models.Model):
    """People decide about messages that did not leave: send again, or never."""

    _inherit = "line.outbox"  # pylint: disable=consider-merging-classes-inherited

    def action_retry(self):
        """Send refused, given-up or uncertain messages again.

        A person decides this: an uncertain message may arrive a second time.
        """
        rows = self._check_may_manage().filtered(
            lambda row: row.state in ("failed", "dead", "uncertain")
        )
        note = self.env._("Sent again by %(user)s.", user=self.env.user.name)
        rows._note(note)
        rows.write(
            {
                "state": "queued",
                "transport": "push",
                "attempts": 0,
                "quota_refusals": 0,
                "first_try_at": False,
                "next_at": self._now(),
                "reason": note,
            }
        )
        rows._refresh_messages()
        for cron in OUTBOX_CRONS:
            self._wake(cron)
        return True

    def action_discard(self):
        """Never send these."""
        open_states = ("queued", "failed", "dead", "uncertain")
        rows = self._check_may_manage().filtered(lambda row: row.state in open_states)
        note = self.env._("Discarded by %(user)s.", user=self.env.user.name)
        rows._note(note)
        for row in rows:
            row.write(
                {
                    "state": "cancelled",
                    "next_at": False,
                    "reason": f"{row.reason or ''}\n{note}".strip(),
                }
            )
        rows._refresh_messages()
        return True

    def _note(self, text):
        """Who did what, and what the row said before: for the record."""
        if not self:
            return
        labels = dict(self._fields["state"]._description_selection(self.env))
        self._message_log_batch(
            {
                row.id: plaintext2html(
                    "\n".join(filter(None, (text, labels[row.state], row.reason)))
                )
                for row in self
            },
            author_id=self.env.user.partner_id.id,
        )

    def _check_may_manage(self):
        """Administrators manage every lane, agents their own conversations."""
        self.check_access("read")
        user = self.env.user
        if user.has_group("crm_line.group_line_manager"):
            return self.sudo()
        agent = user.has_group("crm_line.group_line_agent")
        if not agent or any(row.lane not in ("reply", "chat") for row in self):
            raise AccessError(
                self.env._(
                    "Only administrators of LINE may retry or discard messages that "
                    "are not part of a conversation."
                )
            )
        return self.sudo()
