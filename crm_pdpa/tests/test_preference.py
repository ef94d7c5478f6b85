from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import PdpaCase, publish_notice


@tagged("post_install", "-at_install")
class TestPreference(PdpaCase):
    def setUp(self):
        super().setUp()
        self.pages = self.env["pdpa.preference"].sudo()
        self.shown = {"marketing": self.version.id}

    def _boxes(self):
        return {
            box["name"]: box["ticked"]
            for row in self.pages._values(self.anna)["rows"]
            for box in row["boxes"]
        }

    def test_boxes_are_not_ticked_before(self):
        boxes = self._boxes()
        self.assertIn("marketing.email", boxes)
        self.assertFalse([name for name, ticked in boxes.items() if ticked])

    def test_changes_make_receipts_and_the_rest_makes_none(self):
        how = {"via": "link", "ip": "203.0.113.9", "user_agent": "Phone"}
        ticks = ["marketing.email", "marketing.line"]
        receipt = self.pages._save(self.anna, ticks, self.shown, **how)
        self.assertEqual((receipt.event, receipt.channels), ("grant", "email,line"))
        self.assertEqual(
            (receipt.via, receipt.ip, receipt.user_agent),
            ("link", "203.0.113.9", "Phone"),
        )
        self.assertEqual(receipt.notice_version_id, self.version)
        self.assertIn("Marketing", receipt.wording)
        self.assertFalse(self.pages._save(self.anna, ticks, self.shown, **how))
        gone = self.pages._save(self.anna, ["marketing.line"], self.shown, **how)
        self.assertEqual((gone.event, gone.channels), ("withdraw", "email"))
        self.assertEqual(
            [name for name, ticked in self._boxes().items() if ticked],
            ["marketing.line"],
        )

    def test_unknown_boxes_are_ignored(self):
        self.assertFalse(
            self.pages._save(
                self.anna, ["marketing.pigeon", "x"], self.shown, via="link"
            )
        )

    def test_replaced_notice_needs_another_reading(self):
        draft = self.version.copy()
        draft.action_publish()
        with self.assertRaisesRegex(ValidationError, "replaced while you were reading"):
            self.pages._save(self.anna, ["marketing.email"], self.shown, via="link")

    def test_without_notice_only_refusals(self):
        self.version.action_retire()
        with self.assertRaisesRegex(ValidationError, "no published notice"):
            self.pages._save(self.anna, ["marketing.email"], {}, via="link")

    def test_one_click_is_idempotent(self):
        first = self.pages._withdraw_marketing(self.anna, via="link")
        self.assertEqual((first.event, first.channels), ("withdraw", "email"))
        self.assertFalse(self.pages._withdraw_marketing(self.anna, via="link"))

    def test_token(self):
        tokens = self.env["pdpa.preference.token"]
        token = tokens._issue(self.anna, self.company)
        link = tokens._find(token)
        self.assertGreaterEqual(len(token), 22, "128 random bits")
        self.assertTrue(link._is_valid())
        self.assertFalse(tokens._find(token[:-1] + "!")._is_valid())
        link.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(link._is_valid())

    def test_revoke(self):
        tokens = self.env["pdpa.preference.token"]
        link = tokens._find(tokens._issue(self.anna, self.company)).sudo(False)
        with self.assertRaises(AccessError):
            link.with_user(self.user).action_revoke()
        link.with_user(self.officer).action_revoke()
        self.assertFalse(link.sudo()._is_valid())
        with self.assertRaisesRegex(UserError, "already"):
            link.with_user(self.officer).action_revoke()

    def test_expired_links_are_forgotten_after_a_month(self):
        tokens = self.env["pdpa.preference.token"]
        old, new = (
            tokens._find(tokens._issue(self.anna, self.company)) for _ in range(2)
        )
        old.expires_at = fields.Datetime.now() - timedelta(days=31)
        new.expires_at = fields.Datetime.now() - timedelta(days=29)
        tokens._gc_expired()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())

    def test_page_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        chinese = publish_notice(self.env, lang="zh_TW", collector="寶島生活")
        pages = self.pages.with_context(lang="zh_TW")
        self.assertEqual(pages._values(self.anna)["rows"][0]["version"], chinese)
