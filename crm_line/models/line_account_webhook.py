import logging
import time

from odoo import api, models

from ..tools import binding_code, webhook_body
from ..tools.signature import is_signed

_logger = logging.getLogger(__name__)

LOG_SECONDS = 60  # one warning a minute about bad signatures, whoever sends them
_last_warning = {}


class LineAccountWebhook(models.Model):
    """What an account does with what LINE and the customers say."""

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _receive(self, token, body, signature):
        """Take a webhook call: verify, store, wake the worker.

        :param str token: last part of the webhook URL
        :param bytes body: exactly as it arrived
        :param str signature: header x-line-signature
        :return: HTTP status for the answer to LINE
        """
        account = self.sudo().search([("webhook_token", "=", token)])
        if not account:
            return 404
        secrets_known = (account.channel_secret, account.channel_secret_old)
        if not is_signed(body, signature, secrets_known):
            account._warn("a webhook with a missing or wrong signature")
            return 403
        try:
            destination, events = webhook_body.parse(body)
        except ValueError as error:
            account._warn(f"a signed webhook that cannot be read: {error}")
            return 400
        if account.bot_user_id and destination != account.bot_user_id:
            account._warn("a webhook for another bot")
            return 403
        self.env["line.inbox"].sudo()._store(account, events)
        return 200

    def _warn(self, what):
        """Log at most once a minute per account: anybody can call the URL."""
        now = time.monotonic()
        key = (self.env.cr.dbname, self.id, what)
        if now - _last_warning.get(key, -LOG_SECONDS) >= LOG_SECONDS:
            _last_warning[key] = now
            _logger.warning("LINE account %s refused %s", self.id, what)

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
