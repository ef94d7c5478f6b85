from odoo import fields, models


class LoyaltyProgram(models.Model):
    """How many points one person may adjust alone."""

    _inherit = "loyalty.program"  # pylint: disable=R8180

    adjust_clerk_line = fields.Integer(
        string="Clerk: Points per Member",
        help="Points that a clerk may add to or take from a member alone. 0: every "
        "adjustment needs an approver.",
    )
    adjust_clerk_document = fields.Integer(
        string="Clerk: Points per Document",
        help="Points added and taken by one document of a clerk without an approver.",
    )
    adjust_manager_line = fields.Integer(
        string="Manager: Points per Member",
        default=1000,
        help="Points that a manager may add to or take from a member alone. 0: every "
        "adjustment needs an approver.",
    )
    adjust_manager_document = fields.Integer(
        string="Manager: Points per Document",
        default=10000,
        help="Points added and taken by one document of a manager without an approver.",
    )

    _adjust_limits_positive = models.Constraint(
        "CHECK(adjust_clerk_line >= 0 AND adjust_clerk_document >= 0"
        " AND adjust_manager_line >= 0 AND adjust_manager_document >= 0)",
        "Limits of adjustments cannot be negative.",
    )

    def _adjustment_limits(self, user):
        """Points per member and per document that ``user`` may adjust alone."""
        self.ensure_one()
        if user.has_group("loyalty_members.group_manager"):
            return self.adjust_manager_line, self.adjust_manager_document
        if user.has_group("loyalty_members.group_clerk"):
            return self.adjust_clerk_line, self.adjust_clerk_document
        return 0, 0
