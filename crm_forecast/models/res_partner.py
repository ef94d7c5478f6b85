import collections

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Contacts know which of their salespeople have not turned to them for too long."""

    _inherit = "res.partner"

    unvisited_user_ids = fields.Many2many(
        "res.users",
        string="Unvisited By",
        compute="_compute_unvisited_user_ids",
        search="_search_unvisited_user_ids",
        groups="crm_forecast.group_user",
        help="Salespeople whose customer it is, with no activity done, meeting or "
        "confirmed order for the number of days in the settings, and none planned. "
        "Known of the company, which stands for all its contacts.",
    )

    def _unvisited_query(self, user_ids=None):
        company_id = self.env.context.get("forecast_company_id")
        company = self.env.company
        if company_id in self.env.companies.ids:
            company = company.browse(company_id)
        self.env.flush_all()
        return self.env["crm.forecast.facts"]._customers_query(company, user_ids)

    @api.depends("user_id", "opportunity_ids.user_id", "commercial_partner_id")
    @api.depends_context("company", "forecast_company_id", "uid")
    def _compute_unvisited_user_ids(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, user_id FROM (%s) customer"
                " WHERE partner_id = ANY(%s)",
                self._unvisited_query(self._unvisited_visible_ids()),
                self.ids,
            )
        )
        users = collections.defaultdict(set)
        for partner_id, user_id in rows:
            users[partner_id].add(user_id)
        for partner in self:
            partner.unvisited_user_ids = [(6, 0, users[partner._origin.id])]

    def _unvisited_visible_ids(self):
        """Who neglects whom is for themselves and for who sees everybody."""
        if self.env["crm.forecast.scope"]._sees_everybody():
            return None
        return [self.env.uid]

    def _search_unvisited_user_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        # "not set" is False among the values, and False is an int
        wanted = {user_id for user_id in value if type(user_id) is int}
        visible = self._unvisited_visible_ids()
        if visible is not None:
            wanted &= set(visible)
        found = Domain.FALSE
        if wanted:
            found |= self._unvisited_domain(sorted(wanted))
        if False in value:
            found |= ~self._unvisited_domain(visible)
        return found

    def _unvisited_domain(self, user_ids):
        query = self._unvisited_query(user_ids)
        return Domain("id", "in", SQL("(SELECT partner_id FROM (%s) customer)", query))
