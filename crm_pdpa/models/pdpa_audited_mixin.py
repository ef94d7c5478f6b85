from odoo import api, models


class PdpaAuditedMixin(models.AbstractModel):
    """Settings whose changes belong in the audit trail: who changed which fields."""

    _name = "pdpa.audited.mixin"
    _description = "Audited Setting"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if records:
            self._audit_change(records.ids, set().union(*vals_list), "create")
        return records

    def write(self, vals):
        result = super().write(vals)
        if self:
            self._audit_change(self.ids, vals, "write")
        return result

    def unlink(self):
        if self:
            self._audit_change(self.ids, (), "unlink")
        return super().unlink()

    @api.model
    def _audit_change(self, ids, names, note):
        self.env["pdpa.audit"]._log("setting_change", self._name, ids, names, note=note)
