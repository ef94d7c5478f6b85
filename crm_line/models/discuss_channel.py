from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.mail.tools.discuss import Store


def _is_line(channel):
    return channel.channel_type == "line"


class DiscussChannel(models.Model):
    """The conversation with one LINE user: a channel of type ``line``.

    Made and assigned by the superuser only. What agents write: see
    ``discuss_channel_send.py``.
    """

    _inherit = "discuss.channel"

    channel_type = fields.Selection(
        selection_add=[("line", "LINE")], ondelete={"line": "cascade"}
    )
    line_user_id = fields.Many2one(
        "line.user", string="LINE User", index="btree_not_null", ondelete="restrict"
    )

    _line_user_unique = models.UniqueIndex(
        "(line_user_id) WHERE line_user_id IS NOT NULL",
        "This LINE user has a conversation already.",
    )
    _line_user_needed = models.Constraint(
        "CHECK((channel_type = 'line') = (line_user_id IS NOT NULL))",
        "A LINE conversation belongs to a LINE user.",
    )

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("channel_type") == "line" or vals.get("line_user_id"):
                self._check_line_superuser()
        return super().create(vals_list)

    def write(self, vals):
        if "line_user_id" in vals:
            self._check_line_superuser()
        return super().write(vals)

    def _check_line_superuser(self):
        if not self.env.su:
            raise AccessError(
                self.env._("LINE conversations are opened by the system only.")
            )

    def _compute_is_editable(self):
        """The name is the LINE name: nobody edits it here."""
        result = super()._compute_is_editable()
        self.filtered(_is_line).is_editable = False
        return result

    # -- members --------------------------------------------------------------
    def _line_refresh_members(self):
        """Agents who joined the account after the conversation was opened."""
        for channel in self.sudo():
            missing = (
                channel.line_user_id.account_id._agent_partners()
                - channel.channel_member_ids.partner_id
            )
            if missing:
                channel._add_members(partners=missing, post_joined_message=False)

    def _line_join_current_user(self):
        """Let an agent or an administrator of LINE into the conversation."""
        self.ensure_one()
        self.check_access("read")
        partner = self.env.user.partner_id
        channel = self.sudo()
        if partner not in channel.channel_member_ids.partner_id:
            channel._add_members(partners=partner, post_joined_message=False)
        channel.channel_member_ids.filtered(
            lambda member: member.partner_id == partner
        ).unpin_dt = False

    # -- client data ----------------------------------------------------------
    def _types_allowing_seen_infos(self):
        return super()._types_allowing_seen_infos() + ["line"]

    def _to_store_defaults(self, target: Store.Target):
        values = super()._to_store_defaults(target)
        if not target.is_internal(self.env):
            return values
        return values + [
            # sudo: members may see who they talk to; the guest has the LINE name
            Store.Attr(
                "line_contact_name",
                lambda channel: (
                    channel.sudo().line_user_id.partner_id.display_name or False
                ),
                predicate=_is_line,
            ),
            Store.Attr(
                "line_account_name",
                lambda channel: channel.sudo().line_user_id.account_id.name,
                predicate=_is_line,
            ),
            Store.Attr(
                "line_friend_state",
                lambda channel: channel.sudo().line_user_id.friend_state,
                predicate=_is_line,
            ),
        ]

    def _line_send_header(self):
        """Show a changed binding in open windows."""
        for channel in self:
            name = channel.sudo().line_user_id.partner_id.display_name or False
            Store(bus_channel=channel).add(
                channel, {"line_contact_name": name}
            ).bus_send()

    def _notify_by_web_push_prepare_payload(
        self, message, msg_vals=False, force_record_name=False
    ):
        payload = super()._notify_by_web_push_prepare_payload(
            message, msg_vals=msg_vals, force_record_name=force_record_name
        )
        if self.channel_type == "line":
            payload["title"] = f"LINE · {force_record_name or self.name}"
        return payload
