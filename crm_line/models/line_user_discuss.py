from odoo import fields, models


class LineUserDiscuss(models.Model):
    """A LINE user whose contact was made in the conversation itself."""

    _inherit = "line.user"  # pylint: disable=consider-merging-classes-inherited

    bound_via = fields.Selection(selection_add=[("agent", "Asked by staff")])
