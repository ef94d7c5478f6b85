from datetime import date, datetime

from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestEligibleAmount(MembershipCase):
    """What counts as paid, in which currency and on which day."""

    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)

    def test_small_orders_count_for_the_tier_only(self):
        self._order(self.partner, 99)
        self.assertPoints(self.member, 0)
        self.assertEqual(self.member.entry_ids.qualifying_amount, 99)

    def test_negative_order_earns_nothing(self):
        self._order(self.partner, -500)
        self.assertFalse(self.member.entry_ids)

    def test_sections_notes_and_down_payments_do_not_earn(self):
        order = self._order(self.partner, 500)
        self.env["sale.order.line"].create(
            [
                {"order_id": order.id, "display_type": "line_section", "name": "Gifts"},
                {
                    "order_id": order.id,
                    "product_id": self.product.id,
                    "product_uom_qty": 1,
                    "price_unit": 1000,
                    "is_downpayment": True,
                },
            ]
        )
        self.assertPoints(self.member, 5)

    def test_tax_is_part_of_what_the_customer_pays(self):
        group = self.env["account.tax.group"].create(
            {"name": "VAT", "company_id": self.company.id}
        )
        tax = self.env["account.tax"].create(
            {
                "name": "5%",
                "amount": 5,
                "tax_group_id": group.id,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.tw").id,
            }
        )
        order = self._order(self.partner, 2000, confirm=False)
        order.order_line.tax_ids = tax
        order.action_confirm()
        self.assertPoints(self.member, 21)

    def test_foreign_currency_counts_in_company_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "inverse_company_rate": 32,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": usd.id, "company_id": self.company.id}
        )
        order = self._order(self.partner, 50, confirm=False)
        order.pricelist_id = pricelist
        order.order_line.price_unit = 50
        order.action_confirm()
        self.assertEqual(order.currency_id, usd)
        amount = round(50 / order.currency_rate, 2)
        self.assertGreater(amount, 1000)
        self.assertEqual(self.member.entry_ids.qualifying_amount, amount)
        self.assertPoints(self.member, int(amount // 100))

    def test_date_is_that_of_the_company(self):
        order = self._order(self.partner, 100)
        order.date_order = datetime(2026, 12, 31, 17, 0)
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.member.entry_ids[0].event_date, date(2027, 1, 1))

    def test_order_keeps_the_rate_it_began_with(self):
        order = self._order(self.partner, 1000)
        self.program.earn_amount = 50
        order.order_line.product_uom_qty = 2
        self.assertPoints(self.member, 20)
        self._order(self.partner, 1000)
        self.assertPoints(self.member, 40)
