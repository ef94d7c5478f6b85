from odoo import fields, models


class ResCompany(models.Model):
    """A company knows its membership program."""

    _inherit = "res.company"

    membership_program_id = fields.Many2one(
        "loyalty.program",
        compute="_compute_membership_program_id",
    )

    def _compute_membership_program_id(self):
        for company in self:
            program = self.env["loyalty.program"]._membership(company)
            company.membership_program_id = program.with_env(self.env)
