from datetime import date

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestSnapshot(SegmentsCase):
    """The counts of a day are recorded once, by the refresh."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.snapshot = cls.env["crm.segment.snapshot"]
        for number, when in enumerate(
            (date(2025, 6, 1), date(2025, 6, 10), date(2025, 3, 1), date(2024, 7, 1))
        ):
            customer = cls._create_customer(f"C{number}")
            cls._create_order(customer, when, 100 * (number + 1))
        cls._create_customer("Prospect", customer_rank=1)

    def _counts(self, day=TODAY):
        """{state: (customers, amount)} of a day."""
        groups = self.snapshot._read_group(
            [("company_id", "=", self.company.id), ("date", "=", day)],
            ["nesl"],
            ["customers:sum", "amount:sum"],
        )
        return {state: (customers, amount) for state, customers, amount in groups}

    def test_counts_by_state_and_cell(self):
        self.stats._refresh(today=TODAY)
        counts = self._counts()
        self.assertEqual(counts["existing"], (2, 300))
        self.assertEqual(counts["sleeping"], (1, 300))
        self.assertEqual(counts["lost"], (1, 400))
        self.assertGreaterEqual(counts["new"][0], 1)
        self.assertEqual(counts["new"][1], 0)
        mine = [("company_id", "=", self.company.id), ("date", "=", TODAY)]
        cells = self.snapshot.search([*mine, ("nesl", "!=", "new")])
        self.assertEqual(
            sorted(cells.mapped("rfm_cell")),
            sorted(
                self.stats.search(
                    [("company_id", "=", self.company.id), ("nesl", "!=", "new")]
                ).mapped("rfm_cell")
            ),
        )

    def test_first_refresh_of_the_day_counts(self):
        self.stats._refresh(today=TODAY)
        counts = self._counts()
        self._create_order(self._create_customer("Late"), TODAY)
        self.stats._refresh(today=TODAY)
        self.stats._refresh(full=True, today=TODAY)
        self.assertEqual(self._counts(), counts)
        self.stats._refresh(today=date(2025, 7, 1))
        self.assertEqual(self._counts(date(2025, 7, 1))["existing"][0], 3)

    def test_states_come_in_the_order_of_a_customers_life(self):
        self.stats._refresh(today=TODAY)
        self.assertEqual(list(self._counts()), ["new", "existing", "sleeping", "lost"])

    def test_rebuild_in_steps_counts_at_its_end(self):
        rebuild = self.env["crm.stats.rebuild"]._start()
        today = self.company._stats_today()
        self.stats._refresh_range(0, rebuild.search([], limit=1).id)
        self.assertFalse(self._counts(today))
        rebuild._step()
        self.assertFalse(self._counts(today))
        rebuild._step()
        self.assertEqual(rebuild.state, "done")
        self.assertEqual(self._counts(today)["lost"], (4, 0))

    def test_append_only(self):
        self.stats._refresh(today=TODAY)
        row = self.snapshot.search([("company_id", "=", self.company.id)], limit=1)
        with self.assertRaises(UserError):
            row.customers = 9
        with self.assertRaises(UserError):
            row.unlink()
        with self.assertRaises(UserError):
            self.snapshot.create({"date": TODAY})
        for statement in (
            "UPDATE crm_segment_snapshot SET customers = 9",
            "DELETE FROM crm_segment_snapshot",
            "TRUNCATE crm_segment_snapshot",
        ):
            with (
                self.subTest(statement=statement),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.cr.execute(statement)
