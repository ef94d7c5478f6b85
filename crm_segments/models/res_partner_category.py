from odoo import api, fields, models

from .crm_way import WAYS


class ResPartnerCategory(models.Model):
    """Tags in eight groups, one for each way to segment customers."""

    _inherit = "res.partner.category"

    crm_way = fields.Selection(
        WAYS,
        string="Way to Segment",
        compute="_compute_crm_way",
        store=True,
        readonly=False,
        recursive=True,
        index="btree_not_null",
        help="Tags below another tag take its way.",
    )

    @api.depends("parent_id.crm_way")
    def _compute_crm_way(self):
        for tag in self:
            tag.crm_way = tag.parent_id.crm_way or tag.crm_way
