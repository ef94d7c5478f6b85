from odoo import models


class PdpaCategory(models.Model):
    """A category of personal data (個人資料類別) of the official list, such as C001.

    The code is unique.
    """

    _name = "pdpa.category"
    _inherit = ["pdpa.code.mixin"]
    _description = "Personal Data Category"

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A personal data category with this code already exists."
    )
