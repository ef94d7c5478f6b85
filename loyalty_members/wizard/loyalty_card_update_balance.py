from odoo import models


class LoyaltyCardUpdateBalance(models.TransientModel):
    """The native balance wizard posts an adjustment with its description as reason."""

    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        described = self.with_context(loyalty_reason=self.description)
        return super(LoyaltyCardUpdateBalance, described).action_update_card_point()
