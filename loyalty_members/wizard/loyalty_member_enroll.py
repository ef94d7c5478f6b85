from odoo import api, fields, models
from odoo.tools import split_every

from ..models.loyalty_member import CHANNELS

CHUNK = 1000


class LoyaltyMemberEnroll(models.TransientModel):
    """Enrol existing customers in bulk; one that cannot join does not stop the rest."""

    _name = "loyalty.member.enroll"
    _description = "Enrol Members"

    partner_ids = fields.Many2many(
        "res.partner", string="Contacts", required=True, default=lambda s: s._picked()
    )
    channel = fields.Selection(
        CHANNELS, string="Joined Through", required=True, default="staff"
    )
    has_notice = fields.Boolean(compute="_compute_has_notice")
    done = fields.Boolean(readonly=True)
    enrolled_count = fields.Integer(string="Enrolled", readonly=True)
    known_count = fields.Integer(string="Already Members", readonly=True)
    refused_count = fields.Integer(string="Refused", compute="_compute_refused_count")
    refused_ids = fields.One2many(
        "loyalty.member.enroll.refused", "wizard_id", string="Not Enrolled"
    )

    @api.model
    def _picked(self):
        context = self.env.context
        if context.get("active_model") != "res.partner":
            return False
        return context.get("active_ids")

    def _compute_has_notice(self):
        notice = self.env["pdpa.notice"]._published_version("membership")
        self.has_notice = bool(notice)

    @api.depends("refused_ids")
    def _compute_refused_count(self):
        for wizard in self:
            wizard.refused_count = len(wizard.refused_ids)

    def action_enroll(self):
        """Enrol who can join, and show who could not and why.

        Everybody joined: open the members at once.
        """
        self.ensure_one()
        Member = self.env["loyalty.member"]
        Member._check_may_enroll()
        self.partner_ids.check_access("read")
        members = Member
        known, refused = 0, {}
        for ids in split_every(CHUNK, self.partner_ids.ids):
            found, before, reasons = Member._enroll_possible(
                self.env["res.partner"].browse(ids), self.channel
            )
            members |= found
            known += before
            refused.update(reasons)
        action = self._members_action(members)
        if not refused:
            return action
        self.write(
            {
                "done": True,
                "enrolled_count": len(members) - known,
                "known_count": known,
                "refused_ids": [
                    fields.Command.create({"partner_id": id_, "reason": reason})
                    for id_, reason in refused.items()
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enrol Members"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_show_members(self):
        """Open the contacts of the list who are members now."""
        program = self.env["loyalty.program"]._membership()
        found = self.env["loyalty.member"]._members_of(program, self.partner_ids)
        members = self.env["loyalty.member"].concat(*found.values())
        return self._members_action(members)

    @api.model
    def _members_action(self, members):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_member_action"
        )
        return {**action, "domain": [("id", "in", members.ids)], "context": {}}


class LoyaltyMemberEnrollRefused(models.TransientModel):
    """A contact that could not join, and why."""

    _name = "loyalty.member.enroll.refused"
    _description = "Enrol Members: Refused"

    wizard_id = fields.Many2one(
        "loyalty.member.enroll", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Contact", required=True)
    reason = fields.Char()
