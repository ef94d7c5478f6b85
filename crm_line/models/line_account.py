import secrets

from odoo import api, fields, models

from ..tools.line_client import LINE_API, LineClient

TOKEN_MODES = [
    ("stateless", "Short-lived, fetched when needed"),
    ("long_lived", "Long-lived, from the console"),
]


class LineAccount(models.Model):
    """One LINE Official Account (a Messaging API channel) of one company.

    Secrets and the API address, where the token is sent to, are for system
    administrators only. The webhook token in the URL is unique.
    """

    _name = "line.account"
    _description = "LINE Official Account"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )
    agent_ids = fields.Many2many(
        "res.users",
        string="Agents",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They see the conversations of this account in Discuss and answer them.",
    )
    # credentials
    channel_ident = fields.Char(
        string="Channel ID", help="LINE Developers Console, tab Basic settings."
    )
    channel_secret = fields.Char(
        groups="base.group_system",
        copy=False,
        help="LINE Developers Console, tab Basic settings. Proves that a webhook "
        "comes from LINE.",
    )
    channel_secret_old = fields.Char(
        string="Previous Channel Secret",
        groups="base.group_system",
        copy=False,
        help="Filled in by Reissue Secret, so that no webhook is refused meanwhile.",
    )
    token_mode = fields.Selection(
        TOKEN_MODES,
        string="Access Token",
        required=True,
        default="stateless",
    )
    access_token = fields.Char(
        string="Channel Access Token", groups="base.group_system", copy=False
    )
    api_url = fields.Char(
        string="API Address",
        required=True,
        default=LINE_API,
        groups="base.group_system",
        help="Change only to use the LINE simulator.",
    )
    webhook_token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
        groups="base.group_system",
    )
    webhook_url = fields.Char(
        string="Webhook URL",
        compute="_compute_webhook_url",
        groups="crm_line.group_line_manager",
    )
    # what LINE says about the account
    bot_user_id = fields.Char(
        string="Bot User ID",
        readonly=True,
        copy=False,
        help="Filled in by Test Connection. Webhooks for another bot are refused.",
    )
    basic_id = fields.Char(string="Basic ID", readonly=True, copy=False)
    tested_at = fields.Datetime(string="Last Test", readonly=True, copy=False)
    test_result = fields.Char(readonly=True, copy=False)
    is_connected = fields.Boolean(readonly=True, copy=False)
    # behaviour
    notify_order_confirmed = fields.Boolean(
        string="Order Confirmation",
        default=True,
        help="Customers who are bound get a message when their order is confirmed.",
    )
    # waiting periods after an answer of LINE
    paused_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Nothing is sent before this time: LINE asked for fewer calls or "
        "refused the access token.",
    )
    quota_paused_until = fields.Datetime(
        string="Marketing Paused Until",
        readonly=True,
        copy=False,
        help="The monthly messages are used up; marketing waits until then.",
    )
    user_count = fields.Integer(string="LINE Users", compute="_compute_counts")
    problem_count = fields.Integer(
        string="Problems",
        compute="_compute_counts",
        help="Events and messages that were given up.",
    )

    _webhook_token_unique = models.Constraint(
        "UNIQUE(webhook_token)", "Another account has this webhook token."
    )
    _bot_user_unique = models.UniqueIndex(
        "(bot_user_id) WHERE bot_user_id IS NOT NULL AND active",
        "Another active account is connected to this LINE Official Account.",
    )

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        for account in self:
            token = account.sudo().webhook_token
            account.webhook_url = f"{account.get_base_url()}/line/webhook/{token}"

    def _compute_counts(self):
        users = self._count("line.user", [])
        events = self._count("line.inbox", [("state", "=", "dead")])
        sends = self._count(
            "line.outbox", [("state", "in", ("dead", "failed", "uncertain"))]
        )
        for account in self:
            account.user_count = users.get(account.id, 0)
            account.problem_count = events.get(account.id, 0) + sends.get(account.id, 0)

    def _count(self, model, domain):
        groups = (
            self.env[model]
            .sudo()
            ._read_group(
                [("account_id", "in", self.ids), *domain], ["account_id"], ["__count"]
            )
        )
        return {account.id: count for account, count in groups}

    # -- CRUD -----------------------------------------------------------------
    def write(self, vals):
        if "agent_ids" not in vals:
            return super().write(vals)
        before = {account.id: account.agent_ids for account in self}
        result = super().write(vals)
        for account in self:
            account._remove_members(before[account.id] - account.agent_ids)
        return result

    def _remove_members(self, users):
        """Who is no longer an agent leaves the conversations of the account."""
        self.ensure_one()
        if users:
            self.env["discuss.channel.member"].sudo().search(
                [
                    ("channel_id.line_user_id.account_id", "=", self.id),
                    ("partner_id", "in", users.partner_id.ids),
                ]
            ).unlink()

    # -- actions --------------------------------------------------------------
    def _explain_failure(self, outcome):
        if outcome.kind == "auth":
            return self.env._(
                "LINE refused the credentials. Check “Channel ID”, “Channel Secret” "
                "and “Channel Access Token”. %(answer)s",
                answer=outcome.message,
            )
        if not outcome.status:
            return self.env._(
                "LINE cannot be reached (%(answer)s). Check this server's access to "
                "the internet.",
                answer=outcome.message,
            )
        return self.env._(
            "LINE answered %(status)s: %(answer)s",
            status=outcome.status,
            answer=outcome.message,
        )

    def _notification(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_users(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("crm_line.action_line_user")
        return action | {"domain": [("account_id", "=", self.id)], "context": {}}

    def action_view_problems(self):
        """Events and messages that were given up; messages when there are any."""
        self.ensure_one()
        sends = self.env["line.outbox"].search_count(
            [
                ("account_id", "=", self.id),
                ("state", "in", ("dead", "failed", "uncertain")),
            ]
        )
        name = "action_line_outbox" if sends else "action_line_inbox"
        action = self.env["ir.actions.actions"]._for_xml_id(f"crm_line.{name}")
        return action | {
            "domain": [("account_id", "=", self.id)],
            "context": {"search_default_problems": 1},
        }

    # -- LINE -----------------------------------------------------------------
    def _client(self):
        """A client with the credentials of this account."""
        self.ensure_one()
        account = self.sudo()
        if account.token_mode == "long_lived":
            return LineClient(
                access_token=account.access_token, api_url=account.api_url
            )
        return LineClient(
            channel_id=account.channel_ident,
            channel_secret=account.channel_secret,
            api_url=account.api_url,
        )

    def _staff_lang(self):
        """Language of what the workers write for the team: that of an agent."""
        self.ensure_one()
        account = self.sudo()
        langs = account.agent_ids.mapped("lang") + [account.company_id.partner_id.lang]
        return next(filter(None, langs), "en_US")

    def _agent_partners(self):
        """The contacts of the active agents."""
        return self.sudo().agent_ids.filtered("active").partner_id
