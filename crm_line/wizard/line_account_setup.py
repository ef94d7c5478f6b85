from markupsafe import Markup

from odoo import Command, api, fields, models

from ..models.line_account import TOKEN_MODES
from ..tools import line_credentials
from ..tools.line_client import LINE_API
from ..tools.line_hosts import LineHosts

STEPS = [
    ("credentials", "Credentials"),
    ("check", "Check"),
    ("webhook", "Webhook"),
    ("agents", "Agents"),
    ("done", "Done"),
]


class LineAccountSetup(models.TransientModel):
    """Connects a LINE Official Account, step by step.

    Each step is saved at once. Administrators of LINE enter secrets here without
    ever reading them; the wizard hands them on and forgets them.
    """

    _name = "line.account.setup"
    _description = "Connect a LINE Official Account"

    step = fields.Selection(STEPS, default="credentials", required=True)
    problem = fields.Text(readonly=True)
    account_id = fields.Many2one("line.account", readonly=True, ondelete="cascade")
    # credentials
    name = fields.Char(help="How the team calls the account.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    channel_ident = fields.Char(string="Channel ID")
    channel_secret = fields.Char()
    token_mode = fields.Selection(
        TOKEN_MODES, string="Access Token", required=True, default="stateless"
    )
    access_token = fields.Char(string="Channel Access Token")
    api_url = fields.Char(
        string="API Address",
        default=LINE_API,
        groups="base.group_system",
        help="Change only to use the LINE simulator.",
    )
    has_secret = fields.Boolean(related="account_id.has_secret")
    # what LINE says
    basic_id = fields.Char(related="account_id.basic_id")
    test_result = fields.Char(related="account_id.test_result")
    chat_mode = fields.Selection(related="account_id.chat_mode")
    mark_as_read_mode = fields.Selection(related="account_id.mark_as_read_mode")
    hints = fields.Html(compute="_compute_hints")
    # webhook
    webhook_url = fields.Char(related="account_id.webhook_url")
    webhook_works = fields.Boolean(related="account_id.webhook_works")
    webhook_result = fields.Char(related="account_id.webhook_result")
    webhook_tested_at = fields.Datetime(related="account_id.webhook_tested_at")
    # agents
    agent_ids = fields.Many2many(
        "res.users",
        string="Agents",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
    )

    @api.depends("account_id.chat_mode", "account_id.mark_as_read_mode")
    @api.depends_context("lang")
    def _compute_hints(self):
        for wizard in self:
            hints = wizard.account_id._hints() if wizard.account_id else []
            items = Markup("").join(
                Markup("<li class='mb-2'>%s</li>") % hint for hint in hints
            )
            wizard.hints = Markup("<ul class='ps-3 mb-0'>%s</ul>") % items

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        account = self.env["line.account"].browse(values.get("account_id"))
        if account:
            values |= {
                "name": account.name,
                "company_id": account.company_id.id,
                "channel_ident": account.channel_ident,
                "token_mode": account.token_mode,
                "api_url": account.sudo().api_url,
            }
            if account.agent_ids:
                values["agent_ids"] = [Command.set(account.agent_ids.ids)]
        return values

    @api.model
    def _open(self, account):
        """The action that opens the wizard, for a known account or a new one."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_line.action_line_account_setup"
        )
        return action | {"context": {"default_account_id": account.id}}

    # -- steps ----------------------------------------------------------------
    def action_next(self):
        """Do what the step is about and go on, or say what is wrong."""
        self.ensure_one()
        self._check_account()
        self.problem = getattr(self, f"_finish_{self.step}")()
        return self._go(0 if self.problem else 1)

    def action_back(self):
        """One step back; nothing is undone."""
        self.problem = False
        return self._go(-1)

    def _go(self, move):
        self.ensure_one()
        steps = [step for step, _label in STEPS]
        at = steps.index(self.step) + move
        self.step = steps[max(0, min(at, len(steps) - 1))]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect a LINE Official Account"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def _check_account(self):
        accounts = self.account_id or self.env["line.account"]
        accounts.check_access("write" if self.account_id else "create")

    def _finish_credentials(self):
        """Save the credentials and ask LINE; False or what is wrong."""
        problem = self._credentials_problem()
        if problem:
            return problem
        values = {
            "name": self.name.strip(),
            "company_id": self.company_id.id,
            "channel_ident": line_credentials.tidy(self.channel_ident),
            "token_mode": self.token_mode,
        }
        secrets = {
            name: line_credentials.tidy(self[name])
            for name in ("channel_secret", "access_token")
            if line_credentials.tidy(self[name])
        }
        if self.account_id:
            self.account_id.write(values)
        else:
            self.account_id = self.env["line.account"].create(values)
        self.account_id.sudo().write(secrets | {"api_url": self._api_url()})
        self.channel_secret = self.access_token = False
        return self.account_id._ask_info()

    def _api_url(self):
        """Only system administrators choose where the credentials are sent to."""
        if self.env.user.has_group("base.group_system"):
            return self.api_url or LINE_API
        return self.account_id.sudo().api_url or LINE_API

    def _credentials_problem(self):
        """The first field that cannot be right, and what to do."""
        account = self.account_id.sudo()
        loopback = LineHosts(self._api_url()).is_simulator
        secret = line_credentials.tidy(self.channel_secret)
        token = line_credentials.tidy(self.access_token)
        if not (self.name or "").strip():
            return self.env._("“Name” is empty. Enter how your team calls the account.")
        if not line_credentials.is_channel_id(
            line_credentials.tidy(self.channel_ident), loopback
        ):
            return self.env._(
                "“Channel ID” must have 10 digits. Copy it from LINE Developers "
                "Console, tab Basic settings."
            )
        if not (secret or account.channel_secret) or (
            secret and not line_credentials.is_secret(secret, loopback)
        ):
            return self.env._(
                "“Channel Secret” must have 32 letters and digits. Copy it from LINE "
                "Developers Console, tab Basic settings."
            )
        if self.token_mode == "long_lived" and (
            not (token or account.access_token)
            or (token and not line_credentials.is_access_token(token))
        ):
            return self.env._(
                "“Channel Access Token” is missing or cut off. Issue a long-lived one "
                "in LINE Developers Console, tab Messaging API, and copy all of it."
            )
        return False

    def _finish_check(self):
        return False

    def _finish_webhook(self):
        """Going on is allowed without a test: a firewall may be opened later."""
        return False

    def _finish_agents(self):
        if not self.agent_ids:
            return self.env._(
                "“Agents” is empty: nobody would see the messages. Choose somebody."
            )
        self.account_id.agent_ids = self.agent_ids
        return False

    # -- webhook --------------------------------------------------------------
    def action_set_webhook(self):
        """Enter the webhook URL at LINE and let LINE call it."""
        self.ensure_one()
        self._check_account()
        self.problem = self.account_id._set_webhook()
        if not self.problem:
            self.account_id._test_webhook()
        return self._go(0)

    def action_test_webhook(self):
        """Let LINE call the webhook once more."""
        self.ensure_one()
        self._check_account()
        self.problem = False
        self.account_id._test_webhook()
        return self._go(0)

    # -- end ------------------------------------------------------------------
    def action_open_account(self):
        """Close the wizard on the form of the account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "line.account",
            "res_id": self.account_id.id,
            "views": [[False, "form"]],
        }
