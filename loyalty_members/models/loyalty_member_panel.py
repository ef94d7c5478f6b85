from odoo import api, fields, models

from . import loyalty_panel_engine as engine


class LoyaltyMember(models.Model):
    """Figures of the member's panel that follow from lots and entries."""

    _inherit = "loyalty.member"  # pylint: disable=R8180

    expiring_points = fields.Integer(
        string="Expiring Soon",
        compute="_compute_panel",
        help="Points that expire within 30 days unless they are used.",
    )
    expiring_on = fields.Date(
        string="First Last Day",
        compute="_compute_panel",
        help="Day after which the first of these points are gone.",
    )
    lifetime_points = fields.Integer(
        string="Earned in Total",
        compute="_compute_panel",
        help="Points of purchases and gifts since joining, without what was taken "
        "back.",
    )
    open_lot_ids = fields.One2many(
        "loyalty.point.lot",
        "member_id",
        string="Points Left",
        domain=[("remaining", ">", 0)],
    )

    @api.depends("balance")
    def _compute_panel(self):
        members = self._origin
        facts = {}
        if members:
            members.flush_recordset(["balance"])
            days = members.program_id.sudo()._todays()
            rows = self.env.execute_query(engine.figures(members.ids, days))
            facts = {member_id: fact for member_id, *fact in rows}
        for member in self:
            expiring, day, lifetime = facts.get(member._origin.id, (0, False, 0))
            member.expiring_points = expiring
            member.expiring_on = day
            member.lifetime_points = lifetime
