from odoo import api, fields, models

from . import loyalty_door as door

# what the points of a confirmed order follow from, besides its lines
RELEVANT = {"state", "partner_id", "company_id", "order_line"}
# what the points held by a quotation follow from, besides its lines
HOLDING = {"state", "validity_date", "date_order"}
# key of what waits for the end of the transaction
_WAITING = "loyalty_members.reconcile"


class SaleOrder(models.Model):
    """Orders earn and redeem member points: every change reconciles them."""

    _name = "sale.order"
    _inherit = ["sale.order", "loyalty.member.mixin"]

    member_entry_count = fields.Integer(
        string="Point Entries",
        compute="_compute_member_entry_count",
        groups="loyalty_members.group_viewer",
    )

    def _compute_member_entry_count(self):
        counts = dict(
            self.env["loyalty.point.entry"]._read_group(
                [("source_model", "=", self._name), ("source_id", "in", self.ids)],
                ["source_id"],
                ["__count"],
            )
        )
        for order in self:
            order.member_entry_count = counts.get(order.id, 0)

    def action_open_member_entries(self):
        """Open the point entries of the order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_point_entry_action"
        )
        domain = [("source_model", "=", self._name), ("source_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    # -- reconciliation -------------------------------------------------------
    def write(self, vals):
        # an order without rewards holds no points, whatever its state
        if vals.keys() & HOLDING and self.sudo().order_line.coupon_id:
            self.env["loyalty.card"]._forget_held_points()
        if not vals.keys() & RELEVANT:
            return super().write(vals)
        confirmed = self.filtered(lambda order: order.state == "sale")
        queue = door.queue_of(self.env) or door.Queue()
        result = super(SaleOrder, door.queued(self, queue)).write(vals)
        newly = (self - confirmed).filtered(lambda order: order.state == "sale")
        newly._enroll_customers()
        queue.order_ids.update((confirmed | newly).ids)
        if door.queue_of(self.env) is None:
            self.browse(queue.order_ids)._reconcile_points()
        return result

    def _reconcile_points(self):
        """Reconcile now, or at the end of the order write() that this is part of."""
        queue = door.queue_of(self.env)
        if queue is not None:
            queue.order_ids.update(self.ids)
        elif self:
            self.env["loyalty.member"]._reconcile(self)

    @api.model
    def _reconcile_later(self, model, ids):
        """Reconcile before the transaction is committed what a stored field that is
        being computed says about orders: nothing can be posted in the middle of that.

        :param str model: ``sale.order``, or ``account.move`` for the orders they bill
        """
        if not ids:
            return
        waiting = self.env.cr.precommit.data.setdefault(_WAITING, {})
        if not waiting:
            # also runs at every savepoint
            reconcile = self.env["loyalty.member"].sudo()._reconcile
            self.env.cr.precommit.add(lambda: reconcile(self.browse()))
        waiting.setdefault(model, set()).update(ids)

    @api.model
    def _take_waiting(self):
        """The orders that wait to be reconciled, which do so no longer."""
        waiting = self.env.cr.precommit.data.pop(_WAITING, {})
        moves = self.env["account.move"].browse(waiting.get("account.move", ()))
        orders = self.browse(waiting.get("sale.order", ())) | moves._member_orders()
        return orders.exists()

    def _enroll_customers(self):
        """Make customers members where the program says so on the first order."""
        for company, orders in self.grouped("company_id").items():
            program = self.env["loyalty.program"]._membership(company)
            if not program.enroll_on_first_order:
                continue
            customers = orders.partner_id.filtered(lambda p: not p.is_public)
            self.env["loyalty.member"].with_company(company)._enroll(customers, "order")

    def _compute_loyalty_data(self):
        """Points issued and used by an order come from the ledger for members; native
        history knows what it used, but not what it earned."""
        result = super()._compute_loyalty_data()
        groups = (
            self.env["loyalty.point.entry"]
            .sudo()
            ._read_group(
                [
                    ("source_model", "=", self._name),
                    ("source_id", "in", self.ids),
                    ("state", "!=", "void"),
                ],
                ["source_id", "program_id", "kind"],
                ["points:sum"],
            )
        )
        points = {}
        for order_id, program, kind, amount in groups:
            issued, cost, _name = points.get(order_id, (0, 0, ""))
            if kind in ("earn", "reverse"):
                issued += amount
            elif kind in ("burn", "reinstate"):
                cost -= amount
            points[order_id] = (issued, cost, program.portal_point_name)
        others = self._loyalty_history_of_other_programs(list(points))
        for order in self.filtered(lambda o: o.id in points and o.state == "sale"):
            issued, cost, name = points[order.id]
            more_issued, more_cost = others.get(order.id, (0, 0))
            order.loyalty_data = {
                "point_name": name,
                "issued": issued + more_issued,
                "cost": cost + more_cost,
            }
        return result

    def _loyalty_history_of_other_programs(self, order_ids):
        groups = (
            self.env["loyalty.history"]
            .sudo()
            ._read_group(
                [
                    ("order_model", "=", self._name),
                    ("order_id", "in", order_ids),
                    ("card_id.program_id.is_membership", "=", False),
                ],
                ["order_id"],
                ["issued:sum", "used:sum"],
            )
        )
        return {order_id: (issued, used) for order_id, issued, used in groups}

    # -- native points --------------------------------------------------------
    def _get_point_changes(self):
        """Native confirm and cancel leave member cards alone: the order's own
        reconciliation posts what its reward lines redeem."""
        changes = super()._get_point_changes()
        for card in list(changes):
            if card._is_of_membership():
                del changes[card]
        return changes
