from odoo import api, models

from . import loyalty_door as door

# what changes the paid amount or the redeemed points of a line
RELEVANT = {
    "product_id",
    "product_uom_qty",
    "qty_delivered",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "points_cost",
    "coupon_id",
    "reward_id",
    "order_id",
    "is_downpayment",
}


class SaleOrderLine(models.Model):
    """A change of a confirmed line brings the points of its order to their target."""

    _inherit = "sale.order.line"

    # finds the quotations that hold points of a card
    _member_card_idx = models.Index("(coupon_id) WHERE coupon_id IS NOT NULL")

    def _reconcile_orders(self, orders, holding=False):
        """:param holding: whether lines that hold points of a card changed"""
        if holding:
            self.env["loyalty.card"]._forget_held_points()
        confirmed = orders.filtered(lambda order: order.state == "sale")
        confirmed._reconcile_points()

    def _compute_qty_delivered(self):
        """Deliveries come in here, from stock, timesheets or expenses."""
        result = super()._compute_qty_delivered()
        lines = self.filtered(lambda line: line.id and line.state == "sale")
        self.env["sale.order"]._reconcile_later("sale.order", lines.order_id.ids)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        quiet = door.opened(self, door.RECONCILED)
        lines = super(SaleOrderLine, quiet).create(vals_list).with_env(self.env)
        self._reconcile_orders(lines.order_id, lines.sudo().coupon_id)
        return lines

    def write(self, vals):
        if not vals.keys() & RELEVANT:
            return super().write(vals)
        orders, cards = self.order_id, self.sudo().coupon_id
        quiet = door.opened(self, door.RECONCILED)
        result = super(SaleOrderLine, quiet).write(vals)
        self._reconcile_orders(orders | self.order_id, cards | self.sudo().coupon_id)
        return result

    def unlink(self):
        orders, cards = self.order_id, self.sudo().coupon_id
        quiet = door.opened(self, door.RECONCILED)
        result = super(SaleOrderLine, quiet).unlink()
        self._reconcile_orders(orders, cards)
        return result
