from odoo import fields, models


class PdpaAudit(models.Model):
    """Binding a LINE user to a contact is in the audit trail."""

    _inherit = "pdpa.audit"

    operation = fields.Selection(
        selection_add=[
            ("line_bind", "LINE Binding"),
            ("line_unbind", "LINE Unbinding"),
        ]
    )
