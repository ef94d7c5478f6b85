from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .res_partner import STATS_GROUPS


class ResPartner(models.Model):
    """What filters of segments reach from a contact."""

    _inherit = "res.partner"  # pylint: disable=R8180

    crm_stats_ids = fields.One2many(
        "crm.partner.stats",
        string="Purchase Statistics",
        compute="_compute_crm_stats_ids",
        search="_search_crm_stats_ids",
        compute_sudo=True,
        groups=STATS_GROUPS,
        help="Statistics of the customer with the current company, for filters.",
    )
    crm_segment_ids = fields.Many2many(
        "crm.segment",
        string="Segments",
        compute="_compute_crm_segment_ids",
        search="_search_crm_segment_ids",
        groups="crm_segments.group_crm_segments_user",
        help="Segments that the contact is in right now.",
    )
    crm_mailing_trace_ids = fields.One2many(
        "mailing.trace",
        "res_id",
        "Mailings Received",
        domain=[("model", "=", "res.partner")],
        groups="mass_mailing.group_mass_mailing_user,"
        "crm_segments.group_crm_segments_user",
    )

    @api.depends("crm_stats_id")
    @api.depends_context("company")
    def _compute_crm_stats_ids(self):
        for partner in self:
            partner.crm_stats_ids = partner.crm_stats_id

    def _search_crm_stats_ids(self, operator, value):
        if operator not in ("any", "any!"):
            return self._search_crm_stats_id(operator, value)
        # not as superuser: the condition may lead on to what the user may not see
        stats = self.env["crm.partner.stats"].sudo(operator == "any!" or self.env.su)
        if not isinstance(value, (Domain, list)):
            value = Domain("id", "in", value)  # a query
        mine = Domain("company_id", "=", self.env.company.id)
        query = stats._search(mine & Domain(value))
        customers = query.subselect(SQL.identifier(stats._table, "partner_id"))
        return Domain("commercial_partner_id", "in", customers)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_crm_segment_ids(self):
        self.crm_segment_ids = False
        for segment in self.env["crm.segment"]._of_companies():
            if segment._evaluate(sample=0)[2]:
                continue
            inside = self.search(Domain("id", "in", self.ids) & segment._domain())
            for partner in inside:
                partner.crm_segment_ids |= segment

    def _search_crm_segment_ids(self, operator, value):
        segments = self.env["crm.segment"]
        if operator in ("any", "any!") and isinstance(value, (Domain, list)):
            found = segments.search(value)
        elif operator in ("any", "any!", "in"):
            found = segments.search([("id", "in", [id_ for id_ in value if id_])])
        else:
            return NotImplemented
        domain = Domain.OR(segment._domain() for segment in found)
        if operator == "in" and False in value:
            every = segments._of_companies()
            domain |= ~Domain.OR(segment._domain() for segment in every)
        return domain
