from datetime import date

from odoo.tests import freeze_time, tagged

from .common_segment import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentMembers(SegmentCase):
    """Frozen copies, who entered and left, daily counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls._segment([("city", "=", "Tainan")], name="Tainan")
        (cls.existing | cls.lost).city = "Tainan"

    def _members(self, segment=None):
        """[(name, entered, left)] in the order of the names."""
        members = self.env["crm.segment.member"].search(
            [("segment_id", "=", (segment or self.segment).id)]
        )
        return sorted(
            (m.partner_id.name.split()[0], m.entered_on, m.left_on) for m in members
        )

    def _count_on(self, day):
        with freeze_time(f"{day} 04:00:00"):
            self.segment._take_count()

    def test_members_by_day(self):
        d1, d2, d3 = date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 3)
        self._count_on(d1)
        self.lost.city, self.never.city = "Keelung", "Tainan"
        self._count_on(d2)
        self._count_on(d2)
        self.lost.city = "Tainan"
        self._count_on(d3)
        self.assertEqual(
            self._members(),
            [
                ("Anna", d1, False),
                ("Cai", d1, d2),
                ("Cai", d3, False),
                ("Dora", d2, False),
            ],
        )
        counts = self.env["crm.segment.count"].search(
            [("segment_id", "=", self.segment.id)], order="date"
        )
        self.assertEqual(counts.mapped("date"), [d1, d2, d3])
        self.assertEqual(counts.mapped("count"), [2, 2, 3])
        self.assertEqual((self.segment.last_count, self.segment.counted_on), (3, d3))
        self._check_changes(d1, d2, d3)

    def _check_changes(self, d1, d2, d3):
        self.assertEqual(self.segment.tracked_since, d1)
        members = self.env["crm.segment.member"]
        for since, entered, left in ((d1, 2, 1), (d2, 2, 1), (d3, 1, 0)):
            self.segment.changes_since = since
            found = (self.segment.entered_count, self.segment.left_count)
            self.assertEqual(found, (entered, left), since)
            for change, count in (("entered", entered), ("left", left)):
                action = self.segment.with_context(
                    change=change, since=str(since)
                ).action_open_changes()
                self.assertEqual(members.search_count(action["domain"]), count)

    def test_the_day_is_the_companys(self):
        with freeze_time("2025-07-01 16:30:00"):  # 00:30 on the 2nd in Taipei
            self.segment._take_count()
        self.assertEqual(self.segment.counted_on, date(2025, 7, 2))

    def test_frozen_copy_keeps_its_contacts(self):
        with freeze_time("2025-07-01 04:00:00"):
            frozen = self.segment._freeze()
        self.assertEqual(frozen.name, "Tainan (2025-07-01)")
        self.assertEqual(frozen.frozen_from_id, self.segment)
        self.never.city = "Tainan"
        self.lost.city = "Keelung"
        self.assertEqual(self._found(frozen), self.existing | self.lost)
        self.assertEqual(self._found(self.segment), self.existing | self.never)
        frozen._take_count()
        self.assertEqual(frozen.count, 2)
        self.assertEqual(frozen.last_count, 2)
        again = self._segment([("id", "=", self.never.id)], name="Again")
        again.include_ids = frozen
        self.assertEqual(self._found(again), self.existing | self.lost | self.never)
        self.assertEqual(self._found(again._freeze()), self._found(again))
        action = self.segment.action_freeze()
        self.assertEqual(self.segments.browse(action["res_id"]).kind, "frozen")

    def test_members_are_forgotten_on_demand(self):
        self.segment._take_count()
        frozen = self.segment._freeze()
        self.assertTrue(self._members())
        (self.segment | frozen).track_members = False
        self.assertFalse(self._members())
        self.assertFalse(self.segment.tracked_since)
        self.segment._take_count()
        self.assertFalse(self._members())
        self.assertEqual(len(self._members(frozen)), 2)

    def test_daily_job_counts_once_a_day(self):
        others = self.segments.search([]) - self.segment
        others.active = False
        cron = self.env.ref("crm_segments.ir_cron_segment_count")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        today = self.company._stats_today()
        self.assertEqual(self.segment.counted_on, today)
        self.assertEqual(len(self._members()), 2)
        self.never.city = "Tainan"
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.segment.last_count, 2)

    def test_a_filter_that_breaks_keeps_the_last_count(self):
        self.segment._take_count()
        self.env.cr.execute(
            "UPDATE crm_segment SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", self.segment.id],
        )
        self.segment.invalidate_recordset()
        for _day in range(2):
            self.segment._take_count()
        self.assertEqual(self.segment.last_count, 2)
        self.assertFalse(self.segment.counted_on)
        self.assertEqual(len(self._members()), 2)
        notes = self.segment.message_ids.filtered(lambda m: "gone" in m.body)
        self.assertEqual(len(notes), 1)

    def test_merged_contacts_leave_one_membership(self):
        self.segment._take_count()
        other = self._segment([("id", "=", self.lost.id)], name="Other")
        other._take_count()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.existing | self.lost).ids, self.existing
        )
        self.env.invalidate_all()
        self.assertEqual([row[0] for row in self._members()], ["Anna"])
        self.assertEqual([row[0] for row in self._members(other)], ["Anna"])

    def test_deleted_contacts_are_gone(self):
        self.never.city = "Tainan"
        self.segment._take_count()
        self.never.unlink()
        self.assertEqual([row[0] for row in self._members()], ["Anna", "Cai"])
