from odoo import SUPERUSER_ID, api, models


class CrmSegment(models.Model):
    """The segments that come with the module, for each company."""

    _inherit = "crm.segment"  # pylint: disable=R8180

    @api.model
    def _ready_made(self):
        """The shipped records that are still there, of the first company."""
        data = (
            self.env["ir.model.data"]
            .sudo()
            .search([("module", "=", "crm_segments"), ("model", "=", self._name)])
        )
        return (
            self.sudo()
            .with_context(active_test=False)
            .browse(data.mapped("res_id"))
            .exists()
        )

    @api.model
    def _copy_ready_made(self, companies=None):
        """Give ``companies``, or all others, their own ready-made segments."""
        source = self._ready_made().with_user(SUPERUSER_ID)
        source = source.with_context(crm_segment_same_name=True, tracking_disable=True)
        if companies is None:
            known = source.company_id.ids
            companies = self.env["res.company"].sudo()
            companies = companies.search([("id", "not in", known)])
        for company in companies - source.company_id:
            source.with_company(company).copy(
                {"company_id": company.id, "user_id": False}
            )
