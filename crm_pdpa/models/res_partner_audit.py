from odoo import models


class ResPartner(models.Model):
    """The question "who looked at this person?" on the contact itself."""

    _inherit = "res.partner"

    def action_pdpa_audit(self):
        """Open the audit rows about this contact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_pdpa.action_pdpa_audit_of_person"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)], "context": {}}
