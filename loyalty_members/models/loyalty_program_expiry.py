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
MAX_REMINDER_DAYS = 366


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

    expiry_reminders = fields.Boolean(
        string="Remind Members",
        help="Members get an e-mail before points expire: one message for all points, "
        "once per day of expiry and reminder.",
    )
    reminder_days = fields.Char(
        string="Days Before",
        default="30, 7, 1",
        help="How many days before their last day, separated by commas.",
    )
    reminder_purpose_id = fields.Many2one(
        "pdpa.purpose",
        string="Purpose of Reminders",
        default=lambda self: self.env.ref("crm_pdpa.purpose_membership"),
        ondelete="restrict",
        help="Who refused this purpose by e-mail, or for marketing did not agree to "
        "it, gets no reminder.",
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

    @api.constrains("reminder_days")
    def _check_reminder_days(self):
        for program in self:
            program._reminder_stages()

    def _reminder_stages(self):
        """Days before expiry on which members are reminded, the longest first."""
        self.ensure_one()
        words = [word.strip() for word in (self.reminder_days or "").split(",")]
        words = [word for word in words if word]
        if any(not word.isdecimal() or int(word) > MAX_REMINDER_DAYS for word in words):
            raise ValidationError(
                self.env._(
                    "“Days Before” is a list of numbers up to %(limit)s, for example "
                    "30, 7, 1.",
                    limit=MAX_REMINDER_DAYS,
                )
            )
        return sorted({int(word) for word in words}, reverse=True)

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
