from odoo import api, fields, models


class LoyaltyBenefitVoid(models.TransientModel):
    """A manager takes gifts back, with a reason."""

    _name = "loyalty.benefit.void"
    _description = "Void Gifts"

    issue_ids = fields.Many2many(
        "loyalty.benefit.issue",
        string="Gifts",
        required=True,
        default=lambda self: self._picked(),
    )
    reason = fields.Char(required=True)

    @api.model
    def _picked(self):
        context = self.env.context
        if context.get("active_model") != "loyalty.benefit.issue":
            return False
        return context.get("active_ids")

    def action_void(self):
        """Void the gifts."""
        self.ensure_one()
        self.issue_ids._void(self.reason)
        return {"type": "ir.actions.act_window_close"}
