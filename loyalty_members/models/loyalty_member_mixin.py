from odoo import api, fields, models
from odoo.fields import Domain


class LoyaltyMemberShown(models.AbstractModel):
    """A record shows a membership; it says in ``_compute_member`` which one."""

    _name = "loyalty.member.shown"
    _description = "Membership Shown on a Record"

    member_id = fields.Many2one(
        "loyalty.member",
        compute="_compute_member",
        search="_search_member_id",
        groups="loyalty_members.group_viewer",
    )
    member_number = fields.Char(
        related="member_id.number",
        string="Member No.",
        related_sudo=False,
        groups="loyalty_members.group_viewer",
    )
    member_pending = fields.Integer(
        related="member_id.pending",
        string="Pending Member Points",
        related_sudo=False,
        groups="loyalty_members.group_viewer",
    )

    def _compute_member(self):
        raise NotImplementedError

    def _search_member_id(self, operator, value):
        raise NotImplementedError


class LoyaltyMemberMixin(models.AbstractModel):
    """A document with a customer shows their membership in the current company.

    The member is the person, else their commercial entity.
    """

    _name = "loyalty.member.mixin"
    _inherit = ["loyalty.member.shown"]
    _description = "Membership of the Customer"

    member_tier_id = fields.Many2one(
        related="member_id.tier_id",
        string="Member Tier",
        related_sudo=False,
        groups="loyalty_members.group_viewer",
    )
    member_points = fields.Integer(
        related="member_id.balance",
        string="Member Points",
        related_sudo=False,
        groups="loyalty_members.group_viewer",
    )

    @api.depends("partner_id.member_id", "partner_id.commercial_partner_id.member_id")
    @api.depends_context("company")
    def _compute_member(self):
        for document in self:
            partner = document.partner_id
            document.member_id = (
                partner.member_id or partner.commercial_partner_id.member_id
            )

    def _search_member_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        if operator == "in" and False in value:
            members = [member_id for member_id in value if member_id]
            found = self._customer_domain("in", members) if members else Domain.FALSE
            return found | ~self._customer_domain("any", Domain.TRUE)
        return self._customer_domain(operator, value)

    def _customer_domain(self, operator, value):
        """Documents whose customer is one of the members."""
        person = Domain("partner_id.member_id", operator, value)
        entity = Domain("partner_id.commercial_partner_id.member_id", operator, value)
        return person | (Domain("partner_id.member_id", "=", False) & entity)
