import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestCodes(PdpaCase):
    def test_shipped_codes(self):
        cases = [
            ("crm_pdpa.purpose_code_040", "040", "行銷（包含金控共同行銷業務）"),
            ("crm_pdpa.purpose_code_090", "090", "消費者、客戶管理與服務"),
            ("crm_pdpa.category_c001", "C001", "辨識個人者"),
        ]
        for xmlid, code, label in cases:
            record = self.env.ref(xmlid).with_context(lang="en_US")
            with self.subTest(xmlid=xmlid):
                self.assertEqual((record.code, record.name_official), (code, label))
                self.assertEqual(record.confidence, "confirmed")
                self.assertTrue(record.name.isascii())
                self.assertEqual(record.display_name, f"{code} {record.name}")

    def test_every_code_tells_its_confidence(self):
        for model, prefix in (
            ("pdpa.purpose.code", "purpose_code_"),
            ("pdpa.category", "category_"),
        ):
            shipped = self.env["ir.model.data"].search(
                [("module", "=", "crm_pdpa"), ("model", "=", model)]
            )
            records = self.env[model].browse(shipped.mapped("res_id"))
            self.assertTrue(all(x.name.startswith(prefix) for x in shipped))
            self.assertEqual(set(records.mapped("confidence")), {"confirmed", "single"})
            self.assertTrue(all(records.mapped("name_official")))

    def test_chinese_name_is_the_official_label(self):
        if not self.env["res.lang"]._get_data(code="zh_TW"):
            self.env["res.lang"]._activate_lang("zh_TW")
            self.env.ref("base.module_crm_pdpa")._update_translations(["zh_TW"])
        for xmlid in ("crm_pdpa.purpose_code_148", "crm_pdpa.category_c111"):
            record = self.env.ref(xmlid).with_context(lang="zh_TW")
            self.assertEqual(record.name, record.name_official)

    def test_codes_are_unique(self):
        for model, code in (("pdpa.purpose.code", "040"), ("pdpa.category", "C001")):
            with (
                self.subTest(model=model),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env[model].create(
                    {"code": code, "name": "Twice", "name_official": "重複"}
                )

    def test_search_by_code_and_both_labels(self):
        Code = self.env["pdpa.purpose.code"].with_context(lang="en_US")
        expected = self.env.ref("crm_pdpa.purpose_code_148")
        for text in ("148", "Online shopping", "網路購物"):
            with self.subTest(text=text):
                self.assertIn(expected.id, [row[0] for row in Code.name_search(text)])
