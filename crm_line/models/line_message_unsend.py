from odoo import api, fields, models

from odoo.addons.bus.models.bus import channel_with_db, json_dump
from odoo.addons.mail.tools.discuss import Store

from ..tools import transcript


class LineMessageUnsend(models.Model):
    """A message that the customer took back is gone, wherever it was kept.

    LINE's rule: hidden on screens and deleted from storage. When the message itself
    has not been worked on yet, a tombstone stops it.
    """

    _inherit = "line.message"  # pylint: disable=consider-merging-classes-inherited

    copy_ids = fields.Many2many(
        "mail.message",
        string="Copies",
        readonly=True,
        help="Notes that repeat this message, for example on a lead.",
    )

    @api.model
    def _unsend(self, user, identifier):
        """Hide and delete the content of a message that the customer unsent.

        :return: whether it was theirs to unsend
        """
        known = self._find(user.account_id, identifier)
        if known and known.line_user_id != user:
            return False
        if not known:
            known = self._link(self.env["mail.message"], user, identifier, "in")
        known._forget_content()
        self.env["line.inbox"].sudo().search(
            [
                ("account_id", "=", user.account_id.id),
                ("line_message_id", "=", identifier),
                ("line_uid", "=", user.line_uid),
            ]
        )._purge_payload()
        return True

    def _forget_content(self):
        """Delete body, files, copies and what the message bus still holds."""
        self.ensure_one()
        self.write(
            {
                "unsent_at": fields.Datetime.now(),
                "quote_token": False,
                "mark_as_read_token": False,
            }
        )
        self.env["line.content"].sudo().search(
            [
                ("account_id", "=", self.account_id.id),
                ("line_message_id", "=", self.line_message_id),
            ]
        ).unlink()
        self._forget_copies()
        message = self.mail_message_id
        if message:
            self._purge_bus(message)
            channel = self.env["discuss.channel"].sudo().browse(message.res_id)
            channel._message_update_content(
                message, body="", attachment_ids=[], strict=False
            )
            # what waited for the file waits no more
            message.invalidate_recordset(["line_content_state", "line_can_quote"])
            Store(bus_channel=channel).add(
                message, ["line_content_state", "line_can_quote"]
            ).bus_send()

    def _forget_copies(self):
        for copy in self.copy_ids:
            copy.body = transcript.without(copy.body, self.mail_message_id.id)
        self.copy_ids = False

    def _purge_bus(self, message):
        """Drop what is on the way to open windows: it holds the content.

        The windows get the emptied message instead, sent afterwards.
        """
        channel = self.env["discuss.channel"].browse(message.res_id)
        self.env["bus.bus"].flush_model()
        self.env.cr.execute(
            """
            DELETE FROM bus_bus
             WHERE channel = %s
               AND jsonb_path_exists(
                   message::jsonb, '$.**."mail.message"[*] ? (@.id == $id)',
                   jsonb_build_object('id', %s::int))
            """,
            [json_dump(channel_with_db(self.env.cr.dbname, channel)), message.id],
        )
