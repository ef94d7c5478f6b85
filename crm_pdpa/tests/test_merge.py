from datetime import datetime

from odoo.tests import tagged

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestMerge(PdpaCase):
    def test_receipts_follow_the_remaining_contact(self):
        kept = self.receipt._record(
            self.anna, "marketing", "grant", occurred_at=datetime(2026, 1, 10)
        )
        moved = self.receipt
        for event, channel, day in (("withdraw", "sms", 20), ("deny", "line", 5)):
            moved |= self.receipt._record(
                self.ben,
                "marketing",
                event,
                [channel],
                occurred_at=datetime(2026, 1, day),
            )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.anna | self.ben).ids, self.anna)
        self.assertFalse(self.ben.exists())
        self.assertEqual(self.anna.pdpa_receipt_ids, kept | moved)
        states = self._states(self.anna)
        self.assertEqual(states["Anna", "marketing", "email"], "granted")
        self.assertEqual(states["Anna", "marketing", "sms"], "withdrawn")
        self.assertEqual(states["Anna", "marketing", "line"], "granted")
        self.assertFalse(self.gate._filter(self.anna, "marketing", "sms"))

    def test_merge_without_receipts(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.anna | self.ben).ids, self.anna)
        self.assertFalse(self.ben.exists())

    def test_setting_does_not_outlive_the_merge(self):
        self.receipt._record(self.ben, "marketing", "grant")
        self.receipt._repoint(self.ben, self.anna)
        self.env.cr.execute("SELECT current_setting('pdpa.repoint', true)")
        self.assertFalse(self.env.cr.fetchone()[0])
