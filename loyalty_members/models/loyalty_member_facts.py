from decimal import Decimal

from odoo import api, models

from ..tools.dates import DEFAULT_TZ, day_in
from . import loyalty_earning_engine as engine

# orders that are looked up in the cache
FEW = 100
PLACES = Decimal("0.000001")


class LoyaltyMember(models.Model):
    """What orders are about, without planning a large statement at every checkout.

    When an order is confirmed its lines, products and company are in the cache, and
    planning ``order_facts`` takes PostgreSQL longer than all the rest. Orders with
    invoices, and many orders at once, are left to the statement; a test compares both.
    """

    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _order_facts(self, order_ids):
        """:return: rows of ``loyalty_earning_engine.order_facts``, as dicts"""
        orders = self.env["sale.order"].sudo().browse(order_ids)
        if len(orders) > FEW or orders.order_line.invoice_lines:
            query = engine.order_facts(order_ids, DEFAULT_TZ)
            return self.env.execute_query_dict(query)
        return self._facts_of_unbilled(orders)

    @api.model
    def _facts_of_unbilled(self, orders):
        posted = {
            (row["order_id"], row["member_id"]): row
            for row in self.env.execute_query_dict(engine.posted_facts(orders.ids))
        }
        customers = self._customers_of(orders)
        spent = self._points_spent(orders.filtered(lambda o: o.state == "sale"))
        pairs = {(order.id, member.id) for order, member in customers.items() if member}
        pairs |= posted.keys() | spent.keys()
        # records of one set each, which are read together
        by_id = {order.id: order for order in orders}
        members = self.sudo().browse({member_id for _order_id, member_id in pairs})
        member_by_id = {member.id: member for member in members}
        facts = []
        for order_id, member_id in pairs:
            order, member = by_id[order_id], member_by_id[member_id]
            is_customer = order.state == "sale" and customers[order] == member
            facts.append(
                self._fact(order, member)
                | posted.get((order_id, member_id), engine.NOTHING_POSTED)
                | spent.get((order_id, member_id), {"cost": 0, "rewards": None})
                | {
                    "order_id": order_id,
                    "member_id": member_id,
                    "is_customer": is_customer,
                }
            )
        facts.sort(key=lambda f: (f["event_date"], f["order_id"], f["member_id"]))
        return facts

    @api.model
    def _fact(self, order, member):
        program = member.program_id
        zone = order.company_id.partner_id.tz or DEFAULT_TZ
        return {
            "program_id": program.id,
            "state": member.state,
            "tier_id": member.tier_id.id or None,
            "team_id": order.team_id.id or None,
            "event_date": day_in(zone, order.date_order),
            "lines": self._unbilled_lines(order) or None,
            "per": program.earn_amount,
            "event": program.earn_event,
            "stack": program.earn_stack,
            "pending_days": program.pending_days,
            "symbol": program.currency_id.symbol,
            "symbol_before": program.currency_id.position == "before",
        }

    @api.model
    def _customers_of(self, orders):
        """Member by order: the person, else the commercial entity."""
        found = {}
        for company, group in orders.grouped("company_id").items():
            program = self.env["loyalty.program"]._membership(company)
            partners = group.partner_id | group.partner_id.commercial_partner_id
            members = self.sudo().search_fetch(
                [("program_id", "=", program.id), ("partner_id", "in", partners.ids)]
            )
            by_partner = members.grouped("partner_id")
            none = members.browse()
            for order in group:
                partner = order.partner_id
                entity = partner.commercial_partner_id
                found[order] = by_partner.get(partner, by_partner.get(entity, none))
        return found

    @api.model
    def _points_spent(self, orders):
        """Cost and rewards by (order id, member id) of confirmed orders."""
        lines = orders.order_line.filtered(
            lambda line: line.reward_id and line.points_cost > 0
        ).sorted("id")
        if not lines:
            return {}
        members = self.sudo().search([("card_id", "in", lines.coupon_id.ids)])
        by_card = {member.card_id.id: member.id for member in members}
        spent = {}
        for line in lines:
            if member_id := by_card.get(line.coupon_id.id):
                pair = line.order_id.id, member_id
                row = spent.setdefault(pair, {"cost": 0, "rewards": []})
                row["cost"] += -int(-Decimal(str(line.points_cost)) // 1)
                row["rewards"].append(line.name)
        return {
            pair: {**row, "rewards": ", ".join(row["rewards"])}
            for pair, row in spent.items()
        }

    @api.model
    def _unbilled_lines(self, order):
        """Rows for ``recognition.sold_line``; empty when it is not confirmed."""
        if order.state != "sale":
            return []
        rate = Decimal(str(order.currency_rate or 1))
        # no filtered(): the products of all orders are read together
        return [
            [
                "deposit" if line.is_downpayment else "sold",
                line.product_id.id or None,
                line.product_id.categ_id.parent_path or None,
                (Decimal(str(line.price_total)) / rate).quantize(PLACES),
                self._delivered_share(line),
                0,
                0,
                0,
                0,
            ]
            for line in order.order_line.sorted("id")
            if not line.display_type
        ]

    @api.model
    def _delivered_share(self, line):
        if not line.product_uom_qty:
            return 0
        delivered = Decimal(str(line.qty_delivered or 0))
        share = delivered / Decimal(str(line.product_uom_qty))
        return min(max(share, Decimal(0)), Decimal(1)).quantize(PLACES)
