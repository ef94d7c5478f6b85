from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts moves their receipts; the newest answer of both counts."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env["pdpa.receipt"]._repoint(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
