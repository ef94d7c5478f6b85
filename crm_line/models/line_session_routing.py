from odoo import api, models

from .line_queue import CONCURRENCY


class LineSessionRouting(models.Model):
    """Who serves a session, and the minutely look at those that wait.

    Agents who are online, below their limit and not in a call are available; of
    these the previous agent, else language, expertise and the smallest number of
    conversations decide.
    """

    _inherit = "line.session"  # pylint: disable=consider-merging-classes-inherited

    # -- choose ---------------------------------------------------------------
    def _find_agent(self, excluded=None):
        """The best available agent (empty when nobody is).

        :param excluded: ``res.users`` who must not get it
        """
        self.ensure_one()
        account = self.sudo().account_id
        agents = account._active_agents()
        if excluded:
            agents -= excluded
        operators = agents & account.livechat_channel_id.user_ids
        for group in (operators, agents - operators):
            available = self._available(group)
            if available:
                return self._best(available)
        return agents.browse()

    def _available(self, users):
        """Those of ``users`` who are online and may take one more conversation."""
        livechat = self.sudo().account_id.livechat_channel_id
        if not users:
            return users
        online = livechat._get_available_operators_by_livechat_channel(users)[livechat]
        if livechat.max_sessions_mode == "unlimited":
            return online
        loads = self._loads(online)
        return online.filtered(lambda user: loads[user.id] < livechat.max_sessions)

    def _loads(self, users):
        """Number of current conversations by user id, LINE and live chat."""
        livechat = self.sudo().account_id.livechat_channel_id
        chats = livechat._get_ongoing_session_count_by_agent_livechat_channel(users)
        loads = {user.id: chats.get((user.partner_id, livechat), 0) for user in users}
        counts = self.sudo()._read_group(
            [("agent_id", "in", users.ids), ("state", "=", "open")],
            ["agent_id"],
            ["__count"],
        )
        for user, count in counts:
            loads[user.id] += count
        return loads

    def _best(self, users):
        """The one of these available users who fits best."""
        session = self.sudo()
        previous = session._previous_agent() & users
        if previous:
            return previous
        lang = session.line_user_id._lang()
        users = users.filtered(lambda user: user._speaks(lang)) or users
        wanted = session.account_id.expertise_ids
        skilled = users.filtered(lambda user: user.livechat_expertise_ids & wanted)
        experts = skilled.filtered(lambda user: user.livechat_expertise_ids >= wanted)
        users = experts or skilled or users
        loads = session._loads(users)
        least = min(loads.values())
        idle = users.filtered(lambda user: loads[user.id] == least)
        # equals: live chat's own rule, which spreads what came in shortly before
        return session.account_id.livechat_channel_id._get_operator(
            lang=lang, users=idle
        )

    def _previous_agent(self):
        """Who served this customer last."""
        domain = [
            ("line_user_id", "=", self.line_user_id.id),
            ("id", "!=", self.id),
            ("agent_id", "!=", False),
        ]
        return self.search(domain, limit=1).agent_id

    # -- assign ---------------------------------------------------------------
    def _route(self, excluded=None):
        """Give the session to the best available agent; whether there was one."""
        self.ensure_one()
        session = self.sudo()
        if not session.account_id.livechat_channel_id or session.offered_to_all:
            return False
        agent = session._find_agent(excluded)
        if agent:
            session._assign(agent, quiet=not session.assigned_at)
        return bool(agent)

    def _assign(self, agent, quiet=False):
        """``agent`` serves these sessions: member, pinned and notified.

        :param bool quiet: no grey line (the first routing, or they answered)
        """
        for session in self.sudo():
            before = session.agent_id - agent
            first = not session.assigned_at
            session.write(
                {
                    "agent_id": agent.id,
                    "state": "open",
                    "assigned_at": self._now(),
                    "offered_to_all": False,
                }
            )
            session.channel_id._line_set_agent(agent, before, alone=first)
            if not quiet:
                session._tell(lambda env: env._("Assigned to %(agent)s."), agent)
            session._refresh()

    def _tell(self, text, agent):
        """A grey line in the conversation, in the language of the team."""
        user = self.line_user_id._for_staff()
        user._post_notification(text(user.env) % {"agent": agent.name})

    def _requeue(self, for_all=False):
        """Back to the queue, or to all agents of the account at once."""
        for session in self.sudo():
            before = session.agent_id
            session.write(
                {
                    "agent_id": False,
                    "state": "waiting",
                    "assigned_at": False,
                    "offered_to_all": for_all,
                }
            )
            channel = session.channel_id
            if for_all:
                channel._line_let_in(session.account_id._active_agents())
            else:
                channel._line_let_out(before)
            session._refresh()

    @api.model
    def _release_gone_agents(self, accounts):
        """Sessions of whoever may no longer serve the account wait again."""
        for account in accounts:
            sessions = self.sudo().search(
                [
                    ("account_id", "=", account.id),
                    ("state", "=", "open"),
                    ("agent_id", "not in", account._allowed_agents().ids),
                ]
            )
            sessions._requeue()

    # -- the minutely look ----------------------------------------------------
    @api.model
    def _cron_tick(self):
        """Entry of the scheduled job."""
        worker = self.sudo()
        accounts = worker.env["line.account"].search([("active", "=", True)])
        for account in accounts:
            worker._release_gone_agents(account)
            worker._commit()
            if account.close_hours:
                worker._each(account._silent_domain(), "_close_silent")
            if account.livechat_channel_id:
                worker._each(account._queue_domain(), "_route")
                if account.reroute_minutes:
                    worker._each(account._late_domain(), "_route_again")

    @api.model
    def _each(self, domain, method):
        """Call ``method`` on each session of ``domain``: VIP first, then by waiting.

        One transaction each; what another worker holds or changed is left to it.
        """
        order = "priority DESC, unanswered_since, id"
        for session_id in self.search(domain, order=order).ids:
            try:
                session = self.browse(session_id).try_lock_for_update()
                if session.filtered_domain(domain):
                    getattr(session, method)()
            except CONCURRENCY:
                self._rollback()
                continue
            self._commit()

    def _route_again(self):
        """The agent does not answer: another one, if there is one."""
        self._route(excluded=self.agent_id)

    def _close_silent(self):
        self._close()
