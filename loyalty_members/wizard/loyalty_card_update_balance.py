from odoo import models
from odoo.exceptions import RedirectWarning


class LoyaltyCardUpdateBalance(models.TransientModel):
    """The native balance wizard leads to the adjustment form for member cards."""

    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        if not self.card_id._is_of_membership():
            return super().action_update_card_point()
        member = self.env["loyalty.member"].search([("card_id", "=", self.card_id.id)])
        raise RedirectWarning(
            self.env._(
                "The points of a member card follow from its ledger. Use “Adjust "
                "Points”: it asks for a reason and keeps the limits."
            ),
            self.env.ref("loyalty_members.loyalty_point_adjust_action").id,
            self.env._("Adjust Points"),
            {"default_member_id": member.id},
        )
