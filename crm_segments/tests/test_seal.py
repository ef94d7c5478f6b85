from datetime import date
from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .. import pre_init_hook
from ..models.crm_stats_engine_seal import FACTS
from .common import SegmentsCase

TODAY = date(2025, 6, 30)
#: a wrong value for each column; for the others 7
WRONG = {
    "nesl": "existing",
    "rfm_cell": "999",
    "is_main": True,
    "is_important": True,
} | dict.fromkeys(
    (
        "first_order_date",
        "last_order_date",
        "nesl_since",
        "next_transition_date",
        "recompute_on",
    ),
    date(2025, 12, 1),
)


@tagged("post_install", "-at_install")
class TestSeal(SegmentsCase):
    """A full refresh computes the customers whose rows are not proved right, and none
    besides."""

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
        # others, so that one that differs is few
        for number in range(9):
            cls._create_order(cls._create_customer(f"C{number}"), date(2025, 3, 1))
        cls.prospect = cls._create_customer("Prospect", customer_rank=1)
        cls.stats._refresh(full=True, today=TODAY)
        cls.env.flush_all()

    def _window(self):
        row = self._row(self.customer)
        return row.order_count_window, row.amount_window

    def _computed(self, refresh=None):
        """Run a full refresh; :return: the customers that were computed"""
        found = set()
        run = self.registry["crm.partner.stats"]._run

        def spy(stats, *statements):
            rows = 0
            for statement in statements:
                rows += run(stats, statement)
                if "TABLE crm_stats_changed" in statement.code:
                    query = SQL("SELECT partner_id FROM crm_stats_agg")
                    found.update(row[0] for row in stats.env.execute_query(query))
            return rows

        with patch.object(self.registry["crm.partner.stats"], "_run", spy):
            if refresh:
                refresh()
            else:
                self.stats._refresh(full=True, today=TODAY)
        return found

    def _facts(self):
        return {row: [row[name] for name in FACTS] for row in self.stats.search([])}

    def _sql(self, query, *args):
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def test_nothing_changed_is_not_computed_again(self):
        self.assertFalse(self._computed())
        self.assertEqual(self._window(), (2, 500))

    def test_a_day_changed_behind_odoo_is_seen(self):
        """First, last, count and sums of the customer stay the same."""
        self._sql(
            "UPDATE sale_order SET date_order = '2025-02-01 04:00:00' WHERE id = %s",
            self.middle.id,
        )
        self.assertEqual(self._computed(), {self.customer.id})
        self.assertEqual(self._window(), (1, 300))

    def test_swapped_amounts_are_seen(self):
        for order, amount in ((self.first, 200), (self.middle, 100)):
            self._sql(
                "UPDATE sale_order SET amount_untaxed = %s WHERE id = %s",
                amount,
                order.id,
            )
        self.assertEqual(self._computed(), {self.customer.id})
        self.assertEqual(self._window(), (2, 400))

    def test_same_amount_with_other_digits_is_the_same(self):
        self._sql(
            "UPDATE sale_order SET amount_untaxed = 200.000 WHERE id = %s",
            self.middle.id,
        )
        self.assertFalse(self._computed())

    def test_a_later_order_is_seen(self):
        """It changes no figure yet, but the day that does."""
        self._sql(
            "UPDATE sale_order SET date_order = '2025-08-01 04:00:00' WHERE id = %s",
            self.last.id,
        )
        self.assertEqual(self._computed(), {self.customer.id})
        self.assertEqual(self._row(self.customer).recompute_on, date(2025, 8, 1))
        self.assertFalse(self._computed())
        self._sql(
            "UPDATE sale_order SET date_order = '2025-07-08 04:00:00' WHERE id = %s",
            self.last.id,
        )
        self.assertEqual(self._computed(), {self.customer.id})
        self.assertEqual(self._row(self.customer).recompute_on, date(2025, 7, 8))

    def test_an_order_of_another_contact_is_seen_on_both(self):
        self._sql(
            "UPDATE sale_order SET partner_id = %s WHERE id = %s",
            self.prospect.id,
            self.last.id,
        )
        self.assertEqual(self._computed(), {self.customer.id, self.prospect.id})
        self.assertEqual(self._row(self.prospect).order_count, 1)

    def test_a_prospect_that_goes_and_comes(self):
        rank = "UPDATE res_partner SET customer_rank = %s WHERE id = %s"
        self._sql(rank, 0, self.prospect.id)
        self._computed()
        self.assertFalse(self._row(self.prospect))
        self._sql(rank, 1, self.prospect.id)
        self.assertEqual(self._computed(), {self.prospect.id})
        self.assertEqual(self._row(self.prospect).nesl, "new")
        self.assertFalse(self._computed())

    def test_each_spoiled_column_is_put_right(self):
        before = self._facts()
        for column in (*FACTS, "seal"):
            with self.subTest(column=column):
                self._sql(
                    "UPDATE crm_partner_stats SET %s = %s WHERE partner_id = %s",
                    SQL.identifier(column),
                    WRONG.get(column, 7),
                    self.customer.id,
                )
                self.assertEqual(self._computed(), {self.customer.id})
                self.assertEqual(self._facts(), before)

    def test_a_spoiled_row_keeps_no_seal_when_it_is_rescored(self):
        self._sql(
            "UPDATE crm_partner_stats SET amount_total = 7 WHERE partner_id = %s",
            self.customer.id,
        )
        # other cut-points: more customers with high amounts in the year
        for number in range(9):
            self._create_order(
                self._create_customer(f"D{number}"), date(2025, 6, 1), 9000
            )
        self.stats._refresh(today=TODAY)
        self.assertNotEqual(self._row(self.customer).m_score, 5)
        self.assertEqual(self._row(self.customer).amount_total, 7)
        self.stats._refresh(full=True, today=TODAY)
        self.assertEqual(self._row(self.customer).amount_total, 600)

    def test_rows_that_were_rescored_are_proved(self):
        self._create_order(self._create_customer("D"), date(2025, 6, 1), 9000)
        self.stats._refresh(today=TODAY)
        self.assertFalse(self._computed())

    def test_spoiled_cut_points_are_put_right(self):
        before = self._facts()
        self._sql(
            "UPDATE crm_rfm_cut SET monetary_4 = 1 WHERE company_id = %s",
            self.company.id,
        )
        self.stats._refresh(full=True, today=TODAY)
        self.assertEqual(self._facts(), before)
        self.assertFalse(self._computed())

    def test_another_rule_is_another_seal(self):
        self.company.nesl_window_months = 3
        self.assertIn(self.customer.id, self._computed())
        self.assertEqual(self._window(), (3, 600))

    def test_time_that_comes(self):
        row = self._row(self.customer)
        turns = row.next_transition_date
        self.assertFalse(
            self._computed(lambda: self.stats._refresh(full=True, today=TODAY))
        )
        self._computed(lambda: self.stats._refresh(full=True, today=turns))
        self.assertEqual(self._row(self.customer).nesl, "lost")
        # and back to the day before
        self._computed(lambda: self.stats._refresh(full=True, today=TODAY))
        self.assertEqual(self._row(self.customer).nesl, "sleeping")

    def _rebuild(self):
        """A rebuild; :return: the number of its steps"""
        rebuild, steps = self.env["crm.stats.rebuild"]._start(), 0
        while rebuild.state == "running":
            rebuild._step()
            steps += 1
        self.assertEqual(rebuild.done, rebuild.total)
        return steps

    def test_a_rebuild_with_little_to_do_is_one_step(self):
        self.stats._refresh()  # what is proved is of today
        self._sql(
            "UPDATE crm_partner_stats SET amount_total = 7 WHERE partner_id = %s",
            self.customer.id,
        )
        self.assertEqual(self._rebuild(), 1)
        self.assertEqual(self._row(self.customer).amount_total, 600)
        self._sql("UPDATE crm_partner_stats SET amount_total = 7")
        self.assertGreater(self._rebuild(), 1)
        self.assertEqual(self._row(self.customer).amount_total, 600)

    def test_a_server_that_cannot_hash_rows_is_refused(self):
        def env(version):
            connection = SimpleNamespace(server_version=version)
            return SimpleNamespace(
                cr=SimpleNamespace(connection=connection), _=self.env._
            )

        pre_init_hook(env(140000))
        with self.assertRaisesRegex(UserError, "PostgreSQL 14 or newer"):
            pre_init_hook(env(130011))
