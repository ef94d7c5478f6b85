from odoo import api, models


class ResCompany(models.Model):
    """A new company gets the ready-made segments."""

    _inherit = "res.company"  # pylint: disable=R8180

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.segment"]._copy_ready_made(companies)
        return companies
