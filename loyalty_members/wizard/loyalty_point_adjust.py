from uuid import uuid4

from odoo import fields, models
from odoo.exceptions import ValidationError


class LoyaltyPointAdjust(models.TransientModel):
    """A manager adds or takes points, with a reason that stays in the ledger."""

    _name = "loyalty.point.adjust"
    _description = "Adjust Points"

    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, ondelete="cascade"
    )
    balance = fields.Integer(related="member_id.balance", string="Current Points")
    points = fields.Integer(
        required=True, help="Points to add; a negative number takes points."
    )
    reason = fields.Char(required=True)
    # a double click or a repeated request posts once
    key = fields.Char(required=True, readonly=True, default=lambda self: str(uuid4()))

    def action_adjust(self):
        """Post the adjustment."""
        self.ensure_one()
        self.env["loyalty.member"]._check_may_manage()
        if not (self.reason or "").strip():
            raise ValidationError(
                self.env._("Fill in “Reason”: it is shown in the ledger.")
            )
        self.member_id._post_points(
            "adjust", self.points, f"adjust:{self.key}", explanation=self.reason
        )
        return {"type": "ir.actions.act_window_close"}
