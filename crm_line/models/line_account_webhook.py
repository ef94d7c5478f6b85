import datetime
import logging
import time
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools import binding_code, webhook_body
from ..tools.signature import is_signed

_logger = logging.getLogger(__name__)

LOG_SECONDS = 60  # one warning a minute about bad signatures, whoever sends them
_last_warning = {}


class Webhook(NamedTuple):
    """What a webhook call needs to know of its account."""

    account_id: int
    bot_user_id: str
    secret: str
    old_secret: str
    old_secret_until: datetime.datetime | bool

    def secrets(self, now):
        """The secrets that a call may be signed with now."""
        if self.old_secret_until and self.old_secret_until <= now:
            return (self.secret,)
        return (self.secret, self.old_secret)


# fields that a ``Webhook`` comes from
WEBHOOK_FIELDS = (
    "active",
    "webhook_token",
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
        webhook = self._webhook(token)
        account = self.sudo().browse(webhook and webhook.account_id)
        if not webhook:
            account._refuse("token", "a webhook with an unknown address")
            return 404
        if not is_signed(body, signature, webhook.secrets(fields.Datetime.now())):
            account._refuse("signature", "a webhook with a missing or wrong signature")
            return 403
        destination, events = webhook_body.parse(body)
        if webhook.bot_user_id and destination not in (None, webhook.bot_user_id):
            account._refuse("destination", "a webhook for another bot")
            return 403
        self.env["line.inbox"].sudo()._store(account, events)
        odd = any(event.get("type") == webhook_body.UNREADABLE for event in events)
        reasons = ("received", "unreadable") if odd else ("received",)
        self.env["line.webhook.day"]._count(account, *reasons)
        return 200

    @api.model
    def _webhook(self, token):
        """The :class:`Webhook` of an address, or None."""
        try:
            return self._known_webhook(token)
        except KeyError:
            return None

    @api.model
    @ormcache("token")
    def _known_webhook(self, token):
        """Kept in memory: LINE may call a hundred times a second.

        :raise KeyError: no active account has this address; that is not kept, or
            anybody could fill the memory
        """
        if "\x00" in token:  # PostgreSQL would refuse even to look
            raise KeyError(token)
        account = self.sudo().search([("webhook_token", "=", token)])
        if not account:
            raise KeyError(token)
        return Webhook(
            account.id,
            account.bot_user_id,
            account.channel_secret,
            account.channel_secret_old,
            account.channel_secret_old_until,
        )

    def write(self, vals):
        result = super().write(vals)
        if any(name in vals for name in WEBHOOK_FIELDS):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _receive_too_large(self, token):
        """A body beyond the limit was refused unread."""
        webhook = self._webhook(token)
        account = self.sudo().browse(webhook and webhook.account_id)
        account._refuse("too_large", "a webhook with too large a body")

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
