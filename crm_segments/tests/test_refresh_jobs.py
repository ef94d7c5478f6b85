from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from ..models.crm_partner_stats_refresh import REFRESH_LOCK
from .common import SegmentsCase


@tagged("post_install", "-at_install")
class TestRefreshJobs(SegmentsCase):
    """Today, the two jobs and the two buttons."""

    def test_today_is_the_date_in_the_company_time_zone(self):
        with freeze_time("2025-06-01 15:59:00"):
            self.assertEqual(self.company._stats_today(), date(2025, 6, 1))
        with freeze_time("2025-06-01 16:00:00"):
            self.assertEqual(self.company._stats_today(), date(2025, 6, 2))
            self.stats._refresh()
        self.assertEqual(self.company.crm_stats_refreshed_on, date(2025, 6, 2))

    def test_time_zone_defaults_to_taipei(self):
        self.company.partner_id.tz = False
        self.assertEqual(self.company._stats_tz(), "Asia/Taipei")

    def test_refresh_job_works_in_batches(self):
        customers = [self._create_customer(f"C{n}", customer_rank=1) for n in range(5)]
        self.stats._refresh()  # today, so that nothing else is due
        for customer in customers:
            self._create_order(customer, date(2025, 6, 1))
        self.env.flush_all()
        self.env["crm.stats.queue"].search([]).unlink()
        self.env["crm.stats.queue"]._push([customer.id for customer in customers])
        limits = []
        refresh = self.registry["crm.partner.stats"]._refresh

        def spy(model, *args, **kwargs):
            limits.append(kwargs.get("limit"))
            return refresh(model, *args, **kwargs)

        self.env.flush_all()
        path = "odoo.addons.crm_segments.models.crm_partner_stats_refresh.CRON_BATCH"
        with (
            patch(path, 2),
            patch.object(self.registry["crm.partner.stats"], "_refresh", spy),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("crm_segments.ir_cron_stats_refresh").method_direct_trigger()
        self.assertEqual(limits, [2, 2, 2])
        self.stats.invalidate_model()
        for customer in customers:
            self.assertEqual(self._row(customer).order_count, 1)

    def test_rebuild_job_finds_what_no_hook_has_seen(self):
        customer = self._create_customer()
        order = self._create_order(customer, date(2025, 6, 1))
        self.stats._refresh()
        self.env.cr.execute(
            "UPDATE sale_order SET amount_untaxed = 77 WHERE id = %s", [order.id]
        )
        self.stats._refresh()
        self.assertEqual(self._row(customer).amount_total, 1000)
        with self.enter_registry_test_mode():
            self.env.ref("crm_segments.ir_cron_stats_rebuild").method_direct_trigger()
        self.stats.invalidate_model()
        self.assertEqual(self._row(customer).amount_total, 77)

    def test_refresh_button(self):
        customer = self._create_customer()
        self._create_order(customer, date(2025, 6, 1))
        user = new_test_user(
            self.env, "seg_user", groups="crm_segments.group_crm_segments_user"
        )
        action = self.stats.with_user(user).action_refresh()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(self._row(customer).order_count, 1)
        with self.assertRaises(AccessError):
            self.stats.with_user(user).action_rebuild()

    def test_rebuild_button(self):
        manager = new_test_user(
            self.env, "seg_manager", groups="crm_segments.group_crm_segments_manager"
        )
        action = self.stats.with_user(manager).action_rebuild()
        self.assertEqual(action["res_model"], "crm.stats.rebuild")
        rebuild = self.env["crm.stats.rebuild"].browse(action["res_id"])
        self.assertEqual(rebuild.state, "running")

    def test_buttons_refuse_salespeople(self):
        salesman = new_test_user(
            self.env, "seg_salesman", groups="sales_team.group_sale_salesman"
        )
        for button in ("action_refresh", "action_rebuild"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(self.stats.with_user(salesman), button)()


@tagged("post_install", "-at_install")
class TestRefreshLock(TransactionCase):
    """Two refreshes never run at the same time."""

    def test_refresh_refuses_while_another_runs(self):
        with self.registry.cursor() as other:
            other.execute("SELECT pg_try_advisory_xact_lock(%s)", [REFRESH_LOCK])
            self.assertEqual(other.fetchone(), (True,))
            with self.assertRaisesRegex(LockError, "being refreshed already"):
                self.env["crm.partner.stats"]._refresh()
            self.env.flush_all()
            with self.enter_registry_test_mode():
                # the jobs leave it to the other refresh, or to their next run
                for job in ("ir_cron_stats_refresh", "ir_cron_stats_rebuild"):
                    self.env.ref(f"crm_segments.{job}").method_direct_trigger()
            rebuild = self.env["crm.stats.rebuild"]._running()
            self.assertEqual((rebuild.reached_id, rebuild.done), (0, 0))
        with self.enter_registry_test_mode():
            self.env.ref("crm_segments.ir_cron_stats_rebuild").method_direct_trigger()
        self.assertEqual(rebuild.state, "done")
