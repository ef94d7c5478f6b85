from odoo import fields, models

from .res_partner import STATS_GROUPS


class CrmLead(models.Model):
    """Shows the state of the lead's customer; a lead makes its contact a prospect."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.nesl.mixin", "crm.stats.source"]

    _stats_fields = frozenset({"partner_id", "company_id"})

    nesl = fields.Selection(
        string="Customer State",
        related="partner_id.nesl",
        related_sudo=True,
        groups=STATS_GROUPS,
        help="State of the customer in the current company, from its purchases. "
        "Empty while the lead has no contact.",
    )
    crm_is_main = fields.Boolean(
        related="partner_id.crm_is_main", related_sudo=True, groups=STATS_GROUPS
    )
    crm_is_important = fields.Boolean(
        related="partner_id.crm_is_important", related_sudo=True, groups=STATS_GROUPS
    )

    def action_open_crm_stats(self):
        """Open the statistics of the lead's customer."""
        self.ensure_one()
        return self.partner_id.action_open_crm_stats()
