from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """A contact shows the membership in the current company."""

    _name = "res.partner"
    _inherit = ["res.partner", "loyalty.member.shown"]

    member_ids = fields.One2many(
        "loyalty.member",
        "partner_id",
        string="Memberships",
        groups="loyalty_members.group_viewer",
    )
    member_tier_id = fields.Many2one(
        "loyalty.tier",
        compute="_compute_member",
        search="_search_member_tier_id",
        groups="loyalty_members.group_viewer",
    )
    member_points = fields.Integer(
        compute="_compute_member",
        search="_search_member_points",
        groups="loyalty_members.group_viewer",
    )

    @api.depends("member_ids.balance", "member_ids.tier_id")
    @api.depends_context("company")
    def _compute_member(self):
        members = self.env["loyalty.member"].search_fetch(
            [
                ("partner_id", "in", self._origin.ids),
                ("company_id", "=", self.env.company.id),
                ("program_id.active", "=", True),
            ],
            ["partner_id", "tier_id", "balance"],
        )
        by_partner = {member.partner_id.id: member for member in members}
        for partner in self:
            member = by_partner.get(partner._origin.id, members.browse())
            partner.member_id = member
            partner.member_tier_id = member.tier_id
            partner.member_points = member.balance

    def _member_domain(self, domain):
        """Contacts with a membership in the current company that fits ``domain``."""
        here = Domain("company_id", "=", self.env.company.id)
        if not isinstance(domain, Domain):
            domain = Domain("id", "in", domain)
        return Domain("member_ids", "any", here & domain)

    def _search_member_id(self, operator, value):
        if operator == "any":
            return self._member_domain(value)
        if operator != "in":
            return NotImplemented
        return self._member_or_none("id", value)

    def _member_or_none(self, name, values):
        """Contacts by a field of their membership; ``False`` is no membership."""
        found = self._member_domain(Domain(name, "in", [v for v in values if v]))
        return found | ~self._member_domain(Domain.TRUE) if False in values else found

    def _search_member_tier_id(self, operator, value):
        if operator == "in":
            return self._member_or_none("tier_id", value)
        if operator in ("any", "ilike"):
            return self._member_domain(Domain("tier_id", operator, value))
        return NotImplemented

    def _search_member_points(self, operator, value):
        if operator not in ("in", "<", ">", "<=", ">="):
            return NotImplemented
        return self._member_domain(Domain("balance", operator, value))

    def action_enroll(self):
        """Make the contacts members of the current company's program."""
        self.env["loyalty.member"]._check_may_enroll()
        members = self.env["loyalty.member"]._enroll(self)
        return members[:1].get_formview_action() if len(members) == 1 else True

    def action_open_member(self):
        """Open the membership of the contact."""
        self.ensure_one()
        return self.member_id.get_formview_action()
