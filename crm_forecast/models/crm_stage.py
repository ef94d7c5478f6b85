from odoo import fields, models

# what a stage or an opportunity may be given
FORECAST_CATEGORIES = [
    ("commit", "Commit"),
    ("best", "Best Case"),
    ("pipeline", "Pipeline"),
    ("omitted", "Omitted"),
]
# what a line of a forecast counts as: a won opportunity is closed, whatever it was
LINE_CATEGORIES = [("closed", "Closed"), *FORECAST_CATEGORIES]


class CrmStage(models.Model):
    _inherit = "crm.stage"

    forecast_category = fields.Selection(
        FORECAST_CATEGORIES,
        default="pipeline",
        required=True,
        help="Category that opportunities get when they enter this stage. The "
        "salesperson may change it on the opportunity. Omitted ones are in no "
        "forecast.",
    )

    def write(self, vals):
        """Turning a stage into a won stage, or back, moves its leads' status."""
        result = super().write(vals)
        if "is_won" in vals:
            leads = self.env["crm.lead"].with_context(active_test=False)
            self.env["crm.stage.log"]._sync(
                leads.sudo().search([("stage_id", "in", self.ids)])
            )
        return result
