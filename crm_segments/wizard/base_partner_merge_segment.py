from odoo import models

from ..models import crm_segment_engine


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"  # pylint: disable=R8180

    def _update_foreign_keys(self, src_partners, dst_partner):
        """One open membership per segment is left for the contact that stays.

        Odoo would delete every membership of the others as soon as two collide.
        """
        self.env["crm.segment.member"].flush_model()
        self.env.cr.execute(
            crm_segment_engine.merge_members(tuple(src_partners.ids), dst_partner.id)
        )
        return super()._update_foreign_keys(src_partners, dst_partner)
