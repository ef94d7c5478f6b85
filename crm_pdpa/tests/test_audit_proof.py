from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_access import OPERATIONS
from .test_audit import AuditCase

AUDITOR = {
    "pdpa.audit": "r",
    "pdpa.audit.seal": "r",
    "pdpa.audit.volume": "r",
    "pdpa.audit.verification": "rwc",
    "pdpa.audit.verification.line": "rc",
    "pdpa.audit.retention": "",
    "pdpa.audit.retention.line": "",
    "pdpa.export.limit": "r",
    "pdpa.receipt": "",
    "pdpa.notice": "",
}


@tagged("post_install", "-at_install")
class TestAuditProof(AuditCase):
    """Screens of the proof; tests/faults tampers with committed rows."""

    def _seal(self, n=1):
        """Seals by hand: the rows of a test are never sealed, they do not commit."""
        for _ in range(n):
            self.env.cr.execute(
                """
                INSERT INTO pdpa_audit_seal (id, after_id, from_xid, to_xid, max_id,
                                             count, parts, prev_hash)
                SELECT COALESCE(last.id, 0) + 1, 0, COALESCE(last.to_xid, '0'),
                       COALESCE(last.to_xid, '0'), 0, 0, '[]',
                       COALESCE(last.root_hash, '')
                  FROM (SELECT 1) one
                  LEFT JOIN LATERAL (SELECT * FROM pdpa_audit_seal
                                      ORDER BY id DESC LIMIT 1) last ON true
                """
            )
        return self.env["pdpa.audit.seal"].search([], limit=1)

    def test_verification_shows_and_records_itself(self):
        self.audit._log("print", "res.partner", self.anna.ids, ())
        seals = self.env["pdpa.audit.seal"].with_user(self.auditor)
        action = seals.action_verify()
        result = self.env[action["res_model"]].browse(action["res_id"])
        self.assertTrue(result.is_valid)
        self.assertGreaterEqual(result.row_count, 1)
        self.assertGreaterEqual(result.open_count, 1)
        row = self._rows("verify")
        self.assertEqual((row.uid, row.note[:10]), (self.auditor, "0 problems"))

    def test_verification_names_what_is_broken(self):
        self.audit._log("print", "res.partner", self.anna.ids, ())
        partition = f"pdpa_audit_p{fields.Date.today():%Y%m}"
        self.env.cr.execute(f"ALTER TABLE {partition} DISABLE TRIGGER USER")
        self.env.cr.execute("ALTER TABLE pdpa_audit DISABLE TRIGGER USER")
        row = self._rows("print")
        self.env.cr.execute("UPDATE pdpa_audit SET count = 9 WHERE id = %s", [row.id])
        action = self.env["pdpa.audit.seal"].with_user(self.officer).action_verify()
        result = self.env[action["res_model"]].browse(action["res_id"])
        self.assertFalse(result.is_valid)
        self.assertEqual(result.line_ids.kind, "row")
        self.assertEqual(result.line_ids.month, f"{fields.Date.today():%Y-%m}")
        self.assertIn(str(row.id), result.line_ids.text)

    def test_only_officer_and_auditor_verify(self):
        for user in (self.employee, self.user):
            with self.assertRaises(AccessError):
                self.env["pdpa.audit.seal"].with_user(user).action_verify()

    def test_compare_with_a_root_kept_outside(self):
        seal = self._seal()
        result = self.env["pdpa.audit.verification"].with_user(self.auditor).create({})
        with self.assertRaisesRegex(UserError, "Seal Number"):
            result.action_compare()
        for number, root, state in (
            (seal.id, f" {seal.root_hash.upper()} ", "same"),
            (seal.id, "0" * 64, "different"),
            (seal.id + 5, seal.root_hash, "different"),
        ):
            result.write({"anchor_number": number, "anchor_root": root})
            result.action_compare()
            self.assertEqual(result.anchor_state, state)

    def test_newest_root_is_mailed_out(self):
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        self._seal()
        self.env["pdpa.audit.seal"]._cron_send_root()  # no address, no mail
        self.assertFalse(mails.search([]) - before)
        self.env["ir.config_parameter"].set_param(
            "crm_pdpa.seal_email", "notary@example.com"
        )
        seal = self._seal()
        self.env["pdpa.audit.seal"]._cron_send_root()
        mail = mails.search([]) - before
        self.assertEqual(mail.email_to, "notary@example.com")
        self.assertIn(seal.root_hash, mail.body_html)

    def test_nothing_finished_nothing_sealed(self):
        while self.env["pdpa.audit.seal"]._seal():
            pass
        self.audit._log("print", "res.partner", self.anna.ids, ())
        self.assertFalse(self.env["pdpa.audit.seal"]._seal())

    # -- retention ----------------------------------------------------------------
    def _old_month(self, *, row=False):
        month = fields.Date.subtract(fields.Date.today(), years=6).replace(day=1)
        self.env.cr.execute("SELECT pdpa_audit_partition(%s)", [month])
        if row:
            self.env.cr.execute("ALTER TABLE pdpa_audit DISABLE TRIGGER USER")
            self.env.cr.execute(
                f"ALTER TABLE pdpa_audit_p{month:%Y%m} DISABLE TRIGGER USER"
            )
            self.env.cr.execute(
                "INSERT INTO pdpa_audit (ts, operation, row_hash)"
                " VALUES (%s, 'print', '')",
                [month],
            )
        return month

    def _wizard(self):
        return self.env["pdpa.audit.retention"].with_user(self.officer).create({})

    def test_old_months_are_listed_and_dropped(self):
        month = self._old_month()
        wizard = self._wizard()
        self.assertEqual(wizard.years, self.audit._retention_years())
        line = wizard.line_ids
        self.assertEqual((line.month, line.rows, line.is_sealed), (month, 0, True))
        with self.assertRaisesRegex(UserError, "at least one month"):
            wizard.action_drop()
        line.is_chosen = True
        wizard.action_drop()
        self.env.cr.execute("SELECT to_regclass(%s)", [f"pdpa_audit_p{month:%Y%m}"])
        self.assertIsNone(self.env.cr.fetchone()[0])
        self.assertEqual(self._rows("retention").note, f"{month:%Y-%m}")
        self.assertFalse(self._wizard().line_ids)

    def test_an_unsealed_month_stays(self):
        self._old_month(row=True)
        wizard = self._wizard()
        wizard.line_ids.is_chosen = True
        with self.assertRaisesRegex(UserError, "not fully sealed"):
            wizard.action_drop()

    def test_a_forged_line_drops_nothing(self):
        """What the client sends is not believed: the database looks for itself."""
        wizard = self._wizard()
        wizard.line_ids = [
            (0, 0, {"month": fields.Date.today(), "is_sealed": 1, "is_chosen": 1})
        ]
        with self.assertRaisesRegex(UserError, "younger than"):
            wizard.action_drop()

    def test_auditor_drops_nothing(self):
        with self.assertRaises(AccessError):
            self.env["pdpa.audit.retention"].with_user(self.auditor).create({})
        with self.assertRaises(AccessError):
            self._wizard().with_user(self.auditor).sudo().action_drop()

    # -- the auditor --------------------------------------------------------------
    def test_access_of_the_auditor(self):
        for model, letters in AUDITOR.items():
            for letter, operation in OPERATIONS.items():
                with self.subTest(model=model, op=operation):
                    self.assertEqual(
                        self.env[model].with_user(self.auditor).has_access(operation),
                        letter in letters,
                    )

    def test_auditor_is_no_user_of_personal_data(self):
        implied = self.env.ref("crm_pdpa.group_pdpa_auditor").all_implied_ids
        self.assertNotIn(self.env.ref("crm_pdpa.group_pdpa_user"), implied)
        self.assertNotIn(self.env.ref("crm_pdpa.group_pdpa_clear"), implied)

    def test_menus_of_the_auditor(self):
        visible = self.env["ir.ui.menu"].with_user(self.auditor)._visible_menu_ids()
        for name, seen in (
            *(("root", True), ("audit", True), ("audit_verify", True)),
            *(("consents", False), ("receipts", False), ("audit_retention", False)),
        ):
            with self.subTest(menu=name):
                menu = self.env.ref(f"crm_pdpa.menu_pdpa_{name}")
                self.assertEqual(menu.id in visible, seen)

    def test_rows_of_other_companies_are_hidden(self):
        other = self.env["res.company"].create({"name": "Else"})
        self.env.user.company_ids |= other
        self.audit.with_company(other)._log("print", "res.partner", (), ())
        self.audit._log("print", "res.partner", self.anna.ids, ())
        rows = self.audit.with_user(self.auditor).search([("id", ">", self.start)])
        self.assertEqual(rows.company_id, self.company)
