from odoo import fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """A lead reaches LINE through its contact."""

    _inherit = "crm.lead"

    line_bound = fields.Boolean(
        related="partner_id.line_bound",
        string="Bound to LINE",
        groups="base.group_user",
    )

    def action_line_chat(self):
        """Open the conversation with the contact of this lead."""
        self.ensure_one()
        return self._line_partner().action_line_chat()

    def action_line_binding_code(self):
        """Make a binding code for the contact of this lead."""
        self.ensure_one()
        return self._line_partner().action_line_binding_code()

    def _line_partner(self):
        if not self.partner_id:
            raise UserError(
                self.env._("Choose a “Contact” first: LINE is bound to a contact.")
            )
        return self.partner_id

    def _line_contact(self):
        """Whom a message in LINE about these leads goes to."""
        return self.partner_id

    def action_line_compose(self):
        """Write to the contact of this lead."""
        self.ensure_one()
        self._line_partner()
        return self.env["line.composer"]._action_for(self)
