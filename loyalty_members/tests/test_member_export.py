import io
import json

from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestMemberExport(MembershipCase, HttpCase):
    """Members leave Odoo by its own export of the list: masked, limited, audited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "export_viewer",
            groups="loyalty_members.group_viewer,base.group_allow_export,"
            "crm_pdpa.group_pdpa_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            lang="en_US",
        )
        cls.members = cls._enroll("Wang", "Chen", "Lin")
        cls.members.partner_id.phone = "0912345678"
        cls.env["ir.config_parameter"].sudo().set_param("crm_pdpa.masking", "True")

    def _audited(self, **values):
        self.env.flush_all()
        domain = [("model", "=", "loyalty.member"), ("uid", "=", self.user.id)]
        return self.env["pdpa.audit"].search(
            domain + [(name, "=", value) for name, value in values.items()]
        )

    def test_xlsx_of_the_list(self):
        self.authenticate("export_viewer", "export_viewer")
        names = ["number", "partner_id/phone", "balance"]
        data = {
            "model": "loyalty.member",
            "fields": [{"name": name, "label": name, "type": "char"} for name in names],
            "ids": self.members.ids,
            "domain": [],
            "import_compat": False,
            "context": {"allowed_company_ids": self.company.ids},
        }
        response = self.url_open(
            "/web/export/xlsx",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 200)
        sheet = load_workbook(io.BytesIO(response.content)).active
        rows = list(sheet.iter_rows(values_only=True))
        text = str(rows)
        for member in self.members:
            self.assertIn(member.number, text)
        self.assertIn("•", text, "telephone numbers are masked")
        self.assertNotIn("0912345678", text)
        self.assertTrue(self._audited(operation="export"))

    def test_more_than_the_limit_is_refused(self):
        limit = self.env["pdpa.export.limit"]
        self.patch(type(limit), "_of_user", lambda self: 2)
        with self.assertRaisesRegex(UserError, "your limit is 2 at once"):
            self.members.with_user(self.user).export_data(["number"])
        two = self.members[:2].with_user(self.user)
        self.assertEqual(len(two.export_data(["number"])["datas"]), 2)
