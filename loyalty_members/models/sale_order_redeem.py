from odoo import models
from odoo.exceptions import UserError, ValidationError

from ..tools.explanation import number, whole_points


class PointLimitError(UserError):
    """Points cannot be used for a reward as the membership is set up."""


class SaleOrder(models.Model):
    """Redeeming through native rewards, within the limits of the membership."""

    _inherit = "sale.order"  # pylint: disable=R8180

    # -- usable points --------------------------------------------------------
    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Without what other quotations hold and what is about to expire. A debt cannot
        be spent, but it does not stop an order either."""
        points = super()._get_real_points_for_coupon(coupon, post_confirm=post_confirm)
        if coupon._is_of_membership():
            points -= min(coupon.points, 0)
            held, overdue = self._unusable_points(coupon)
            points -= min(held + overdue, max(coupon.points, 0))
        return points

    def _unusable_points(self, card):
        """Points of ``card`` that other open quotations asked for first, and points
        whose last day has passed."""
        self.ensure_one()
        order = self._origin
        first = None
        if order.state in ("draft", "sent") and not order.is_expired:
            lines = order.order_line.filtered(lambda line: line.coupon_id == card)
            first = min(lines.ids, default=None)
        card = card.with_context(
            held_but_order=order.id or None, held_before_line=first
        )
        return card.held_points, card.overdue_points

    # -- applying -------------------------------------------------------------
    def _get_claimable_rewards(self, forced_coupons=None):
        claimable = super()._get_claimable_rewards(forced_coupons=forced_coupons)
        for card in list(claimable):
            if card.program_id.sudo()._limits_points():
                rewards = claimable[card].filtered(
                    lambda reward, card=card: not self._point_refusal(reward, card)
                )
                if rewards:
                    claimable[card] = rewards
                else:
                    del claimable[card]
        return claimable

    def _apply_program_reward(self, reward, coupon, **kwargs):
        if coupon._is_of_membership() and (
            refusal := self._point_refusal(reward, coupon)
        ):
            return {"error": refusal}
        try:
            return super()._apply_program_reward(reward, coupon, **kwargs)
        except PointLimitError as error:
            return {"error": str(error)}

    def action_open_reward_wizard(self):
        """Say why there is nothing to choose when it is the limits of the points."""
        result = super().action_open_reward_wizard()
        if result is True and not self._get_claimable_rewards():
            for card in self.applied_coupon_ids:
                if card.program_id.sudo()._limits_points():
                    for reward in (
                        card.program_id.reward_ids - self.order_line.reward_id
                    ):
                        if refusal := self._point_refusal(reward, card):
                            raise UserError(refusal)
        return result

    def _get_reward_line_values(self, reward, coupon, **kwargs):
        """Rewards cost whole points, a fraction counts as one; discounts stay within
        the limits."""
        values = super()._get_reward_line_values(reward, coupon, **kwargs)
        if coupon._is_of_membership():
            for line in values:
                line["points_cost"] = whole_points(line.get("points_cost", 0))
            if reward.reward_type == "discount":
                self._limit_discount(reward, coupon.program_id.sudo(), values)
        return values

    def _limit_discount(self, reward, program, values):
        """Make a discount smaller where it is bought point by point, else refuse it."""
        cost = sum(line["points_cost"] for line in values)
        if not cost or not program._limits_points():
            return
        if refusal := self._point_refusal(reward, self._card_of(values)):
            raise PointLimitError(refusal)
        amount = self._discount_of(values)
        if reward.discount_mode == "per_point" and not reward.clear_wallet:
            points = self._most_points(reward, program, cost)
            if points < cost:
                scale = points * self._money_per_point(reward) / amount
                for line in values:
                    line["price_unit"] *= scale
                    line["points_cost"] = points if line["points_cost"] else 0
        elif self._compare(amount, self._amount_left_for_points(program, reward)) > 0:
            raise PointLimitError(
                self.env._(
                    "“%(reward)s” takes off %(amount)s; at most %(share)s%% of the "
                    "order can be paid with points.",
                    reward=reward.description,
                    amount=self._money(amount),
                    share=number(100 * program.burn_max_ratio),
                )
            )

    def _card_of(self, values):
        return self.env["loyalty.card"].browse(values[0]["coupon_id"])

    def _discount_of(self, values):
        """What reward lines take off, tax included."""
        total = 0
        for line in values:
            ids = [id_ for code, id_, *_rest in line["tax_ids"] if code == 4]
            taxes = (
                self.env["account.tax"]
                .browse(ids)
                .compute_all(
                    line["price_unit"],
                    currency=self.currency_id,
                    partner=self.partner_id,
                )
            )
            total -= taxes["total_included"]
        return total

    # -- confirming -----------------------------------------------------------
    def action_confirm(self):
        # asked for one after the other below, read by one statement
        partners = self.partner_id | self.company_id.partner_id
        (partners | self.env.user.partner_id).sudo().mapped("tz")
        for order in self:
            order._check_points_used()
        return super().action_confirm()

    def _check_points_used(self):
        """Refuse an order that uses more points than there are, or than the membership
        allows for what the order has become."""
        self.ensure_one()
        lines = self.order_line.filtered(
            lambda line: line.points_cost and line.coupon_id._is_of_membership()
        )
        for card, of_card in lines.grouped("coupon_id").items():
            self._check_usable(card, sum(of_card.mapped("points_cost")))
            program = card.program_id.sudo()
            if program._limits_points():
                self._check_limits(program, of_card)

    def _check_usable(self, card, cost):
        held, overdue = self._unusable_points(card)
        balance = max(int(card.points) - overdue, 0)
        usable = max(balance - held, 0)
        if self.state != "sale" and cost > usable:
            raise ValidationError(
                self.env._(
                    "%(order)s uses %(cost)s points, but %(usable)s can be used: "
                    "%(member)s has %(balance)s, and other quotations hold %(held)s. "
                    "Press “Reward” to update the order.",
                    order=self.display_name,
                    cost=number(cost),
                    usable=number(usable),
                    member=card.partner_id.display_name,
                    balance=number(balance),
                    held=number(held),
                )
            )
