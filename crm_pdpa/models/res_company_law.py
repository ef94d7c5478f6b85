from odoo import fields, models


class ResCompany(models.Model):
    """The acts and sector rules that bind a company."""

    _inherit = "res.company"  # pylint: disable=R8180

    pdpa_law_profile_ids = fields.Many2many(
        "pdpa.law.profile",
        "pdpa_company_law_profile_rel",
        "company_id",
        "profile_id",
        string="Law Profiles",
        help="Acts and sector rules that bind the company; the strictest value counts. "
        "Empty: the Act alone.",
    )
