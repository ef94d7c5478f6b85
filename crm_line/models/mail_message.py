from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store

CONTENT_FIELDS = ["line_content_state", "line_content_error"]


def _in_discuss(message):
    return message.model == "discuss.channel" and message.message_type in (
        "comment",
        "auto_comment",
    )


def _may_go_to_line(message):
    """Only messages in Discuss that the company wrote can have a LINE state."""
    return _in_discuss(message) and not message.author_guest_id


def _may_come_from_line(message):
    return _in_discuss(message) and bool(message.author_guest_id)


class MailMessage(models.Model):
    """A message shows what became of it, or of its file, in LINE."""

    _inherit = "mail.message"

    line_state = fields.Char(compute="_compute_line_state", compute_sudo=True)
    line_can_quote = fields.Boolean(
        compute="_compute_line_can_quote",
        compute_sudo=True,
        help="LINE gave a token for quoting this message.",
    )
    line_content_state = fields.Char(
        compute="_compute_line_content", compute_sudo=True, help="State of its file."
    )
    line_content_error = fields.Char(compute="_compute_line_content", compute_sudo=True)

    def _compute_line_state(self):
        """That of the newest row: an edited message was queued anew."""
        rows = self.env["line.outbox"].search(
            [("mail_message_id", "in", self.ids)], order="id"
        )
        states = {row.mail_message_id.id: row.state for row in rows}
        for message in self:
            message.line_state = states.get(message.id, False)

    def _compute_line_can_quote(self):
        groups = self.env["line.message"]._read_group(
            [("mail_message_id", "in", self.ids), ("quote_token", "!=", False)],
            ["mail_message_id"],
        )
        known = {message.id for (message,) in groups}
        for message in self:
            message.line_can_quote = message.id in known

    def _compute_line_content(self):
        rows = self.env["line.content"].search([("mail_message_id", "in", self.ids)])
        contents = {row.mail_message_id.id: row for row in rows}
        for message in self:
            row = contents.get(message.id, rows.browse())
            message.line_content_state = row.state
            message.line_content_error = row.error

    def _to_store_defaults(self, target: Store.Target):
        values = super()._to_store_defaults(target)
        if not target.is_internal(self.env):
            return values
        return values + [
            Store.Attr("line_state", predicate=_may_go_to_line),
            Store.Attr("line_can_quote", predicate=_in_discuss),
            *(
                Store.Attr(name, predicate=_may_come_from_line)
                for name in CONTENT_FIELDS
            ),
        ]

    def action_line_retry(self):
        """Send again what LINE did not get, for agents of the account."""
        rows = self.env["line.outbox"].search([("mail_message_id", "in", self.ids)])
        return rows.action_retry()

    def action_line_fetch(self):
        """Ask LINE again for the file of these messages, for agents of the account."""
        rows = self.env["line.content"].search([("mail_message_id", "in", self.ids)])
        return rows.action_retry()

    def _line_send_state(self):
        """Show a new state in open conversations."""
        self._line_send(["line_state", "line_can_quote"])

    def _line_send_content(self):
        """Show a file that came in, or why it did not."""
        self._line_send(
            [Store.Many("attachment_ids", sort="id"), "body", *CONTENT_FIELDS],
            CONTENT_FIELDS,
        )

    def _line_send(self, names, computed=None):
        self.invalidate_recordset(computed or names)
        for message in self.sudo():
            channel = self.env["discuss.channel"].sudo().browse(message.res_id)
            Store(bus_channel=channel).add(message, names).bus_send()
