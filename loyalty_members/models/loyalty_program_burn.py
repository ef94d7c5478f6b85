from datetime import timedelta

from odoo import fields, models

from ..tools.dates import day_start


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"  # pylint: disable=R8180

    burn_max_ratio = fields.Float(
        string="Largest Share Payable by Points",
        default=1,
        digits=(5, 4),
        help="Share of the order, after other discounts, that discounts bought with "
        "points may reach. At 20%, NT$1,000 can be paid with points up to NT$200.",
    )
    burn_min_amount = fields.Monetary(
        string="Minimum Order for Points",
        help="Points can be used from this order amount on: tax included, after other "
        "discounts.",
    )
    burn_step = fields.Integer(
        string="Points in Steps of",
        default=1,
        help="Where every point takes off an amount, only multiples of this number "
        "can be used.",
    )
    burn_hold_days = fields.Integer(
        string="Days to Hold Points",
        help="A quotation holds the points that it uses, so that no other quotation "
        "uses them: for these days after its date, never longer than it is valid. 0: "
        "as long as it is valid.",
    )

    _burn_max_ratio_range = models.Constraint(
        "CHECK(burn_max_ratio > 0 AND burn_max_ratio <= 1)",
        "“Largest Share Payable by Points” is more than 0% and at most 100%.",
    )
    _burn_limits_positive = models.Constraint(
        "CHECK(burn_min_amount >= 0 AND burn_step >= 1 AND burn_hold_days >= 0)",
        "“Minimum Order for Points” and “Days to Hold Points” cannot be negative; the "
        "smallest step is 1 point.",
    )

    def _holding_since(self):
        """The moment (naive UTC) from which a quotation is young enough to hold points;
        ``None`` when its age does not matter."""
        if not self.burn_hold_days:
            return None
        day = self._today() - timedelta(days=self.burn_hold_days)
        return day_start(day, self.company_id.partner_id.sudo().tz)

    def _limits_points(self):
        """Whether a membership limits how points are used."""
        self.ensure_one()
        return self.is_membership and (
            self.burn_max_ratio < 1 or self.burn_min_amount > 0 or self.burn_step > 1
        )
