import io
import json

from openpyxl import load_workbook

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

URL = "/crm_forecast/funnel.xlsx"


@tagged("post_install", "-at_install")
class TestFunnelExport(HttpCase):
    """The workbook of the page, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "f_export",
            groups="sales_team.group_sale_salesman,base.group_allow_export",
            lang="en_US",
        )
        cls.env["crm.lead"].create(
            {
                "name": "=1+1",
                "type": "opportunity",
                "user_id": cls.user.id,
                "stage_id": cls.env.ref("crm.stage_lead1").id,
            }
        )

    def download(self, options):
        self.authenticate("f_export", "f_export")
        data = {"options": options, "csrf_token": Request.csrf_token(self)}
        return self.url_open(URL, data=data)

    def test_table_and_definitions(self):
        response = self.download(json.dumps({"days": 30, "group": "user_id"}))
        self.assertEqual(response.status_code, 200)
        self.assertIn("Funnel", response.headers["Content-Disposition"])
        book = load_workbook(io.BytesIO(response.content))
        table, definitions = (list(sheet.iter_rows(values_only=True)) for sheet in book)
        self.assertEqual(
            table[0][:4], ("Salesperson", "Stage", "Customer Journey", "Entries")
        )
        self.assertIn(
            ("f_export", 1),
            [(row[0].split(" ")[0], row[3]) for row in table[1:]],
        )
        self.assertIn("Went On", [row[0] for row in definitions])

    @mute_logger("odoo.http")
    def test_bad_options_and_missing_right(self):
        wrong = ({"days": "x"}, {"days": 31}, {"company_id": -1}, {"days": [30]})
        for options in ("", "[]", *map(json.dumps, wrong)):
            with self.subTest(options):
                self.assertEqual(self.download(options).status_code, 422)
        self.user.group_ids -= self.env.ref("base.group_allow_export")
        self.assertEqual(self.download("{}").status_code, 403)
