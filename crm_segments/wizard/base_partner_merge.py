from odoo import models
from odoo.tools import SQL

from ..models.crm_nesl_move import MERGE_SETTING


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Queue both customers, and let the state changes follow the contact."""
        partners = src_partners | dst_partner
        self.env["crm.stats.queue"]._push(
            (partners | partners.commercial_partner_id).ids
        )
        setting = SQL("SELECT set_config(%s, 'on', TRUE)", MERGE_SETTING)
        unset = SQL("SELECT set_config(%s, '', TRUE)", MERGE_SETTING)
        self.env.cr.execute(setting)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.cr.execute(unset)
        return result
