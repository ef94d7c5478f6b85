import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

CONTENT_CRON = "crm_line.ir_cron_line_content"
MEGABYTE = 1024 * 1024
KINDS = [
    ("image", "Image"),
    ("video", "Video"),
    ("audio", "Voice message"),
    ("file", "File"),
    ("sticker", "Sticker"),
]
STATES = [
    ("waiting", "Waiting"),
    ("done", "Done"),
    ("gone", "Gone"),
    ("failed", "Failed"),
]


class LineContent(models.Model):
    """A picture or file of a customer that is fetched from LINE.

    Queued with the message, fetched after its transaction, stored as an attachment of
    the message. LINE deletes contents after some time: a row that was given up can be
    retried by hand until then.
    """

    _name = "line.content"
    _description = "LINE File"
    _inherit = ["line.queue"]
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
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    line_message_id = fields.Char(
        string="LINE Message ID", required=True, readonly=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    sticker_ident = fields.Char(string="Sticker ID", readonly=True)
    file_name = fields.Char(readonly=True)
    file_size = fields.Integer(string="File Size (Bytes)", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="waiting")
    attempts = fields.Integer(readonly=True)
    next_at = fields.Datetime(string="Next Attempt", readonly=True)
    error = fields.Text(readonly=True)

    _line_message_unique = models.Constraint(
        "UNIQUE(account_id, line_message_id)", "This file is known already."
    )
    _waiting_idx = models.Index("(next_at, id) WHERE state = 'waiting'")

    @api.model
    def _queue(self, user, message, identifier, kind, **values):
        """Fetch the content of a message soon.

        What is announced as too large is not even asked for.
        """
        row = self.sudo().create(
            {
                "account_id": user.account_id.id,
                "line_user_id": user.id,
                "mail_message_id": message.id,
                "line_message_id": identifier,
                "kind": kind,
                "next_at": self._now(),
                **values,
            }
        )
        row = row.with_context(lang=user.account_id._staff_lang())
        if not row._refuse_large(row.file_size):
            self._wake(CONTENT_CRON)
        row._show()
        return row

    def _refuse_large(self, size):
        """Give up a content that is larger than the account allows.

        :param size: bytes, or None when only the excess is known
        """
        self.ensure_one()
        limit = self.account_id.content_max_mb
        if size is not None and size <= limit * MEGABYTE:
            return False
        self.write(
            {
                "state": "failed",
                "next_at": False,
                "error": self.env._(
                    "The file is too large: files from customers may have "
                    "%(limit)s MB at most.",
                    limit=limit,
                ),
            }
        )
        return True

    @api.model
    def _next_query(self, now):
        """Lock the row that has waited longest: one column, the id."""
        return SQL(
            """
            SELECT content.id
              FROM line_content content
              JOIN line_account account ON account.id = content.account_id
             WHERE content.state = 'waiting'
               AND content.next_at <= %(now)s
               AND account.active
             ORDER BY content.next_at, content.id
             LIMIT 1
               FOR UPDATE OF content SKIP LOCKED
            """,
            now=now,
        )

    def _show(self):
        """Tell open windows what became of the file."""
        self.flush_recordset()
        self.mail_message_id._line_send_content()

    # -- actions --------------------------------------------------------------
    def action_retry(self):
        """Ask LINE again for files that were given up."""
        self.check_access("read")
        if not self.env.user.has_group("crm_line.group_line_agent"):
            raise AccessError(self.env._("Only agents of LINE may fetch files again."))
        rows = self.sudo().filtered(lambda row: row.state in ("failed", "gone"))
        rows.write(
            {
                "state": "waiting",
                "attempts": 0,
                "next_at": self._now(),
                "error": False,
            }
        )
        for row in rows:
            row._refuse_large(row.file_size)  # the limit may have been raised
        rows._show()
        self._wake(CONTENT_CRON)
        return True

    def _retry_at(self, seconds):
        return self._now() + datetime.timedelta(seconds=seconds)
