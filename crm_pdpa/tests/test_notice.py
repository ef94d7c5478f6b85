import psycopg2
from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import file_open, mute_logger

from ..models.pdpa_notice_version_publish import ITEMS
from .common import NOTICE_TEXT, PdpaCase, publish_notice


@tagged("post_install", "-at_install")
class TestNotice(PdpaCase):
    def _draft(self, **vals):
        return self.env["pdpa.notice.version"].create(
            {
                "notice_id": self.version.notice_id.id,
                "lang": "en_US",
                **NOTICE_TEXT,
                **vals,
            }
        )

    def test_blank_item_is_refused_and_named(self):
        labels = self.env["pdpa.notice.version"].fields_get(ITEMS, ["string"])
        for item in ITEMS:
            for blank in (False, " \n　"):
                with self.subTest(item=item, blank=blank):
                    with self.assertRaises(ValidationError) as error:
                        self._draft(**{item: blank}).action_publish()
                    self.assertIn(labels[item]["string"], str(error.exception))

    def test_notice_without_purposes_is_refused(self):
        notice = self.env["pdpa.notice"].create({"name": "Empty"})
        with self.assertRaisesRegex(ValidationError, "choose the purposes"):
            self._draft(notice_id=notice.id).action_publish()

    def test_publishing(self):
        with freeze_time("2026-05-04 03:02:01"):
            draft = self._draft()
            draft.action_publish()
        self.assertEqual(draft.state, "published")
        self.assertEqual(str(draft.published_at), "2026-05-04 03:02:01")
        self.assertEqual(draft.published_by, self.env.user)
        self.assertEqual(draft.purpose_codes, "marketing,membership,service")
        self.assertRegex(draft.sha256, "^[0-9a-f]{64}$")
        self.assertNotEqual(draft.sha256, self.version.sha256)

    def test_publishing_retires_the_version_before(self):
        draft = self._draft()
        self.assertEqual((self.version.version, draft.version), (1, 2))
        draft.action_publish()
        self.assertEqual(self.version.state, "retired")
        self.assertTrue(self.version.retired_at)

    def test_versions_are_numbered_per_language(self):
        versions = self.env["pdpa.notice.version"].create(
            [
                {"notice_id": self.version.notice_id.id, "lang": lang}
                for lang in ("zh_TW", "en_US", "zh_TW")
            ]
        )
        self.assertEqual(versions.mapped("version"), [1, 2, 2])

    def test_new_version_copies_the_text(self):
        action = self.version.action_new_version()
        copy = self.env["pdpa.notice.version"].browse(action["res_id"])
        self.assertEqual((copy.state, copy.version), ("draft", 2))
        for item in ITEMS:
            self.assertEqual(copy[item], self.version[item])
        self.assertFalse(copy.sha256 or copy.published_at or copy.purpose_codes)

    def test_retire(self):
        self.version.action_retire()
        self.assertFalse(self.env["pdpa.notice"]._published_version("marketing"))
        with self.assertRaisesRegex(UserError, "is not published"):
            self.version.action_retire()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.version.action_publish()

    def test_published_text_is_frozen_for_the_orm(self):
        for vals in (
            {"collector": "Other"},
            {"lang": "zh_TW"},
            {"state": "draft"},
            {"sha256": "0"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.version.write(vals)
        with self.assertRaisesRegex(UserError, "cannot be changed or deleted"):
            self.version.unlink()
        with self.assertRaisesRegex(UserError, "has been published"):
            self.version.notice_id.unlink()
        with self.assertRaisesRegex(UserError, "has been published"):
            self.version.notice_id.company_id = self.env.ref("base.main_company")

    def test_state_cannot_be_forged(self):
        draft = self._draft()
        for vals in (
            {"state": "published"},
            {"published_at": "2026-01-01"},
            {"purpose_codes": "marketing"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                draft.with_context(pdpa_door=True).sudo().write(vals)
            with self.subTest(create=vals), self.assertRaises(UserError):
                self._draft(**vals)

    def test_draft_keeps_its_place_and_may_be_deleted(self):
        draft = self._draft()
        draft.write({"collector": "New", "lang": "en_US"})
        for vals in ({"lang": "zh_TW"}, {"version": 9}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                draft.write(vals)
        draft.unlink()
        self.assertFalse(draft.exists())

    def _assert_frozen(self, statement):
        self.env.flush_all()
        with (
            self.assertRaises(psycopg2.errors.RestrictViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(statement, {"id": self.version.id})

    def test_published_text_is_frozen_for_sql(self):
        for change in (
            "collector = 'Other'",
            "sha256 = '0'",
            "state = 'draft'",
            "version = 7",
            "purpose_codes = 'marketing'",
            "published_at = now()",
            "retired_at = now()",
        ):
            with self.subTest(change=change):
                self._assert_frozen(
                    f"UPDATE pdpa_notice_version SET {change} WHERE id = %(id)s"
                )
        self._assert_frozen("DELETE FROM pdpa_notice_version WHERE id = %(id)s")
        self._assert_frozen("TRUNCATE pdpa_notice_version CASCADE")

    def test_retired_text_is_frozen_for_sql(self):
        self.version.action_retire()
        self._assert_frozen(
            "UPDATE pdpa_notice_version SET state = 'published' WHERE id = %(id)s"
        )

    def test_published_row_is_complete_in_sql(self):
        self.env.flush_all()
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                """INSERT INTO pdpa_notice_version (notice_id, lang, version, state)
                   VALUES (%s, 'en_US', 50, 'published')""",
                [self.version.notice_id.id],
            )

    def test_published_version_of_a_language(self):
        notice = self.env["pdpa.notice"]
        chinese = self._draft(lang="zh_TW")
        chinese.action_publish()
        cases = [
            ("zh_TW", chinese),
            ("en_US", self.version),
            ("zh_HK", chinese),
            ("en_GB", self.version),
        ]
        for lang, expected in cases:
            with self.subTest(lang=lang):
                found = notice._published_version("marketing", lang=lang)
                self.assertEqual(found, expected)
        self.company.partner_id.lang = "en_US"
        other = notice._published_version("marketing", lang="fr_FR")
        self.assertEqual(other, self.version)

    def test_published_version_of_a_purpose(self):
        """A version covers the purposes it was published with, not later ones."""
        notice = self.env["pdpa.notice"]
        survey = self.env["pdpa.purpose"].create(
            {"name": "Survey", "code": "test_survey", "company_id": self.company.id}
        )
        self.version.notice_id.purpose_ids |= survey
        self.assertFalse(notice._published_version("test_survey"))
        self.assertFalse(notice._published_version(survey))
        self._draft().action_publish()
        self.assertTrue(notice._published_version(survey))
        self.version.notice_id.active = False
        self.assertFalse(notice._published_version(survey))
        with self.assertRaisesRegex(ValueError, "test_unknown"):
            notice._published_version("test_unknown")

    def test_published_version_of_a_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        notice = self.env["pdpa.notice"]
        self.assertFalse(notice._published_version("marketing", other))
        version = publish_notice(self.env, other)
        self.assertEqual(notice._published_version("marketing", other), version)
        self.assertEqual(notice._published_version("marketing"), self.version)

    def test_shipped_drafts_need_editing(self):
        """The texts as shipped; the records may have been edited since."""
        with file_open("crm_pdpa/data/pdpa_notice_data.xml", "rb") as data:
            records = etree.parse(data).findall(
                ".//record[@model='pdpa.notice.version']"
            )
        texts = [
            {field.get("name"): field.text for field in record.findall("field")}
            for record in records
        ]
        self.assertEqual({text["lang"] for text in texts}, {"zh_TW", "en_US"})
        for text in texts:
            draft = self._draft(**{item: text[item] for item in ITEMS})
            with self.assertRaisesRegex(ValidationError, "draft mark or a blank"):
                draft.action_publish()
