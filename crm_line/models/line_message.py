from odoo import api, fields, models


class LineMessage(models.Model):
    """The LINE identity of a message in Discuss.

    One row per LINE message id and account. A row without a Discuss message says
    that the customer unsent a message before it was worked on (tombstone).
    """

    _name = "line.message"
    _description = "LINE Message"
    _order = "id DESC"
    _rec_name = "line_message_id"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    line_user_id = fields.Many2one(
        "line.user", required=True, readonly=True, index=True, ondelete="cascade"
    )
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    outbox_id = fields.Many2one(
        "line.outbox", readonly=True, index="btree_not_null", ondelete="set null"
    )
    line_message_id = fields.Char(
        string="LINE Message ID", required=True, readonly=True
    )
    direction = fields.Selection(
        [("in", "From Customer"), ("out", "To Customer")],
        required=True,
        readonly=True,
    )
    quote_token = fields.Char(readonly=True, groups="base.group_system")
    unsent_at = fields.Datetime(string="Unsent On", readonly=True)

    _line_message_unique = models.Constraint(
        "UNIQUE(account_id, line_message_id)", "This LINE message is known already."
    )

    @api.model
    def _link(self, message, user, identifier, direction, quote_token=None, row=None):
        """Remember which LINE message a Discuss message is.

        :param message: ``mail.message``, may be empty (a push nobody mirrored)
        :param row: the ``line.outbox`` row of an outgoing message
        """
        if not identifier:
            return self.browse()
        return self.sudo().create(
            {
                "account_id": user.account_id.id,
                "line_user_id": user.id,
                "mail_message_id": message.id,
                "line_message_id": identifier,
                "direction": direction,
                "quote_token": quote_token,
                "outbox_id": row.id if row else False,
            }
        )

    @api.model
    def _find(self, account, identifier):
        return self.sudo().search(
            [
                ("account_id", "=", account.id),
                ("line_message_id", "=", identifier or ""),
            ]
        )

    @api.model
    def _unsend(self, user, identifier):
        """Hide and delete the content of a message that the customer unsent.

        LINE's rule: gone from screens and from storage, wherever it was kept. When
        the message itself has not been worked on yet, a tombstone stops it.

        :return: whether it was theirs to unsend
        """
        now = fields.Datetime.now()
        known = self._find(user.account_id, identifier)
        if known and known.line_user_id != user:
            return False
        if not known:
            known = self._link(self.env["mail.message"], user, identifier, "in")
        known.write({"unsent_at": now, "quote_token": False})
        message = known.mail_message_id
        if message:
            channel = self.env["discuss.channel"].sudo().browse(message.res_id)
            channel._message_update_content(
                message, body="", attachment_ids=[], strict=False
            )
        events = self.env["line.inbox"].sudo()
        events.search(
            [
                ("account_id", "=", user.account_id.id),
                ("line_message_id", "=", identifier),
                ("line_uid", "=", user.line_uid),
            ]
        )._purge_payload()
        return True
