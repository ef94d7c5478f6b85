from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import expiry

MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class LoyaltyProgram(models.Model):
    """When points expire. A change holds for points granted from then on."""

    _inherit = "loyalty.program"  # pylint: disable=R8180

    expiry_model = fields.Selection(
        [
            ("none", "Never"),
            ("rolling", "Months After They Were Granted"),
            ("fixed", "On a Day of the Year"),
            ("activity", "Months Without Earning or Redeeming"),
        ],
        string="Points Expire",
        required=True,
        default="none",
        help="Holds for points granted from now on. Points that were paid for never "
        "expire. Points can be used through the end of their last day.",
    )
    expiry_months = fields.Integer(string="Months of Validity", default=12)
    expiry_round_up = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        string="Until the End Of",
        help="Moves the last day to the end of its month, quarter or year.",
    )
    expiry_month = fields.Selection(MONTHS, default="12")
    expiry_day = fields.Integer(default=31)
    expiry_years = fields.Selection(
        [("0", "The Next One"), ("1", "The One of the Next Year")],
        string="Which Year",
        default="1",
        help="With 31 December of the next year, all points of 2026 expire on 31 "
        "December 2027.",
    )
    reinstate_days = fields.Integer(
        string="Grace for Returned Points (Days)",
        default=30,
        help="Redeemed points come back when their order is cancelled. If their last "
        "day has passed meanwhile, they can be used for this many days more.",
    )

    _expiry_months_range = models.Constraint(
        "CHECK(expiry_months BETWEEN 1 AND 120)",
        "“Months of Validity” must be between 1 and 120.",
    )
    _reinstate_days_range = models.Constraint(
        "CHECK(reinstate_days BETWEEN 0 AND 3660)",
        "“Grace for Returned Points” must be between 0 and 3660 days.",
    )

    @api.constrains("expiry_month", "expiry_day")
    def _check_expiry_day(self):
        for program in self:
            # 29 February exists every fourth year; in the others it is the 28th
            last = expiry.month_day(2024, int(program.expiry_month or 12), 31).day
            if not 1 <= program.expiry_day <= last:
                raise ValidationError(
                    self.env._(
                        "“Expiry Day” must be between 1 and %(last)s in that month.",
                        last=last,
                    )
                )

    def _expire_on(self, kind, origin, day):
        """Last day of points granted on ``day``; ``None`` when it is not a fixed day.

        Extend it for kinds or origins that live longer or shorter.

        :param str kind: kind of the entry that grants the points
        :param str origin: earned, bonus, paid or refund
        :param date day: first day on which the points can be used
        """
        self.ensure_one()
        if origin == "paid":
            return None
        if self.expiry_model == "rolling":
            return expiry.rolling(day, self.expiry_months, self.expiry_round_up)
        if self.expiry_model == "fixed":
            return expiry.fixed(
                day, int(self.expiry_month), self.expiry_day, int(self.expiry_years)
            )
        return None

    def _expires_with_inactivity(self, origin):
        """Whether points of ``origin`` granted now end with the member's activity."""
        self.ensure_one()
        return self.expiry_model == "activity" and origin != "paid"
