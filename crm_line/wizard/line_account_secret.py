from odoo import fields, models
from odoo.exceptions import ValidationError

from ..models.line_account_secret import KEEP_HOURS
from ..tools import line_credentials
from ..tools.line_client import AUTH, LineClient
from ..tools.line_hosts import LineHosts

MAX_HOURS = 24 * 14


class LineAccountSecretWizard(models.TransientModel):
    """Takes a reissued channel secret; the one before stays valid for a while.

    The secret is handed on and forgotten here in the same transaction.
    """

    _name = "line.account.secret"
    _description = "Reissue LINE Channel Secret"

    account_id = fields.Many2one("line.account", required=True, ondelete="cascade")
    new_secret = fields.Char(string="New Channel Secret")
    keep_hours = fields.Integer(
        string="Previous Secret Stays Valid For",
        default=KEEP_HOURS,
        help="Webhooks that LINE signed before the change are still accepted.",
    )

    def action_apply(self):
        """Check the secret with LINE and make it the account's.

        :raise ValidationError: which field is wrong, and what to do
        """
        self.ensure_one()
        account = self.account_id
        account.check_access("write")
        secret = line_credentials.tidy(self.new_secret)
        self._check(secret)
        account._rotate_secret(secret, self.keep_hours)
        self.new_secret = False
        return {"type": "ir.actions.act_window_close"}

    def _check(self, secret):
        account = self.account_id.sudo()
        if not line_credentials.is_secret(
            secret, LineHosts(account.api_url).is_simulator
        ):
            raise ValidationError(
                self.env._(
                    "“New Channel Secret” must have 32 letters and digits. Copy it "
                    "from LINE Developers Console, tab Basic settings."
                )
            )
        if secret == account.channel_secret:
            raise ValidationError(
                self.env._(
                    "“New Channel Secret” is the present one. Press Issue beside the "
                    "secret in LINE Developers Console first."
                )
            )
        if not 0 <= self.keep_hours <= MAX_HOURS:
            raise ValidationError(
                self.env._(
                    "“Previous Secret Stays Valid For” must be 0 to %(hours)s hours.",
                    hours=MAX_HOURS,
                )
            )
        outcome = LineClient(
            channel_id=account.channel_ident,
            channel_secret=secret,
            api_url=account.api_url,
        ).info()
        if outcome.kind == AUTH:
            raise ValidationError(
                self.env._(
                    "LINE refuses “New Channel Secret” for the channel ID %(channel)s. "
                    "Copy it again from LINE Developers Console, tab Basic settings.",
                    channel=account.channel_ident,
                )
            )
