from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import InvoicedCase


@tagged("post_install", "-at_install")
class TestEarnEvents(InvoicedCase):
    """When an order earns, and what it earns after deliveries, invoices, payments and
    credit notes."""

    def _settings(self, **values):
        self.program.write(values)
        return self.Member._enroll(self.partner)

    # -- events ---------------------------------------------------------------
    def test_confirmed_is_the_default(self):
        self.assertEqual(self.program.earn_event, "confirmed")
        self.assertFalse(self.program.pending_days)

    def test_delivered_in_parts(self):
        member = self._settings(earn_event="delivered")
        order = self._order_of(5, 100)
        self.assertPoints(member, 0)
        line = order.order_line
        for delivered, points in [(2, 2), (5, 5), (7, 5), (4, 4), (0, 0), (5, 5)]:
            with self.subTest(delivered=delivered):
                line.qty_delivered = delivered
                self.assertPoints(member, points)
        self._cancel(order)
        self.assertPoints(member, 0)

    def test_delivered_counts_discounts_in_proportion(self):
        member = self._settings(earn_event="delivered")
        order = self._order_of(4, 1000)
        self._discount(order, -1000)
        order.order_line[0].qty_delivered = 2
        self.assertPoints(member, 15)

    def test_deliveries_that_are_computed_count_at_the_end_of_the_transaction(self):
        member = self._settings(earn_event="delivered")
        order = self._order_of(2, 1000)
        line = order.order_line
        line.qty_delivered_method = "analytic"
        plan = self.env["account.analytic.plan"].create({"name": "Costs"})
        account = self.env["account.analytic.account"].create(
            {"name": "A", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.env["account.analytic.line"].create(
            {
                "name": "Work",
                "account_id": account.id,
                "so_line": line.id,
                "unit_amount": 1,
                "product_uom_id": line.product_uom_id.id,
                "amount": -1,
                "company_id": self.company.id,
            }
        )
        self.env.cr.flush()
        self.assertEqual(line.qty_delivered, 1)
        self.assertPoints(member, 10)

    def test_invoiced(self):
        member = self._settings(earn_event="invoiced")
        order = self._order_of(5, 1000)
        invoice = order._create_invoices()
        self.assertPoints(member, 0)
        invoice.action_post()
        self.assertPoints(member, 50)
        invoice.button_draft()
        self.assertPoints(member, 0)
        invoice.action_post()
        self.assertPoints(member, 50)

    def test_down_payment_counts_when_invoiced_and_is_settled_at_last(self):
        member = self._settings(earn_event="invoiced")
        order = self._order_of(5, 1000)
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "fixed", "fixed_amount": 1000}
        ).create_invoices()
        order.invoice_ids.action_post()
        self.assertPoints(member, 10)
        order._create_invoices(final=True).action_post()
        self.assertPoints(member, 50)

    def test_paid_and_payment_taken_back(self):
        member = self._settings(earn_event="paid")
        order = self._order_of(5, 1000)
        invoice = self._invoice(order)
        self.assertPoints(member, 0)
        part = self._pay(invoice, 2000)
        self.assertPoints(member, 0)
        part.action_draft()
        payment = self._pay(invoice, 5000)
        self.assertPoints(member, 50)
        payment.move_id.line_ids.remove_move_reconcile()
        self.env.cr.flush()
        self.assertNotIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertPoints(member, 0)

    def test_paid_after_a_credit_note_for_a_part(self):
        member = self._settings(earn_event="paid")
        invoice = self._invoice(self._order_of(5, 1000))
        credit = self._credit(invoice, 1)
        (invoice | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertPoints(member, 0)
        self._pay(invoice, 4000)
        self.assertPoints(member, 40)

    def test_paid_ignores_the_credit_note_of_an_unpaid_invoice(self):
        member = self._settings(earn_event="paid")
        order = self._order_of(1, 1000)
        self._pay(self._invoice(order), 1000)
        order.order_line.product_uom_qty = 2
        self._credit(self._invoice(order), 1)
        self.assertPoints(member, 10)

    def test_event_stays_that_of_the_first_earning(self):
        member = self._settings()
        order = self._order_of(1, 1000)
        self.program.earn_event = "paid"
        order.order_line.product_uom_qty = 2
        self.assertPoints(member, 20)
        self._order_of(1, 1000)
        self.assertPoints(member, 20)

    # -- credit notes ---------------------------------------------------------
    def test_credit_notes_in_parts(self):
        for event in ("confirmed", "delivered", "invoiced", "paid"):
            with self.subTest(event):
                partner = self.env["res.partner"].create({"name": event})
                member = self.Member._enroll(partner)
                self.program.earn_event = event
                order = self._order_of(5, 1000, partner)
                order.order_line.qty_delivered = 5
                invoice = self._invoice(order)
                self._pay(invoice, 5000)
                self.assertPoints(member, 50)
                self._credit(invoice, 2)
                self.assertPoints(member, 30)
                rest = self._credit(invoice, 3)
                self.assertPoints(member, 0)
                rest.button_draft()
                self.assertPoints(member, 30)
                self.assertFalse(self.Member._reconcile(order))

    def test_credit_note_and_change_of_the_order_count_once(self):
        member = self._settings()
        order = self._order_of(5, 1000)
        self._credit(self._invoice(order), 1)
        self.assertPoints(member, 40)
        order.order_line.product_uom_qty = 4
        self.assertPoints(member, 40)
        order.order_line.product_uom_qty = 3
        self.assertPoints(member, 30)

    def test_invoice_made_anew_earns_again(self):
        member = self._settings()
        order = self._order_of(5, 1000)
        self._credit(self._invoice(order), 5)
        self.assertPoints(member, 0)
        self._invoice(order)
        self.assertPoints(member, 50)

    def test_goodwill_credit_that_names_no_line(self):
        member = self._settings()
        orders = self._order_of(3, 1000) | self._order_of(1, 1000)
        invoice = self._invoice(orders)
        self.assertPoints(member, 40)
        credit = self._credit(invoice, 0, goodwill=1000)
        self.assertFalse(credit.line_ids.sale_line_ids)
        # 750 of it are of the first order, 250 of the second
        self.assertEqual([self._points_of(order) for order in orders], [22, 7])
        self.assertPoints(member, 29)

    def test_credit_note_in_the_currency_of_the_order(self):
        """A full credit note at another rate leaves nothing."""
        usd = self.env.ref("base.USD")
        usd.active = True
        for day, rate in [("2020-01-01", 32), (self.program._today(), 30)]:
            self.env["res.currency.rate"].create(
                {
                    "currency_id": usd.id,
                    "company_id": self.company.id,
                    "name": day,
                    "inverse_company_rate": rate,
                }
            )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": usd.id, "company_id": self.company.id}
        )
        member = self._settings()
        order = self._order_of(1, 100, confirm=False)
        order.date_order -= timedelta(days=30)
        order.pricelist_id = pricelist
        order.order_line.price_unit = 100
        order.action_confirm()
        self.assertEqual(order.currency_id, usd)
        self.assertGreater(member.balance, 20)
        self._credit(self._invoice(order), 1)
        self.assertPoints(member, 0)
        self.assertFalse(sum(member.entry_ids.mapped("qualifying_amount")))

    # -- points that were used --------------------------------------------------
    def test_claw_back_by_credit_note_leaves_a_debt_and_never_blocks(self):
        member = self._settings()
        invoice = self._invoice(self._order_of(5, 1000))
        member._post_points("burn", 45, "elsewhere")
        self.assertEqual(self._credit(invoice, 5).state, "posted")
        self.assertPoints(member, 0, debt=45)

    def test_used_points_come_back_in_proportion(self):
        member = self._settings()
        member._post_points("import", 100, "start")
        order = self._order_of(3, 1000, confirm=False)
        self._redeem(order)
        order.action_confirm()
        # 2,900 are paid
        self.assertEqual(self._kinds(member)[1:], [("burn", -100), ("earn", 29)])
        invoice = self._invoice(order)
        back = []
        for _part in range(3):
            self._credit(invoice, 1)
            back.append(
                sum(p for kind, p in self._kinds(member) if kind == "reinstate")
            )
        # a third each, rounded down; what is left comes with the last one
        self.assertEqual(back, [33, 66, 100])
        self.assertPoints(member, 100)
        first = member.lot_ids.filtered(lambda lot: lot.entry_id.key == "start")
        self.assertEqual(first.remaining, 100)

    def test_orders_paid_with_stored_value_earn_for_the_rest(self):
        wallet = self.env["loyalty.program"].create(
            {
                "name": "eWallet",
                "program_type": "ewallet",
                "applies_on": "future",
                "trigger": "auto",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "rule_ids": [],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": 1,
                            "required_points": 1,
                        }
                    )
                ],
            }
        )
        card = self.env["loyalty.card"].create(
            {"program_id": wallet.id, "partner_id": self.partner.id, "points": 300}
        )
        member = self._settings()
        order = self._order_of(1, 1000, confirm=False)
        order._update_programs_and_rewards()
        order._apply_program_reward(wallet.reward_ids, card)
        order.action_confirm()
        self.assertEqual(order.amount_total, 700)
        self.assertPoints(member, 7)
