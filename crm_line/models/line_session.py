from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STATES = [("waiting", "Waiting"), ("open", "In Progress"), ("closed", "Closed")]


class LineSession(models.Model):
    """One stretch of a conversation: from a customer's question to the closing.

    A LINE user has one conversation for ever and at most one session that is not
    closed (unique index). Opened by the customer's first message, served by one
    agent, closed by an agent or by silence. All times are UTC.
    """

    _name = "line.session"
    _description = "LINE Session"
    _inherit = ["line.queue"]
    _order = "id DESC"
    _rec_name = "line_user_id"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    line_user_id = fields.Many2one(
        "line.user",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="line_user_id.partner_id")
    channel_id = fields.Many2one(
        "discuss.channel",
        string="Conversation",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="waiting", group_expand=True
    )
    agent_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    is_vip = fields.Boolean(string="VIP", readonly=True)
    priority = fields.Integer(readonly=True, aggregator=None)
    offered_to_all = fields.Boolean(
        readonly=True, help="Whoever answers first takes it; it is not routed."
    )
    opened_at = fields.Datetime(string="Opened On", readonly=True)
    assigned_at = fields.Datetime(string="Assigned On", readonly=True)
    unanswered_since = fields.Datetime(
        string="Waiting Since",
        readonly=True,
        help="First message of the customer that nobody has answered yet.",
    )
    first_answer_at = fields.Datetime(string="First Answer", readonly=True)
    last_message_at = fields.Datetime(string="Last Message", readonly=True)
    away_at = fields.Datetime(
        readonly=True, help="When the customer was told that we are closed."
    )
    closed_at = fields.Datetime(string="Closed On", readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    close_cause = fields.Selection(
        [("agent", "Closed by an Agent"), ("silence", "Nobody Wrote")], readonly=True
    )
    wait_minutes = fields.Integer(
        string="Waiting (minutes)", compute="_compute_wait", aggregator=None
    )
    is_overdue = fields.Boolean(
        string="Waits Too Long", compute="_compute_wait", search="_search_is_overdue"
    )
    first_answer_minutes = fields.Float(
        string="First Answer After (minutes)",
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="From the customer's first message to the first answer of a person.",
    )
    handling_minutes = fields.Float(
        string="Handling Time (minutes)",
        compute="_compute_durations",
        store=True,
        aggregator="avg",
        help="From the customer's first message to the closing.",
    )

    _one_open_per_user = models.UniqueIndex(
        "(line_user_id) WHERE state != 'closed'",
        "This customer has an open session already.",
    )
    _waiting_idx = models.Index(
        "(account_id, unanswered_since) WHERE state != 'closed'"
    )

    # -- computed -------------------------------------------------------------
    @api.depends("unanswered_since", "account_id.answer_minutes")
    def _compute_wait(self):
        now = self._now()
        for session in self:
            since = session.unanswered_since
            waited = (now - since).total_seconds() / 60 if since else 0
            limit = session.account_id.answer_minutes
            session.wait_minutes = max(int(waited), 0)
            session.is_overdue = bool(since and limit and waited > limit)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain.OR(
            Domain("account_id", "=", account.id)
            & Domain("unanswered_since", "<", account._answer_deadline())
            for account in self.env["line.account"]
            .sudo()
            .search([("answer_minutes", ">", 0)])
        )
        domain = Domain.FALSE
        if True in value:
            domain |= overdue
        if False in value:
            domain |= ~overdue | Domain("unanswered_since", "=", False)
        return domain

    @api.depends("opened_at", "first_answer_at", "closed_at")
    def _compute_durations(self):
        for session in self:
            session.first_answer_minutes = session._minutes(session.first_answer_at)
            session.handling_minutes = session._minutes(session.closed_at)

    def _minutes(self, end):
        if not end or not self.opened_at:
            return False
        return max((end - self.opened_at).total_seconds() / 60, 0)

    # -- what happens ---------------------------------------------------------
    def _customer_wrote(self, at):
        """The customer waits from the first message that nobody answered."""
        for session in self.sudo():
            priority = session.line_user_id._routing_priority()
            session.write(
                {
                    "unanswered_since": session.unanswered_since or at,
                    "last_message_at": max(session.last_message_at or at, at),
                    "priority": priority,
                    "is_vip": priority > 0,
                }
            )
            session._refresh()

    def _agent_answered(self, user):
        """A person answered; without an agent yet, it is theirs from now on."""
        now = self._now()
        for session in self.sudo():
            session.write(
                {
                    "unanswered_since": False,
                    "last_message_at": now,
                    "first_answer_at": session.first_answer_at or now,
                }
            )
            if session.agent_id:
                session._refresh()
            else:
                session._assign(user, quiet=True)

    def _close(self, user=None):
        """Close; ``user`` is the agent, empty when nobody wrote for long."""
        for session in self.sudo().filtered(lambda row: row.state != "closed"):
            session = session.with_context(lang=session.account_id._staff_lang())
            session.write(
                {
                    "state": "closed",
                    "closed_at": self._now(),
                    "closed_by_id": user.id if user else False,
                    "close_cause": "agent" if user else "silence",
                    "unanswered_since": False,
                }
            )
            session.line_user_id._post_notification(
                session.env._("Closed by %(agent)s.", agent=user.name)
                if user
                else session.env._("Closed: nobody wrote for a long time.")
            )
            if user:
                session._ask_rating()
            session._refresh()

    def _refresh(self):
        """Show the new state in open windows."""
        self.flush_recordset()
        self.channel_id.sudo()._line_send_session()

    # -- actions --------------------------------------------------------------
    def _check_may_serve(self):
        """Agents of the account and supervisors: those who may read it."""
        self.check_access("read")
        if any(session.state == "closed" for session in self):
            raise UserError(
                self.env._(
                    "This session is closed. It opens again when the customer writes."
                )
            )
        return self.sudo()

    def action_close(self):
        """Close the conversation and ask the customer how it was."""
        self._check_may_serve()._close(self.env.user)
        return True

    def action_take_over(self):
        """Serve the customer myself."""
        self._check_may_serve()._assign(self.env.user)
        return True

    def action_transfer(self):
        """Choose who goes on."""
        self._check_may_serve()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer"),
            "res_model": "line.session.transfer",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_session_ids": self.ids, "dialog_size": "medium"},
        }

    def action_open_chat(self):
        """The conversation in Discuss."""
        self.ensure_one()
        return self.line_user_id.action_open_chat()
