from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_dashboard_people_engine import activity_place_sql


class MailActivity(models.Model):
    """Activities can be searched by where dashboards count them."""

    _inherit = "mail.activity"

    forecast_company_id = fields.Many2one(
        "res.company",
        compute="_compute_forecast_place",
        search="_search_forecast_company_id",
        compute_sudo=True,
        help="Of activities on leads and contacts: the company of the lead's forecast "
        "or of the contact, else of whom it is assigned to.",
    )
    forecast_team_id = fields.Many2one(
        "crm.team",
        compute="_compute_forecast_place",
        search="_search_forecast_team_id",
        compute_sudo=True,
        help="Of activities on leads: the sales team of the lead.",
    )

    @api.depends("res_model", "res_id", "user_id", "active")
    def _compute_forecast_place(self):
        self.env.flush_all()
        query = SQL(
            "SELECT id, company_id, team_id FROM (%s) activity WHERE id = ANY(%s)",
            activity_place_sql(),
            self._origin.ids,
        )
        places = {row[0]: row[1:] for row in self.env.execute_query(query)}
        for activity in self:
            company_id, team_id = places.get(activity._origin.id, (False, False))
            activity.forecast_company_id = company_id
            activity.forecast_team_id = team_id

    @api.model
    def _search_forecast_company_id(self, operator, value):
        return self._search_forecast_place("company_id", operator, value)

    @api.model
    def _search_forecast_team_id(self, operator, value):
        return self._search_forecast_place("team_id", operator, value)

    @api.model
    def _search_forecast_place(self, column, operator, value):
        if operator != "in":
            return NotImplemented
        self.env.flush_all()
        wanted = [number for number in value if number]
        query = SQL(
            "(SELECT id FROM (%s) activity WHERE %s = ANY(%s))",
            activity_place_sql(),
            SQL.identifier(column),
            wanted,
        )
        found = Domain("id", "in", query)
        if len(wanted) == len(value):
            return found
        # those that count nowhere are asked for, too
        anywhere = SQL(
            "(SELECT id FROM (%s) activity WHERE %s IS NOT NULL)",
            activity_place_sql(),
            SQL.identifier(column),
        )
        return found | Domain("id", "not in", anywhere)
