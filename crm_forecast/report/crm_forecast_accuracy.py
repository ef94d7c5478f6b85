from odoo import api, fields, models
from odoo.tools import SQL

from ..models.crm_forecast_backtest import METHODS

# ratios of sums: the mean of ratios would let a small period weigh as much as a large
RATIOS = {
    "wape": SQL(
        "SUM(crm_forecast_accuracy.amount_missed)"
        " / NULLIF(SUM(crm_forecast_accuracy.amount_actual), 0)"
    ),
    "bias": SQL(
        "SUM(crm_forecast_accuracy.amount_error)"
        " / NULLIF(SUM(crm_forecast_accuracy.amount_actual), 0)"
    ),
}


class CrmForecastAccuracy(models.Model):
    """How wrong each method was, by distance from the end, level and period."""

    _name = "crm.forecast.accuracy"
    _description = "Forecast Accuracy Analysis"
    _auto = False
    _order = "date DESC, id"
    _rec_name = "period_id"
    _depends = {
        "crm.forecast.backtest": [
            "amount_actual",
            "amount_forecast",
            "amount_high",
            "amount_low",
            "company_id",
            "date",
            "days_left",
            "level",
            "method",
            "period_id",
            "team_id",
            "user_id",
        ],
        "crm.forecast.period": ["date_from", "kind"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_id = fields.Many2one("crm.forecast.period", readonly=True)
    period_kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")], readonly=True
    )
    date_from = fields.Date("Period From", readonly=True)
    days_left = fields.Selection(
        [
            ("90", "90 days before the end"),
            ("60", "60 days before the end"),
            ("30", "30 days before the end"),
            ("07", "7 days before the end"),
        ],
        "Distance",
        readonly=True,
    )
    date = fields.Date("Forecast As Of", readonly=True)
    level = fields.Selection(
        [("company", "Company"), ("team", "Sales Team"), ("rep", "Salesperson")],
        readonly=True,
    )
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    method = fields.Selection(METHODS, readonly=True)
    amount_forecast = fields.Monetary("Forecast", readonly=True)
    amount_low = fields.Monetary("Lower Bound", readonly=True)
    amount_high = fields.Monetary("Upper Bound", readonly=True)
    amount_actual = fields.Monetary("Actual", readonly=True)
    amount_error = fields.Monetary("Forecast − Actual", readonly=True)
    amount_missed = fields.Monetary(
        "Missed By", readonly=True, help="The difference, whatever its sign."
    )
    wape = fields.Float(
        "Error",
        readonly=True,
        aggregator="avg",
        digits=(16, 3),
        help="What was missed as a share of what was sold (WAPE); 0.25 is a quarter.",
    )
    bias = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 3),
        help="Forecast less actual as a share of what was sold; above zero: too much.",
    )
    coverage = fields.Float(
        "Within the Interval",
        readonly=True,
        aggregator="avg",
        digits=(16, 3),
        help="Share of the periods that ended between the bounds; 0.8 is promised.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT test.id, test.company_id, test.period_id, period.kind AS period_kind,
                   period.date_from, lpad(test.days_left::text, 2, '0') AS days_left,
                   test.date, test.level, test.team_id, test.user_id, test.method,
                   test.amount_forecast, test.amount_low, test.amount_high,
                   test.amount_actual,
                   test.amount_forecast - test.amount_actual AS amount_error,
                   abs(test.amount_forecast - test.amount_actual) AS amount_missed,
                   (abs(test.amount_forecast - test.amount_actual)
                    / NULLIF(test.amount_actual, 0))::float8 AS wape,
                   ((test.amount_forecast - test.amount_actual)
                    / NULLIF(test.amount_actual, 0))::float8 AS bias,
                   (test.amount_actual BETWEEN test.amount_low AND test.amount_high)
                       ::int::float8 AS coverage
              FROM crm_forecast_backtest test
              JOIN crm_forecast_period period ON period.id = test.period_id"""
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if name in RATIOS and function == "avg":
            return RATIOS[name]
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def action_open(self):
        """Open the accuracy at the level the user may see."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_forecast.crm_forecast_accuracy_action"
        )
        everything = self.env.user.has_group(
            "crm_forecast.group_manager"
        ) or self.env.user.has_group("sales_team.group_sale_salesman_all_leads")
        level = "company" if everything else "rep"
        kind = self.env.company.forecast_period_kind
        action["context"] = {
            f"search_default_{level}": 1,
            f"search_default_{kind}": 1,
        }
        return action
