import io
import json
from urllib.parse import quote

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import osutil

from .common import SegmentsCase

URL = "/crm_segments/performance.xlsx"


@tagged("post_install", "-at_install")
class TestPerformanceExport(SegmentsCase, HttpCase):
    """Workbooks of the performance page; names leave by Odoo's own export."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "seg_export",
            groups="crm_segments.group_crm_segments_user,base.group_allow_export",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )
        cls.customers = cls._create_customer("=1+1") | cls._create_customer(
            "chen@example.com"
        )
        for customer, amount in zip(cls.customers, (100, 200), strict=True):
            cls._create_order(customer, cls.company._stats_today(), amount)
        cls.stats._refresh(full=True)
        cls.report = cls.env["crm.customer.performance"].with_user(cls.user)

    def _audited(self, **values):
        self.env.flush_all()
        domain = [("model", "=", "res.partner"), ("uid", "=", self.user.id)]
        return self.env["pdpa.audit"].search(
            domain + [(name, "=", value) for name, value in values.items()]
        )

    def _download(self, block, **values):
        self.authenticate("seg_export", "seg_export")
        data = {
            "block": block,
            "company_id": self.company.id,
            "months": 3,
            "csrf_token": Request.csrf_token(self),
            **values,
        }
        return self.url_open(URL, data=data)

    def _sheets(self, response):
        self.assertEqual(response.status_code, 200)
        book = load_workbook(io.BytesIO(response.content))
        return [list(sheet.iter_rows(values_only=True)) for sheet in book]

    def test_every_block(self):
        for name, title in self.report._block_titles().items():
            with self.subTest(block=name):
                response = self._download(name)
                table, definitions = self._sheets(response)
                expected = self.report.performance_block(name, self.company.id, 3)
                self.assertEqual(
                    [label or "" for label in table[0]],
                    [column["label"] for column in expected["columns"]],
                )
                self.assertEqual(definitions[0], ("Figure", "Meaning"))
                self.assertIn(
                    quote(f"{osutil.clean_filename(title)}.xlsx"),
                    response.headers["Content-Disposition"],
                )

    def test_values_and_definitions(self):
        table, definitions = self._sheets(self._download("purchases"))
        self.assertEqual(table[3][1:4], (2, 2, 0))
        self.assertEqual(table[3][7], 300)
        metric = self.env.ref("crm_segments.metric_customers_new")
        self.assertIn((metric.name, metric.definition), definitions)

    def test_options(self):
        options = json.dumps({"measure": "amount_12m"})
        table, _definitions = self._sheets(self._download("rfm", options=options))
        self.assertEqual(sum(v for row in table[1:6] for v in row[1:]), 300)

    def test_names_are_exported_as_by_odoo(self):
        """Audited, with the masks, and a name is never a formula."""
        self.env["ir.config_parameter"].sudo().set_param("crm_pdpa.masking", "True")
        table, _definitions = self._sheets(self._download("customers"))
        names = [row[0] for row in table[1:3]]
        self.assertEqual(names[1], "=1+1")
        self.assertNotEqual(names[0], "chen@example.com", "an e-mail address as a name")
        self.assertIn("•", names[0])
        [row] = self._audited(operation="export")
        self.assertEqual(row.count, 2)
        self.assertEqual(row.format, "xlsx")
        self.assertEqual(row.filename, "Top Customers.xlsx")

    def test_figures_without_names_leave_no_audit_row(self):
        self._sheets(self._download("cohorts"))
        self.assertFalse(self._audited(operation="export"))

    def test_more_than_the_limit_is_refused(self):
        limit = self.env["pdpa.export.limit"]
        self.patch(type(limit), "_of_user", lambda self: 1)
        with self.assertRaisesRegex(UserError, "your limit is 1 at once"):
            self.report._workbook("customers", self.company.id, 3)
        title, content = self.report._workbook("cohorts", self.company.id, 3)
        self.assertEqual((title, content[:2]), ("Cohort Retention", b"PK"))

    def test_needs_the_export_right(self):
        self.user.group_ids -= self.env.ref("base.group_allow_export")
        for name in ("cohorts", "customers"):
            with self.assertRaisesRegex(UserError, "may not export"):
                self.report._workbook(name, self.company.id, 3)

    def test_bad_requests_are_refused(self):
        for values in (
            {"company_id": "x"},
            {"months": ""},
            {"options": "{"},
            {"options": "[1]"},
        ):
            with self.subTest(values=values):
                response = self._download("cohorts", **values)
                self.assertNotEqual(response.status_code, 200)
                self.assertIn("is not valid", response.text)
        response = self._download("nonsense")
        self.assertNotEqual(response.status_code, 200)
