import secrets
import urllib.parse

from odoo import api, fields, models
from odoo.tools import hash_sign, verify_hash_signed

from ..tools.line_hosts import LineHosts

LIFF_SDK = "https://static.line-scdn.net/liff/edge/2/sdk.js"
LINE_ME = "https://line.me/R"
OFFER_SCOPE = "crm_line.offer"
OFFER_HOURS = 24


class LineAccountBinding(models.Model):
    """Addresses and LINE Login settings by which people bind themselves."""

    _inherit = "line.account"  # pylint: disable=R8180

    login_channel_ident = fields.Char(
        string="LINE Login Channel ID",
        help="A LINE Login channel of the same provider as the Messaging API channel. "
        "Only ID tokens made for it are accepted.",
    )
    liff_ident = fields.Char(
        string="LIFF ID",
        copy=False,
        help="LINE Developers Console, LINE Login channel, tab LIFF. The app needs the "
        "scope openid.",
    )
    liff_token = fields.Char(
        readonly=True, copy=False, default=lambda self: secrets.token_urlsafe(12)
    )
    liff_endpoint = fields.Char(
        string="LIFF Endpoint URL", compute="_compute_binding_urls"
    )
    liff_url = fields.Char(
        string="LIFF Link",
        compute="_compute_binding_urls",
        help="Opens the binding page inside LINE. Put it into the rich menu or print "
        "it.",
    )
    follow_url = fields.Char(string="Add Friend Link", compute="_compute_binding_urls")

    _liff_token_unique = models.UniqueIndex(
        "(liff_token) WHERE liff_token IS NOT NULL",
        "Another account has this LIFF address.",
    )

    @api.depends("liff_token", "liff_ident", "basic_id", "api_url")
    def _compute_binding_urls(self):
        for account in self:
            base = account.get_base_url()
            account.liff_endpoint = f"{base}/line/liff/{account.liff_token}"
            account.liff_url = account._has_liff() and (
                f"{account._hosts().liff}/{account.liff_ident}"
            )
            account.follow_url = account.basic_id and (
                f"{LINE_ME}/ti/p/{urllib.parse.quote(account.basic_id)}"
            )

    def _hosts(self):
        """LINE's host names, or those of the simulator."""
        self.ensure_one()
        return LineHosts(self.sudo().api_url)

    def _has_liff(self):
        """Whether the page inside LINE can work."""
        self.ensure_one()
        return bool(self.liff_ident and self.login_channel_ident)

    def _liff_sdk_url(self):
        """Where the browser loads LINE's LIFF SDK from."""
        hosts = self._hosts()
        return f"{hosts.liff}/sdk.js" if hosts.is_simulator else LIFF_SDK

    def _chat_url(self, text):
        """Opens the chat with the account, ``text`` filled in; empty when unknown."""
        self.ensure_one()
        if not self.basic_id:
            return ""
        account, message = map(urllib.parse.quote, (self.basic_id, text))
        return f"{LINE_ME}/oaMessage/{account}/?{message}"

    # -- offers ---------------------------------------------------------------
    def _offer_url(self, line_user):
        """The page on which ``line_user`` links a contact, for ``OFFER_HOURS``.

        The address names the LINE user and is signed; LINE itself checks in its
        account-link dialog that the person is that LINE user.
        """
        self.ensure_one()
        token = hash_sign(
            self.sudo().env, OFFER_SCOPE, [line_user.id], expiration_hours=OFFER_HOURS
        )
        return f"{self.get_base_url()}/line/link?offer={token}"

    @api.model
    def _offered_user(self, token):
        """The ``line.user`` (sudo) of a valid offer; empty otherwise."""
        users = self.env["line.user"].sudo()
        try:
            values = verify_hash_signed(self.sudo().env, OFFER_SCOPE, token)
        except ValueError:
            return users
        if not values:
            return users
        return users.browse(values).exists().filtered("account_id.active")
