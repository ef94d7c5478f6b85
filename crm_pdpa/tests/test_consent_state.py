from datetime import datetime

from odoo.tests import tagged

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestConsentState(PdpaCase):
    def _record(self, event, channels=None, day=None, partners=None):
        return self.receipt._record(
            partners or self.anna,
            "marketing",
            event,
            channels,
            occurred_at=day and datetime(2026, 1, day),
        )

    def _rows(self):
        return self.env["pdpa.consent"].search_read(
            [("partner_id", "in", self.partners.ids)],
            [
                "partner_id",
                "purpose_id",
                "channel_id",
                "company_id",
                "state",
                "last_receipt_id",
                "since",
            ],
            order="partner_id, purpose_id, channel_id",
        )

    def test_state_follows_each_channel(self):
        self._record("grant", ["email", "sms"])
        withdrawal = self._record("withdraw", ["sms"])
        self._record("deny", ["phone"])
        self.assertEqual(
            self._states(),
            {
                ("Anna", "marketing", "email"): "granted",
                ("Anna", "marketing", "sms"): "withdrawn",
                ("Anna", "marketing", "phone"): "denied",
            },
        )
        sms = self.anna.pdpa_consent_ids.filtered(lambda c: c.channel_id.code == "sms")
        self.assertEqual(sms.last_receipt_id, withdrawal)
        self.assertEqual(sms.since, withdrawal.occurred_at)
        self.assertEqual(sms.display_name, "Marketing / SMS: Withdrawn")

    def test_consent_can_be_given_again(self):
        for event, state in (
            ("grant", "granted"),
            ("withdraw", "withdrawn"),
            ("grant", "granted"),
        ):
            self._record(event, ["email"])
            self.assertEqual(set(self._states().values()), {state})
        self.assertEqual(self.anna.pdpa_receipt_count, 3)

    def test_late_paper_form_does_not_undo_a_newer_withdrawal(self):
        self._record("withdraw", ["email"], day=20)
        self._record("grant", ["email"], day=10)
        self.assertEqual(set(self._states().values()), {"withdrawn"})
        self._record("grant", ["email"], day=30)
        self.assertEqual(set(self._states().values()), {"granted"})

    def test_answer_and_state_share_a_transaction(self):
        self._record("grant")
        before = self._rows()
        with self.env.cr.savepoint() as savepoint:
            self._record("withdraw")
            self.assertFalse(self.gate._filter(self.anna, "marketing", "email"))
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertEqual(self._rows(), before)
        self.assertTrue(self.gate._filter(self.anna, "marketing", "email"))

    def test_rebuild_gives_the_same_rows(self):
        self._record("grant", partners=self.partners, day=3)
        self._record("withdraw", ["sms", "line"], day=9)
        self._record("grant", ["line"], day=5)
        self._record("deny", ["post"], day=9, partners=self.ben)
        self.receipt._record(self.ben, "service", "deny")
        rows = self._rows()
        self.assertEqual(len(rows), 3 * 5 + 5)
        self.env.cr.execute(
            "UPDATE pdpa_consent SET state = 'granted' WHERE partner_id = ANY(%s)",
            [self.partners.ids],
        )
        self.env["pdpa.consent"]._rebuild(self.partners)
        strip = [{**row, "id": 0} for row in rows]
        self.assertEqual([{**row, "id": 0} for row in self._rows()], strip)

    def test_rebuild_leaves_others_alone(self):
        self._record("grant", partners=self.partners)
        rows = self._rows()
        self.env["pdpa.consent"]._rebuild(self.env["res.partner"])
        self.assertEqual(self._rows(), rows)

    def test_screens_see_the_change_at_once(self):
        self.assertFalse(self.anna.pdpa_marketing_email)
        self.assertFalse(self.anna.pdpa_consent_ids)
        self._record("grant", ["email"])
        self.assertTrue(self.anna.pdpa_marketing_email)
        self.assertFalse(self.anna.pdpa_marketing_sms)
        self.assertEqual(len(self.anna.pdpa_consent_ids), 1)
        self._record("withdraw", ["email"])
        self.assertFalse(self.anna.pdpa_marketing_email)
