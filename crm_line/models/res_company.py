from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    line_plan_id = fields.Many2one(
        "line.plan",
        string="LINE Price Plan",
        domain="[('company_id', 'in', [id, False])]",
        help="For accounts that have no plan of their own.",
    )
