import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestReceiptGuard(PdpaCase):
    """Receipts cannot be forged, changed or removed, by any way in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proof = cls.receipt._record(cls.anna, "marketing", "grant")
        cls.vals = {
            "uuid": "forged",
            "partner_id": cls.ben.id,
            "company_id": cls.company.id,
            "purpose_id": cls.proof.purpose_id.id,
            "event": "grant",
            "kind": "explicit",
            "channels": "email",
            "via": "staff",
            "user_id": cls.env.uid,
            "notice_version_id": cls.version.id,
            "occurred_at": "2026-01-01",
            "recorded_at": "2026-01-01",
        }

    def test_create_is_refused(self):
        message = "made by recording an answer"
        for env in (self.env, self.env(user=self.officer, su=True)):
            for door in (None, True, "<object object>", object()):
                model = env["pdpa.receipt"].with_context(pdpa_door=door)
                with (
                    self.subTest(door=door),
                    self.assertRaisesRegex(UserError, message),
                ):
                    model.create(self.vals)
        with self.assertRaisesRegex(UserError, message):
            self.proof.copy({"uuid": "copy"})
        with self.assertRaisesRegex(UserError, message):
            self.anna.write({"pdpa_receipt_ids": [(0, 0, self.vals)]})

    def test_officer_has_no_right_to_create(self):
        with self.assertRaises(UserError):
            self.receipt.with_user(self.officer).create(self.vals)

    def test_door_is_closed_to_rpc(self):
        for name in ("_record", "_repoint"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.receipt, name)
        for model, name in (
            ("pdpa.consent", "_rebuild"),
            ("pdpa.consent", "_apply"),
            ("pdpa.gate", "_filter"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.env[model], name)

    def test_change_and_delete_are_refused(self):
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.proof.sudo().write({"event": "deny"})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.proof.sudo().unlink()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.anna.sudo().write(
                {"pdpa_receipt_ids": [(1, self.proof.id, {"event": "deny"})]}
            )

    def test_consent_is_read_only(self):
        consent = self.anna.pdpa_consent_ids[0]
        vals = consent.copy_data()[0]
        for call in (
            lambda: consent.sudo().create(vals),
            lambda: consent.sudo().write({"state": "denied"}),
            lambda: consent.sudo().unlink(),
            lambda: self.ben.sudo().write({"pdpa_consent_ids": [(0, 0, vals)]}),
        ):
            with self.assertRaisesRegex(UserError, "follow from receipts"):
                call()

    def _assert_refused(self, statement, error, params=None):
        with (
            self.assertRaises(error),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(statement, params or {"id": self.proof.id})

    def test_append_only_in_sql(self):
        for statement in (
            "UPDATE pdpa_receipt SET event = 'deny' WHERE id = %(id)s",
            "UPDATE pdpa_receipt SET partner_id = partner_id WHERE id = %(id)s",
            "UPDATE pdpa_receipt SET event = 'deny' WHERE id = -%(id)s",
            "DELETE FROM pdpa_receipt WHERE id = %(id)s",
            "DELETE FROM pdpa_receipt WHERE id = -%(id)s",
            "TRUNCATE pdpa_receipt CASCADE",
        ):
            with self.subTest(statement=statement):
                self._assert_refused(statement, psycopg2.errors.RestrictViolation)

    def test_repoint_setting_moves_the_contact_only(self):
        for change in ("event = 'deny'", f"partner_id = {self.chen.id}"):
            with self.subTest(change=change):
                self._assert_refused(
                    f"""SELECT set_config('pdpa.repoint', '{self.ben.id}', true);
                        UPDATE pdpa_receipt SET {change} WHERE id = %(id)s""",
                    psycopg2.errors.RestrictViolation,
                )

    def _insert(self, **changes):
        vals = {**self.vals, **changes}
        columns = ", ".join(vals)
        values = ", ".join(f"%({name})s" for name in vals)
        return f"INSERT INTO pdpa_receipt ({columns}) VALUES ({values})", vals

    def test_rules_hold_in_sql(self):
        draft = self.version.copy()
        self.env.flush_all()
        check = psycopg2.errors.CheckViolation
        cases = [
            ({"notice_version_id": None}, check),
            ({"notice_version_id": draft.id}, psycopg2.errors.RestrictViolation),
            ({"event": "deny", "kind": "presumed"}, check),
            ({"channels": ""}, check),
            ({"channels": "Email, sms"}, check),
            ({"occurred_at": "2026-01-02"}, check),
            ({"uuid": self.proof.uuid}, psycopg2.errors.UniqueViolation),
        ]
        for changes, error in cases:
            with self.subTest(changes=changes):
                statement, params = self._insert(**changes)
                self._assert_refused(statement, error, params)

    def test_contact_with_receipts_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Anna has consent receipts"):
            self.anna.unlink()
        self.ben.unlink()
