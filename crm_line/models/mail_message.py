from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


def _may_go_to_line(message):
    """Only messages in Discuss that the company wrote can have a LINE state."""
    return (
        message.model == "discuss.channel"
        and message.message_type in ("comment", "auto_comment")
        and not message.author_guest_id
    )


class MailMessage(models.Model):
    """A message shows what became of it in LINE."""

    _inherit = "mail.message"

    line_state = fields.Char(compute="_compute_line_state", compute_sudo=True)

    def _compute_line_state(self):
        groups = self.env["line.outbox"]._read_group(
            [("mail_message_id", "in", self.ids)], ["mail_message_id", "state"]
        )
        states = {message.id: state for message, state in groups}
        for message in self:
            message.line_state = states.get(message.id, False)

    def _to_store_defaults(self, target: Store.Target):
        values = super()._to_store_defaults(target)
        if not target.is_internal(self.env):
            return values
        return values + [Store.Attr("line_state", predicate=_may_go_to_line)]

    def action_line_retry(self):
        """Send again what LINE did not get, for agents of the account."""
        rows = self.env["line.outbox"].search([("mail_message_id", "in", self.ids)])
        return rows.action_retry()

    def _line_send_state(self):
        """Show a new state in open conversations."""
        self.invalidate_recordset(["line_state"])
        for message in self.sudo():
            channel = self.env["discuss.channel"].sudo().browse(message.res_id)
            Store(bus_channel=channel).add(message, ["line_state"]).bus_send()
