from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .loyalty_point_lot import ORIGINS


class LoyaltyPointAdjustmentLine(models.Model):
    """Points for one member; changed only while the adjustment is a draft."""

    _name = "loyalty.point.adjustment.line"
    _description = "Point Adjustment Line"
    _order = "adjustment_id DESC, id"
    _check_company_auto = True
    _allow_sudo_commands = False

    adjustment_id = fields.Many2one(
        "loyalty.point.adjustment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="adjustment_id.company_id", store=True, index=True
    )
    member_id = fields.Many2one(
        "loyalty.member",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    balance = fields.Integer(related="member_id.balance", string="Current Points")
    points = fields.Integer(
        required=True, help="Points to add; a negative number takes points."
    )
    note = fields.Char(help="Shown in the ledger behind the reason.")
    origin = fields.Selection(
        ORIGINS,
        required=True,
        default="bonus",
        help="Where the points come from. Points that were paid for never expire.",
    )
    expire_on = fields.Date(
        string="Expires On",
        help="Last day of the points added. Empty: as the membership says.",
    )

    _points_not_zero = models.Constraint(
        "CHECK(points <> 0)", "An adjustment adds or takes points: fill in “Points”."
    )
    _paid_never_expires = models.Constraint(
        "CHECK(origin <> 'paid' OR expire_on IS NULL)",
        "Points that were paid for may not expire.",
    )

    @api.depends("member_id", "points")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.member_id.display_name}: {line.points:+d}"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.adjustment_id._check_draft()
        return lines

    def write(self, vals):
        self.adjustment_id._check_draft()
        result = super().write(vals)
        self.adjustment_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self.adjustment_id._check_draft()

    def _check_not_over(self):
        """Refuse to give points that nobody could use."""
        self.ensure_one()
        today = self.adjustment_id.program_id.sudo()._today()
        if self.expire_on and self.expire_on < today:
            raise ValidationError(
                self.env._(
                    "“Expires On” of %(member)s has passed: choose a later day.",
                    member=self.member_id.display_name,
                )
            )

    def _posting_row(self):
        """The row of ``_post_points_batch`` for this line."""
        self.ensure_one()
        document = self.adjustment_id
        reason = document.reason_id
        row = {
            "member": self.member_id,
            "kind": "adjust",
            "points": self.points,
            "key": f"adjustment:{self.id}",
            "source": document,
            "reason_id": reason.id,
            "origin": self.origin,
            "explanation": f"{reason.name}: {self.note}" if self.note else reason.name,
            "details": {
                "requester_id": document.requester_id.id,
                "approver_id": document.approver_id.id,
            },
        }
        return row | ({"expire_on": self.expire_on} if self.expire_on else {})
