from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.nesl import last_day, state, window_start


@tagged("post_install", "-at_install")
class TestNeslRule(BaseCase):
    """The rule in plain Python, checked against dates worked out by hand."""

    def test_no_purchase_is_new(self):
        self.assertEqual(state(None, date(2025, 6, 1)), "new")

    def test_last_day(self):
        cases = [
            (date(2025, 1, 31), 1, date(2025, 2, 28)),
            (date(2024, 1, 31), 1, date(2024, 2, 29)),
            (date(2025, 2, 28), 1, date(2025, 3, 28)),
            (date(2025, 8, 31), 6, date(2026, 2, 28)),
            (date(2023, 8, 31), 6, date(2024, 2, 29)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
        ]
        for purchase, months, expected in cases:
            with self.subTest(purchase=purchase, months=months):
                self.assertEqual(last_day(purchase, months), expected)

    def test_window_start(self):
        cases = [
            (date(2025, 3, 31), 1, date(2025, 3, 1)),
            (date(2025, 3, 28), 1, date(2025, 2, 28)),
            (date(2025, 2, 28), 1, date(2025, 1, 28)),
            (date(2025, 3, 1), 1, date(2025, 2, 1)),
            (date(2025, 12, 31), 12, date(2024, 12, 31)),
            (date(2024, 2, 29), 12, date(2023, 3, 1)),
        ]
        for end, months, expected in cases:
            with self.subTest(end=end, months=months):
                self.assertEqual(window_start(end, months), expected)

    def test_window_start_agrees_with_last_day(self):
        for offset in range(800):
            end = date(2023, 1, 1) + timedelta(days=offset)
            for months in (1, 6, 12):
                start = window_start(end, months)
                self.assertGreaterEqual(last_day(start, months), end)
                self.assertLess(last_day(start - timedelta(days=1), months), end)
