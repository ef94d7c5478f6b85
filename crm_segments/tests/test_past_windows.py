from datetime import date
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import crm_stats_engine_state as state
from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestPastWindows(SegmentsCase):
    """The window of a sleeping customer is computed when its transactions changed,
    and taken from the row when its seal says that they did not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer()
        cls.first, cls.middle, cls.last = (
            cls._create_order(cls.customer, day, amount)
            for day, amount in (
                (date(2025, 1, 5), 100),
                (date(2025, 2, 20), 200),
                (date(2025, 3, 10), 300),
            )
        )
        cls.stats._refresh(full=True, today=TODAY)
        cls.env.flush_all()

    def _window(self):
        row = self._row(self.customer)
        return row.order_count_window, row.amount_window

    def _computed(self):
        """A full refresh; :return: the customers whose windows were computed"""
        found = []
        run = self.registry["crm.partner.stats"]._run

        def spy(stats, *statements):
            rows = 0
            for statement in statements:
                rows += run(stats, statement)
                if "INTO crm_stats_window " in statement.code:
                    scope = SQL("SELECT partner_id FROM crm_stats_window_scope")
                    found.extend(row[0] for row in stats.env.execute_query(scope))
            return rows

        with patch.object(self.registry["crm.partner.stats"], "_run", spy):
            self.stats._refresh(full=True, today=TODAY)
        return self.customer.id in found

    def _sql(self, query, *args):
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def test_unchanged_is_not_computed_again(self):
        self.assertEqual(self._window(), (2, 500))
        self.assertFalse(self._computed())
        self.assertEqual(self._window(), (2, 500))

    def test_a_day_changed_behind_odoo_is_seen(self):
        """First, last, count and sums of the customer stay the same."""
        self._sql(
            "UPDATE sale_order SET date_order = '2025-02-01 04:00:00' WHERE id = %s",
            self.middle.id,
        )
        self.assertTrue(self._computed())
        self.assertEqual(self._window(), (1, 300))

    def test_swapped_amounts_are_seen(self):
        for order, amount in ((self.first, 200), (self.middle, 100)):
            self._sql(
                "UPDATE sale_order SET amount_untaxed = %s WHERE id = %s",
                amount,
                order.id,
            )
        self.assertTrue(self._computed())
        self.assertEqual(self._window(), (2, 400))

    def test_a_spoiled_figure_is_put_right(self):
        for column in ("amount_window", "order_count_window", "window_seal"):
            with self.subTest(column=column):
                self._sql(
                    "UPDATE crm_partner_stats SET %s = 7 WHERE partner_id = %s",
                    SQL.identifier(column),
                    self.customer.id,
                )
                self.assertTrue(self._computed())
                self.assertEqual(self._window(), (2, 500))

    def test_another_span_is_another_window(self):
        self.company.nesl_window_months = 3
        self.assertTrue(self._computed())
        self.assertEqual(self._window(), (3, 600))

    def test_the_seal_is_of_the_past_only(self):
        self.assertTrue(self._row(self.customer).window_seal)
        self.stats._refresh(full=True, today=date(2025, 3, 12))
        self.assertFalse(self._row(self.customer).window_seal)
        self.assertEqual(self._window(), (2, 500))

    def test_equal_numbers_have_equal_seals(self):
        seals = [
            self.env.execute_query(
                SQL("SELECT %s", state.seal(5, SQL("%s::int", 1), count, amount))
            )
            for count, amount in (
                (2, SQL("500")),
                (2, SQL("500.00")),
                (3, SQL("500")),
                (2, SQL("501")),
            )
        ]
        self.assertEqual(seals[0], seals[1])
        self.assertEqual(len({seal[0] for seal in seals}), 3)
