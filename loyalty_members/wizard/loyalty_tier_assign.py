from odoo import api, fields, models


class LoyaltyTierAssign(models.TransientModel):
    """A manager moves members by hand, with a reason that stays in the log."""

    _name = "loyalty.tier.assign"
    _description = "Move to Another Tier"

    member_ids = fields.Many2many("loyalty.member", string="Members", required=True)
    program_id = fields.Many2one(
        "loyalty.program", compute="_compute_program_id", string="Membership"
    )
    tier_id = fields.Many2one(
        "loyalty.tier",
        string="New Tier",
        required=True,
        ondelete="cascade",
        domain="[('program_id', '=', program_id)]",
    )
    tier_until = fields.Date(
        string="Valid Until",
        help="Last day of the tier. Empty: the validity of the tier, from today.",
    )
    reason = fields.Char(required=True)

    @api.depends("member_ids")
    def _compute_program_id(self):
        for wizard in self:
            wizard.program_id = wizard.member_ids.program_id[:1]

    def action_assign(self):
        """Move the members."""
        self.ensure_one()
        self.member_ids._move_by_hand(self.tier_id, self.reason, self.tier_until)
        return {"type": "ir.actions.act_window_close"}
