from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_funnel_engine import stuck_sql


class CrmLead(models.Model):
    """Leads know whether they are stuck in their stage, and why one says so."""

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    is_stuck = fields.Boolean(
        "Stuck",
        compute="_compute_stuck",
        search="_search_is_stuck",
        help="In its stage for longer than 9 of 10 past stays of the team; with too "
        "few of these, of the company; else for longer than the stage's days to rot.",
    )
    stuck_reason = fields.Char("Why Stuck", compute="_compute_stuck")

    @api.depends(
        *["active", "forecast_company_id", "forecast_stage_since", "stage_id"],
        *["team_id", "type", "won_status"],
    )
    @api.depends_context("lang")
    def _compute_stuck(self):
        """Every open opportunity is judged by one query for all of them."""
        ids = self._origin.ids
        self._flush_for_stuck()
        rows = {
            lead_id: facts
            for lead_id, *facts in self.env.execute_query(
                stuck_sql(self.env.cr.now(), ids)
            )
        }
        for lead in self:
            facts = rows.get(lead._origin.id)
            lead.is_stuck = bool(facts)
            lead.stuck_reason = facts and lead._stuck_sentence(*facts)

    def _stuck_sentence(self, days, limit_days, basis):
        values = {
            "days": days,
            "stage": self.sudo().stage_id.name,
            "limit": limit_days,
        }
        if basis == "team":
            return self.env._(
                "%(days)s days in %(stage)s; 9 of 10 stays of the team ended within "
                "%(limit)s",
                **values,
            )
        if basis == "company":
            return self.env._(
                "%(days)s days in %(stage)s; 9 of 10 stays of the company ended within "
                "%(limit)s",
                **values,
            )
        return self.env._(
            "%(days)s days in %(stage)s; the stage allows %(limit)s", **values
        )

    @api.model
    def _search_is_stuck(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._flush_for_stuck()
        # on its own: what the planner guesses of it must not spoil the query around it
        query = SQL(
            "(WITH stuck AS MATERIALIZED (%s) SELECT lead_id FROM stuck)",
            stuck_sql(self.env.cr.now()),
        )
        stuck = Domain("id", "in", query)
        return Domain.OR([stuck if wanted else ~stuck for wanted in value])

    @api.model
    def _flush_for_stuck(self):
        """What the query reads must be in the database."""
        self.flush_model(
            ["active", "forecast_company_id", "stage_id", "team_id", "type"]
            + ["won_status"]
        )
        self.env["crm.stage"].flush_model(["rotting_threshold_days"])
