import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

VALID_DAYS = 365
TOKEN_BYTES = 16  # 128 bits


class PdpaPreferenceToken(models.Model):
    """The right to see and change the consents of one person, without signing in.

    Only the SHA-256 of the random token is stored: who reads the database cannot use
    the links. A token belongs to one contact and one company and ends by itself.
    """

    _name = "pdpa.preference.token"
    _description = "Preference Link"
    _order = "id DESC"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    token_hash = fields.Char(
        required=True, readonly=True, groups="base.group_no_one", copy=False
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    purpose_id = fields.Many2one(
        "pdpa.purpose",
        readonly=True,
        ondelete="cascade",
        help="The purpose that one-click unsubscribing withdraws; empty: every "
        "marketing purpose.",
    )
    expires_at = fields.Datetime(required=True, readonly=True, index=True)
    revoked_at = fields.Datetime(readonly=True)
    used_at = fields.Datetime(string="Last Used On", readonly=True)

    _hash_uniq = models.Constraint("UNIQUE(token_hash)", "This link exists already.")

    @api.model
    def _digest(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _issue(self, partner, company, purpose=None, days=VALID_DAYS):
        """Make a link for one person; the caller checks that it reaches that person.

        :param partner: ``res.partner`` record
        :param company: the ``res.company`` whose consents the link shows
        :param purpose: ``pdpa.purpose`` that one click withdraws
        :return: the token, which is stored nowhere
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.sudo().create(
            {
                "token_hash": self._digest(token),
                "partner_id": partner.id,
                "company_id": company.id,
                "purpose_id": purpose.id if purpose else False,
                "expires_at": fields.Datetime.now() + timedelta(days=days),
            }
        )
        return token

    @api.model
    def _find(self, token):
        """The record of a token (sudo), expired or revoked ones included.

        Looked up by digest, so the time it takes tells nothing about other tokens.
        """
        return self.sudo().search([("token_hash", "=", self._digest(token))], limit=1)

    def _is_valid(self):
        """Whether the link still opens the page."""
        return bool(
            self and not self.revoked_at and self.expires_at > fields.Datetime.now()
        )

    def _mark_used(self):
        self.write({"used_at": fields.Datetime.now()})

    def action_revoke(self):
        """Make the links useless from now on; for personal data officers."""
        if not self.env.user.has_group("crm_pdpa.group_pdpa_officer"):
            raise AccessError(
                self.env._("Only personal data officers revoke preference links.")
            )
        self.check_access("read")
        if any(token.revoked_at for token in self):
            raise UserError(self.env._("This link has been revoked already."))
        self.sudo().write({"revoked_at": fields.Datetime.now()})

    @api.autovacuum
    def _gc_expired(self):
        """Forget links a month after their end: until then they get a clear answer."""
        limit = fields.Datetime.now() - timedelta(days=30)
        self.sudo().search([("expires_at", "<", limit)], limit=10000).unlink()
