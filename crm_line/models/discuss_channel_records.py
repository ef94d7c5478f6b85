from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, html2plaintext

from ..tools import transcript

TRANSCRIPT_MESSAGES = 50


class DiscussChannelRecords(models.Model):
    """Records that are opened or made from a LINE conversation, as the user."""

    _inherit = "discuss.channel"  # pylint: disable=consider-merging-classes-inherited

    # -- contact --------------------------------------------------------------
    def action_line_open_contact(self):
        return self._line_form(self._line_bound_partner())

    def action_line_create_contact(self):
        """Make a contact with the LINE name and bind it: it is this very person."""
        user = self._line_check_agent()
        if user.partner_id:
            raise UserError(
                self.env._(
                    "This LINE user is bound to %(partner)s already.",
                    partner=user.partner_id.display_name,
                )
            )
        partner = self.env["res.partner"].create(
            {
                "name": user.name,
                "lang": user._lang(),
                "company_id": user.company_id.id,
                "type": "contact",
            }
        )
        user._bind(partner, "agent")
        return self._line_form(partner)

    def action_line_bind(self):
        """Bind to a contact that exists, by a way that proves who the customer is."""
        return self._line_check_agent().sudo(False)._bind_action()

    # -- lead -----------------------------------------------------------------
    def action_line_create_lead(self):
        """Make a lead of this conversation, which is kept as a note on it."""
        user = self._line_check_agent()
        partner = self._line_partner()
        lead = self.env["crm.lead"].create(
            {
                "name": self.env._("LINE: %(name)s", name=user.name),
                "type": "opportunity" if self._line_uses_pipeline() else "lead",
                "partner_id": partner.id,
                "contact_name": user.name if not partner else False,
                "company_id": user.company_id.id,
                "user_id": self.env.uid,
                "line_channel_id": self.id,
            }
        )
        self._line_copy_to(lead)
        return self._line_form(lead)

    def _line_uses_pipeline(self):
        """Without leads, every enquiry is an opportunity at once."""
        return not self.env.user.has_group("crm.group_use_lead")

    def _line_copy_to(self, record):
        """Keep the latest messages as a note; unsent ones disappear from it, too."""
        messages = self.env["mail.message"].sudo()
        messages = messages.search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("comment", "auto_comment")),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
            ],
            order="id DESC",
            limit=TRANSCRIPT_MESSAGES,
        )
        messages = (messages - messages._filter_empty()).sorted("id")
        title = Markup('<p><a href="{url}">{text}</a></p>').format(
            url=f"/odoo/discuss?active_id=discuss.channel_{self.id}",
            text=self.env._("Conversation in LINE with %(name)s", name=self.name),
        )
        lines = [self._line_transcript_line(message) for message in messages]
        note = record.message_post(
            body=title + Markup().join(lines), subtype_xmlid="mail.mt_note"
        )
        known = self.env["line.message"].sudo()
        known = known.search(
            [("mail_message_id", "in", messages.ids), ("direction", "=", "in")]
        )
        known.copy_ids = [(4, note.id)]
        return note

    def _line_transcript_line(self, message):
        author = message.author_guest_id.name or message.author_id.name or ""
        names = [f"[{name}]" for name in message.attachment_ids.mapped("name")]
        text = "\n".join(filter(None, [html2plaintext(message.body or ""), *names]))
        body = Markup("<br/>").join(text.splitlines())
        when = format_datetime(self.env, message.date, dt_format="short")
        return transcript.line(message.id, when, author, body)

    # -- orders ---------------------------------------------------------------
    def action_line_orders(self):
        """The orders of the contact."""
        partner = self._line_bound_partner()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders of %(name)s", name=partner.display_name),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("partner_id", "=", partner.id)],
            "context": {"default_partner_id": partner.id},
        }

    def action_line_create_quotation(self):
        """A new quotation for the contact, to be filled in."""
        partner = self._line_bound_partner()
        self.env["sale.order"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_partner_id": partner.id,
                "default_company_id": self.sudo().line_user_id.company_id.id,
            },
        }

    # -- helpers --------------------------------------------------------------
    def _line_check_agent(self):
        """The LINE user, for agents who may see this conversation."""
        self.ensure_one()
        self.check_access("read")
        user = self.sudo().line_user_id
        if not user or not self.env.user.has_group("crm_line.group_line_agent"):
            raise AccessError(self.env._("Only agents of LINE may do this."))
        return user

    def _line_bound_partner(self):
        self.ensure_one()
        self.check_access("read")
        partner = self._line_partner()
        if not partner:
            raise UserError(
                self.env._(
                    "This LINE user is not bound to a contact. Bind or create one "
                    "first."
                )
            )
        return partner

    def _line_form(self, record):
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "current",
        }
