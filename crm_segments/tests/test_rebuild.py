from datetime import date
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from ..models.crm_stats_engine_store import FACTS
from .common import SegmentsCase

CHUNK = "odoo.addons.crm_segments.models.crm_stats_rebuild.CHUNK"


@tagged("post_install", "-at_install")
class TestRebuild(SegmentsCase):
    """The rebuild in steps: same rows as in one go, from wherever it was left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [cls._create_customer(f"C{n}") for n in range(8)]
        for number, customer in enumerate(cls.customers):
            for month in range(1, 1 + number % 4):
                cls._create_order(customer, date(2025, month, 10), 500 * number)
        cls.rebuild = cls.env["crm.stats.rebuild"]
        cls.job = cls.env.ref("crm_segments.ir_cron_stats_rebuild")

    def _spoil(self):
        """Make every stored row wrong behind Odoo's back, and one a stray."""
        self.stats._refresh()
        self.env["crm.rfm.cut"].flush_model()
        self.env.cr.execute("UPDATE crm_partner_stats SET amount_total = 1")
        self.env.cr.execute("UPDATE crm_rfm_cut SET monetary_4 = 1")
        self.env.cr.execute(
            "INSERT INTO crm_partner_stats (partner_id, company_id, nesl)"
            " VALUES (%s, %s, 'lost')",
            [self._create_customer("Stray").id, self.company.id],
        )
        self.env.invalidate_all()

    def _assert_right(self):
        """A full refresh in one go finds nothing to change, scores included."""
        names = ("partner_id", "company_id", *FACTS)
        rows = self.stats.search([])
        before = {row.id: [row[name] for name in names] for row in rows}
        self.assertEqual(self.stats._refresh(full=True), 0)
        self._recompute_all()
        self.assertEqual(
            before, {row.id: [row[name] for name in names] for row in rows}
        )

    def _start_here(self):
        """A rebuild that has the contacts before this test's behind it."""
        rebuild = self.rebuild._start()
        rebuild.reached_id = self.customers[0].id - 1
        return rebuild

    def test_job_rebuilds_all_in_steps(self):
        self._spoil()
        steps = []
        step = self.registry["crm.stats.rebuild"]._step

        def spy(rebuild):
            steps.append(rebuild.reached_id)
            return step(rebuild)

        contacts = self.env["res.partner"].with_context(active_test=False)
        chunk = contacts.search_count([]) // 4
        with (
            patch(CHUNK, chunk),
            patch.object(self.registry["crm.stats.rebuild"], "_step", spy),
            self.enter_registry_test_mode(),
        ):
            self.job.method_direct_trigger()
        rebuild = self.rebuild.search([], limit=1)
        self.assertEqual(rebuild.state, "done")
        self.assertEqual(rebuild.progress, 100)
        self.assertEqual(rebuild.done, rebuild.total)
        self.assertTrue(rebuild.ended_at)
        self.assertGreaterEqual(rebuild.changed, len(self.stats.search([])))
        self.assertGreaterEqual(len(steps), 5)
        self.assertEqual(steps, sorted(set(steps)))
        self._assert_right()

    def test_each_step_is_right_by_itself(self):
        self._spoil()
        rebuild = self._start_here()
        with patch(CHUNK, 3):
            self.assertEqual(rebuild._step(), 3)
        done, waiting = self.customers[:3], self.customers[3:]
        self.assertEqual(rebuild.reached_id, done[-1].id)
        for customer in waiting:
            self.assertEqual(self._row(customer).amount_total or 1, 1)
        self.assertEqual(self._row(done[2]).amount_total, 2000)
        # and the day's work goes on in between
        self._create_order(waiting[-1], date(2025, 5, 1), 77)
        self.stats._refresh()
        self.assertEqual(self._row(waiting[-1]).order_count, 4)
        while rebuild.state == "running":
            with patch(CHUNK, 3):
                rebuild._step()
        self.assertEqual(self._row(waiting[-1]).amount_total, 3 * 3500 + 77)

    def test_change_behind_the_reached_contact_is_seen_at_the_end(self):
        self.stats._refresh()
        rebuild = self._start_here()
        with patch(CHUNK, 3):
            rebuild._step()
            self._create_order(self.customers[0], date(2025, 5, 1), 77)
            self.customers[1].parent_id = self.customers[7]
            while rebuild.state == "running":
                rebuild._step()
        self.assertEqual(self._row(self.customers[0]).amount_total, 77)
        self.assertFalse(self._row(self.customers[1]))
        self._assert_right()

    def test_day_that_changes_in_the_middle(self):
        """Rows of the first steps turn by midnight; the last step sees that."""
        with freeze_time("2025-04-10 15:50:00"):  # in Taipei 10 April
            self.stats._refresh()
            rebuild = self._start_here()
            with patch(CHUNK, 4):
                rebuild._step()
            self.assertEqual(self._row(self.customers[3]).nesl, "existing")
        with freeze_time("2025-04-10 16:10:00"):  # 11 April
            while rebuild.state == "running":
                rebuild._step()
            self.assertEqual(self._row(self.customers[3]).nesl, "sleeping")
            self.assertEqual(self.company.crm_stats_refreshed_on, date(2025, 4, 11))
            self._assert_right()

    def test_changed_rule_begins_anew(self):
        self.stats._refresh()
        rebuild = self._start_here()
        with patch(CHUNK, 3):
            rebuild._step()
        self.company.nesl_main_orders = 0
        self.env.flush_all()
        with patch(CHUNK, 4):
            self.assertEqual(rebuild._step(), 4)
        self.assertEqual(rebuild.done, 4)
        self.assertLess(rebuild.reached_id, self.customers[0].id)
        self.assertFalse(self.stats._is_full_refresh_queued())
        while rebuild.state == "running":
            rebuild._step()
        self._assert_right()

    def test_refresh_job_leaves_a_changed_rule_to_a_rebuild(self):
        self.stats._refresh()
        self.company.nesl_main_orders = 0
        triggers = [("cron_id", "=", self.job.id)]
        self.env["ir.cron.trigger"].search(triggers).unlink()
        with self.enter_registry_test_mode():
            self.env.ref("crm_segments.ir_cron_stats_refresh").method_direct_trigger()
        self.assertTrue(self.rebuild._running())
        self.assertFalse(self.stats._is_full_refresh_queued())
        self.assertTrue(self.env["ir.cron.trigger"].search(triggers))

    def test_first_statistics_of_a_company_log_no_changes(self):
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        customer = self.customers[0]
        self._create_order(customer, date(2025, 6, 1), company_id=other.id)
        rebuild = self._start_here()
        with patch(CHUNK, 4):
            rebuild._step()
            self.assertTrue(self._row(customer, other))
            self.assertFalse(other.crm_stats_refreshed_on)
            while rebuild.state == "running":
                rebuild._step()
        self.assertTrue(other.crm_stats_refreshed_on)
        moves = self.env["crm.nesl.move"].search([("company_id", "=", other.id)])
        self.assertFalse(moves)

    def test_only_one_runs(self):
        first = self.rebuild._request()
        self.assertEqual(self.rebuild._request(), first)
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
            self.assertLogs("odoo.sql_db", "ERROR"),
        ):
            self.rebuild.create({})

    def test_cancel(self):
        manager = new_test_user(
            self.env, "seg_manager", groups="crm_segments.group_crm_segments_manager"
        )
        rebuild = self.rebuild._start()
        with self.assertRaises(AccessError):
            rebuild.with_user(new_test_user(self.env, "seg_none")).action_cancel()
        rebuild.with_user(manager).action_cancel()
        self.assertEqual(rebuild.state, "cancelled")
        ended = rebuild.ended_at
        self.assertTrue(ended)
        rebuild.with_user(manager).action_cancel()
        self.assertEqual(rebuild.ended_at, ended)
        self.assertEqual(rebuild._step(), 0)
        self.assertEqual(rebuild.done, 0)
        self.assertNotEqual(self.rebuild._request(), rebuild)

    def _work_with_conflicts(self, conflicts):
        rebuild = self.rebuild._start()
        step, failures = self.registry["crm.stats.rebuild"]._step, []

        def conflict(records):
            if len(failures) < conflicts:
                failures.append(True)
                raise psycopg2.errors.SerializationFailure
            return step(records)

        with (
            patch.object(self.registry["crm.stats.rebuild"], "_step", conflict),
            self.enter_registry_test_mode(),
        ):
            self.job.method_direct_trigger()
        return rebuild

    def test_step_that_loses_to_a_concurrent_change_is_repeated(self):
        self.assertEqual(self._work_with_conflicts(5).state, "done")
        self._assert_right()

    def test_endless_conflicts_are_left_to_the_next_run(self):
        with self.assertLogs("odoo.addons.base.models.ir_cron", "ERROR"):
            rebuild = self._work_with_conflicts(6)
        self.assertEqual((rebuild.state, rebuild.done), ("running", 0))
