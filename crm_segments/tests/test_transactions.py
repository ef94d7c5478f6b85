from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


class TransactionsCase(SegmentsCase):
    """A customer who can be invoiced and credited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["account.account"]
        receivable = account.create(
            {
                "name": "Receivable",
                "code": "SEG1191",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        income = account.create(
            {"name": "Sales", "code": "SEG4111", "account_type": "income"}
        )
        cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SEGS",
                "type": "sale",
                "default_account_id": income.id,
            }
        )
        cls.product.property_account_income_id = income
        cls.customer = cls._create_customer(
            property_account_receivable_id=receivable.id
        )

    @classmethod
    def _invoice(cls, order, when):
        invoice = order._create_invoices()
        invoice.invoice_date = when
        invoice.action_post()
        return invoice

    @classmethod
    def _credit(cls, invoice, when, amount=None, post=True):
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": when})
        )
        credit_note = cls.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit_note.invoice_date = when
        if amount:
            credit_note.invoice_line_ids.price_unit = amount
        if post:
            credit_note.action_post()
        return credit_note

    def _refreshed(self, partner=None, today=TODAY):
        self.stats._refresh(today=today)
        return self._row(partner or self.customer)


@tagged("post_install", "-at_install")
class TestTransactions(TransactionsCase):
    """What counts as a purchase, for whom, on which day and for how much."""

    def test_confirmed_orders_count_before_tax(self):
        tax = self.env["account.tax"].create(
            {
                "name": "VAT 5%",
                "amount": 5,
                "country_id": self.env.ref("base.tw").id,
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "VAT", "country_id": self.env.ref("base.tw").id})
                .id,
            }
        )
        order = self._create_order(self.customer, date(2025, 6, 1), 2000)
        order.order_line.tax_ids = tax
        self._create_order(self.customer, date(2025, 5, 1), 700)
        self._create_order(self.customer, date(2025, 6, 2), 9000, confirm=False)
        row = self._refreshed()
        self.assertEqual(order.amount_total, 2100)
        self.assertEqual(row.order_count, 2)
        self.assertEqual(row.amount_total, 2700)
        self.assertEqual(row.first_order_date, date(2025, 5, 1))
        self.assertEqual(row.last_order_date, date(2025, 6, 1))

    def test_cancelled_order_no_longer_counts(self):
        order = self._create_order(self.customer, date(2025, 6, 1))
        self.assertEqual(self._refreshed().nesl, "existing")
        order.action_cancel()
        row = self._refreshed()
        self.assertEqual(row.nesl, "new")
        self.assertEqual(row.order_count, 0)
        self.assertEqual(row.amount_total, 0)

    def test_edited_order_line_counts(self):
        order = self._create_order(self.customer, date(2025, 6, 1), 1000)
        self.assertEqual(self._refreshed().amount_total, 1000)
        order.order_line.product_uom_qty = 3
        self.assertEqual(self._refreshed().amount_total, 3000)

    def test_credit_note_reduces_amount_on_its_own_date(self):
        order = self._create_order(self.customer, date(2025, 5, 1), 1000)
        invoice = self._invoice(order, date(2025, 5, 2))
        self._credit(invoice, date(2025, 6, 10), 400)
        row = self._refreshed(today=date(2025, 6, 9))
        self.assertEqual((row.amount_total, row.refund_total), (1000, 0))
        row = self._refreshed(today=date(2025, 6, 10))
        self.assertEqual((row.amount_total, row.refund_total), (600, 400))
        self.assertEqual(row.order_count, 1)
        self.assertEqual(row.last_order_date, date(2025, 5, 1))

    def test_credit_note_counts_only_while_posted(self):
        order = self._create_order(self.customer, date(2025, 6, 1), 1000)
        invoice = self._invoice(order, date(2025, 6, 1))
        credit_note = self._credit(invoice, date(2025, 6, 10), post=False)
        self.assertEqual(self._refreshed().refund_total, 0)
        credit_note.action_post()
        self.assertEqual(self._refreshed().refund_total, 1000)
        credit_note.button_draft()
        self.assertEqual(self._refreshed().refund_total, 0)
        credit_note.button_cancel()
        self.assertEqual(self._refreshed().amount_total, 1000)

    def test_credit_note_with_new_lines_still_belongs_to_the_sale(self):
        order = self._create_order(self.customer, date(2025, 6, 1), 1000)
        invoice = self._invoice(order, date(2025, 6, 1))
        credit_note = self._credit(invoice, date(2025, 6, 10), post=False)
        credit_note.invoice_line_ids = [
            Command.clear(),
            Command.create({"name": "Goodwill", "price_unit": 150}),
        ]
        credit_note.action_post()
        self.assertEqual(self._refreshed().refund_total, 150)

    def test_credit_note_without_a_sale_does_not_count(self):
        self._create_order(self.customer, date(2025, 6, 1), 1000)
        self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_date": date(2025, 6, 10),
                "invoice_line_ids": [
                    Command.create({"name": "Other", "price_unit": 150})
                ],
            }
        ).action_post()
        row = self._refreshed()
        self.assertEqual((row.amount_total, row.refund_total), (1000, 0))

    def test_credit_note_in_the_window_can_undo_important(self):
        order = self._create_order(self.customer, date(2025, 6, 1), 12000)
        self.assertTrue(self._refreshed().is_important)
        self._credit(self._invoice(order, date(2025, 6, 1)), date(2025, 6, 10), 2000)
        row = self._refreshed()
        self.assertEqual(row.amount_window, 10000)
        self.assertFalse(row.is_important)

    def test_purchases_of_contacts_count_for_the_company(self):
        firm = self._create_customer("Da An Trading", is_company=True)
        buyer = self._create_customer("Lin", parent_id=firm.id)
        shop = self._create_customer("Shop", parent_id=firm.id, type="delivery")
        self._create_order(buyer, date(2025, 6, 1), 100)
        self._create_order(shop, date(2025, 6, 2), 200)
        row = self._refreshed(firm)
        self.assertEqual((row.order_count, row.amount_total), (2, 300))
        self.assertFalse(self._row(buyer))
        self.assertEqual(buyer.nesl, "existing")
        self.assertEqual(buyer.crm_order_count, 2)

    def test_order_after_midnight_in_taipei_belongs_to_the_next_day(self):
        self._create_order(self.customer, "2025-06-01 23:30:00")
        self.assertEqual(self._refreshed().last_order_date, date(2025, 6, 2))
        late = self._create_customer("Before midnight")
        self._create_order(late, "2025-06-01 15:59:59")
        self.assertEqual(self._refreshed(late).last_order_date, date(2025, 6, 1))
        early = self._create_customer("At midnight")
        self._create_order(early, "2025-06-01 16:00:00")
        self.assertEqual(self._refreshed(early).last_order_date, date(2025, 6, 2))

    def test_days_follow_each_company_time_zone(self):
        branch = self._create_company("Los Angeles Branch", "America/Los_Angeles")
        self.env.user.company_ids |= branch
        stamp = "2025-06-01 23:30:00"
        self._create_order(self.customer, stamp)
        self._create_order(self.customer, stamp, company_id=branch.id)
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._row(self.customer).last_order_date, date(2025, 6, 2))
        self.assertEqual(
            self._row(self.customer, branch).last_order_date, date(2025, 6, 1)
        )
        self.company.partner_id.tz = "America/Los_Angeles"
        self.assertEqual(self._refreshed().last_order_date, date(2025, 6, 1))

    def test_companies_are_separate(self):
        other = self._create_company("Second Company")
        self.env.user.company_ids |= other
        self._create_order(self.customer, date(2025, 6, 1), 100)
        self._create_order(self.customer, date(2024, 1, 1), 9000, company_id=other.id)
        self.stats._refresh(today=TODAY)
        self.assertEqual(self.customer.nesl, "existing")
        self.assertEqual(self.customer.crm_amount_total, 100)
        there = self.customer.with_company(other)
        self.assertEqual(there.nesl, "lost")
        self.assertEqual(there.crm_amount_total, 9000)

    def test_foreign_currency_is_converted_at_the_rate_of_the_order(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": date(2025, 1, 1),
                "rate": 1 / 32,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": usd.id, "company_id": self.company.id}
        )
        order = self._create_order(
            self.customer, date(2025, 6, 1), 100, pricelist_id=pricelist.id
        )
        self.assertEqual(order.currency_id, usd)
        self.assertAlmostEqual(self._refreshed().amount_total, 3200, places=2)
        self.assertEqual(self._row(self.customer).currency_id.name, "TWD")

    def test_sources_are_an_extension_point(self):
        """A bridge adds a SELECT; its transactions count like orders."""
        from odoo.tools import SQL

        company, customer = self.company, self.customer

        def with_kiosk(self):
            return original(self) + [
                SQL(
                    """
                    SELECT p.id AS partner_id, %s AS company_id,
                           DATE '2025-06-20' AS date, 55 AS amount,
                           TRUE AS is_order, 'kiosk,1' AS order_ref
                      FROM res_partner p WHERE p.id = %s
                    """,
                    company.id,
                    customer.id,
                )
            ]

        registry_class = self.env.registry["crm.partner.stats"]
        original = registry_class._transaction_sources
        self.patch(registry_class, "_transaction_sources", with_kiosk)
        self._create_order(customer, date(2025, 6, 1), 100)
        row = self._refreshed()
        self.assertEqual((row.order_count, row.amount_total), (2, 155))
        self.assertEqual(row.last_order_date, date(2025, 6, 20))
