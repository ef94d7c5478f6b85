from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang


class CrmForecastLine(models.Model):
    """One lead's contribution to a saved forecast; its columns never change.

    Lines are replaced as a whole when the run is computed again on the same day, and
    dropped after LINE_RETENTION_DAYS.
    """

    _name = "crm.forecast.line"
    _inherit = ["crm.forecast.memory", "crm.forecast.line.mixin"]
    _description = "Saved Forecast Line"
    _order = "run_id DESC, amount_total DESC, id"
    _rec_name = "lead_id"
    _log_access = False

    run_id = fields.Many2one(
        "crm.forecast.run",
        "Saved Forecast",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Date(related="run_id.date", string="As Of")
    lead_key = fields.Integer(
        "Lead ID",
        required=True,
        readonly=True,
        aggregator=None,
        help="Database ID of the lead; it stays when the lead is deleted.",
    )
    period_id = fields.Many2one(required=True, ondelete="restrict")
    company_id = fields.Many2one(required=True, ondelete="restrict")
    lead_id = fields.Many2one(index="btree_not_null")
    stage_id = fields.Many2one(ondelete="set null")
    amount_won = fields.Monetary(
        help="Expected revenue of the opportunities won in the period. In the learned "
        "forecast and the haircut: what counts as sold, which may be the orders or "
        "invoices of the opportunity.",
    )
    # what a learned line is explained by
    stage_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of the opportunities of this stage that were won within the "
        "period, seen as far from its end.",
    )
    rep_observed = fields.Float("Wins", readonly=True, aggregator=None)
    rep_expected = fields.Float(
        "Expected Wins",
        readonly=True,
        aggregator=None,
        help="What the stages of the salesperson's past opportunities led to expect.",
    )
    rep_credibility = fields.Float(
        "Credibility",
        readonly=True,
        aggregator=None,
        help="Weight of the salesperson's own record; the rest is that of all.",
    )
    amount_factor = fields.Float(
        readonly=True,
        aggregator="avg",
        help="What won opportunities brought, as a share of what was expected.",
    )

    @api.depends(
        *("run_id.method", "run_id.actual", "stage_rate", "rep_observed"),
        *("rep_expected", "rep_credibility", "amount_factor"),
    )
    def _compute_explanation(self):
        return super()._compute_explanation()

    def _explain(self):
        self.ensure_one()
        run = self.run_id
        amount, total = (
            formatLang(self.env, value, currency_obj=self.currency_id)
            for value in (self.expected_revenue, self.amount_total)
        )
        if self.status == "won" and run.actual in ("order", "invoice"):
            return self._explain_sold(total)
        if self.status == "won" or run.method == "weighted":
            return super()._explain()
        if self.expected_revenue < 0:
            return self.env._(
                "Open, %(amount)s. A negative amount counts as zero.", amount=amount
            )
        if run.method == "haircut":
            return self.env._(
                "Open, %(amount)s × %(probability)s%% × %(factor)s = %(total)s. The "
                "last factor is the share of what was promised that was sold in past "
                "periods.",
                amount=amount,
                probability=f"{self.probability:g}",
                factor=f"{self.amount_factor:.2f}",
                total=total,
            )
        return self._explain_learned(amount, total)

    def _explain_sold(self, total):
        """The sentence of what was sold, by orders or invoices."""
        values = {"total": total, "date": format_date(self.env, self.date_closed)}
        if self.run_id.actual == "order":
            return self.env._(
                "Sold, the last time on %(date)s: its confirmed orders of %(total)s "
                "count in full.",
                **values,
            )
        return self.env._(
            "Sold, the last time on %(date)s: its invoices less credit notes of "
            "%(total)s count in full.",
            **values,
        )

    def _explain_learned(self, amount, total):
        """The sentence of an open line of the learned forecast."""
        return self.env._(
            "Open, %(amount)s × %(chance)s × %(factor)s = %(total)s. Of the "
            "opportunities in this stage %(rate)s were won within the period; "
            "%(person)s had %(wins)s wins of %(expected)s expected (credibility "
            "%(credibility)s); won opportunities brought %(factor)s of what was "
            "expected.",
            amount=amount,
            chance=f"{self.probability / 100:.0%}",
            factor=f"{self.amount_factor:.0%}",
            total=total,
            rate=f"{self.stage_rate:.0%}",
            person=self.user_id.name or self.env._("nobody in particular"),
            wins=f"{self.rep_observed:g}",
            expected=f"{self.rep_expected:.1f}",
            credibility=f"{self.rep_credibility:.0%}",
        )
