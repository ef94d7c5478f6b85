from odoo import api, fields, models


class CrmPartnerStats(models.Model):
    """Predicted values, written by ``crm.clv.model``; a refresh leaves them alone."""

    _inherit = "crm.partner.stats"  # pylint: disable=consider-merging-classes-inherited

    p_alive = fields.Float(
        "Still a Customer",
        readonly=True,
        aggregator="avg",
        help="Probability that the customer has not left for good. Only for customers "
        "who bought on two days or more: one purchase says nothing about it.",
    )
    expected_orders_12m = fields.Float(
        "Expected Purchases (12 Months)",
        digits=(16, 2),
        readonly=True,
        help="Days with a purchase that the model expects in the coming 12 months.",
    )
    clv_12m = fields.Monetary(
        "Expected Amount (12 Months)",
        readonly=True,
        help="Customer lifetime value of the coming 12 months: expected purchases "
        "times expected amount, before tax, less the usual share of credit notes. It "
        "is sales, not profit, and not discounted.",
    )
    overdue_ratio = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="Days since the last purchase divided by the customer's usual days "
        "between purchases (after a single purchase: by the median of the company's "
        "customers). Above 1 the customer is late.",
    )
    predicted_on = fields.Date(readonly=True)
    prediction_note = fields.Text(
        "How Sure Is This", compute="_compute_prediction_note", compute_sudo=True
    )

    @api.depends_context("lang")
    @api.depends("predicted_on", "p_alive", "order_count", "company_id")
    def _compute_prediction_note(self):
        models_by_company = {
            company: self.env["crm.clv.model"]._latest(company)
            for company in self.company_id
        }
        for stats in self:
            stats.prediction_note = stats._note(models_by_company[stats.company_id])

    def _note(self, model):
        if not self.predicted_on:
            return False
        lines = [model.message]
        if model.state == "ok":
            lines.append(self._note_on_peers(model))
            if not self.p_alive:
                lines.append(
                    self.env._(
                        "Bought on one day only: whether the customer stays cannot be "
                        "told. Look at the overdue ratio."
                    )
                )
        return "\n".join(line for line in lines if line)

    def _note_on_peers(self, model):
        """How the test went for customers who have bought about as often."""
        rows = model.calibration_ids.sorted("repeat_purchases", reverse=True)
        repeats = max(self.order_count - 1, 0)
        row = next((row for row in rows if row.repeat_purchases <= repeats), None)
        if not row:
            return False
        return self.env._(
            "Customers with as many purchases (%(customers)s in the test): predicted "
            "%(predicted)s purchases each, actual %(actual)s.",
            customers=row.customers,
            predicted=f"{row.predicted / row.customers:.2f}",
            actual=f"{row.actual / row.customers:.2f}",
        )

    def action_open_prediction_model(self):
        """Open the model card behind the numbers."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prediction Model"),
            "res_model": "crm.clv.model",
            "res_id": self.env["crm.clv.model"]._latest(self.company_id).id,
            "view_mode": "form",
        }
