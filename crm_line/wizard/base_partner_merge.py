from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep one LINE user per account: the one that was bound last.

        The merge deletes rows that would break a unique index, and with them the
        conversations; so the surplus bindings are ended before.
        """
        users = self.env["line.user"].sudo()
        bound = users.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)],
            order="bound_at DESC, id DESC",
        )
        for same_account in bound.grouped("account_id").values():
            same_account[1:]._unbind("merged")
        users.flush_model()
        return super()._update_foreign_keys(src_partners, dst_partner)
