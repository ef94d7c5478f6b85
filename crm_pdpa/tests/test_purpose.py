import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.pdpa_purpose import LEGAL_BASES
from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestPurpose(PdpaCase):
    def _purpose(self, **vals):
        vals = {"name": "Test", "code": "test_purpose", **vals}
        return self.env["pdpa.purpose"].create(vals)

    def test_shipped_purposes(self):
        expected = {
            "membership": ("contract", False, False, {"052", "069", "090"}),
            "marketing": ("consent", True, True, {"040", "152"}),
            "service": ("contract", False, False, {"090", "148"}),
        }
        for code, (basis, consent, marketing, codes) in expected.items():
            purpose = self.env.ref(f"crm_pdpa.purpose_{code}")
            with self.subTest(code=code):
                self.assertEqual(purpose.code, code)
                self.assertEqual(purpose.legal_basis, basis)
                self.assertEqual(purpose.requires_consent, consent)
                self.assertEqual(purpose.is_marketing, marketing)
                self.assertEqual(set(purpose.code_ids.mapped("code")), codes)
                self.assertTrue(purpose.category_ids)
                self.assertLessEqual(
                    {"email", "sms", "line", "phone", "post"},
                    set(purpose.channel_ids.mapped("code")),
                )

    def test_legal_bases_are_the_eight_of_article_19(self):
        self.assertEqual(len(LEGAL_BASES), 8)

    def test_consent_basis_requires_consent(self):
        form = Form(self.env["pdpa.purpose"])
        self.assertTrue(form.requires_consent)
        form.legal_basis = "contract"
        self.assertFalse(form.requires_consent)
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._purpose(legal_basis="consent", requires_consent=False)

    def test_code_is_unique_per_company(self):
        self._purpose()
        self._purpose(company_id=self.company.id)
        for company in (False, self.company.id):
            with (
                self.subTest(company=company),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._purpose(company_id=company)

    def test_code_format(self):
        for code in ("Marketing", "a b", "1st", "a,b"):
            with (
                self.subTest(code=code),
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._purpose(code=code)

    def test_code_and_company_never_change(self):
        purpose = self._purpose()
        purpose.write({"code": "test_purpose", "company_id": False, "name": "New"})
        for vals in ({"code": "test_other"}, {"company_id": self.company.id}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                purpose.write(vals)

    def test_needs_a_channel(self):
        with self.assertRaisesRegex(ValidationError, "at least one channel"):
            self._purpose(channel_ids=[])

    def test_copy_gets_another_code(self):
        self.assertEqual(self._purpose().copy().code, "test_purpose_copy")

    def test_get_prefers_the_company_and_the_active(self):
        get = self.env["pdpa.purpose"]._get
        shared = self._purpose()
        self.assertEqual(get("test_purpose"), shared)
        own = self._purpose(company_id=self.company.id)
        self.assertEqual(get("test_purpose"), own)
        self.assertEqual(get("test_purpose", self.env.ref("base.main_company")), shared)
        own.active = False
        self.assertEqual(get("test_purpose"), shared)
        shared.active = False
        self.assertEqual(get("test_purpose"), own)
        with self.assertRaisesRegex(ValueError, "'test_unknown'"):
            get("test_unknown")

    def test_used_or_shipped_purpose_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.env.ref("crm_pdpa.purpose_marketing").unlink()
        purpose = self._purpose(company_id=self.company.id)
        self.receipt._record(self.anna, "test_purpose", "deny")
        with self.assertRaisesRegex(UserError, "Archive it"):
            purpose.unlink()
        self._purpose(code="test_unused").unlink()

    def test_receipt_count(self):
        purpose = self._purpose(company_id=self.company.id)
        self.receipt._record(self.partners, "test_purpose", "deny")
        self.assertEqual(purpose.receipt_count, 3)

    def test_channel_code_never_changes(self):
        channel = self.env["pdpa.channel"].create({"name": "App", "code": "test_app"})
        channel.write({"code": "test_app", "name": "Mobile App"})
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            channel.code = "test_push"
        purpose = self._purpose(company_id=self.company.id)
        self.receipt._record(self.anna, purpose.code, "deny", ["test_app"])
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            channel.unlink()
        channel.copy({"code": "test_unused"}).unlink()
