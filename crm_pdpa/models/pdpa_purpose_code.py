from odoo import models


class PdpaPurposeCode(models.Model):
    """A specific purpose (特定目的) of the official list, such as 040 marketing.

    The code is unique.
    """

    _name = "pdpa.purpose.code"
    _inherit = ["pdpa.code.mixin"]
    _description = "Official Purpose Code"

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "An official purpose with this code already exists."
    )
