from odoo import models


class CrmLead(models.Model):
    """A lead shows tier and points of its contact."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "loyalty.member.mixin"]
