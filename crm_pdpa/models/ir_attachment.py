from odoo import api, models
from odoo.exceptions import UserError

from .pdpa_receipt import DOOR

# What makes the file of an attachment another one.
_CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "type", "url"}
_OWNER = {"res_model", "res_id", "public"}


class IrAttachment(models.Model):
    """An attachment that proves a consent is kept as long as its receipt."""

    _inherit = "ir.attachment"

    def _pdpa_attach(self, receipt):
        """Let the people who may read the receipt read its evidence (sudo records)."""
        self.with_context(pdpa_door=DOOR).write({"res_id": receipt.id})

    def write(self, vals):
        by_door = self.env.context.get("pdpa_door") is DOOR
        if (_CONTENT | _OWNER) & vals.keys() and not by_door:
            self._pdpa_refuse_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        self._pdpa_refuse_evidence()

    def _pdpa_refuse_evidence(self):
        own = self.sudo().filtered(lambda a: a.res_model == "pdpa.receipt")
        if not own:
            return
        receipt = (
            self.env["pdpa.receipt"]
            .sudo()
            .search([("evidence_id", "in", own.ids)], limit=1)
        )
        if receipt:
            raise UserError(
                self.env._(
                    "“%(file)s” is the evidence of consent receipt %(receipt)s and "
                    "cannot be changed or deleted. Record a new answer instead.",
                    file=receipt.evidence_id.name,
                    receipt=receipt.uuid,
                )
            )
