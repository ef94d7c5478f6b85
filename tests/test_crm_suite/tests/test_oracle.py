import datetime

from odoo.tests import BaseCase, tagged

from ..sample import cdnow
from ..sample.oracle import Oracle, add_months, nesl, quintile_scores

Date = datetime.date


@tagged("post_install", "-at_install")
class TestOracle(BaseCase):
    """The yardstick itself, by hand-made examples and by published totals."""

    def test_months_are_calendar_months(self):
        self.assertEqual(add_months(Date(1997, 1, 31), 1), Date(1997, 2, 28))
        self.assertEqual(add_months(Date(1996, 1, 31), 1), Date(1996, 2, 29))
        self.assertEqual(add_months(Date(1997, 8, 31), 6), Date(1998, 2, 28))
        self.assertEqual(add_months(Date(1997, 12, 5), 1), Date(1998, 1, 5))

    def test_states_end_inclusive(self):
        bought = Date(1997, 1, 31)
        for today, state in (
            (Date(1997, 1, 31), "existing"),
            (Date(1997, 2, 28), "existing"),
            (Date(1997, 3, 1), "sleeping"),
            (Date(1997, 7, 31), "sleeping"),
            (Date(1997, 8, 1), "lost"),
        ):
            with self.subTest(today=today):
                self.assertEqual(nesl(bought, today), state)
        self.assertEqual(nesl(None, bought), "new")

    def test_quintiles_by_hand(self):
        """Fifths of 1 to 10 end at 2, 4, 6 and 8; equal values score equally."""
        self.assertEqual(
            list(quintile_scores(dict(enumerate(range(1, 11)))).values()),
            [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
        )
        # fifths of 7 values end at the 2nd, 3rd, 5th and 6th
        self.assertEqual(
            list(quintile_scores(dict(enumerate([1, 1, 1, 1, 2, 3, 9]))).values()),
            [1, 1, 1, 1, 3, 4, 5],
        )

    def test_twelve_months_of_the_first_customer(self):
        """Purchases on 1997-01-01, 01-18, 08-02 and 12-12."""
        oracle = Oracle(cdnow.log_file(), customers={1})
        for today, count, amount in (
            (Date(1996, 12, 31), 0, 0),
            (Date(1998, 1, 1), 4, 3015),
            (Date(1998, 1, 2), 3, 2135),
            (Date(1999, 1, 1), 0, 0),
        ):
            with self.subTest(today=today):
                year = oracle.years(today)[1]
                self.assertEqual((year.order_count, year.amount), (count, amount))

    def test_first_customer_of_the_file(self):
        """The four lines of customer 1, worked out by hand."""
        oracle = Oracle(cdnow.log_file(), customers={1})
        # US$ 29.33, 29.73, 14.96 and 26.48 at 30
        self.assertEqual(
            [amount for _day, amount in oracle.purchases[1]], [880, 892, 449, 794]
        )
        self.assertEqual(oracle.points(1), 8 + 8 + 4 + 7)
        facts = oracle.facts(1, Date(1997, 12, 31))
        self.assertEqual(facts.order_count, 4)
        self.assertEqual(facts.last_date, Date(1997, 12, 12))
        self.assertEqual(facts.amount, 3015)
        self.assertEqual(facts.nesl, "existing")
        self.assertFalse(facts.is_main)
        before = oracle.facts(1, Date(1996, 12, 31))
        self.assertEqual((before.order_count, before.nesl), (0, "new"))

    def test_totals_of_the_sample(self):
        """2,357 customers with 6,919 purchases, as the papers count them."""
        oracle = Oracle(cdnow.log_file())
        self.assertEqual(len(oracle.purchases), 2357)
        self.assertEqual(sum(map(len, oracle.purchases.values())), 6919)
        first = [min(rows)[0] for rows in oracle.purchases.values()]
        self.assertLessEqual(max(first), Date(1997, 3, 31))

    def test_import_reads_the_same_log(self):
        """Two readers, two ways to round: the same purchases."""
        oracle = Oracle(cdnow.log_file())
        read = {}
        for row in cdnow.read_log():
            read.setdefault(row.customer, []).append(
                (row.date, cdnow.amount(row.dollars, 30))
            )
        self.assertEqual(read, dict(oracle.purchases))
