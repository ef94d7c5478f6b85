from datetime import date, timedelta

from odoo.tests import tagged

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestRfm(SegmentsCase):
    """Scores from stored cut-points."""

    def _buy(self, name, days_ago, amounts):
        customer = self._create_customer(name)
        for amount in amounts:
            self._create_order(customer, TODAY - timedelta(days=days_ago), amount)
        return customer

    def _scores(self, customer):
        row = self._row(customer)
        return row.r_score, row.f_score, row.m_score, row.rfm_cell

    def test_quintiles(self):
        """Ten customers, each better than the one before in all three."""
        customers = [
            self._buy(f"C{n}", 100 - 10 * n, [10 * (n + 1)] * (n + 1))
            for n in range(10)
        ]
        self.stats._refresh(today=TODAY)
        for n, customer in enumerate(customers):
            score = n // 2 + 1
            self.assertEqual(
                self._scores(customer), (score, score, score, str(score) * 3)
            )
        cut = self.env["crm.rfm.cut"].search([("company_id", "=", self.company.id)])
        self.assertEqual(cut.customers, 10)
        self.assertEqual([cut[f"frequency_{n}"] for n in range(1, 5)], [2, 4, 6, 8])
        self.assertEqual(cut.recency_4, TODAY - timedelta(days=30))
        self.assertEqual(cut.monetary_1, 40)

    def test_equal_values_get_equal_scores(self):
        same = [self._buy(f"Same {n}", 5, [100]) for n in range(7)]
        best = self._buy("Best", 1, [200, 300])
        self.stats._refresh(today=TODAY)
        self.assertEqual(
            {self._scores(customer) for customer in same}, {(1, 1, 1, "111")}
        )
        self.assertEqual(self._scores(best), (5, 5, 5, "555"))

    def test_scores_follow_when_others_change(self):
        """The incremental refresh moves the cut-points and the scores they decide."""
        customers = [self._buy(f"C{n}", 50 - n, [100]) for n in range(5)]
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._scores(customers[4])[0], 5)
        for n in range(5, 10):
            self._buy(f"C{n}", 50 - n, [100])
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._scores(customers[4])[0], 3)
        self.assertFalse(self.stats._refresh(full=True, today=TODAY))

    def test_no_order_in_a_year_scores_lowest(self):
        old = self._buy("Old", 500, [90000] * 5)
        for n in range(5):
            self._buy(f"C{n}", 10 * n, [100 * (n + 1)])
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._scores(old), (1, 1, 1, "111"))

    def test_new_customers_have_no_scores(self):
        customer = self._create_customer(customer_rank=1)
        self.stats._refresh(today=TODAY)
        self.assertEqual(self._scores(customer), (0, 0, 0, ""))

    def test_companies_have_their_own_cut_points(self):
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        for n in range(5):
            customer = self._buy(f"C{n}", 10 * n, [100])
            self._create_order(
                customer, TODAY - timedelta(days=n), 7, company_id=other.id
            )
        self.stats._refresh(today=TODAY)
        cuts = self.env["crm.rfm.cut"].search(
            [("company_id", "in", (self.company | other).ids)]
        )
        self.assertEqual(len(cuts), 2)
        self.assertEqual(set(cuts.mapped("monetary_1")), {100, 7})
