import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import binding_code

CODE_MINUTES = 15
NONCE_MINUTES = 10
REQUEST_MINUTES = 15
KINDS = [
    ("code", "Code"),
    ("account_link", "Account Link"),
    ("phone", "Asked by Staff"),
]


class LineLink(models.Model):
    """A one-time permission to bind a LINE user to a contact.

    Only a keyed hash of its secret is stored. It works once, for some minutes, with
    one account; where ``offer_user_id`` is set, for that LINE user only.
    """

    _name = "line.link"
    _description = "LINE Binding Code"
    _order = "id DESC"
    _rec_name = "partner_id"
    _allow_sudo_commands = False
    _check_company_auto = True

    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    secret_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_at = fields.Datetime(string="Valid Until", required=True, readonly=True)
    consent_marketing = fields.Boolean(
        string="Agrees to Marketing by LINE", readonly=True
    )
    offer_user_id = fields.Many2one(
        "line.user",
        string="Only For",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Nobody else can use it.",
    )
    used_at = fields.Datetime(string="Used On", readonly=True)
    line_user_id = fields.Many2one(
        "line.user", string="Used By", readonly=True, ondelete="set null"
    )

    _secret_unique = models.Constraint(
        "UNIQUE(account_id, secret_hash)", "This code exists already."
    )

    # -- making ---------------------------------------------------------------
    @api.model
    def _create_code(self, account, partner, consent_marketing=False):
        """A new code for ``partner``; earlier unused ones stop working.

        The caller checks that the user may do this.

        :return: (link, code); the code is nowhere else
        """
        self._check_company_of(account, partner)
        code = binding_code.generate()
        link = self._issue(
            "code",
            account,
            partner,
            code,
            CODE_MINUTES,
            consent_marketing=consent_marketing,
        )
        return link, code

    @api.model
    def _create_nonce(self, user, partner):
        """The nonce that takes ``partner`` through LINE's account-link dialog.

        :param user: the ``line.user`` who was offered the link
        """
        nonce = binding_code.nonce()
        self._issue(
            "account_link",
            user.account_id,
            partner,
            nonce,
            NONCE_MINUTES,
            offer_user_id=user.id,
        )
        return nonce

    @api.model
    def _create_request(self, user, partner):
        """What the person has to confirm in the chat; replaces earlier requests."""
        return self._issue(
            "phone",
            user.account_id,
            partner,
            binding_code.nonce(),  # never shown: the conversation identifies them
            REQUEST_MINUTES,
            offer_user_id=user.id,
        )

    @api.model
    def _issue(self, kind, account, partner, secret, minutes, **values):
        """One more permission; unused ones of the kind for the same end."""
        links = self.sudo()
        now = fields.Datetime.now()
        same = Domain("partner_id", "=", partner.id)
        if values.get("offer_user_id"):
            same |= Domain("offer_user_id", "=", values["offer_user_id"])
        links.search(
            same
            & Domain("account_id", "=", account.id)
            & Domain("kind", "=", kind)
            & Domain("used_at", "=", False)
            & Domain("expires_at", ">", now)
        )._expire()
        return links.create(
            {
                "account_id": account.id,
                "kind": kind,
                "partner_id": partner.id,
                "secret_hash": self._digest(secret),
                "expires_at": now + datetime.timedelta(minutes=minutes),
                **values,
            }
        )

    @api.model
    def _check_company_of(self, account, partner):
        if account.company_id and partner.company_id not in (
            self.env["res.company"],
            account.company_id,
        ):
            raise UserError(
                self.env._(
                    "%(partner)s belongs to another company than the LINE account.",
                    partner=partner.display_name,
                )
            )

    @api.model
    def _digest(self, code):
        pepper = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return binding_code.digest(code, pepper)

    # -- using ----------------------------------------------------------------
    @api.model
    def _find(self, account, secret, kind="code", at=None):
        """The usable link for ``secret`` on this account, locked; empty otherwise.

        :param datetime at: when the secret was used, default now
        """
        link = self.search(
            [
                ("account_id", "=", account.id),
                ("secret_hash", "=", self._digest(secret)),
                ("kind", "=", kind),
                ("used_at", "=", False),
                ("expires_at", ">", at or fields.Datetime.now()),
                ("partner_id.active", "=", True),
            ]
        )
        return link.try_lock_for_update()

    @api.model
    def _last_request(self, user):
        """The newest unanswered request to ``user``, expired or not (sudo)."""
        return self.sudo().search(
            [
                ("offer_user_id", "=", user.id),
                ("kind", "=", "phone"),
                ("used_at", "=", False),
            ],
            limit=1,
        )

    def _is_open(self):
        self.ensure_one()
        return not self.used_at and self.expires_at > fields.Datetime.now()

    def _use(self, user):
        self.ensure_one()
        self.write({"used_at": fields.Datetime.now(), "line_user_id": user.id})

    def _expire(self):
        """End them without use."""
        self.write({"expires_at": fields.Datetime.now()})

    @api.autovacuum
    def _gc_links(self):
        """Drop codes that were never used, a month after they expired."""
        before = fields.Datetime.now() - datetime.timedelta(days=30)
        self.sudo().search(
            [("used_at", "=", False), ("expires_at", "<", before)], limit=10_000
        ).unlink()
