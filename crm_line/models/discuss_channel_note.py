from odoo import models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class DiscussChannelNote(models.Model):
    """Notes of the team inside a LINE conversation. They are never sent."""

    _inherit = "discuss.channel"  # pylint: disable=consider-merging-classes-inherited

    def execute_command_line_note(self, **kwargs):
        """``/note text`` in the composer."""
        self.ensure_one()
        self.check_access("read")
        _command, _space, text = (kwargs.get("body") or "").strip().partition(" ")
        if self.channel_type != "line" or not text.strip():
            raise UserError(self.env._("Write the note after /note."))
        self.message_post(
            body=plaintext2html(text.strip(), with_paragraph=False),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
