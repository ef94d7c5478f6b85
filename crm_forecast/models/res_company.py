from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import fields, models

DEFAULT_TIMEZONE = "Asia/Taipei"


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

    def _forecast_today(self):
        """Calendar date now in the company's time zone (its contact's, else Taipei)."""
        self.ensure_one()
        zone = ZoneInfo(self.partner_id.tz or DEFAULT_TIMEZONE)
        now = self.env.cr.now().replace(tzinfo=UTC)
        return now.astimezone(zone).date()
