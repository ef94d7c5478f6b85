from odoo import api, models
class A(models.AbstractModel):
    _name = "pdpa.audit"
    _description = "stub"
    @api.model
    def _log(self, *a, **k): pass
    @api.model
    def _collect(self, *a): pass
    @api.model
    def _exact_search_left(self): return True
class R(models.AbstractModel):
    _name = "pdpa.reveal"
    _description = "stub"
    @api.model
    def _granted(self, records, names): return {}
