from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang

from .crm_stage import LINE_CATEGORIES


class CrmForecastLineMixin(models.AbstractModel):
    """What one lead contributes to one forecast period, and why.

    `amount_total` = `amount_won` + `amount_weighted`; a row is either won or open, so
    one of the two is zero. Amounts are in the company's currency, `probability` is in
    percent. The rows come from `line_sql` of the engine.
    """

    _name = "crm.forecast.line.mixin"
    _description = "Contribution of a Lead to a Forecast"

    period_id = fields.Many2one("crm.forecast.period", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    category = fields.Selection(LINE_CATEGORIES, "Forecast Category", readonly=True)
    status = fields.Selection([("open", "Open"), ("won", "Won")], readonly=True)
    probability = fields.Float("Probability (%)", readonly=True, aggregator="avg")
    expected_revenue = fields.Monetary(readonly=True, currency_field="currency_id")
    date_deadline = fields.Date("Expected Closing", readonly=True)
    date_closed = fields.Date("Closing Date", readonly=True)
    is_overdue = fields.Boolean(
        "Overdue",
        readonly=True,
        help="The expected closing has passed: counted in the current period.",
    )
    amount_won = fields.Monetary(
        "Won So Far",
        readonly=True,
        help="Expected revenue of the opportunities won in the period.",
    )
    amount_open = fields.Monetary(
        "Open Amount",
        readonly=True,
        help="Expected revenue of the open opportunities due in the period.",
    )
    amount_weighted = fields.Monetary(
        "Weighted Open",
        readonly=True,
        help="Open amount x probability.",
    )
    amount_total = fields.Monetary(
        "Forecast",
        readonly=True,
        help="Won so far + weighted open.",
    )
    explanation = fields.Char("Why", compute="_compute_explanation")

    @api.depends(
        "status",
        "probability",
        "expected_revenue",
        "date_deadline",
        "date_closed",
        "is_overdue",
        "amount_total",
    )
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = line._explain()

    def _explain(self):
        """The sentence that says where the amount of this row comes from."""
        self.ensure_one()
        values = {
            "amount": formatLang(
                self.env, self.expected_revenue, currency_obj=self.currency_id
            ),
            "total": formatLang(
                self.env, self.amount_total, currency_obj=self.currency_id
            ),
            "probability": f"{self.probability:g}",
            "deadline": format_date(self.env, self.date_deadline),
            "closed": format_date(self.env, self.date_closed),
        }
        if self.status == "won":
            return self.env._("Won on %(closed)s: %(amount)s counts in full.", **values)
        if self.is_overdue:
            return self.env._(
                "Open, %(amount)s × %(probability)s%% = %(total)s. The expected "
                "closing of %(deadline)s has passed, so it counts in the current "
                "period.",
                **values,
            )
        return self.env._(
            "Open, %(amount)s × %(probability)s%% = %(total)s. Expected closing on "
            "%(deadline)s.",
            **values,
        )

    def action_open_lead(self):
        """Open the opportunity behind the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
