from odoo import api, models

PREFIX = "crm_pdpa."


class IrConfigParameter(models.Model):
    """Parameters of this module decide what is masked and logged: changes are audited."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._pdpa_audit("create")
        return records

    def write(self, vals):
        before = {record.id: record.value for record in self}
        result = super().write(vals)
        changed = self.filtered(lambda r: r.value != before[r.id] or "key" in vals)
        changed._pdpa_audit("write")
        return result

    def unlink(self):
        self._pdpa_audit("unlink")
        return super().unlink()

    def _pdpa_audit(self, change):
        ours = self.filtered(lambda record: (record.key or "").startswith(PREFIX))
        for record in ours:  # a handful of parameters, changed by hand
            self.env["pdpa.audit"]._log(
                "setting_change",
                self._name,
                record.ids,
                ("value",),
                note=f"{change} {record.key}",
            )
