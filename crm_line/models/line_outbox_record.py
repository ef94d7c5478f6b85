from odoo import api, fields, models

COMPOSER_MODELS = ("res.partner", "crm.lead", "sale.order")


class KnownRefusals(dict):
    """Refusals that this transaction has looked up; cannot come in by a request."""


class LineOutboxRecord(models.Model):
    """A message that was written from a record has a line in its history."""

    _inherit = "line.outbox"  # pylint: disable=consider-merging-classes-inherited

    record_message_id = fields.Many2one(
        "mail.message",
        string="Line in the History",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _refusals(self, line_users, lane):
        """In a batch the answers for everybody were asked for at once."""
        known = self.env.context.get("line_known_refusals")
        if isinstance(known, KnownRefusals):
            return known
        return super()._refusals(line_users, lane)
