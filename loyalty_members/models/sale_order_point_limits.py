import math

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ..tools.explanation import money, number

# below a tenth of a cent: noise of binary fractions
DIGITS = 4


class SaleOrder(models.Model):
    """How many points an order may use: share, minimum and step of the membership."""

    _inherit = "sale.order"  # pylint: disable=R8180

    def _point_discount_lines(self):
        """Lines with discounts that were bought with points."""
        return self.order_line.filtered(
            lambda line: (
                line.reward_id.reward_type == "discount"
                and line.reward_id.program_id.sudo().is_membership
            )
        )

    def _amount_before_points(self):
        """What there is to pay before points and stored value, tax included."""
        self.ensure_one()
        lines = self.order_line - self._point_discount_lines()
        return sum(
            line.price_total
            for line in lines
            if not (line.display_type or line.reward_id.program_id.is_payment_program)
        )

    def _amount_left_for_points(self, program, reward=None):
        """What discounts bought with points may still come to.

        :param reward: left out, because it is computed anew
        """
        others = self._point_discount_lines().filtered(
            lambda line: line.reward_id != reward
        )
        limit = program.burn_max_ratio * self._amount_before_points()
        return limit + sum(others.mapped("price_total"))

    def _money_per_point(self, reward):
        """What one point of a reward takes off, in the currency of the order."""
        return reward.currency_id._convert(
            reward.discount,
            self.currency_id,
            self.company_id,
            self.date_order.date(),
            round=False,
        )

    def _point_refusal(self, reward, card):
        """Why no points of ``card`` can be used for ``reward``; empty when they can."""
        self.ensure_one()
        program = card.program_id.sudo()
        amount = self._amount_before_points()
        if self._compare(amount, self._minimum_for_points(program)) < 0:
            return self.env._(
                "Points can be used from %(minimum)s on; this order comes to "
                "%(amount)s.",
                minimum=self._money(self._minimum_for_points(program)),
                amount=self._money(amount),
            )
        if reward.reward_type == "discount" and reward.discount_mode == "per_point":
            usable = self._get_real_points_for_coupon(card)
            if not self._most_points(reward, program, usable):
                return self.env._(
                    "Too little for points: they are used in steps of %(step)s, and "
                    "pay at most %(share)s%% of the order, %(amount)s. %(usable)s "
                    "points can be used.",
                    step=program.burn_step,
                    share=number(100 * program.burn_max_ratio),
                    amount=self._money(
                        max(self._amount_left_for_points(program, reward), 0)
                    ),
                    usable=number(usable),
                )
        return ""

    def _most_points(self, reward, program, points):
        """How many of ``points`` the share and the step allow."""
        left = self._amount_left_for_points(program, reward)
        allowed = math.floor(round(left / self._money_per_point(reward), DIGITS))
        most = max(min(math.floor(points), allowed), 0)
        return most - most % program.burn_step

    def _minimum_for_points(self, program):
        return program.currency_id._convert(
            program.burn_min_amount,
            self.currency_id,
            self.company_id,
            self.date_order.date(),
        )

    def _compare(self, one, other):
        return float_compare(one, other, precision_digits=DIGITS)

    def _money(self, amount):
        currency = self.currency_id
        return money(amount, currency.symbol, currency.position == "before")

    def _check_limits(self, program, lines):
        """Refuse reward lines that are beyond the limits now.

        :raise ValidationError: saying which limit
        """
        refusal = self._broken_limit(program, lines)
        if refusal:
            raise ValidationError(
                self.env._(
                    "%(order)s cannot be confirmed: %(refusal)s. Press “Reward” to "
                    "update the order.",
                    order=self.display_name,
                    refusal=refusal,
                )
            )

    def _broken_limit(self, program, lines):
        amount = self._amount_before_points()
        minimum = self._minimum_for_points(program)
        if self._compare(amount, minimum) < 0:
            return self.env._(
                "points can be used from %(minimum)s on", minimum=self._money(minimum)
            )
        paid = -sum((lines & self._point_discount_lines()).mapped("price_total"))
        # prices of lines are rounded to the digits of the currency
        most = program.burn_max_ratio * amount + self.currency_id.rounding
        if self._compare(paid, most) > 0:
            return self.env._(
                "points pay %(paid)s of %(amount)s, and at most %(share)s%% is allowed",
                paid=self._money(paid),
                amount=self._money(amount),
                share=number(100 * program.burn_max_ratio),
            )
        by_point = lines.filtered(lambda li: li.reward_id.discount_mode == "per_point")
        if any(line.points_cost % program.burn_step for line in by_point):
            return self.env._(
                "points are used in steps of %(step)s", step=program.burn_step
            )
        return ""
