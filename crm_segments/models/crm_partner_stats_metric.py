from odoo import api, models


class CrmPartnerStats(models.Model):
    """Fields take their help from the registry of metrics."""

    _inherit = "crm.partner.stats"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        found = super().fields_get(allfields, attributes)
        if not attributes or "help" in attributes:
            metrics = self.env["crm.segment.metric"]
            for name, definition in metrics._field_help(self._name).items():
                if name in found:
                    found[name]["help"] = definition
        return found
