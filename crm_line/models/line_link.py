import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import binding_code

CODE_MINUTES = 15


class LineLink(models.Model):
    """A one-time secret that lets a LINE user be bound to a contact.

    Only a keyed hash of the secret is stored. It works once, for ``CODE_MINUTES``,
    with one account.
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
    kind = fields.Selection([("code", "Code")], required=True, readonly=True)
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
    used_at = fields.Datetime(string="Used On", readonly=True)
    line_user_id = fields.Many2one(
        "line.user", string="Used By", readonly=True, ondelete="set null"
    )

    _secret_unique = models.Constraint(
        "UNIQUE(account_id, secret_hash)", "This code exists already."
    )

    @api.model
    def _create_code(self, account, partner, consent_marketing=False):
        """A new code for ``partner``; earlier unused ones stop working.

        The caller checks that the user may do this.

        :return: (link, code); the code is nowhere else
        """
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
        links = self.sudo()
        now = fields.Datetime.now()
        links.search(
            [
                ("account_id", "=", account.id),
                ("partner_id", "=", partner.id),
                ("used_at", "=", False),
                ("expires_at", ">", now),
            ]
        ).write({"expires_at": now})
        code = binding_code.generate()
        link = links.create(
            {
                "account_id": account.id,
                "kind": "code",
                "partner_id": partner.id,
                "secret_hash": self._digest(code),
                "expires_at": now + datetime.timedelta(minutes=CODE_MINUTES),
                "consent_marketing": consent_marketing,
            }
        )
        return link, code

    @api.model
    def _digest(self, code):
        pepper = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return binding_code.digest(code, pepper)

    @api.model
    def _find(self, account, code):
        """The usable link for ``code`` on this account, locked; empty otherwise."""
        link = self.search(
            [
                ("account_id", "=", account.id),
                ("secret_hash", "=", self._digest(code)),
                ("used_at", "=", False),
                ("expires_at", ">", fields.Datetime.now()),
                ("partner_id.active", "=", True),
            ]
        )
        return link.try_lock_for_update()

    def _use(self, user):
        self.ensure_one()
        self.write({"used_at": fields.Datetime.now(), "line_user_id": user.id})

    @api.autovacuum
    def _gc_links(self):
        """Drop codes that were never used, a month after they expired."""
        before = fields.Datetime.now() - datetime.timedelta(days=30)
        self.sudo().search(
            [("used_at", "=", False), ("expires_at", "<", before)], limit=10_000
        ).unlink()
