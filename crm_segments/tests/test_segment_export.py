import io

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_pdpa.tests.canary import switch_masking

from .common_segment import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentExport(SegmentCase, HttpCase):
    """The contacts of a segment as a file, masked, limited and audited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls._segment([("nesl", "!=", "new")], name="Bought")
        cls.user.group_ids += cls.env.ref("base.group_allow_export")

    def _get(self, user):
        self.authenticate(user.login, user.login)
        return self.url_open(self.segment.action_export()["url"])

    def _rows(self, response):
        self.assertEqual(response.status_code, 200)
        sheet = load_workbook(io.BytesIO(response.content)).active
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    def _audit(self):
        return self.env["pdpa.audit"].search(
            [("operation", "=", "export"), ("model", "=", "res.partner")],
            order="id desc",
            limit=1,
        )

    def test_workbook(self):
        rows = self._rows(self._get(self.user))
        self.assertEqual(rows[0][:3], ["Display Name", "Email", "Phone"])
        self.assertEqual(
            [row[0] for row in rows[1:]],
            (self.existing | self.lost | self.sleeping)
            .sorted("complete_name")
            .mapped("display_name"),
        )
        self.assertEqual(rows[1][7], "Existing")

    def test_it_is_audited(self):
        self._get(self.user)
        audit = self._audit()
        self.assertEqual((audit.uid, audit.count), (self.user, 3))
        self.assertEqual((audit.filename, audit.format), ("Bought.xlsx", "xlsx"))

    def test_masked_values_stay_masked(self):
        switch_masking(self.env)
        rows = self._rows(self._get(self.user))
        self.assertIn("•••", rows[1][1])
        self.assertNotIn("anna", rows[1][1])

    def test_limit(self):
        self.env["pdpa.export.limit"].create(
            {"max_rows": 2, "group_id": self.env.ref("base.group_user").id}
        )
        with mute_logger("odoo.http"):
            response = self._get(self.user)
        self.assertIn("your limit is 2", response.text)

    def test_refusals(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self._get(self.other_user).status_code, 403)
            clerk = self._create_user("seg_clerk", "base.group_allow_export")
            self.assertEqual(self._get(clerk).status_code, 403)
