from odoo import fields, models
from odoo.fields import Command


class LoyaltyPointAdjust(models.TransientModel):
    """Short form for an adjustment of one member: makes the document and submits it."""

    _name = "loyalty.point.adjust"
    _description = "Adjust Points"

    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, ondelete="cascade"
    )
    balance = fields.Integer(related="member_id.balance", string="Current Points")
    points = fields.Integer(
        required=True, help="Points to add; a negative number takes points."
    )
    reason_id = fields.Many2one("loyalty.point.reason", required=True)
    note = fields.Char(help="Shown in the ledger behind the reason.")
    # a double click or a repeated request makes one document
    adjustment_id = fields.Many2one("loyalty.point.adjustment", readonly=True)

    def action_adjust(self):
        """Submit the adjustment and say what became of it."""
        self.ensure_one()
        if not self.adjustment_id:
            self.adjustment_id = self.env["loyalty.point.adjustment"].create(
                {
                    "company_id": self.member_id.company_id.id,
                    "reason_id": self.reason_id.id,
                    "line_ids": [
                        Command.create(
                            {
                                "member_id": self.member_id.id,
                                "points": self.points,
                                "note": self.note,
                            }
                        )
                    ],
                }
            )
            self.adjustment_id.action_submit()
        if self.adjustment_id.state != "submitted":
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(document)s waits for an approver.",
                    document=self.adjustment_id.name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
