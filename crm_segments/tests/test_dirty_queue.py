from datetime import date

from odoo.tests import tagged

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestDirtyQueue(SegmentsCase):
    """Each kind of change is seen by the next incremental refresh."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls._create_customer("One")
        cls.two = cls._create_customer("Two")
        cls.order = cls._create_order(cls.one, date(2025, 6, 1), 1000)
        cls.stats._refresh(today=TODAY)

    def _queued(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT DISTINCT partner_id FROM crm_stats_queue")
        return {partner_id for [partner_id] in self.env.cr.fetchall()}

    def _refresh_and_prove(self):
        """Refresh what is queued; a full refresh then finds nothing to correct."""
        self.stats._refresh(today=TODAY)
        self.assertFalse(self._queued())
        self.assertFalse(self.stats._refresh(full=True, today=TODAY))

    def _counts(self):
        return self._row(self.one).order_count, self._row(self.two).order_count

    def test_refresh_empties_the_queue(self):
        self.assertFalse(self._queued())
        self.order.order_line.price_unit = 5
        self.assertEqual(self._queued(), {self.one.id})
        self._refresh_and_prove()
        self.assertEqual(self._row(self.one).amount_total, 5)

    def test_irrelevant_write_queues_nothing(self):
        self.order.client_order_ref = "PO-1"
        self.one.phone = "02 2345 6789"
        self.assertFalse(self._queued())

    def test_reassigned_order_queues_both(self):
        self.order.partner_id = self.two
        self.assertEqual(self._queued(), {self.one.id, self.two.id})
        self._refresh_and_prove()
        self.assertEqual(self._counts(), (0, 1))
        self.assertEqual(self.one.nesl, "new")
        self.assertEqual(self.two.nesl, "existing")

    def test_moved_date(self):
        self.order.date_order = "2024-01-01 04:00:00"
        self._refresh_and_prove()
        self.assertEqual(self._row(self.one).nesl, "lost")

    def test_deleted_order(self):
        self.order.action_cancel()
        self.order.unlink()
        self._refresh_and_prove()
        self.assertFalse(self._row(self.one))

    def test_new_parent_takes_the_purchases(self):
        firm = self._create_customer("Firm", is_company=True)
        self.one.parent_id = firm
        self._refresh_and_prove()
        self.assertFalse(self._row(self.one))
        self.assertEqual(self._row(firm).order_count, 1)
        self.assertEqual(self.one.nesl, "existing")
        self.one.parent_id = False
        self._refresh_and_prove()
        self.assertFalse(self._row(firm))
        self.assertEqual(self._row(self.one).order_count, 1)

    def test_contact_under_a_person_that_becomes_a_company(self):
        child = self._create_customer("Child", parent_id=self.two.id)
        self._create_order(child, date(2025, 6, 5))
        self._refresh_and_prove()
        self.assertEqual(self._row(self.two).order_count, 1)
        child.is_company = True
        self._refresh_and_prove()
        self.assertFalse(self._row(self.two))
        self.assertEqual(self._row(child).order_count, 1)

    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (source | target).ids, target, extra_checks=False
        )

    def test_merge_into_a_customer_with_a_row(self):
        self._create_order(self.two, date(2025, 6, 10), 500)
        self.stats._refresh(today=TODAY)
        moves = len(self._moves(self.one)) + len(self._moves(self.two))
        self._merge(self.one, self.two)
        self._refresh_and_prove()
        row = self._row(self.two)
        self.assertEqual((row.order_count, row.amount_total), (2, 1500))
        self.assertFalse(self.one.exists())
        self.assertEqual(len(self._moves(self.two)), moves)

    def test_merge_into_a_contact_without_a_row(self):
        self._merge(self.one, self.two)
        self._refresh_and_prove()
        self.assertEqual(self._row(self.two).order_count, 1)

    def test_merge_of_the_parent_company(self):
        firm = self._create_customer("Firm", is_company=True)
        other = self._create_customer("Firm Ltd.", is_company=True)
        self.one.parent_id = firm
        self.stats._refresh(today=TODAY)
        self._merge(firm, other)
        self._refresh_and_prove()
        self.assertEqual(self._row(other).order_count, 1)

    def test_deleted_contact(self):
        prospect = self._create_customer("Prospect", customer_rank=1)
        self.stats._refresh(today=TODAY)
        self.assertTrue(self._row(prospect))
        partner_id = prospect.id
        prospect.unlink()
        self._refresh_and_prove()
        self.assertFalse(self.stats.search([("partner_id", "=", partner_id)]))

    def test_rule_time_zone_and_new_company_ask_for_a_full_refresh(self):
        self.company.nesl_main_orders = 7
        self.assertEqual(self._queued(), {None})
        self.stats._refresh(today=TODAY)
        self.company.partner_id.tz = "Asia/Tokyo"
        self.assertEqual(self._queued(), {None})
        self.stats._refresh(today=TODAY)
        self._create_company("Another")
        self.assertIn(None, self._queued())
        self._refresh_and_prove()

    def test_changed_customer_wakes_the_refresh_job(self):
        cron = self.env.ref("crm_segments.ir_cron_stats_refresh")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.env.cr.precommit.clear()
        self.order.order_line.price_unit = 5
        self._create_order(self.two, date(2025, 6, 10))
        self.env.cr.flush()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(triggers), 1)
