import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PdpaCase

HEADER = "kind,code,label\n"


@tagged("post_install", "-at_install")
class TestCodeImport(PdpaCase):
    def _wizard(self, text=None, content=None):
        values = {"pasted": text}
        if content is not None:
            values = {"file": base64.b64encode(content)}
        return self.env["pdpa.code.import"].with_user(self.officer).create(values)

    def _checked(self, text=None, content=None):
        wizard = self._wizard(text, content)
        wizard.action_check()
        return wizard

    def _code(self, code, model="pdpa.purpose.code"):
        return self.env[model].search([("code", "=", code)])

    def test_preview_and_import(self):
        wizard = self._checked(
            HEADER
            + f"purpose,040,{self._code('040').name_official}\n"
            + "purpose,7,新項目\ncategory,C999,其他\n特定目的,090,別的標題\n"
        )
        self.assertEqual(
            wizard.line_ids.mapped("status"), ["same", "new", "new", "changed"]
        )
        self.assertFalse(self._code("007"), "nothing is changed by the preview")
        before = self._code("090").name_official
        wizard.action_import()
        self.assertEqual(self._code("007").name_official, "新項目")
        self.assertEqual(self._code("007").confidence, "official")
        self.assertTrue(self._code("C999", "pdpa.category"))
        self.assertEqual(self._code("090").name_official, before)

    def test_changed_labels_only_when_asked(self):
        wizard = self._checked(HEADER + "purpose,090,別的標題\n")
        wizard.update_changed = True
        wizard.action_import()
        self.assertEqual(self._code("090").name_official, "別的標題")

    def test_errors_name_their_line(self):
        wizard = self._checked(
            HEADER + "\nanimal,001,x\npurpose,1234,x\ncategory,001,x\n"
            "purpose,004,\npurpose,005,a\npurpose,005,b\n"
        )
        self.assertEqual(
            [(line.number, line.status) for line in wizard.line_ids],
            [
                (3, "invalid"),
                (4, "invalid"),
                (5, "invalid"),
                (6, "invalid"),
                (7, "new"),
                (8, "invalid"),
            ],
        )
        with self.assertRaisesRegex(UserError, "Line 3: kind “animal” is unknown"):
            wizard.action_import()
        self.assertFalse(self._code("005"))

    def test_xlsx(self):
        book = openpyxl.Workbook()
        book.active.append(["種類", "代號", "名稱"])
        book.active.append(["特定目的", 7, "試算表"])
        stream = io.BytesIO()
        book.save(stream)
        wizard = self._checked(content=stream.getvalue())
        wizard.action_import()
        self.assertEqual(self._code("007").name_official, "試算表")

    def test_big5(self):
        wizard = self._checked(content=(HEADER + "purpose,007,測試\n").encode("cp950"))
        self.assertEqual(wizard.line_ids.label, "測試")

    def test_bad_files(self):
        for content, message in (
            (b"PK not a zip", "cannot be read"),
            (b"\xff\xfe\xff", "neither UTF-8 nor Big5"),
            (b"code,label\n001,x", "Line 1: the column “kind” is missing"),
            (b"\n\n", "has no rows"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._checked(content=content)
        with self.assertRaisesRegex(UserError, "paste the table"):
            self._checked()

    def test_import_needs_the_preview(self):
        with self.assertRaisesRegex(UserError, "Check the file first"):
            self._wizard(HEADER + "purpose,007,x\n").action_import()

    def test_user_may_not(self):
        with self.assertRaises(AccessError):
            self.env["pdpa.code.import"].with_user(self.user).create({})
