from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store


def _is_line(channel):
    return channel.channel_type == "line"


class DiscussChannelSession(models.Model):
    """The conversation knows its current session and who serves it."""

    _inherit = "discuss.channel"  # pylint: disable=consider-merging-classes-inherited

    line_session_ids = fields.One2many(
        "line.session",
        "channel_id",
        domain=[("state", "!=", "closed")],
        string="Current LINE Session",
        groups="crm_line.group_line_agent",
    )

    def _line_session(self):
        """The session that is not closed (empty when there is none)."""
        self.ensure_one()
        return self.sudo().line_session_ids[:1]

    # -- members --------------------------------------------------------------
    def _line_set_agent(self, agent, before, alone=False):
        """``agent`` comes in and is notified; whoever served before goes.

        :param before: the ``res.users`` who is replaced
        :param bool alone: everybody who was there before this session goes too
        """
        for channel in self.sudo():
            if channel.line_user_id.account_id.livechat_channel_id:
                partners = (
                    channel.channel_member_ids.partner_id
                    if alone
                    else (before.partner_id)
                )
                channel._line_let_out(partners.user_ids - agent)
            channel._line_let_in(agent)

    def _line_let_in(self, users):
        """Members, pinned, with the conversation in their sidebar."""
        self.ensure_one()
        partners = users.partner_id
        channel = self.sudo()
        missing = partners - channel.channel_member_ids.partner_id
        if missing:
            channel._add_members(partners=missing, post_joined_message=False)
        channel.channel_member_ids.filtered(
            lambda member: member.partner_id in partners
        ).unpin_dt = False
        channel._broadcast(partners.ids)

    def _line_let_out(self, users):
        """The conversation leaves their sidebar; they may still read it."""
        self.ensure_one()
        channel = self.sudo()
        for partner in users.partner_id & channel.channel_member_ids.partner_id:
            channel._action_unfollow(partner, post_leave_message=False)

    # -- agents write ---------------------------------------------------------
    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self._line_must_send(message):
            author = message.sudo().author_id
            own = self.env.user.partner_id == author
            user = self.env.user if own else author.main_user_id
            self._line_session()._agent_answered(user)
        return result

    def execute_command_close(self, **kwargs):
        """The command /close."""
        self.action_line_close()

    # -- thread actions -------------------------------------------------------
    def _line_session_to_serve(self):
        self.ensure_one()
        self.check_access("read")
        session = self._line_session().sudo(False)
        if not session:
            raise UserError(
                self.env._(
                    "Nobody waits here: this conversation is closed. It opens again "
                    "when the customer writes."
                )
            )
        return session

    def action_line_close(self):
        """Close the session of this conversation, if there is one."""
        return self._line_session_to_serve().action_close()

    def action_line_take_over(self):
        """Serve this customer myself."""
        session = self._line_session_to_serve()
        self._line_join_current_user()
        return session.action_take_over()

    def action_line_transfer(self):
        """Choose who serves this customer from now on."""
        return self._line_session_to_serve().action_transfer()

    # -- client data ----------------------------------------------------------
    def _line_session_data(self):
        """The current session for the client; false when there is none."""
        session = self._line_session()
        if not session:
            return False
        return {
            "id": session.id,
            "state": session.state,
            "agent_id": session.agent_id.id,
            "agent_name": session.agent_id.name or False,
            "is_vip": session.is_vip,
            "offered_to_all": session.offered_to_all,
            "opened_at": fields.Datetime.to_string(session.opened_at),
            "unanswered_since": fields.Datetime.to_string(session.unanswered_since),
            "answer_minutes": session.account_id.answer_minutes,
        }

    def _to_store_defaults(self, target: Store.Target):
        values = super()._to_store_defaults(target)
        if not target.is_internal(self.env):
            return values
        return values + [
            Store.Attr(
                "line_session",
                lambda channel: channel._line_session_data(),
                predicate=_is_line,
            )
        ]

    def _line_send_session(self):
        """Show a changed session in open windows."""
        self.invalidate_recordset(["line_session_ids"])
        for channel in self:
            data = {"line_session": channel._line_session_data()}
            Store(bus_channel=channel).add(channel, data).bus_send()
