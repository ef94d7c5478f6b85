from odoo import models

from odoo.addons.mail.tools.discuss import Store

from .line_outbox_record import COMPOSER_MODELS


class MailMessageRecord(models.Model):
    """The line in the history shows what became of the message."""

    _inherit = "mail.message"  # pylint: disable=consider-merging-classes-inherited

    def _compute_line_state(self):
        result = super()._compute_line_state()
        groups = self.env["line.outbox"]._read_group(
            [("record_message_id", "in", self.ids)], ["record_message_id", "state"]
        )
        for message, state in groups:
            message.line_state = state
        return result

    def _to_store_defaults(self, target: Store.Target):
        values = super()._to_store_defaults(target)
        if not target.is_internal(self.env):
            return values
        return values + [
            Store.Attr(
                "line_state",
                predicate=lambda message: (
                    message.model in COMPOSER_MODELS
                    and message.message_type == "notification"
                    and bool(message.line_state)
                ),
            )
        ]

    def action_line_retry(self):
        """Also from the history of a record."""
        rows = self.env["line.outbox"].search([("record_message_id", "in", self.ids)])
        if rows:
            return rows.action_retry()
        return super().action_line_retry()
