import datetime

from odoo import api, models

BATCH = 10_000


class LineOutboxRetention(models.Model):
    """Contents of sent messages are forgotten when the settings say so."""

    _inherit = "line.outbox"  # pylint: disable=consider-merging-classes-inherited

    _sent_idx = models.Index("(account_id, sent_at) WHERE state = 'sent'")

    @api.autovacuum
    def _gc_contents(self):
        """Messages that left long ago; the conversation in Discuss keeps its own."""
        days = self.env["res.config.settings"]._line_days("sent_days")
        if not days:
            return 0, 0
        before = self._now() - datetime.timedelta(days=days)
        rows = self.sudo().search(
            [
                ("state", "=", "sent"),
                ("sent_at", "<", before),
                ("payload", "!=", False),
            ],
            limit=BATCH,
        )
        rows.write({"payload": False})
        return len(rows), int(len(rows) == BATCH)
