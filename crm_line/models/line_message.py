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
    kind = fields.Char(readonly=True, help="text, image, sticker and so on.")
    quote_token = fields.Char(readonly=True, groups="base.group_system")
    quoted_line_message_id = fields.Char(
        string="Quoted LINE Message", readonly=True, index="btree_not_null"
    )
    mark_as_read_token = fields.Char(readonly=True, groups="base.group_system")
    edited_at = fields.Datetime(string="Edited On", readonly=True)
    unsent_at = fields.Datetime(string="Unsent On", readonly=True)

    _line_message_unique = models.Constraint(
        "UNIQUE(account_id, line_message_id)", "This LINE message is known already."
    )

    @api.model
    def _link(
        self,
        message,
        user,
        identifier,
        direction,
        quote_token=None,
        row=None,
        **values,
    ):
        """Remember which LINE message a Discuss message is.

        :param message: ``mail.message``, may be empty (a push nobody mirrored)
        :param row: the ``line.outbox`` row of an outgoing message
        :param values: other fields, for example ``kind``
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
                **values,
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

    def _connect_quotes(self):
        """Messages that quoted this one before it was known show what they quote."""
        for known in self.filtered("mail_message_id"):
            waiting = self.sudo().search(
                [
                    ("account_id", "=", known.account_id.id),
                    ("line_user_id", "=", known.line_user_id.id),
                    ("quoted_line_message_id", "=", known.line_message_id),
                    ("mail_message_id.parent_id", "=", False),
                ]
            )
            waiting.mail_message_id.parent_id = known.mail_message_id

    @api.model
    def _quote_token(self, message):
        """LINE's token for quoting ``message``, or nothing."""
        known = self.sudo().search(
            [("mail_message_id", "=", message.id), ("quote_token", "!=", False)],
            order="id",
            limit=1,
        )
        return known.quote_token

    @api.model
    def _count_by_user(self, users):
        """Number of messages in both directions: dict of ``line.user`` id to count."""
        groups = self.sudo()._read_group(
            [("line_user_id", "in", users.ids)], ["line_user_id"], ["__count"]
        )
        return {user.id: count for user, count in groups}
