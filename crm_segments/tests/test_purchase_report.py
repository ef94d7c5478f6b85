from datetime import date

from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .test_transactions import TransactionsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestPurchaseReport(TransactionsCase):
    """The list of what was counted, opened from the statistics."""

    def _lines(self, partner=None):
        lines = self.env["crm.purchase.report"].search(
            [("customer_id", "=", (partner or self.customer).id)]
        )
        return [(line.date, line.kind, line.amount, line.document) for line in lines]

    def test_purchases_and_credit_notes_newest_first(self):
        order = self._create_order(self.customer, date(2025, 5, 1), 1000)
        credit = self._credit(
            self._invoice(order, date(2025, 5, 2)), date(2025, 6, 10), 400
        )
        later = self._create_order(self.customer, "2025-06-01 16:30:00", 200)
        self._create_order(self.customer, date(2025, 6, 3), 9000, confirm=False)
        self.env.flush_all()
        self.assertEqual(
            self._lines(),
            [
                (date(2025, 6, 10), "refund", -400, credit),
                (date(2025, 6, 2), "order", 200, later),
                (date(2025, 5, 1), "order", 1000, order),
            ],
        )

    def test_sum_is_what_the_statistics_say(self):
        firm = self._create_customer("Da An Trading", is_company=True)
        buyer = self._create_customer("Lin", parent_id=firm.id)
        self._create_order(buyer, date(2025, 6, 1), 100)
        self._create_order(firm, date(2025, 6, 2), 230)
        row = self._refreshed(firm)
        self.assertEqual(sum(line[2] for line in self._lines(firm)), row.amount_total)
        self.assertEqual(len(self._lines(firm)), row.order_count)

    def test_opened_from_the_statistics(self):
        self._create_order(self.customer, date(2025, 6, 1), 100)
        self._create_order(self._create_customer("Else"), date(2025, 6, 1), 100)
        user = new_test_user(
            self.env,
            "seg_user",
            groups="crm_segments.group_crm_segments_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        action = self._refreshed().with_user(user).action_view_purchases()
        lines = self.env[action["res_model"]].with_user(user).search(action["domain"])
        self.assertEqual(lines.mapped("amount"), [100])
        self.assertEqual(lines.customer_id, self.customer)
        # the reader sees what was counted, but not a document he may not open
        [values] = lines.web_read({"amount": {}, "document": {"fields": {}}})
        self.assertEqual(values["amount"], 100)

    def test_filter_on_the_customer_enters_by_indexes(self):
        """The customer's contacts first, then their documents."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["crm.purchase.report"]._search(
            [("customer_id", "=", self.customer.id)]
        )
        [lines] = zip(
            *self.env.execute_query(SQL("EXPLAIN %s", query.select())),
            strict=True,
        )
        plan = "\n".join(lines)
        self.assertNotIn("Seq Scan", plan)
        self.assertIn("commercial_partner_id", plan)
