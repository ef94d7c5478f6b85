import urllib.parse

from odoo import fields, models

from ..tools.line_client import AUTH, RATE, LineClient
from ..tools.line_hosts import LineHosts

MAX_URL_LENGTH = 500  # of a webhook address, says LINE


class LineAccountConnect(models.Model):
    """Getting an account connected: credentials, identity, webhook address.

    All calls read, or set the same value again: a repeated transaction does no harm.
    """

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    chat_mode = fields.Selection(
        [("bot", "Off"), ("chat", "On")],
        string="Chat in OA Manager",
        readonly=True,
        copy=False,
        help="Response setting Chat of LINE Official Account Manager.",
    )
    mark_as_read_mode = fields.Selection(
        [("auto", "Automatic"), ("manual", "By Odoo")],
        string="Read Marks",
        readonly=True,
        copy=False,
        help="Who marks messages as read. With Chat switched off LINE does it at once.",
    )
    webhook_tested_at = fields.Datetime(
        string="Last Webhook Test", readonly=True, copy=False
    )
    webhook_works = fields.Boolean(readonly=True, copy=False)
    webhook_result = fields.Char(
        string="Webhook Test Result", readonly=True, copy=False
    )

    # -- identity -------------------------------------------------------------
    def _ask_info(self):
        """Ask LINE who we are and remember it.

        :return: False when connected, or what is wrong and what to do
        """
        self.ensure_one()
        outcome = self._client().info()
        account = self.sudo()
        account.tested_at = fields.Datetime.now()
        account.is_connected = False
        if not outcome.is_success:
            account.test_result = self._explain_failure(outcome)
            return account.test_result
        content = outcome.content
        problem = self._other_bot(content) or self._wrong_secret()
        if problem:
            account.test_result = problem
            return problem
        account.write(
            {
                "is_connected": True,
                "bot_user_id": content.get("userId"),
                "basic_id": content.get("basicId"),
                "chat_mode": _choice(content.get("chatMode"), ("bot", "chat")),
                "mark_as_read_mode": _choice(
                    content.get("markAsReadMode"), ("auto", "manual")
                ),
                "paused_until": False,
            }
        )
        text = self.env._(
            "Connected to %(name)s (%(basic_id)s).",
            name=content.get("displayName"),
            basic_id=content.get("basicId"),
        )
        chat = self._hints()[0] if account.chat_mode == "chat" else ""
        account.test_result = f"{text} {chat}".strip()
        return False

    def _other_bot(self, content):
        """What is wrong when the credentials belong to another official account."""
        account = self.sudo()
        basic_id = content.get("basicId")
        if account.bot_user_id and account.bot_user_id != content.get("userId"):
            return self.env._(
                "These credentials belong to another official account (%(basic_id)s), "
                "not to %(known)s. Create a new account for it.",
                basic_id=basic_id,
                known=account.basic_id,
            )
        twin = account.search(
            [("bot_user_id", "=", content.get("userId")), ("id", "!=", account.id)],
            limit=1,
        )
        if twin:
            return self.env._(
                "The official account %(basic_id)s is connected already, as "
                "“%(account)s”. Archive that one first.",
                basic_id=basic_id,
                account=twin.name,
            )
        return False

    def _wrong_secret(self):
        """What is wrong when a long-lived token works but the secret does not.

        The secret then only signs webhooks: a mistake would show as refused ones.
        """
        account = self.sudo()
        if account.token_mode != "long_lived" or not account.channel_ident:
            return False
        outcome = LineClient(
            channel_id=account.channel_ident,
            channel_secret=account.channel_secret,
            api_url=account.api_url,
        ).info()
        if outcome.kind != AUTH:
            return False
        return self.env._(
            "The access token works, but LINE refuses “Channel ID” with “Channel "
            "Secret”. Copy both again from LINE Developers Console, tab Basic "
            "settings: without the right secret every webhook is refused."
        )

    def _hints(self):
        """What to switch in LINE Official Account Manager: list of sentences."""
        self.ensure_one()
        hints = []
        if self.chat_mode == "chat":
            hints.append(
                self.env._(
                    "Chat is on. People who answer in LINE Official Account Manager "
                    "and in Odoo do not see each other's messages: switch off Chat "
                    "under Settings, Response settings."
                )
            )
        if self.chat_mode == "bot" and self.mark_as_read_mode == "auto":
            hints.append(
                self.env._(
                    "Customers see “Read” at once. To have Odoo set it when an agent "
                    "reads, switch on Chat with manual read marks under Settings, "
                    "Response settings, and answer in Odoo only."
                )
            )
        hints.append(
            self.env._(
                "Switch off Auto-response messages under Settings, Response settings, "
                "so that customers do not get two answers."
            )
        )
        return hints

    # -- webhook address ------------------------------------------------------
    def _base_url_problem(self):
        """Why LINE could not call this server's address, or False."""
        self.ensure_one()
        account = self.sudo()
        url = urllib.parse.urlsplit(account.get_base_url())
        simulator = LineHosts(account.api_url).is_simulator
        if url.scheme == "https" or (simulator and url.scheme == "http"):
            if len(account.webhook_url) > MAX_URL_LENGTH:
                return self.env._(
                    "The webhook URL is longer than %(length)s characters. Shorten the "
                    "system parameter “web.base.url”.",
                    length=MAX_URL_LENGTH,
                )
            return False
        return self.env._(
            "LINE calls https addresses only, and the system parameter "
            "“web.base.url” is %(url)s. Open Odoo at its https address as an "
            "administrator, or set the parameter under Settings, Technical.",
            url=account.get_base_url(),
        )

    def _set_webhook(self):
        """Tell LINE the webhook address: False, or what is wrong and what to do."""
        self.ensure_one()
        problem = self._base_url_problem()
        if problem:
            return problem
        outcome = self._client().set_webhook(self.sudo().webhook_url)
        if outcome.is_success:
            return False
        if outcome.kind == AUTH or not outcome.status:
            return self._explain_failure(outcome)
        return self.env._(
            "LINE did not take the webhook URL (%(status)s: %(answer)s). Check that "
            "“web.base.url” is a public https address.",
            status=outcome.status,
            answer=outcome.message,
        )

    def _test_webhook(self):
        """Let LINE call the webhook; remember and return whether it works."""
        self.ensure_one()
        account = self.sudo()
        result = self._base_url_problem() or self._webhook_test_problem()
        account.write(
            {
                "webhook_tested_at": fields.Datetime.now(),
                "webhook_works": not result,
                "webhook_result": result
                or self.env._("LINE reaches this server: status 200."),
            }
        )
        return account.webhook_works

    def _webhook_test_problem(self):
        """What LINE found wrong, or False."""
        url = self.sudo().webhook_url
        known = self._client().get_webhook()
        if not known.is_success:
            return self._explain_failure(known)
        if known.content.get("endpoint") != url:
            return self.env._(
                "LINE has another webhook URL (%(url)s). Press “Set Webhook URL”.",
                url=known.content.get("endpoint") or "-",
            )
        outcome = self._client().test_webhook(url)
        if outcome.kind == RATE:
            return self.env._("LINE allows 60 tests an hour. Try again later.")
        if not outcome.is_success:
            return self._explain_failure(outcome)
        if not outcome.content.get("success"):
            return self._explain_webhook(outcome.content)
        if not known.content.get("active"):
            return self.env._(
                "LINE reaches this server, but does not use the webhook. Switch on Use "
                "webhook in LINE Developers Console, tab Messaging API."
            )
        return False

    def _explain_webhook(self, content):
        status = content.get("statusCode") or 0
        advice = {
            403: self.env._(
                "The signature is wrong: check “Channel Secret”, or reissue it."
            ),
            404: self.env._(
                "Nobody answers at the address: with several databases choose one by "
                "dbfilter, and check that this account is active."
            ),
            413: self.env._("A proxy in between refuses the size of the request."),
        }.get(status) or self.env._(
            "Check that “web.base.url” leads to this server from the internet, with a "
            "valid certificate."
        )
        return self.env._(
            "LINE called the webhook and got %(status)s (%(reason)s %(detail)s). "
            "%(advice)s",
            status=status or self.env._("no answer"),
            reason=content.get("reason") or "",
            detail=content.get("detail") or "",
            advice=advice,
        )

    # -- actions --------------------------------------------------------------
    def action_test_connection(self):
        """Ask LINE who we are, and remember the bot's identity."""
        self.ensure_one()
        self.check_access("write")
        problem = self._ask_info()
        return self._notification(
            "danger" if problem else "success", problem or self.test_result
        )

    def action_test_webhook(self):
        """Let LINE call the webhook and show what came of it."""
        self.ensure_one()
        self.check_access("write")
        works = self._test_webhook()
        return self._notification("success" if works else "danger", self.webhook_result)

    def action_set_webhook(self):
        """Tell LINE the webhook address of this account."""
        self.ensure_one()
        self.check_access("write")
        problem = self._set_webhook()
        if problem:
            return self._notification("danger", problem)
        return self._notification(
            "success", self.env._("LINE took the webhook URL. Now test it.")
        )

    def action_open_setup(self):
        """Open the set-up wizard for this account."""
        self.ensure_one()
        self.check_access("write")
        return self.env["line.account.setup"]._open(self)


def _choice(value, known):
    return value if value in known else False
