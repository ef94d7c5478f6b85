from datetime import datetime, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import PdpaCase, publish_notice


@tagged("post_install", "-at_install")
class TestReceipt(PdpaCase):
    def test_grant_keeps_the_evidence(self):
        with freeze_time("2026-07-01 02:03:04"):
            receipts = self.receipt.with_user(self.user)._record(
                self.anna | self.ben,
                "marketing",
                "grant",
                ["line", "email", "email"],
                kind="written",
                evidence=("form.pdf", b"signed"),
                via="web",
                wording="I agree.",
                ip="203.0.113.7",
                occurred_at=datetime(2026, 6, 30, 16, 30),
            )
        self.assertEqual(receipts.partner_id, self.anna | self.ben)
        self.assertEqual(len(set(receipts.mapped("uuid"))), 2)
        receipt = receipts[0]
        self.assertEqual(receipt.env.uid, self.user.id)
        self.assertEqual(receipt.channels, "email,line")
        self.assertEqual(
            receipt.channel_ids.mapped("code"),
            ["email", "line"],
        )
        expected = {
            "event": "grant",
            "kind": "written",
            "via": "web",
            "wording": "I agree.",
            "ip": "203.0.113.7",
            "user_id": self.user,
            "company_id": self.company,
            "notice_version_id": self.version,
            "occurred_at": datetime(2026, 6, 30, 16, 30),
            "recorded_at": datetime(2026, 7, 1, 2, 3, 4),
        }
        for name, value in expected.items():
            self.assertEqual(receipt[name], value, name)
        # 16:30 UTC on 30 June is 1 July in Taipei
        self.assertEqual(receipt.display_name, "Marketing: Consent on 07/01/2026")

    def test_door_leaves_no_key_behind(self):
        receipts = self.receipt._record(self.anna, "marketing", "grant")
        self.assertNotIn("pdpa_door", receipts.env.context)

    def test_no_channels_means_all_of_the_purpose(self):
        purpose = self.env["pdpa.purpose"].create(
            {
                "name": "Club",
                "code": "test_club",
                "channel_ids": (
                    self.env.ref("crm_pdpa.channel_sms")
                    + self.env.ref("crm_pdpa.channel_post")
                ).ids,
            }
        )
        receipt = self.receipt._record(self.anna, purpose.code, "deny")
        self.assertEqual(receipt.channels, "post,sms")
        with self.assertRaisesRegex(ValidationError, "does not use.*: email"):
            self.receipt._record(self.anna, purpose.code, "deny", ["sms", "email"])

    def test_no_channel_at_all_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least one"):
            self.receipt._record(self.anna, "marketing", "grant", [])

    def test_unknown_words_are_named(self):
        cases = [
            (("test_nothing", "grant", ["email"]), "test_nothing"),
            (("marketing", "grant", ["email", "fax"]), "fax"),
            (("marketing", "cancel", ["email"]), "cancel"),
        ]
        for arguments, word in cases:
            with self.subTest(word=word), self.assertRaisesRegex(ValueError, word):
                self.receipt._record(self.anna, *arguments)
        with self.assertRaisesRegex(ValueError, "telepathy"):
            self.receipt._record(self.anna, "marketing", "deny", via="telepathy")

    def test_grant_needs_a_published_notice(self):
        self.version.action_retire()
        with self.assertRaisesRegex(ValidationError, "no published notice"):
            self.receipt._record(self.partners, "marketing", "grant")
        self.assertFalse(self._states())

    def test_refusal_needs_no_notice(self):
        self.version.action_retire()
        receipt = self.receipt._record(self.anna, "marketing", "deny")
        self.assertFalse(receipt.notice_version_id)

    def test_default_version_is_in_the_language_of_the_person(self):
        chinese = publish_notice(self.env, lang="zh_TW")
        self.env["res.lang"]._activate_lang("zh_TW")
        self.ben.lang = "zh_TW"
        receipts = self.receipt._record(self.anna | self.ben, "marketing", "grant")
        self.assertEqual(receipts.notice_version_id, self.version | chinese)
        self.assertEqual(receipts[1].notice_version_id, chinese)

    def test_given_version_is_kept_even_when_retired(self):
        """A paper form may carry the text that was published when it was signed."""
        self.version.action_new_version()
        publish_notice(self.env)
        self.version.action_retire()
        receipt = self.receipt._record(
            self.anna, "marketing", "grant", version=self.version
        )
        self.assertEqual(receipt.notice_version_id, self.version)

    def test_given_version_must_fit(self):
        other = self.env["res.company"].create({"name": "Other"})
        cases = {
            "draft": self.version.copy(),
            "other company": publish_notice(self.env, other),
            "other purpose": publish_notice(self.env, purposes=["service"]),
        }
        for name, version in cases.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, "is not a published notice"),
            ):
                self.receipt._record(self.anna, "marketing", "grant", version=version)

    def test_presumed_answers(self):
        cases = [
            ("marketing", "grant", False),
            ("service", "grant", True),
            ("service", "deny", False),
            ("service", "withdraw", False),
        ]
        for purpose, event, allowed in cases:
            with self.subTest(purpose=purpose, event=event):
                if allowed:
                    self.receipt._record(self.anna, purpose, event, kind="presumed")
                    continue
                with self.assertRaisesRegex(ValidationError, "cannot be presumed"):
                    self.receipt._record(self.anna, purpose, event, kind="presumed")

    def test_answer_in_the_future_is_refused(self):
        later = datetime.now() + timedelta(days=2)
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.receipt._record(self.anna, "marketing", "grant", occurred_at=later)

    def test_nobody_is_no_receipt(self):
        nobody = self.env["res.partner"]
        self.assertFalse(self.receipt._record(nobody, "marketing", "grant"))
