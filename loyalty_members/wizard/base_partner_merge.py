from odoo import api, models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A merge moves a membership to the remaining contact, but never joins two."""

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
        for program, members in groups:
            if len(members) > 1:
                raise UserError(
                    self.env._(
                        "These contacts are %(count)s members of “%(program)s”: "
                        "%(members)s. Contacts with two memberships cannot be merged.",
                        count=len(members),
                        program=program.name,
                        members=", ".join(members.mapped("display_name")),
                    )
                )
        return super()._update_foreign_keys(src_partners, dst_partner)
