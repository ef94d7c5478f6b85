from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class LineSessionTransfer(models.TransientModel):
    """Give conversations to another agent, or offer them to the whole team."""

    _name = "line.session.transfer"
    _description = "Transfer LINE Conversations"

    session_ids = fields.Many2many(
        "line.session", string="Conversations", required=True
    )
    allowed_user_ids = fields.Many2many("res.users", compute="_compute_allowed")
    user_id = fields.Many2one(
        "res.users",
        string="To",
        domain="[('id', 'in', allowed_user_ids)]",
        help="Empty: all agents of the account see it; whoever answers first takes it.",
    )
    note = fields.Text(help="Only the team sees it, in the conversation.")

    @api.depends("session_ids")
    def _compute_allowed(self):
        for wizard in self:
            accounts = wizard.session_ids.account_id
            allowed = accounts[:1]._active_agents()
            for account in accounts[1:]:
                allowed &= account._active_agents()
            wizard.allowed_user_ids = allowed

    def action_transfer(self):
        """Transfer all of them; the note first, so that the next agent reads it."""
        self.ensure_one()
        sessions = self.session_ids._check_may_serve()
        if self.user_id and self.user_id not in self.allowed_user_ids:
            raise UserError(
                self.env._(
                    "“%(user)s” is not an agent of every account of these "
                    "conversations. Choose someone else in “To”.",
                    user=self.user_id.name,
                )
            )
        for session in sessions:
            self._post_note(session)
            if self.user_id:
                session._assign(self.user_id)
            else:
                session._requeue(for_all=True)
        return {"type": "ir.actions.act_window_close"}

    def _post_note(self, session):
        """An internal note by the one who transfers."""
        target = self.user_id.name or self.env._("all agents")
        text = self.env._("Transferred to %(target)s.", target=target)
        body = plaintext2html(text, with_paragraph=False)
        if self.note and self.note.strip():
            note = plaintext2html(self.note.strip(), with_paragraph=False)
            body += Markup("<br/>") + note
        session.channel_id.message_post(
            author_id=self.env.user.partner_id.id,
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
