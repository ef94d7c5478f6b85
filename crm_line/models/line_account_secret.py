import datetime

from odoo import api, fields, models

KEEP_HOURS = 24
# Whoever changes one of these is named in the history; the values never are.
CREDENTIALS = ("channel_secret", "channel_secret_old", "access_token", "api_url")


class LineAccountSecret(models.Model):
    """Two valid secrets while the channel secret is being reissued."""

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    channel_secret_old_until = fields.Datetime(
        string="Previous Secret Valid Until",
        copy=False,
        groups="crm_line.group_line_manager",
        help="After this time webhooks signed with the previous secret are refused "
        "and the secret is deleted.",
    )
    has_old_secret = fields.Boolean(
        compute="_compute_has_secrets", groups="crm_line.group_line_manager"
    )
    has_secret = fields.Boolean(
        compute="_compute_has_secrets", groups="crm_line.group_line_manager"
    )

    @api.depends("channel_secret", "channel_secret_old", "channel_secret_old_until")
    def _compute_has_secrets(self):
        now = fields.Datetime.now()
        for account in self:
            secret = account.sudo()
            until = secret.channel_secret_old_until
            account.has_secret = bool(secret.channel_secret)
            account.has_old_secret = bool(
                secret.channel_secret_old and (not until or until > now)
            )

    def write(self, vals):
        changed = [
            name
            for name in CREDENTIALS
            if name in vals
            and any(account.sudo()[name] != (vals[name] or False) for account in self)
        ]
        if vals.get("channel_secret_old") and "channel_secret_old_until" not in vals:
            vals = vals | {"channel_secret_old_until": self._old_secret_end()}
        result = super().write(vals)
        if changed and not self.env.context.get("tracking_disable"):
            self._note_credentials(changed)
        return result

    @api.model
    def _old_secret_end(self, hours=KEEP_HOURS):
        return fields.Datetime.now() + datetime.timedelta(hours=hours)

    def _note_credentials(self, names):
        """Who changed credentials, without the values."""
        labels = self.sudo().fields_get(names, ["string"])
        text = self.env._(
            "%(user)s changed: %(fields)s. The values are not recorded.",
            user=self.env.user.name,
            fields=", ".join(labels[name]["string"] for name in names),
        )
        for account in self.sudo():
            account._note_history(text)

    def _note_history(self, text):
        """A line in the history of the account, by who is at work."""
        self.sudo().message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _rotate_secret(self, secret, hours=KEEP_HOURS):
        """Make ``secret`` the channel secret; the present one stays valid a while."""
        self.ensure_one()
        account = self.sudo()
        until = self._old_secret_end(hours)
        account.with_context(tracking_disable=True).write(
            {
                "channel_secret_old": account.channel_secret,
                "channel_secret_old_until": until if account.channel_secret else False,
                "channel_secret": secret,
            }
        )
        account._note_history(
            account.env._(
                "%(user)s entered a reissued channel secret. The previous one stays "
                "valid until %(until)s UTC.",
                user=self.env.user.name,
                until=fields.Datetime.to_string(until),
            )
        )

    @api.autovacuum
    def _gc_old_secrets(self):
        """Forget previous secrets whose time is over."""
        accounts = (
            self.sudo()
            .with_context(active_test=False, tracking_disable=True)
            .search(
                [
                    ("channel_secret_old", "!=", False),
                    ("channel_secret_old_until", "<=", fields.Datetime.now()),
                ]
            )
        )
        accounts.write({"channel_secret_old": False, "channel_secret_old_until": False})
        for account in accounts.with_context(tracking_disable=False):
            account._note_history(
                account.env._(
                    "The previous channel secret was deleted: its time ended."
                )
            )

    def action_reissue_secret(self):
        """Open the wizard that takes the new secret."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reissue Secret"),
            "res_model": "line.account.secret",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_account_id": self.id, "dialog_size": "medium"},
        }

    def action_end_old_secret(self):
        """The previous secret is refused from now on."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().write(
            {"channel_secret_old": False, "channel_secret_old_until": False}
        )
        return True
