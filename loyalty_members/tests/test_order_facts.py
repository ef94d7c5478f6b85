from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..models import loyalty_earning_engine as engine
from ..models import loyalty_member_facts
from ..tools.dates import DEFAULT_TZ
from ..tools.earning import exact
from .common import InvoicedCase

NUMBERS = {"per", "earned", "qualified", "burned"}


@tagged("post_install", "-at_install")
class TestOrderFacts(InvoicedCase):
    """Facts of orders without invoices: the cache and the statement say the same."""

    maxDiff = None

    def _same(self, orders):
        self.env.flush_all()
        rows = self.env.execute_query_dict(engine.order_facts(orders.ids, DEFAULT_TZ))
        self.env.invalidate_all()
        facts = self.Member._facts_of_unbilled(orders.sudo())
        self.assertEqual(
            [self._plain(fact) for fact in facts], [self._plain(row) for row in rows]
        )
        return facts

    @staticmethod
    def _plain(fact):
        """Numbers of either source as fractions."""
        plain = {
            name: exact(value) if name in NUMBERS else value
            for name, value in fact.items()
        }
        plain["lines"] = [
            [*row[:3], *map(exact, row[3:])] for row in fact["lines"] or ()
        ]
        return plain

    def test_quotation_confirmed_and_cancelled(self):
        (member,) = self._enroll("Wang")
        quotation, sold, cancelled = (
            self._order(member.partner_id, amount, confirm=False)
            for amount in (100, 1234.5, 900)
        )
        (sold | cancelled).action_confirm()
        cancelled._action_cancel()
        facts = self._same(quotation | sold | cancelled)
        self.assertEqual([f["is_customer"] for f in facts].count(True), 1)
        self.assertEqual(sum(f["earned"] for f in facts), 12)

    def test_partial_delivery_and_section(self):
        (member,) = self._enroll("Wang")
        order = self._order(member.partner_id, 900)
        order.order_line.product_uom_qty = 3
        order.order_line.qty_delivered = 1
        section = {"display_type": "line_section", "name": "Section"}
        order.order_line = [Command.create(section)]
        (fact,) = self._same(order)
        self.assertEqual(len(fact["lines"]), 1)

    def test_reward_of_the_members_card(self):
        (member,) = self._enroll("Wang")
        member._post_points("earn", 300, "start")
        order = self._order(member.partner_id, 1000, confirm=False)
        self._redeem(order)
        order.action_confirm()
        (fact,) = self._same(order)
        self.assertEqual(fact["cost"], 300)
        self.assertEqual(fact["burned"], 300)

    def test_person_before_entity_and_strangers(self):
        company = self.env["res.partner"].create({"name": "Ltd", "is_company": True})
        person, other = self.env["res.partner"].create(
            [{"name": name, "parent_id": company.id} for name in ("P", "Q")]
        )
        stranger = self.env["res.partner"].create({"name": "R"})
        self.Member._enroll(company | person)
        orders = self.env["sale.order"].concat(
            *(self._order(partner, 500) for partner in (person, other, stranger))
        )
        facts = self._same(orders)
        self.assertEqual(
            [f["member_id"] for f in facts],
            [person.member_ids.id, company.member_ids.id],
        )

    def test_another_currency(self):
        (member,) = self._enroll("Wang")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 0.0317,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id, "company_id": self.company.id}
        )
        order = self._order(member.partner_id, 33.33, confirm=False)
        order.pricelist_id = pricelist
        order.order_line.price_unit = 33.33
        order.action_confirm()
        self._same(order)

    def test_customer_who_is_replaced(self):
        first, second = self._enroll("Wang", "Chen")
        order = self._order(first.partner_id, 700)
        order.partner_id = second.partner_id
        facts = self._same(order)
        self.assertEqual(len(facts), 2, "what the first one earned is taken back")

    def test_what_goes_to_the_statement(self):
        (member,) = self._enroll("Wang")
        order = self._order(member.partner_id, 700)
        asked = []
        original = engine.order_facts
        with patch.object(
            engine, "order_facts", lambda *a: asked.append(a) or original(*a)
        ):
            self.Member._order_facts(order.ids)
            self.assertFalse(asked)
            with patch.object(loyalty_member_facts, "FEW", 0):
                self.Member._order_facts(order.ids)
            self.assertEqual(len(asked), 1, "many orders")
            self._invoice(order)
            asked.clear()
            self.Member._order_facts(order.ids)
            self.assertEqual(len(asked), 1, "an invoice")
