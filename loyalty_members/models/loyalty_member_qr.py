import time
from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

from ..tools import signed_code
from . import loyalty_door as door

SCOPE = "loyalty_members.member_qr"
# seconds for which a code is valid
LIFE = 60


class LoyaltyMember(models.Model):
    """The QR code that proves that the card is open on the member's own telephone.

    The printed number identifies a member, and anybody can copy it. The signed code
    lives for a minute and pays once.
    """

    _inherit = "loyalty.member"  # pylint: disable=R8180

    qr_used = fields.Datetime(
        string="Last Code Used",
        readonly=True,
        copy=False,
        help="End of the last signed code that was redeemed: it and all earlier ones "
        "are used up.",
    )

    @api.model
    def _kept_fields(self):
        return super()._kept_fields() | {"qr_used"}

    def _signed_qr(self):
        """A code that is valid from now on for ``LIFE`` seconds."""
        self.ensure_one()
        return signed_code.compose(
            self._qr_system(), self.id, int(time.time()) + LIFE, self._qr_sign
        )

    @api.model
    def _verify_qr(self, text, consume=False):
        """The member to whom a signed code belongs.

        :param str text: what the scanner read
        :param bool consume: redeem with it: the code and all earlier ones of the
            member are used up when the transaction commits
        :return: the member
        :raise UserError: no such code, of another system or company, changed, expired,
            or used already
        """
        code = signed_code.parse(text or "")
        if code is None:
            raise UserError(
                self.env._(
                    "This is not the code of a member card. Scan the QR code that the "
                    "member's page “My membership” shows."
                )
            )
        system, member_id, expiry, signed, signature = code
        if system != self._qr_system():
            raise UserError(
                self.env._("This code belongs to a member of another system.")
            )
        if not consteq(signed_code.signature_of(signed, self._qr_sign), signature):
            raise UserError(
                self.env._(
                    "This code is not genuine: it has been changed. Ask the member to "
                    "open the card on the telephone."
                )
            )
        if time.time() > expiry:
            raise UserError(
                self.env._(
                    "This code has expired: it is valid for %(seconds)s seconds. Ask "
                    "the member for a new one.",
                    seconds=LIFE,
                )
            )
        return self._qr_member(member_id, expiry, consume)

    @api.model
    def _qr_member(self, member_id, expiry, consume):
        member = self.sudo().browse(member_id).exists()
        if member.company_id not in self.env.companies:
            raise UserError(
                self.env._("This code belongs to a member of another company.")
            )
        end = datetime.fromtimestamp(expiry, UTC).replace(tzinfo=None)
        if member.qr_used and member.qr_used >= end:
            raise UserError(
                self.env._(
                    "This code has been used already. Ask the member for a new one."
                )
            )
        if consume:
            # two redemptions at once update one row: the second fails, is retried by
            # Odoo and then finds the code used
            door.opened(member, door.LEDGER).qr_used = end
            member.flush_recordset(["qr_used"])
        return member.with_env(self.env)

    @api.model
    def _qr_sign(self, text):
        return hmac(self.env(su=True), SCOPE, text)

    @api.model
    def _qr_system(self):
        """Eight digits that differ between databases."""
        return hmac(self.env(su=True), f"{SCOPE}.system", "")[:8].upper()
