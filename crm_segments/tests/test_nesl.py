from datetime import date, timedelta

from odoo.tests import tagged

from ..tools import nesl
from .common import SegmentsCase

D = date
# last purchase, today, state
STATES = [
    (D(2025, 1, 15), D(2025, 1, 15), "existing"),
    # exactly one month later, and the day after
    (D(2025, 1, 15), D(2025, 2, 15), "existing"),
    (D(2025, 1, 15), D(2025, 2, 16), "sleeping"),
    # exactly six months later, and the day after
    (D(2025, 1, 15), D(2025, 7, 15), "sleeping"),
    (D(2025, 1, 15), D(2025, 7, 16), "lost"),
    (D(2025, 1, 15), D(2035, 1, 15), "lost"),
    # bought on the 31st: the last day of a shorter month
    (D(2025, 1, 31), D(2025, 2, 28), "existing"),
    (D(2025, 1, 31), D(2025, 3, 1), "sleeping"),
    (D(2025, 3, 31), D(2025, 4, 30), "existing"),
    (D(2025, 3, 31), D(2025, 5, 1), "sleeping"),
    (D(2025, 8, 31), D(2026, 2, 28), "sleeping"),
    (D(2025, 8, 31), D(2026, 3, 1), "lost"),
    # leap years
    (D(2024, 1, 31), D(2024, 2, 29), "existing"),
    (D(2024, 1, 31), D(2024, 3, 1), "sleeping"),
    (D(2024, 2, 29), D(2024, 3, 29), "existing"),
    (D(2024, 2, 29), D(2024, 3, 30), "sleeping"),
    (D(2024, 2, 29), D(2024, 8, 29), "sleeping"),
    (D(2024, 2, 29), D(2024, 8, 30), "lost"),
    (D(2023, 8, 31), D(2024, 2, 29), "sleeping"),
    (D(2023, 8, 31), D(2024, 3, 1), "lost"),
    # over the end of a year
    (D(2025, 12, 31), D(2026, 1, 31), "existing"),
    (D(2025, 12, 31), D(2026, 2, 1), "sleeping"),
]


@tagged("post_install", "-at_install")
class TestNesl(SegmentsCase):
    """States and flags of the stored rows, on the days where they turn."""

    def test_states(self):
        customers = {}
        for last, today, state in STATES:
            if last not in customers:
                customers[last] = self._create_customer(f"Bought {last}")
                self._create_order(customers[last], last)
            with self.subTest(last=last, today=today):
                self.stats._refresh(today=today)
                row = self._row(customers[last])
                self.assertEqual(row.nesl, state)
                self.assertEqual(customers[last].nesl, state)
                self.assertEqual(row.last_order_date, last)
                self.assertEqual(nesl.state(last, today), state)

    def test_every_day_of_a_year(self):
        """Day by day, the incremental refresh says what the rule says."""
        last = D(2023, 8, 31)
        customer = self._create_customer()
        self._create_order(customer, last)
        for offset in range(200):
            today = last + timedelta(days=offset)
            self.stats._refresh(today=today)
            self.assertEqual(self._row(customer).nesl, nesl.state(last, today), today)

    def test_dates_of_the_state(self):
        customer = self._create_customer()
        self._create_order(customer, D(2025, 1, 31))
        cases = [
            (D(2025, 2, 28), D(2025, 1, 31), D(2025, 3, 1)),
            (D(2025, 3, 1), D(2025, 3, 1), D(2025, 8, 1)),
            (D(2025, 8, 1), D(2025, 8, 1), False),
        ]
        for today, since, next_change in cases:
            with self.subTest(today=today):
                self.stats._refresh(today=today)
                row = self._row(customer)
                self.assertEqual(row.nesl_since, since)
                self.assertEqual(row.next_transition_date, next_change)

    def test_today_moves_forward_and_back(self):
        customer = self._create_customer()
        self._create_order(customer, D(2025, 1, 10), 100)
        self._create_order(customer, D(2025, 6, 10), 200)
        cases = [
            (D(2025, 6, 10), "existing", 2, 300),
            (D(2025, 6, 9), "sleeping", 1, 100),
            (D(2025, 1, 9), "new", 0, 0),
            (D(2026, 6, 9), "lost", 2, 300),
            (D(2025, 2, 10), "existing", 1, 100),
            (D(2025, 2, 11), "sleeping", 1, 100),
            (D(2025, 2, 10), "existing", 1, 100),
        ]
        for today, state, count, amount in cases:
            with self.subTest(today=today):
                self.stats._refresh(today=today)
                row = self._row(customer)
                self.assertEqual(row.nesl, state)
                self.assertEqual(row.order_count, count)
                self.assertEqual(row.amount_total, amount)

    def test_order_in_the_future_counts_on_its_day(self):
        customer = self._create_customer()
        self._create_order(customer, D(2025, 5, 20))
        self.stats._refresh(today=D(2025, 5, 19))
        self.assertEqual(customer.nesl, "new")
        self.stats._refresh(today=D(2025, 5, 20))
        self.assertEqual(customer.nesl, "existing")

    def test_thresholds_are_settings(self):
        customer = self._create_customer()
        self._create_order(customer, D(2025, 1, 31))
        self.company.write({"nesl_existing_months": 2, "nesl_sleeping_months": 3})
        cases = [
            (D(2025, 3, 31), "existing"),
            (D(2025, 4, 1), "sleeping"),
            (D(2025, 4, 30), "sleeping"),
            (D(2025, 5, 1), "lost"),
        ]
        for today, state in cases:
            with self.subTest(today=today):
                self.stats._refresh(today=today)
                self.assertEqual(self._row(customer).nesl, state)

    def test_main_needs_more_than_three_orders_in_the_month(self):
        three, four = self._create_customer("Three"), self._create_customer("Four")
        for day in (1, 10, 20):
            self._create_order(three, D(2025, 3, day))
            self._create_order(four, D(2025, 3, day))
        self._create_order(four, D(2025, 3, 31))
        self.stats._refresh(today=D(2025, 3, 31))
        self.assertFalse(self._row(three).is_main)
        self.assertTrue(self._row(four).is_main)
        self.assertEqual(self._row(four).order_count_window, 4)
        # 1 March + 1 month = 1 April still counts, 2 April does not
        self.stats._refresh(today=D(2025, 4, 1))
        self.assertTrue(self._row(four).is_main)
        self.stats._refresh(today=D(2025, 4, 2))
        self.assertEqual(self._row(four).nesl, "existing")
        self.assertFalse(self._row(four).is_main)

    def test_main_of_sleeping_and_lost_looks_before_the_last_purchase(self):
        customer = self._create_customer()
        for when in (D(2025, 2, 28), D(2025, 3, 1), D(2025, 3, 15), D(2025, 3, 31)):
            self._create_order(customer, when)
        # 28 February + 1 month is 28 March: outside the month that ends on the 31st
        for today in (D(2025, 5, 1), D(2025, 12, 1)):
            with self.subTest(today=today):
                self.stats._refresh(today=today)
                row = self._row(customer)
                self.assertEqual(row.order_count_window, 3)
                self.assertFalse(row.is_main)
        self._create_order(customer, D(2025, 3, 2))
        for today, state in ((D(2025, 5, 1), "sleeping"), (D(2025, 12, 1), "lost")):
            with self.subTest(today=today):
                self.stats._refresh(today=today)
                row = self._row(customer)
                self.assertEqual(row.nesl, state)
                self.assertEqual(row.order_count_window, 4)
                self.assertTrue(row.is_main)

    def test_important_needs_more_than_the_amount(self):
        self.company.nesl_important_amount = 10000
        at, above = self._create_customer("At"), self._create_customer("Above")
        self._create_order(at, D(2025, 3, 10), 10000)
        self._create_order(above, D(2025, 3, 1), 4000)
        self._create_order(above, D(2025, 3, 10), 6001)
        for today, state in (
            (D(2025, 3, 10), "existing"),
            (D(2025, 6, 10), "sleeping"),
            (D(2026, 3, 10), "lost"),
        ):
            with self.subTest(today=today):
                self.stats._refresh(today=today)
                self.assertEqual(self._row(above).nesl, state)
                self.assertFalse(self._row(at).is_important)
                self.assertTrue(self._row(above).is_important)
        # 1 March leaves the month on 2 April
        self.stats._refresh(today=D(2025, 4, 2))
        self.assertEqual(self._row(above).amount_window, 6001)
        self.assertFalse(self._row(above).is_important)

    def test_window_and_thresholds_of_flags_are_settings(self):
        customer = self._create_customer()
        self._create_order(customer, D(2025, 1, 10), 500)
        self._create_order(customer, D(2025, 3, 10), 501)
        self.stats._refresh(today=D(2025, 3, 20))
        self.assertFalse(self._row(customer).is_main)
        self.company.write(
            {
                "nesl_window_months": 3,
                "nesl_main_orders": 1,
                "nesl_important_amount": 1000,
            }
        )
        self.stats._refresh(today=D(2025, 3, 20))
        row = self._row(customer)
        self.assertEqual((row.order_count_window, row.amount_window), (2, 1001))
        self.assertTrue(row.is_main)
        self.assertTrue(row.is_important)

    def test_new_customers_have_no_flags(self):
        self.company.write({"nesl_main_orders": 0, "nesl_important_amount": 0})
        customer = self._create_customer()
        self._create_order(customer, D(2025, 3, 10), confirm=False)
        self.stats._refresh(today=D(2025, 3, 10))
        row = self._row(customer)
        self.assertEqual(row.nesl, "new")
        self.assertFalse(row.is_main)
        self.assertFalse(row.is_important)
