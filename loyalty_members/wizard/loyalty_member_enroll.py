from odoo import api, fields, models

from ..models.loyalty_member import CHANNELS


class LoyaltyMemberEnroll(models.TransientModel):
    """Enrol several contacts at once; those who are members stay as they are."""

    _name = "loyalty.member.enroll"
    _description = "Enrol Members"

    partner_ids = fields.Many2many(
        "res.partner", string="Contacts", required=True, default=lambda s: s._picked()
    )
    channel = fields.Selection(
        CHANNELS, string="Joined Through", required=True, default="staff"
    )
    has_notice = fields.Boolean(compute="_compute_has_notice")

    @api.model
    def _picked(self):
        context = self.env.context
        if context.get("active_model") != "res.partner":
            return False
        return context.get("active_ids")

    def _compute_has_notice(self):
        notice = self.env["pdpa.notice"]._published_version("membership")
        self.has_notice = bool(notice)

    def action_enroll(self):
        """Enrol the contacts and show them as members."""
        self.ensure_one()
        Member = self.env["loyalty.member"]
        Member._check_may_enroll()
        members = Member._enroll(self.partner_ids, self.channel)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_member_action"
        )
        return {**action, "domain": [("id", "in", members.ids)], "context": {}}
