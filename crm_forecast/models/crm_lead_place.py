from odoo import api, fields, models


class CrmLead(models.Model):
    """Leads know where they are counted, and since when they are in their stage.

    Both are stored, so that the forecast of any number of leads reads one table.
    """

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    forecast_company_id = fields.Many2one(
        "res.company",
        compute="_compute_forecast_company_id",
        store=True,
        help="Company in whose currency and calendar the forecast counts it: its own, "
        "else that of its team, else of its salesperson, else the first company.",
    )
    forecast_stage_since = fields.Datetime(
        "In Stage Since",
        readonly=True,
        copy=False,
        help="When it came into its present stage, or was won, lost, archived or "
        "reopened; see the stage history.",
    )

    @api.depends("company_id", "team_id.company_id", "user_id.company_id")
    def _compute_forecast_company_id(self):
        """A lead that is visible to all companies is counted once."""
        companies = self.env["res.company"].with_context(active_test=False)
        for lead in self:
            lead.forecast_company_id = (
                lead.company_id
                or lead.team_id.company_id
                or lead.user_id.company_id
                or companies.search([], order="id", limit=1)
            )
