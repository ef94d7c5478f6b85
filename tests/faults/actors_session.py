"""LINE sessions: two workers at the same customer."""

from stage import actor, meet, request

from odoo import fields


@actor
def prepare_session(registry):
    """A LINE user whose conversation is routed to the one agent who is online."""

    def work(env):
        agent = env["res.users"].create(
            {
                "name": "Agent",
                "login": "race_line_agent",
                "group_ids": [(4, env.ref("crm_line.group_line_agent").id)],
            }
        )
        livechat = env["im_livechat.channel"].create(
            {"name": "Race", "user_ids": [(6, 0, agent.ids)]}
        )
        account = env["line.account"].create(
            {
                "name": "Race",
                "agent_ids": [(6, 0, agent.ids)],
                "livechat_channel_id": livechat.id,
            }
        )
        user = env["line.user"].create(
            {"account_id": account.id, "line_uid": "U" + "0" * 32, "name": "Wang"}
        )
        user._open_channel()
        env["mail.presence"]._update_presence(agent)
        print(user.id)

    request(registry, work)


@actor
def open_session(registry, user_id):
    """The customer wrote: open and route the session."""

    def work(env):
        meet(env)
        user = env["line.user"].browse(int(user_id))
        user._open_session(fields.Datetime.now())

    request(registry, work)


@actor
def session_facts(registry, user_id):
    """Print: sessions, sessions with an agent, members who are users."""

    def work(env):
        user = env["line.user"].browse(int(user_id))
        sessions = env["line.session"].search([("line_user_id", "=", user.id)])
        members = user.channel_id.channel_member_ids.partner_id.user_ids
        print(len(sessions), len(sessions.filtered("agent_id")), len(members))

    request(registry, work)
