from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from .common import SegmentsCase

# noon in Taipei
NOW = "2025-06-15 04:00:00"
TODAY = date(2025, 6, 15)


@tagged("post_install", "-at_install")
class TestPerformance(SegmentsCase):
    """The customer performance page counts right and opens what it counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.report = cls.env["crm.customer.performance"]
        cls.cup = cls.env["product.product"].create({"name": "Cup", "type": "service"})
        # A: February, April, June; a branch buys for it
        cls.a = cls._create_customer("A", is_company=True)
        cls.branch = cls._create_customer("A branch", parent_id=cls.a.id)
        cls._create_order(cls.a, date(2025, 2, 10), 100)
        cls._create_order(cls.branch, date(2025, 4, 10), 200)
        cls._create_order(cls.a, date(2025, 6, 1), 300)
        cls._create_order(cls.a, date(2025, 6, 1), 50)
        # B: first in April, twice
        cls.b = cls._create_customer("B")
        cls._create_order(cls.b, date(2025, 4, 1), 1000)
        cls._create_order(cls.b, date(2025, 4, 8), 1000)
        # C: lost after 10 October + 6 months, never back
        cls.c = cls._create_customer("C")
        cls._create_order(cls.c, date(2024, 10, 10), 70)
        # D: lost on 2 March 2025, won back on 5 May
        cls.d = cls._create_customer("D")
        cls._create_order(cls.d, date(2024, 9, 1), 10)
        cls._create_order(cls.d, date(2025, 5, 5), 20)
        # no purchase at all, an open quotation, one of tomorrow, another company's
        cls._create_order(cls._create_customer("Q"), date(2025, 6, 1), confirm=False)
        cls._create_order(cls._create_customer("Later"), date(2025, 6, 16), 5)
        cls.other = cls._create_company("Sister")
        cls.env.user.company_ids |= cls.other
        cls._create_order(
            cls._create_customer("Elsewhere"),
            date(2025, 6, 1),
            99,
            company_id=cls.other.id,
        )
        cls.stats._refresh(full=True)

    def _table(self, name, months=6, **options):
        return self.report.performance_block(name, self.company.id, months, options)

    def _values(self, table):
        return [[cell["value"] for cell in row] for row in table["rows"]]

    def _with_both(self, model):
        companies = self.company | self.other
        return model.with_context(allowed_company_ids=companies.ids)

    def _opened(self, cell):
        return self.env[cell.get("model", "crm.partner.stats")].search(cell["domain"])

    def test_new_returning_and_lost_by_month(self):
        rows = self._values(self._table("purchases"))
        # month, buyers, first, later, lost, back, orders, amount first, amount later
        self.assertEqual(
            rows,
            [
                ["2025-01", 0, 0, 0, 0, 0, 0, 0, 0],
                ["2025-02", 1, 1, 0, 0, 0, 1, 100, 0],
                ["2025-03", 0, 0, 0, 1, 0, 0, 0, 0],
                ["2025-04", 2, 1, 1, 1, 0, 3, 2000, 200],
                ["2025-05", 1, 0, 1, 0, 1, 1, 0, 20],
                ["2025-06", 1, 0, 1, 0, 0, 2, 0, 350],
            ],
        )

    def test_figures_open_their_customers(self):
        march, april, may, june = self._table("purchases")["rows"][2:]
        self.assertEqual(self._opened(march[4]).partner_id, self.d)
        self.assertEqual(self._opened(april[2]).partner_id, self.b)
        self.assertEqual(self._opened(april[3]).partner_id, self.a)
        self.assertEqual(self._opened(april[4]).partner_id, self.c)
        self.assertEqual(self._opened(may[5]).partner_id, self.d)
        self.assertEqual(self._opened(june[3]).partner_id, self.a)
        self.assertIsNone(june[2]["domain"], "nothing to open behind a zero")

    def test_every_figure_opens_as_many_as_it_says(self):
        counted = 0
        for name, title in self.report._block_titles().items():
            table = self._table(name)
            self.assertEqual(table["title"], title)
            for row in table["rows"]:
                for column, cell in zip(table["columns"], row, strict=True):
                    if cell.get("domain") and column["unit"] == "count":
                        if name == "intervals":
                            continue  # purchases, not customers
                        with self.subTest(block=name, cell=cell):
                            self.assertEqual(len(self._opened(cell)), cell["value"])
                            counted += 1
        self.assertGreater(counted, 10)

    def test_a_day_counts_in_the_company_time_zone(self):
        late = self._create_customer("Late")
        self._create_order(late, "2025-03-31 16:30:00", 1)  # 1 April in Taipei
        april = self._values(self._table("purchases"))[3]
        self.assertEqual(april[:3], ["2025-04", 3, 2])

    def test_credit_note_of_a_month_without_orders(self):
        """It lowers the amount of its month and makes nobody a buyer."""
        sources = self.stats._transaction_sources()
        credit_note = SQL(
            "SELECT %s AS partner_id, %s AS company_id, date '2025-05-20' AS date,"
            " -500::numeric AS amount, FALSE AS is_order,"
            " 'account.move,1' AS order_ref",
            self.b.id,
            self.company.id,
        )
        self.patch(
            type(self.stats),
            "_transaction_sources",
            lambda _self: [*sources, credit_note],
        )
        may = self._values(self._table("purchases"))[4]
        self.assertEqual(may, ["2025-05", 1, 0, 1, 0, 1, 1, 0, 20 - 500])

    def test_cohorts(self):
        table = self._table("cohorts")
        self.assertEqual(
            self._values(table),
            [
                ["2025-02", 1, 0, 1, 0, 1, None],
                ["2025-04", 1, 0, 0, None, None, None],
            ],
        )
        self.assertEqual(len(table["columns"]), 7)
        cell = table["rows"][0][3]
        self.assertEqual(self._opened(cell).partner_id, self.a)
        self.assertEqual(cell["note"], "1 of 1")

    def test_intervals(self):
        table = self._table("intervals")
        # A: 59 days (10 February to 10 April) and 52, B: 7, D: 246
        self.assertEqual(
            self._values(table)[0][1:] + self._values(table)[3][1:], [1, 0.25, 2, 0.5]
        )
        self.assertEqual(sum(row[1] for row in self._values(table)), 4)
        self.assertEqual(
            [metric["value"] for metric in table["summary"]], [4, 55.5, 91]
        )
        self.assertEqual(self._opened(table["rows"][0][1]).partner_id, self.b)
        self.assertEqual(self._opened(table["rows"][3][1]).partner_id, self.a)
        self.assertEqual(self._opened(table["rows"][6][1]).partner_id, self.d)

    def test_an_interval_belongs_to_the_later_purchase(self):
        table = self._table("intervals", months=3)
        self.assertEqual(table["summary"][0]["value"], 4)
        self._create_order(self.c, date(2025, 3, 31), 1)
        table = self._table("intervals", months=3)
        self.assertEqual(table["summary"][0]["value"], 4, "31 March is before April")

    def test_interval_class_ends(self):
        """30 and 31 days fall in different classes, and 366 in the open one."""
        for name, first in (
            ("E", date(2025, 5, 2)),
            ("F", date(2025, 5, 1)),
            ("G", date(2024, 5, 31)),
        ):
            customer = self._create_customer(name)
            self._create_order(customer, first, 1)
            self._create_order(customer, date(2025, 6, 1), 1)
        rows = self._table("intervals", months=3)["rows"]
        self.assertEqual(rows[2][0]["value"], "15 to 30")
        self.assertEqual([row[1]["value"] for row in rows], [1, 0, 1, 3, 0, 0, 1, 1])

    def test_top_customers(self):
        rows = self._values(self._table("customers"))
        self.assertEqual(
            [[row[0], row[1], *row[3:5]] for row in rows],
            [
                ["B", "Sleeping", 2, 2000],
                ["A", "Existing", 4, 650],
                ["D", "Sleeping", 1, 20],
            ],
        )
        self.assertAlmostEqual(sum(row[5] for row in rows), 1)
        self.assertEqual(
            self._opened(self._table("customers")["rows"][1][0]).partner_id, self.a
        )

    def test_top_products_by_state(self):
        order = self._create_order(self.b, date(2025, 4, 9), 1, confirm=False)
        order.order_line = [
            Command.create(
                {"product_id": self.cup.id, "product_uom_qty": 4, "price_unit": 900}
            ),
            Command.create({"display_type": "line_note", "name": "A gift"}),
        ]
        order.action_confirm()
        order.date_order = "2025-04-09 04:00:00"
        table = self._table("products", state="sleeping")
        self.assertEqual(
            self._values(table),
            [["Cup", 1, 1, 3600], ["Tea Tasting", 2, 4, 2021]],
        )
        self.assertEqual(self._opened(table["rows"][0][1]).partner_id, self.b)
        self.assertEqual(self._opened(table["rows"][1][1]).partner_id, self.b | self.d)
        existing = self._values(self._table("products"))
        self.assertEqual(existing, [["Tea Tasting", 1, 4, 650]])

    def test_foreign_currency_at_the_rate_of_the_order(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        usd.rate_ids = [
            Command.create(
                {
                    "name": date(2025, 1, 1),
                    "company_id": self.company.id,
                    "rate": 0.04,
                }
            )
        ]
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": usd.id, "company_id": self.company.id}
        )
        self._create_order(self.d, date(2025, 5, 6), 40, pricelist_id=pricelist.id)
        may = self._values(self._table("purchases"))[4]
        self.assertAlmostEqual(may[8], 20 + 1000)
        products = self._values(self._table("products", state="sleeping"))
        self.assertEqual(products[0][0], "Tea Tasting")
        self.assertAlmostEqual(products[0][3], 2000 + 20 + 1000)

    def test_periods_and_company(self):
        page = self.report.performance_page(self.company.id, 3)
        self.assertEqual(page["start"], "2025-04-01")
        self.assertEqual(page["today"], "2025-06-15")
        self.assertEqual(len(self._table("purchases", months=24)["rows"]), 24)
        both = self._with_both(self.report)
        self.assertEqual(
            [company["id"] for company in both.performance_page()["companies"]],
            (self.company | self.other).ids,
        )
        sister = both.performance_block("purchases", self.other.id, 3)
        self.assertEqual(self._values(sister)[2][1:3], [1, 1])
        with self.assertRaisesRegex(UserError, "3, 6, 12, 24"):
            self.report.performance_page(self.company.id, 5)
        with self.assertRaisesRegex(UserError, "no such report: nonsense"):
            self._table("nonsense")

    def test_rights(self):
        salesman = new_test_user(
            self.env,
            "seg_sales",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        report = self.report.with_user(salesman).with_company(self.company)
        with self.assertRaisesRegex(AccessError, "needs the Segments role"):
            report.performance_page()
        with self.assertRaisesRegex(AccessError, "needs the Segments role"):
            report.performance_block("customers", self.company.id, 3)
        salesman.group_ids |= self.env.ref("crm_segments.group_crm_segments_user")
        self.assertTrue(report.performance_block("customers", False, 3)["rows"])
        with self.assertRaisesRegex(AccessError, "currently working in"):
            report.performance_block("customers", self.other.id, 3)

    def test_figures_of_other_companies_find_nothing(self):
        key = f"{self.other.id}:new:2025-06-01"
        domain = [("figure", "=", key)]
        self.assertEqual(len(self._with_both(self.stats).search(domain)), 1)
        self.assertFalse(self.stats.search(domain))

    def test_unknown_figures_are_refused(self):
        for key in ("nonsense:1", "new", "new:2025-01-01:3", "interval:2025-01-01:a:b"):
            with self.subTest(key=key), self.assertRaisesRegex(UserError, key):
                self.stats.search([("figure", "=", f"{self.company.id}:{key}")])

    def test_empty_company(self):
        empty = self._create_company("Empty")
        self.env.user.company_ids |= empty
        report = self.report.with_context(allowed_company_ids=empty.ids)
        for name in report._block_titles():
            with self.subTest(block=name):
                table = report.performance_block(name, empty.id, 3)
                if name == "purchases":
                    self.assertFalse(any(any(r[1:]) for r in self._values(table)))
                else:
                    self.assertEqual(table["rows"], [])
