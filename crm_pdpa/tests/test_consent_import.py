import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PdpaCase

HEADER = "contact,purpose,channels,answer,date,kind,notice version,wording\n"


@tagged("post_install", "-at_install")
class TestConsentImport(PdpaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.email = "anna@example.com"
        cls.ben.ref = "B-2"

    def _checked(self, rows, **values):
        wizard = (
            self.env["pdpa.consent.import"]
            .with_user(self.user)
            .create({"pasted": HEADER + rows, **values})
        )
        wizard.action_check()
        return wizard

    def _count(self):
        return self.receipt.search_count([("partner_id", "in", self.partners.ids)])

    def test_import(self):
        wizard = self._checked(
            f'Anna@example.com,marketing,"email,sms",grant,2026-03-31,written,v1,Yes\n'
            f"B-2,marketing,line,拒絕,2026/04/01,,,\n"
            f"{self.chen.id},Marketing,EMAIL,同意,2026-04-02 10:30,明示,,\n",
            evidence=base64.b64encode(b"%PDF scan"),
            evidence_name="forms.pdf",
        )
        self.assertFalse(wizard.line_ids.filtered("error").mapped("error"))
        self.assertEqual(self._count(), 0)
        wizard.action_import()
        self.assertEqual(
            self._states(),
            {
                ("Anna", "marketing", "email"): "granted",
                ("Anna", "marketing", "sms"): "granted",
                ("Ben", "marketing", "line"): "denied",
                ("Chen", "marketing", "email"): "granted",
            },
        )
        receipt = self.anna.pdpa_receipt_ids
        self.assertEqual((receipt.via, receipt.kind), ("import", "written"))
        self.assertEqual(receipt.wording, "Yes")
        self.assertEqual(receipt.sudo().evidence_id.raw, b"%PDF scan")
        self.assertEqual(str(receipt.occurred_at), "2026-03-30 16:00:00")
        self.assertEqual(receipt.user_id, self.user)

    def test_errors_name_line_and_nothing_is_written(self):
        self.chen.email = "anna@example.com"
        rows = [
            ("nobody@example.com,marketing,email,grant,2026-03-31", "is not known"),
            (",marketing,email,grant,2026-03-31", "is not known"),
            ("a***@example.com,marketing,email,grant,2026-03-31", "is not known"),
            ("anna@example.com,marketing,email,grant,2026-03-31", "several contacts"),
            ("B-2,marketing,email,maybe,2026-03-31", "answer “maybe”"),
            ("B-2,fun,email,grant,2026-03-31", "purpose “fun”"),
            ("B-2,marketing,pigeon,grant,2026-03-31", "channels “pigeon”"),
            ("B-2,marketing,,grant,2026-03-31", "channels “”"),
            ("B-2,marketing,email,grant,31.3.2026", "cannot be read"),
            ("B-2,marketing,email,grant,2999-01-01", "lies in the future"),
            ("B-2,marketing,email,grant,2026-03-31,written", "Scan of the Forms"),
            ("B-2,marketing,email,grant,2026-03-31,loud", "kind “loud”"),
            ("B-2,marketing,email,grant,2026-03-31,presumed", "cannot be presumed"),
            ("B-2,marketing,email,grant,2026-03-31,,v9", "notice version “v9”"),
            ("B-2,marketing,email,grant,2026-03-31", False),
            ("B-2,marketing,email,grant,2026-03-31", "twice"),
        ]
        wizard = self._checked("\n".join(row for row, _ in rows))
        for number, (line, (row, message)) in enumerate(
            zip(wizard.line_ids, rows, strict=True), start=2
        ):
            with self.subTest(row=row):
                if message:
                    self.assertIn(f"Line {number}: ", line.error)
                    self.assertIn(message, line.error)
                else:
                    self.assertFalse(line.error)
        with self.assertRaisesRegex(UserError, "Line 2: contact"):
            wizard.action_import()
        self.assertEqual(self._count(), 0)

    def test_retired_version_may_be_the_one_on_the_form(self):
        self.version.copy().action_publish()
        wizard = self._checked("B-2,marketing,email,grant,2026-03-31,,1\n")
        wizard.action_import()
        self.assertEqual(self.ben.pdpa_receipt_ids.notice_version_id, self.version)

    def test_without_notice(self):
        self.version.action_retire()
        wizard = self._checked("B-2,marketing,email,grant,2026-03-31\n")
        self.assertIn("no published notice version", wizard.line_ids.error)
        refusal = self._checked("B-2,marketing,email,withdraw,2026-03-31\n")
        self.assertFalse(refusal.line_ids.error)

    def test_lookups_do_not_grow(self):
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "ref": f"R{n}", "lang": "en_US"} for n in range(60)]
        )

        def queries(some):
            rows = "".join(f"{p.ref},marketing,email,grant,2026-03-31\n" for p in some)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._checked(rows)
            return self.env.cr.sql_log_count - before

        queries(people[:2])
        few, many = queries(people[:2]), queries(people)
        self.assertLess(many - few, 10)
