from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import fields, models

DEFAULT_TIMEZONE = "Asia/Taipei"
ACTUALS = [
    ("lead", "Won opportunities"),
    ("order", "Confirmed orders"),
    ("invoice", "Posted invoices"),
]


class ResCompany(models.Model):
    """The company's calendar (time zone of its contact) and usual forecast period."""

    _inherit = "res.company"

    forecast_period_kind = fields.Selection(
        selection=[("month", "Month"), ("quarter", "Quarter")],
        string="Forecast Period",
        default="month",
        required=True,
        help="Period that the forecast screens and the opportunity form show first.",
    )

    forecast_actual = fields.Selection(
        selection=ACTUALS,
        string="What Counts as Sold",
        default="lead",
        required=True,
        help="What a forecast is held against: the expected revenue of opportunities "
        "on their closing date, the untaxed amount of their orders when confirmed, or "
        "of their invoices less credit notes.",
    )
    forecast_method = fields.Selection(
        selection=[
            ("auto", "The one that has proved itself"),
            ("learned", "Learned"),
            ("haircut", "Haircut"),
            ("weighted", "Probability × expected revenue"),
        ],
        default="auto",
        required=True,
        help="Proved itself: the learned one where it beat the haircut in the "
        "company's own past, else the haircut, else probability × expected revenue.",
    )

    forecast_unvisited_days = fields.Integer(
        "Unvisited After",
        default=60,
        required=True,
        help="Days without an activity, a meeting or an order after which a customer "
        "counts as unvisited.",
    )

    _forecast_unvisited_days_positive = models.Constraint(
        "CHECK (forecast_unvisited_days > 0)",
        "“Unvisited After” must be at least one day.",
    )

    def write(self, vals):
        """Errors against another kind of actual say nothing any more."""
        changed = self.filtered(
            lambda company: (
                company.forecast_actual
                != vals.get("forecast_actual", company.forecast_actual)
            )
        )
        result = super().write(vals)
        self.env["crm.forecast.backtest"].sudo()._forget(changed)
        return result

    def _forecast_today(self):
        """Calendar date now in the company's time zone (its contact's, else Taipei)."""
        self.ensure_one()
        now = self.env.cr.now().replace(tzinfo=UTC)
        return now.astimezone(ZoneInfo(self._forecast_timezone())).date()

    def _forecast_timezone(self):
        return self.partner_id.tz or DEFAULT_TIMEZONE
