from datetime import date

from odoo.tests import tagged

from .common import SegmentsCase


@tagged("post_install", "-at_install")
class TestExplanation(SegmentsCase):
    """The "why" names the dates, the counts and the rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer()
        for day in (5, 10, 15, 20):
            cls._create_order(cls.customer, date(2025, 3, day), 4000)

    def _explanation(self, today):
        self.stats._refresh(today=today)
        return str(self._row(self.customer).explanation)

    def test_existing(self):
        text = self._explanation(date(2025, 3, 20))
        for part in (
            "Existing: last purchase on 03/20/2025",
            "through 04/20/2025",
            "Main customer: orders from 02/20/2025 to 03/20/2025: 4",
            "Important customer:",
            "16,000",
            "10,000",
            "RFM",
        ):
            self.assertIn(part, text)

    def test_existing_window_moves_with_today(self):
        text = self._explanation(date(2025, 4, 12))
        self.assertIn(
            "Not a main customer: orders from 03/12/2025 to 04/12/2025: 2", text
        )

    def test_sleeping(self):
        text = self._explanation(date(2025, 4, 21))
        self.assertIn("Sleeping: last purchase on 03/20/2025", text)
        self.assertIn("sleeping through 09/20/2025", text)
        self.assertIn("Main customer: orders from 02/20/2025 to 03/20/2025: 4", text)

    def test_lost(self):
        text = self._explanation(date(2025, 9, 21))
        self.assertIn("Lost: last purchase on 03/20/2025", text)

    def test_new(self):
        text = self._explanation(date(2025, 3, 1))
        self.assertIn("New: no purchase up to 03/01/2025", text)
        self.assertNotIn("RFM", text)

    def test_orders_behind_the_row(self):
        self._create_order(self.customer, date(2025, 3, 20), confirm=False)
        self.stats._refresh(today=date(2025, 3, 20))
        action = self._row(self.customer).action_view_orders()
        orders = self.env["sale.order"].search(action["domain"])
        self.assertEqual(len(orders), 4)

    def test_moves_behind_the_row(self):
        self.stats._refresh(today=date(2025, 3, 20))
        action = self._row(self.customer).action_view_moves()
        moves = self.env["crm.nesl.move"].search(action["domain"])
        self.assertEqual(moves.nesl_to, "existing")
