import csv
import io
import json

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_audit import AuditCase

EXPORT = "base.group_user,base.group_allow_export,base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestAuditExport(AuditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exporter = cls._new_user("exporter", EXPORT)
        cls.limits = cls.env["pdpa.export.limit"]
        cls.everyone = cls.env.ref("base.group_user")

    def setUp(self):
        super().setUp()
        # refusals are written apart: keep them on this connection
        self.enterContext(self.enter_registry_test_mode())

    def _export(self, names=("name", "phone"), records=None):
        records = self.partners if records is None else records
        return records.with_user(self.exporter).export_data(list(names))

    def _set_limit(self, rows, group=None, company=None):
        return self.limits.create(
            {
                "group_id": (group or self.everyone).id,
                "max_rows": rows,
                "company_id": company and company.id,
            }
        )

    def test_an_export_is_one_row(self):
        self._export()
        row = self._rows("export")
        self.assertEqual(len(row), 1)
        self.assertEqual((row.uid, row.model), (self.exporter, "res.partner"))
        self.assertEqual((row.field_names, row.count), ("name,phone", 3))
        self.assertEqual(self._ids(row), sorted(self.partners.ids))
        self.assertEqual((row.format, len(row.digest)), ("rpc", 64))

    def test_the_digest_tells_files_apart(self):
        self._export()
        self._export()
        self.anna.name = "Anne"
        self._export()
        same, again, other = self._rows("export").mapped("digest")
        self.assertEqual(same, again)
        self.assertNotEqual(same, other)

    def test_what_is_about_people(self):
        is_personal = self.audit._is_personal
        self.assertTrue(is_personal("res.partner"))
        self.assertTrue(is_personal("crm.lead"))
        self.assertFalse(is_personal("crm.tag", ["name"]))
        self.assertFalse(is_personal("crm.team", ["name"]))
        self.assertTrue(is_personal("crm.team", ["crm_team_member_ids/user_id/email"]))
        self.assertTrue(is_personal("res.partner.category", ["partner_ids/phone"]))

    def test_other_documents_are_neither_limited_nor_logged(self):
        self._set_limit(0)
        tag = self.env["crm.tag"].create({"name": "Roof"})
        self.exporter.group_ids += self.env.ref("sales_team.group_sale_salesman")
        tag.with_user(self.exporter).export_data(["name"])
        self.assertFalse(self._rows("export"))

    def test_over_the_limit_is_refused_and_recorded(self):
        self._set_limit(2)
        with self.assertRaisesRegex(UserError, r"3 records .*limit is 2 .*officer"):
            self._export()
        row = self._rows("export")
        self.assertEqual((row.denied, row.count, row.note), (True, 3, "limit 2"))
        self.assertFalse(row.digest)
        self._export(records=self.anna | self.ben)
        self.assertEqual(self._rows("export").mapped("denied"), [True, False])

    def test_zero_means_no_export(self):
        self._set_limit(0)
        with self.assertRaises(UserError):
            self._export(records=self.anna)

    def test_the_highest_of_the_groups_counts(self):
        self._set_limit(1)
        self._set_limit(3, self.env.ref("base.group_partner_manager"))
        self._export()
        self.assertFalse(self._rows("export").denied)

    def test_limit_of_another_company_does_not_count(self):
        self._set_limit(1)
        other = self.env["res.company"].create({"name": "Else"})
        self._set_limit(9, company=other)
        with self.assertRaises(UserError):
            self._export()

    def test_nobody_is_unlimited_by_accident(self):
        self.assertEqual(self.limits.with_user(self.exporter)._of_user(), 1000)
        param = self.env["ir.config_parameter"]
        for value, rows in (("2", 2), ("0", 0), ("many", 1000), ("-5", 1000)):
            param.set_param("crm_pdpa.export_limit", value)
            self.assertEqual(self.limits.with_user(self.exporter)._of_user(), rows)
        admin = self.env.ref("base.user_admin")
        limits = self.limits.with_context(allowed_company_ids=[])
        self.assertEqual(limits.with_user(admin)._of_user(), 1000)

    def test_settings_keep_a_zero(self):
        values = {"pdpa_export_limit": 0, "pdpa_volume_threshold": 50}
        self.env["res.config.settings"].create(values).set_values()
        read = self.env["res.config.settings"].create({})
        self.assertEqual(read.pdpa_export_limit, 0)
        self.assertEqual(read.pdpa_volume_threshold, 50)
        with self.assertRaisesRegex(UserError, "Rows per Export"):
            self.env["res.config.settings"].create(
                {**values, "pdpa_export_limit": -1}
            ).set_values()
        with self.assertRaisesRegex(UserError, "Send the Root To"):
            self.env["res.config.settings"].create(
                {**values, "pdpa_seal_email": "nobody"}
            ).set_values()

    def test_one_limit_per_group(self):
        self._set_limit(2)
        for rows, group, error in (
            (3, None, psycopg2.errors.UniqueViolation),
            (-1, self.env.ref("base.group_system"), psycopg2.errors.CheckViolation),
        ):
            with (
                self.assertRaises(error),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._set_limit(rows, group)

    def test_limit_needs_the_officer(self):
        with self.assertRaises(AccessError):
            self.limits.with_user(self.exporter).create(
                {"group_id": self.everyone.id, "max_rows": 9}
            )


@tagged("post_install", "-at_install")
class TestAuditHttp(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exporter = new_test_user(cls.env, login="audit_http", groups=EXPORT)
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Person {n}", "phone": f"091200000{n}"} for n in range(3)]
        )
        view = cls.env["ir.ui.view"].create(
            {
                "name": "audit_test",
                "key": "crm_pdpa.audit_test",
                "type": "qweb",
                "arch": '<t t-name="crm_pdpa.audit_test">'
                '<p t-foreach="docs" t-as="doc" t-out="doc.phone"/></t>',
            }
        )
        cls.env["ir.model.data"].create(
            {
                "module": "crm_pdpa",
                "name": "audit_test",
                "model": "ir.ui.view",
                "res_id": view.id,
            }
        )
        cls.env["ir.actions.report"].create(
            {
                "name": "People",
                "model": "res.partner",
                "report_name": "crm_pdpa.audit_test",
                "report_type": "qweb-html",
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate("audit_http", "audit_http")
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM pdpa_audit")
        self.start = self.env.cr.fetchone()[0]

    def _rows(self, operation):
        domain = [("id", ">", self.start), ("operation", "=", operation)]
        return self.env["pdpa.audit"].search(domain, order="id")

    def _post_export(self, kind):
        fields = [{"name": "phone", "label": "Phone"}]
        params = {
            "model": "res.partner",
            "fields": fields,
            "ids": False,
            "domain": [("id", "in", self.partners.ids)],
            "import_compat": False,
            "context": {"pdpa_export": {"format": "paper"}},
        }
        return self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(params), "csrf_token": Request.csrf_token(self)},
        )

    def test_export_names_its_file(self):
        for kind in ("csv", "xlsx"):
            response = self._post_export(kind)
            self.assertEqual(response.status_code, 200)
            row = self._rows("export")[-1:]
            self.assertEqual(row.format, kind)
            self.assertEqual(row.filename, f"Contact (res.partner).{kind}")
            self.assertEqual(row.domain, "id in")
            self.assertEqual(row.path, f"/web/export/{kind}")
            self.assertEqual((row.uid, row.count), (self.exporter, 3))
            self.assertEqual(row.ip, "127.0.0.1")
            self.assertEqual(len(row.session), 16)
            self.assertNotIn(row.session, self.session.sid)
        self.assertEqual(len(self._rows("export")), 2)

    def test_refused_export_gives_no_file(self):
        self.env["ir.config_parameter"].set_param("crm_pdpa.export_limit", "2")
        with mute_logger("odoo.addons.web.controllers.export", "odoo.http"):
            response = self._post_export("csv")
        self.assertEqual(response.status_code, 500)
        self.assertIn("your limit is 2", response.text)
        self.assertNotIn("0912000000", response.text)

    def test_a_print_on_a_read_only_route_is_one_row(self):
        ids = ",".join(map(str, self.partners.ids))
        for converter in ("html", "text", "pdf"):
            with self.subTest(converter=converter):
                before = len(self._rows("print"))
                page = self.url_open(f"/report/{converter}/crm_pdpa.audit_test/{ids}")
                self.assertIn("0912000000", page.text)
                rows = self._rows("print")
                self.assertEqual(len(rows), before + 1)
                self.assertEqual(rows[-1].format, converter)
                self.assertEqual(rows[-1].note, "crm_pdpa.audit_test")
                self.assertEqual(rows[-1].count, 3)

    def test_a_read_only_request_leaves_its_row(self):
        """Through /web/dataset/call_kw, which runs reads on a read-only cursor."""
        self.env["ir.config_parameter"].set_param("crm_pdpa.masking", "True")
        clear = self.env.ref("crm_pdpa.group_pdpa_clear")
        self.exporter.group_ids = [Command.link(clear.id)]
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/read",
            {
                "model": "res.partner",
                "method": "read",
                "args": [self.partners.ids, ["phone"]],
                "kwargs": {},
            },
        )
        row = self._rows("read")
        self.assertEqual(len(row), 1)
        self.assertEqual((row.uid, row.count), (self.exporter, 3))
        self.assertEqual(row.field_names, "phone")
        self.assertFalse(row.rolled_back)

    def test_csv_is_what_it_was(self):
        rows = list(csv.reader(io.StringIO(self._post_export("csv").text)))
        self.assertEqual(rows[0], ["Phone"])
        self.assertEqual(len(rows), 4)
