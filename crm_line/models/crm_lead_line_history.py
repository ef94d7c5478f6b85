from odoo import fields, models


class CrmLeadLineHistory(models.Model):
    """A lead knows the LINE conversation that it was made from."""

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    line_channel_id = fields.Many2one(
        "discuss.channel",
        string="LINE Conversation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_line.group_line_agent",
    )
    line_message_count = fields.Integer(
        string="LINE Messages",
        compute="_compute_line_message_count",
        groups="crm_line.group_line_agent",
    )

    def _compute_line_message_count(self):
        """Of the contact's conversations, or of the one this lead came from."""
        counts = self.env["line.message"]._count_by_user(
            self.line_channel_id.sudo().line_user_id
        )
        for lead in self:
            user = lead.line_channel_id.sudo().line_user_id
            lead.line_message_count = lead.partner_id.line_message_count or counts.get(
                user.id, 0
            )

    def action_line_history(self):
        """Open the conversation with the customer of this lead."""
        self.ensure_one()
        if self.partner_id.line_message_count or not self.line_channel_id:
            return self.action_line_chat()
        user = self.line_channel_id.sudo().line_user_id.sudo(False)
        return user.action_open_chat()
