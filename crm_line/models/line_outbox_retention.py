import datetime

from odoo import api, models

BATCH = 10_000
DAYS_OF_CONTROL = 1


class LineOutboxRetention(models.Model):
    """What is no longer needed: contents of sent messages, when the settings say so,
    and control calls."""

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

    @api.autovacuum
    def _gc_control(self):
        """Calls that said nothing leave nothing to remember."""
        before = self._now() - datetime.timedelta(days=DAYS_OF_CONTROL)
        self.env.cr.execute(
            """
            DELETE FROM line_outbox
             WHERE lane = 'control' AND state IN ('sent', 'cancelled')
               AND create_date < %s
            """,
            [before],
        )
        self.invalidate_model()
