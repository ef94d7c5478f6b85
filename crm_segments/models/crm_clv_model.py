from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

STATES = [
    ("ok", "In Use"),
    ("not_enough", "Not Enough Data"),
    ("no_maximum", "No Result"),
    ("unavailable", "Not Available"),
]


class CrmClvModel(models.Model):
    """What one company's purchases say about purchases to come: the model card.

    A row is one attempt to fit BG/NBD and Gamma-Gamma (tools/bgnbd.py and
    tools/gamma_gamma.py), kept with what it was based on and how well it did in its
    own test. The last row of a company is in use. Written by ``_predict`` only.
    """

    _name = "crm.clv.model"
    _description = "Prediction Model"
    _order = "fitted_on DESC, id DESC"
    _allow_sudo_commands = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(STATES, "Status", required=True, readonly=True)
    message = fields.Text("What This Means", compute="_compute_message")
    fitted_on = fields.Date(required=True, readonly=True)

    first_date = fields.Date("First Purchase in the Data", readonly=True)
    customers = fields.Integer("Customers Who Bought", readonly=True)
    repeat_customers = fields.Integer(
        "Who Came Back", readonly=True, help="Bought on two days or more."
    )
    loyal_customers = fields.Integer(
        "With Three Purchases or More", readonly=True, help="Bought on three days."
    )
    min_customers = fields.Integer("Customers Needed", readonly=True)
    min_days = fields.Integer("Days of History Needed", readonly=True)
    min_loyal = fields.Integer("With Three Purchases Needed", readonly=True)
    median_interval_days = fields.Float(
        "Median Repurchase Interval (days)",
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="Of the customers who came back. Stands in for the interval of customers "
        "with a single purchase.",
    )

    r = fields.Float("r", digits=(16, 4), readonly=True, aggregator=None)
    alpha = fields.Float(
        "alpha (weeks)", digits=(16, 4), readonly=True, aggregator=None
    )
    a = fields.Float("a", digits=(16, 4), readonly=True, aggregator=None)
    b = fields.Float("b", digits=(16, 4), readonly=True, aggregator=None)
    log_likelihood = fields.Float(
        "Log-likelihood", digits=(16, 2), readonly=True, aggregator=None
    )
    p = fields.Float("p", digits=(16, 4), readonly=True, aggregator=None)
    q = fields.Float("q", digits=(16, 4), readonly=True, aggregator=None)
    v = fields.Float("v", digits=(16, 4), readonly=True, aggregator=None)
    mean_amount = fields.Monetary(
        "Amount per Purchase",
        readonly=True,
        aggregator=None,
        help="Expected of a customer about whom nothing else is known.",
    )
    spend_correlation = fields.Float(
        "Correlation of Frequency and Amount",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="The model of amounts assumes none. Beyond about 0.3 either way, take the "
        "customer value with care.",
    )
    refund_share = fields.Float(
        "Share Returned",
        readonly=True,
        aggregator=None,
        help="Share of the sales that credit notes took back. The customer value is "
        "lower by this share.",
    )

    holdout_days = fields.Integer("Days Held Out", readonly=True, aggregator=None)
    predicted = fields.Float("Predicted Purchases", digits=(16, 1), readonly=True)
    actual = fields.Integer("Actual Purchases", readonly=True)
    error_ratio = fields.Float(
        "Error in the Test", compute="_compute_error_ratio", aggregator=None
    )
    calibration_ids = fields.One2many(
        "crm.clv.calibration", "model_id", "Test by Frequency", readonly=True
    )

    _company_day_uniq = models.Constraint(
        "UNIQUE (company_id, fitted_on)", "A company has one model per day."
    )

    @api.depends("company_id", "fitted_on")
    def _compute_display_name(self):
        for model in self:
            day = format_date(self.env, model.fitted_on)
            model.display_name = f"{model.company_id.name}, {day}"

    @api.depends("predicted", "actual")
    def _compute_error_ratio(self):
        for model in self:
            model.error_ratio = (
                model.predicted / model.actual - 1 if model.actual else 0.0
            )

    @api.depends_context("lang")
    @api.depends("state", "customers", "loyal_customers", "first_date")
    def _compute_message(self):
        for model in self:
            model.message = model._explain()

    def _explain(self):
        if self.state == "unavailable":
            return self.env._(
                "Prediction needs the Python packages numpy and scipy, which this "
                "server does not have. Install them (pip install numpy scipy) and "
                "restart Odoo. Everything else works without them."
            )
        if self.state == "no_maximum":
            return self.env._(
                "The purchases do not determine the model: customers differ too little "
                "in when they buy or how much. Nothing is predicted."
            )
        if self.state == "not_enough":
            return self._explain_gates()
        if not self.actual:
            return self.env._(
                "The model is in use. There was nothing bought in the days held out, "
                "so it could not be tested."
            )
        return self.env._(
            "The model is in use. Fitted without the last %(days)s days, it predicted "
            "%(predicted)s purchases for them; there were %(actual)s (%(error)s %%).",
            days=self.holdout_days,
            predicted=round(self.predicted),
            actual=self.actual,
            error=f"{self.error_ratio * 100:+.1f}",
        )

    def _explain_gates(self):
        have = self._history_days()
        lines = [
            self.env._("Too little has been sold to predict anything. Needed:"),
            self.env._(
                "- customers who bought: %(need)s (there are %(have)s)",
                need=self.min_customers,
                have=self.customers,
            ),
            self.env._(
                "- days since the first purchase: %(need)s (there are %(have)s)",
                need=self.min_days,
                have=have,
            ),
            self.env._(
                "- customers with three purchases or more: %(need)s (there are "
                "%(have)s)",
                need=self.min_loyal,
                have=self.loyal_customers,
            ),
            self.env._("The overdue ratio of each customer needs no model."),
        ]
        return "\n".join(lines)

    def _history_days(self):
        return (self.fitted_on - self.first_date).days if self.first_date else 0

    @api.model
    def _latest(self, company):
        """The model in use, or the reason why there is none; may be empty."""
        return self.search([("company_id", "=", company.id)], limit=1)

    def action_refit(self):
        """Fit the company's model again and predict (Segments / Administrator)."""
        if not self.env.user.has_group("crm_segments.group_crm_segments_manager"):
            raise AccessError(
                self.env._("Fitting the model needs the Segments administrator role.")
            )
        company = self.company_id if len(self) == 1 else self.env.company
        if company not in self.env.companies:
            raise AccessError(
                self.env._("Switch to %(company)s first.", company=company.name)
            )
        model = self.sudo()._predict(company, refit=True)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prediction Model"),
            "res_model": "crm.clv.model",
            "res_id": model.id,
            "view_mode": "form",
        }

    def action_view_customers(self):
        """The company's customers with their predicted values."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("predicted_on", "!=", False),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Predicted Customers"),
            "res_model": "crm.partner.stats",
            "view_mode": "list,pivot,graph,form",
            "domain": domain,
        }
