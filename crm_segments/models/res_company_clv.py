from odoo import api, fields, models
from odoo.exceptions import ValidationError

MAX_HOLDOUT_DAYS = 730


class ResCompany(models.Model):
    """When there is enough to predict from."""

    _inherit = "res.company"  # pylint: disable=R8180

    # 500 customers, 180 days and some with three orders: what Klaviyo asks for too
    crm_clv_min_customers = fields.Integer(
        string="Customers Needed to Predict", default=500
    )
    crm_clv_min_days = fields.Integer(
        string="Days of History Needed to Predict", default=180
    )
    crm_clv_min_loyal = fields.Integer(
        string="Customers With Three Purchases Needed to Predict", default=10
    )
    crm_clv_holdout_days = fields.Integer(
        string="Days Held Out to Test",
        default=90,
        help="The model is fitted without these last days and must then predict them. "
        "At most half of the history is held out.",
    )

    @api.constrains(
        "crm_clv_min_customers",
        "crm_clv_min_days",
        "crm_clv_min_loyal",
        "crm_clv_holdout_days",
    )
    def _check_clv_gates(self):
        for company in self:
            if (
                min(
                    company.crm_clv_min_customers,
                    company.crm_clv_min_days,
                    company.crm_clv_min_loyal,
                )
                < 1
            ):
                raise ValidationError(
                    self.env._(
                        "“Customers Needed to Predict”, “Days of History Needed to "
                        "Predict” and “Customers With Three Purchases Needed to "
                        "Predict” must be at least 1."
                    )
                )
            if not 7 <= company.crm_clv_holdout_days <= MAX_HOLDOUT_DAYS:
                raise ValidationError(
                    self.env._(
                        "“Days Held Out to Test” must be between 7 and %(max)s.",
                        max=MAX_HOLDOUT_DAYS,
                    )
                )
