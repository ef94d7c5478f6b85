from datetime import date

from odoo.tests import tagged

from .test_transactions import TransactionsCase

D = date
# what it is about, what happened, then per day: state, orders, amount, last purchase.
# Events: ("order", day or UTC time, amount), ("credit", order number, day, amount),
# ("cancel", order number), ("elsewhere", day, amount): bought from another company.
BOUNDARIES = [
    (
        "exactly one month",
        [("order", D(2025, 4, 15), 100)],
        [
            (D(2025, 4, 14), "new", 0, 0, False),
            (D(2025, 5, 15), "existing", 1, 100, D(2025, 4, 15)),
            (D(2025, 5, 16), "sleeping", 1, 100, D(2025, 4, 15)),
        ],
    ),
    (
        "31 January is existing through 28 February",
        [("order", D(2025, 1, 31), 100)],
        [
            (D(2025, 2, 28), "existing", 1, 100, D(2025, 1, 31)),
            (D(2025, 3, 1), "sleeping", 1, 100, D(2025, 1, 31)),
            (D(2025, 7, 31), "sleeping", 1, 100, D(2025, 1, 31)),
            (D(2025, 8, 1), "lost", 1, 100, D(2025, 1, 31)),
        ],
    ),
    (
        "exactly six months into a short month",
        [("order", D(2025, 8, 31), 100)],
        [
            (D(2026, 2, 28), "sleeping", 1, 100, D(2025, 8, 31)),
            (D(2026, 3, 1), "lost", 1, 100, D(2025, 8, 31)),
        ],
    ),
    (
        "leap day",
        [("order", D(2024, 2, 29), 100)],
        [
            (D(2024, 3, 29), "existing", 1, 100, D(2024, 2, 29)),
            (D(2024, 3, 30), "sleeping", 1, 100, D(2024, 2, 29)),
            (D(2024, 8, 29), "sleeping", 1, 100, D(2024, 2, 29)),
            (D(2024, 8, 30), "lost", 1, 100, D(2024, 2, 29)),
        ],
    ),
    (
        "a second before midnight in Taipei",
        [("order", "2025-01-31 15:59:59", 100)],
        [
            (D(2025, 2, 28), "existing", 1, 100, D(2025, 1, 31)),
            (D(2025, 3, 1), "sleeping", 1, 100, D(2025, 1, 31)),
        ],
    ),
    (
        "midnight in Taipei",
        [("order", "2025-01-31 16:00:00", 100)],
        [
            (D(2025, 1, 31), "new", 0, 0, False),
            (D(2025, 2, 1), "existing", 1, 100, D(2025, 2, 1)),
            (D(2025, 3, 1), "existing", 1, 100, D(2025, 2, 1)),
            (D(2025, 3, 2), "sleeping", 1, 100, D(2025, 2, 1)),
        ],
    ),
    (
        "refund of the only order: the purchase stays, its amount goes",
        [("order", D(2025, 4, 1), 100), ("credit", 0, D(2025, 4, 20), 100)],
        [
            (D(2025, 4, 19), "existing", 1, 100, D(2025, 4, 1)),
            (D(2025, 4, 20), "existing", 1, 0, D(2025, 4, 1)),
            (D(2025, 5, 2), "sleeping", 1, 0, D(2025, 4, 1)),
        ],
    ),
    (
        "cancel of the only order: no purchase",
        [("order", D(2025, 4, 1), 100), ("cancel", 0)],
        [(D(2025, 4, 20), "new", 0, 0, False)],
    ),
    (
        "cancel of the last order: the one before counts",
        [
            ("order", D(2025, 1, 10), 100),
            ("order", D(2025, 4, 1), 200),
            ("cancel", 1),
        ],
        [(D(2025, 4, 20), "sleeping", 1, 100, D(2025, 1, 10))],
    ),
    (
        "order in another company",
        [("order", D(2025, 1, 10), 100), ("elsewhere", D(2025, 4, 1), 900)],
        [(D(2025, 4, 20), "sleeping", 1, 100, D(2025, 1, 10))],
    ),
    (
        "returning after lost",
        [("order", D(2024, 1, 10), 100), ("order", D(2025, 4, 1), 200)],
        [
            (D(2024, 7, 10), "sleeping", 1, 100, D(2024, 1, 10)),
            (D(2024, 7, 11), "lost", 1, 100, D(2024, 1, 10)),
            (D(2025, 3, 31), "lost", 1, 100, D(2024, 1, 10)),
            (D(2025, 4, 1), "existing", 2, 300, D(2025, 4, 1)),
            (D(2025, 5, 2), "sleeping", 2, 300, D(2025, 4, 1)),
            (D(2025, 10, 2), "lost", 2, 300, D(2025, 4, 1)),
        ],
    ),
]


@tagged("post_install", "-at_install")
class TestBoundaryTable(TransactionsCase):
    """What happened, and what the row says on the days where it turns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company("Sister")
        cls.env.user.company_ids |= cls.other

    def _customer_with(self, name, events):
        customer = self._create_customer(
            name,
            property_account_receivable_id=(
                self.customer.property_account_receivable_id.id
            ),
        )
        orders = []
        for kind, *values in events:
            if kind == "order":
                orders.append(self._create_order(customer, *values))
            elif kind == "elsewhere":
                self._create_order(customer, *values, company_id=self.other.id)
            elif kind == "cancel":
                orders[values[0]].action_cancel()
            else:
                number, when, amount = values
                invoice = self._invoice(orders[number], when)
                self._credit(invoice, when, amount)
        return customer

    def test_boundaries(self):
        customers = {
            name: self._customer_with(name, events) for name, events, _ in BOUNDARIES
        }
        days = sorted({day for *_, expected in BOUNDARIES for day, *_ in expected})
        for today in days:
            self.stats._refresh(today=today)
            for name, _events, expected in BOUNDARIES:
                for day, *facts in expected:
                    if day != today:
                        continue
                    row = self._row(customers[name])
                    found = [
                        row.nesl or "new",
                        row.order_count,
                        row.amount_total,
                        row.last_order_date,
                    ]
                    with self.subTest(name, today=today):
                        self.assertEqual(found, facts)
                        self.assertEqual(customers[name].nesl, facts[0])

    def test_company_of_another_currency(self):
        """Each company's row is in its own money, whatever the order was in."""
        usd, twd = self.env.ref("base.USD"), self.env.ref("base.TWD")
        usd.active = True
        branch = self.env["res.company"].create(
            {"name": "Branch", "currency_id": usd.id}
        )
        branch.partner_id.tz = "Asia/Taipei"
        self.env.user.company_ids |= branch
        Rate = self.env["res.currency.rate"]
        for company, currency, rate in (
            (branch, twd, 32.0),
            (self.company, usd, 1 / 32),
        ):
            Rate.create(
                {
                    "currency_id": currency.id,
                    "company_id": company.id,
                    "name": D(2025, 1, 1),
                    "rate": rate,
                }
            )
        branch.nesl_important_amount = 100
        customer = self._create_customer("Both")
        for company, currency, amount in (
            (branch, twd, 3200),  # US$ 100: not above the threshold
            (branch, usd, 0.5),
            (self.company, usd, 10),
            (self.company, twd, 55),
        ):
            pricelist = self.env["product.pricelist"].create(
                {
                    "name": f"{company.name} {currency.name}",
                    "currency_id": currency.id,
                    "company_id": company.id,
                }
            )
            order = self._create_order(
                customer,
                D(2025, 6, 1),
                amount,
                company_id=company.id,
                pricelist_id=pricelist.id,
            )
            self.assertEqual(order.currency_id, currency)
        self.stats._refresh(today=D(2025, 6, 2))
        there, here = self._row(customer, branch), self._row(customer)
        self.assertEqual((there.currency_id, here.currency_id), (usd, twd))
        self.assertAlmostEqual(there.amount_total, 100.5, places=2)
        self.assertTrue(there.is_important)
        self.assertAlmostEqual(here.amount_total, 375, places=2)
        self.assertFalse(here.is_important)
        # a rate that changes later does not change what was bought
        Rate.search([("company_id", "in", (branch | self.company).ids)]).write(
            {"rate": 5}
        )
        self.assertFalse(self.stats._refresh(full=True, today=D(2025, 6, 2)))
