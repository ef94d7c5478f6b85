from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts merges their memberships, one per program."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        groups = (
            self.env["loyalty.member"]
            .sudo()
            ._read_group(
                [("partner_id", "in", (src_partners | dst_partner).ids)],
                ["program_id"],
                ["id:recordset"],
            )
        )
        for _program, members in groups:
            if len(members) > 1:
                winner = members._pick_remaining(members, dst_partner)
                (members - winner)._merge_into(winner)
        return super()._update_foreign_keys(src_partners, dst_partner)
