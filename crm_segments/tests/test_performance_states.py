from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestPerformanceStates(SegmentsCase):
    """RFM heat map, RFM names and changes of state on the performance page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-06-30 04:00:00"))
        cls.report = cls.env["crm.customer.performance"]
        cls.customers = cls.env["res.partner"]
        for n in range(10):
            customer = cls._create_customer(f"C{n}")
            cls.customers |= customer
            for _order in range(n + 1):
                cls._create_order(
                    customer, TODAY - timedelta(days=100 - 10 * n), 10 * (n + 1)
                )
        cls._create_customer("Prospect", customer_rank=1)
        for today in (date(2025, 4, 30), date(2025, 5, 31), TODAY):
            cls.stats._refresh(today=today)

    def _table(self, name, **options):
        return self.report.performance_block(name, self.company.id, 3, options)

    def _values(self, table):
        return [[cell["value"] for cell in row] for row in table["rows"]]

    def _opened(self, cell):
        return self.env[cell.get("model", "crm.partner.stats")].search(cell["domain"])

    def test_heat_map(self):
        table = self._table("rfm")
        self.assertEqual(
            self._values(table),
            [
                ["Recency 5", 0, 0, 0, 0, 2],
                ["Recency 4", 0, 0, 0, 2, 0],
                ["Recency 3", 0, 0, 2, 0, 0],
                ["Recency 2", 0, 2, 0, 0, 0],
                ["Recency 1", 2, 0, 0, 0, 0],
            ],
        )
        best = table["rows"][0][5]
        self.assertEqual(best["heat"], 1)
        self.assertEqual(best["caption"], "Champions / Loyal")
        self.assertEqual(self._opened(best).partner_id, self.customers[8:])
        self.assertIsNone(table["rows"][0][1]["domain"])

    def test_heat_map_measures(self):
        rows = self._table("rfm", measure="amount_12m")["rows"]
        amount = 9 * 90 + 10 * 100
        total = sum(10 * n * n for n in range(1, 11))
        self.assertEqual(rows[0][5]["value"], amount)
        self.assertEqual(rows[4][1]["value"], 10 + 40)
        rows = self._table("rfm", measure="amount_12m_share")["rows"]
        self.assertAlmostEqual(rows[0][5]["value"], amount / total)
        rows = self._table("rfm", measure="customers_share")["rows"]
        self.assertAlmostEqual(rows[0][5]["value"], 0.2)
        table = self._table("rfm", measure="nonsense")
        self.assertEqual(table["options"][0]["value"], "customers")

    def test_names(self):
        rows = self._table("rfm_names")["rows"]
        self.assertEqual(len(rows), len(self.env["crm.rfm.name"].search([])))
        values = {row[0]["value"]: [cell["value"] for cell in row] for row in rows}
        self.assertEqual(values["Champions"][1:3], [4, 0.4])
        self.assertEqual(values["Champions"][3], 10 * (49 + 64 + 81 + 100))
        self.assertEqual(sum(row[1] for row in values.values()), 10)
        self.assertAlmostEqual(sum(row[4] for row in values.values()), 1)
        self.assertEqual(self._opened(rows[0][1]).partner_id, self.customers[6:])

    def test_migration_of_the_period_and_of_a_month(self):
        """Who bought in April falls asleep in May, and new customers arrive."""
        moves = self.env["crm.nesl.move"].search(
            [("company_id", "=", self.company.id), ("date", ">=", date(2025, 4, 1))]
        )
        table = self._table("migration")
        counted = {
            (row_index, column - 1): cell["value"]
            for row_index, row in enumerate(table["rows"])
            for column, cell in enumerate(row)
            if column and cell["value"]
        }
        self.assertEqual(sum(counted.values()), len(moves))
        # new 0, existing 1, sleeping 2, lost 3
        self.assertEqual(set(counted), {(0, 1), (0, 2), (1, 2)})
        may = self._table("migration", month="2025-05-01")
        self.assertEqual(may["options"][0]["value"], "2025-05-01")
        of_may = moves.filtered(lambda move: move.date.month == 5)
        self.assertTrue(of_may)
        self.assertLess(len(of_may), len(moves))
        opened = self.env["crm.nesl.move"]
        for row in may["rows"]:
            for cell in row[1:]:
                if cell["value"]:
                    found = self._opened(cell)
                    self.assertEqual(len(found), cell["value"])
                    opened |= found
        self.assertEqual(opened, of_may)

    def test_a_month_outside_the_period_is_the_period(self):
        table = self._table("migration", month="2020-01-01")
        self.assertEqual(table["options"][0]["value"], "")
        self.assertEqual(self._values(table), self._values(self._table("migration")))
