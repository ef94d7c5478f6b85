import logging
import time

from odoo import api, fields, models

from ..tools import binding_code, webhook_body
from ..tools.signature import is_signed

_logger = logging.getLogger(__name__)

LOG_SECONDS = 60  # one warning a minute about bad signatures, whoever sends them
_last_warning = {}
# what a webhook call looks at: one statement instead of reading the whole account
NEEDED = (
    "company_id",
    "bot_user_id",
    "channel_secret",
    "channel_secret_old",
    "channel_secret_old_until",
)


class LineAccountWebhook(models.Model):
    """What an account does with what LINE and the customers say."""

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _receive(self, token, body, signature):
        """Take a webhook call: verify, store, wake the worker.

        Nothing that is signed is refused for its content: what cannot be read is
        stored as it came. A database that fails is an error of the caller, so that
        LINE delivers again.

        :param str token: last part of the webhook URL
        :param bytes body: exactly as it arrived
        :param str signature: header x-line-signature
        :return: HTTP status for the answer to LINE
        """
        account = self._of_webhook(token)
        if not account:
            account._refuse("token", "a webhook with an unknown address")
            return 404
        if not is_signed(body, signature, account._webhook_secrets()):
            account._refuse("signature", "a webhook with a missing or wrong signature")
            return 403
        destination, events = webhook_body.parse(body)
        if account.bot_user_id and destination not in (None, account.bot_user_id):
            account._refuse("destination", "a webhook for another bot")
            return 403
        self.env["line.inbox"].sudo()._store(account, events)
        odd = any(event.get("type") == webhook_body.UNREADABLE for event in events)
        reasons = ("received", "unreadable") if odd else ("received",)
        self.env["line.webhook.day"]._count(account, *reasons)
        return 200

    @api.model
    def _of_webhook(self, token):
        """The active account of a webhook address; empty when there is none."""
        accounts = self.sudo()
        if "\x00" in token:  # PostgreSQL would refuse even to look
            return accounts.browse()
        return accounts.search_fetch([("webhook_token", "=", token)], NEEDED)

    @api.model
    def _receive_too_large(self, token):
        """A body beyond the limit was refused unread."""
        account = self._of_webhook(token)
        account._refuse("too_large", "a webhook with too large a body")

    def _webhook_secrets(self):
        """The secrets that a webhook may be signed with now."""
        self.ensure_one()
        until = self.channel_secret_old_until
        if until and until <= fields.Datetime.now():
            return (self.channel_secret,)
        return (self.channel_secret, self.channel_secret_old)

    def _refuse(self, reason, what):
        """Count a refused call, and log at most once a minute: anybody can call."""
        self.env["line.webhook.day"]._count(self, reason)
        now = time.monotonic()
        key = (self.env.cr.dbname, self.id, what)
        if now - _last_warning.get(key, -LOG_SECONDS) >= LOG_SECONDS:
            _last_warning[key] = now
            _logger.warning("LINE account %s refused %s", self.id or "?", what)

    def _bot_replies(self, line_user, text):
        """Texts that answer the customer without a person, in their language.

        Called for each text message, with the account and the user in the language
        of the customer. Extension point: modules handle their own commands first
        and call super for the others. An empty list leaves the answer to the agents.

        :param line_user: the ``line.user`` who wrote
        :param str text: what they wrote
        :return: list of texts
        """
        self.ensure_one()
        return line_user._answer_binding(text)

    def _hide_secrets(self, text):
        """``text`` as agents may see it: a binding code shows only its end."""
        code = binding_code.find(text)
        return f"••••-{code[-4:]}" if code else text
