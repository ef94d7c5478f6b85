from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError

DEFAULT_TZ = "Asia/Taipei"
#: settings that decide a state or a flag: changing one makes every row stale
RULE_FIELDS = frozenset(
    {
        "nesl_existing_months",
        "nesl_sleeping_months",
        "nesl_window_months",
        "nesl_main_orders",
        "nesl_important_amount",
        "partner_id",
    }
)
MAX_MONTHS = 120


class ResCompany(models.Model):
    _inherit = "res.company"

    nesl_existing_months = fields.Integer(
        string="Existing Customers (months)",
        default=1,
        help="A customer is existing through this many calendar months after the "
        "last purchase.",
    )
    nesl_sleeping_months = fields.Integer(
        string="Sleeping Customers (months)",
        default=6,
        help="A customer is sleeping through this many calendar months after the "
        "last purchase, and lost afterwards.",
    )
    nesl_window_months = fields.Integer(
        string="Window of Main and Important (months)",
        default=1,
        help="Orders and amounts are counted over this many calendar months that end "
        "today for existing customers, and at the last purchase for sleeping and "
        "lost ones.",
    )
    nesl_main_orders = fields.Integer(
        string="Main Customers (orders)",
        default=3,
        help="A customer with more orders than this in the window is a main customer.",
    )
    nesl_important_amount = fields.Monetary(
        string="Important Customers (amount)",
        default=10000,
        help="A customer who bought for more than this amount, before tax and net of "
        "credit notes, in the window is an important customer.",
    )
    crm_stats_refreshed_on = fields.Date(
        string="Customer Statistics As Of",
        readonly=True,
        copy=False,
        help="The day for which customer states were last computed.",
    )

    @api.constrains(
        "nesl_existing_months",
        "nesl_sleeping_months",
        "nesl_window_months",
        "nesl_main_orders",
        "nesl_important_amount",
    )
    def _check_nesl_rules(self):
        for company in self:
            if not (
                1 <= company.nesl_existing_months < company.nesl_sleeping_months
                and company.nesl_sleeping_months <= MAX_MONTHS
            ):
                raise ValidationError(
                    self.env._(
                        "“Existing Customers (months)” must be at least 1 and less "
                        "than “Sleeping Customers (months)”, which must be at most "
                        "%(max)s.",
                        max=MAX_MONTHS,
                    )
                )
            if not 1 <= company.nesl_window_months <= MAX_MONTHS:
                raise ValidationError(
                    self.env._(
                        "“Window of Main and Important (months)” must be between 1 "
                        "and %(max)s.",
                        max=MAX_MONTHS,
                    )
                )
            if company.nesl_main_orders < 0 or company.nesl_important_amount < 0:
                raise ValidationError(
                    self.env._(
                        "“Main Customers (orders)” and “Important Customers "
                        "(amount)” cannot be negative."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.stats.queue"]._push_all()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if not RULE_FIELDS.isdisjoint(vals):
            self.env["crm.stats.queue"]._push_all()
        return result

    def _stats_tz(self):
        """Name of the time zone in which this company's days begin."""
        self.ensure_one()
        return self.sudo().partner_id.tz or DEFAULT_TZ

    def _stats_today(self):
        """Calendar date of now in the company's time zone."""
        now = fields.Datetime.now().replace(tzinfo=UTC)
        return now.astimezone(ZoneInfo(self._stats_tz())).date()
