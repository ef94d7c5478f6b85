from odoo import fields, models


class ResPartnerLineHistory(models.Model):
    """How much was said with a contact in LINE, and when."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    line_message_count = fields.Integer(
        string="LINE Messages",
        compute="_compute_line_history",
        groups="crm_line.group_line_agent",
    )
    line_last_message_at = fields.Datetime(
        string="Last LINE Message",
        compute="_compute_line_history",
        groups="crm_line.group_line_agent",
    )

    def _compute_line_history(self):
        """Of the accounts that the user answers for."""
        users = self.env["line.user"].search([("partner_id", "in", self.ids)])
        counts = self.env["line.message"]._count_by_user(users)
        grouped = users.grouped("partner_id")
        for partner in self:
            own = grouped.get(partner._origin, users.browse())
            partner.line_message_count = sum(counts.get(user.id, 0) for user in own)
            partner.line_last_message_at = max(
                filter(None, own.mapped("last_message_at")), default=False
            )
