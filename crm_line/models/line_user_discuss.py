from odoo import fields, models


class LineUserDiscuss(models.Model):
    """A LINE user whose contact was made in the conversation itself."""

    _inherit = "line.user"  # pylint: disable=consider-merging-classes-inherited

    bound_via = fields.Selection(selection_add=[("agent", "Asked by staff")])

    def _bind_action(self):
        """Where an agent binds this LINE user; extension point."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("LINE User"),
            "res_model": "line.user",
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }
