import hashlib

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestEvidence(PdpaCase):
    """The signed form of a written answer is kept as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proof = cls.receipt._record(
            cls.anna,
            "marketing",
            "grant",
            kind="written",
            via="paper",
            evidence=("form.pdf", b"signed"),
        )
        cls.file = cls.proof.sudo().evidence_id

    def test_written_needs_evidence(self):
        for evidence in (None, ("empty.pdf", b"")):
            with (
                self.subTest(evidence=evidence),
                self.assertRaisesRegex(ValidationError, "“Evidence”"),
            ):
                self.receipt._record(
                    self.ben, "marketing", "grant", kind="written", evidence=evidence
                )

    def test_digest(self):
        self.assertEqual(
            self.proof.evidence_sha256, hashlib.sha256(b"signed").hexdigest()
        )
        self.assertEqual(self.file.raw, b"signed")
        self.assertEqual(self.file.res_id, self.proof.id)

    def test_readers_are_those_of_the_receipt(self):
        self.assertEqual(self.file.with_user(self.user).raw, b"signed")
        with self.assertRaises(AccessError):
            self.file.with_user(self.employee).read(["raw"])

    def test_file_cannot_be_changed_or_deleted(self):
        for call in (
            lambda: self.file.write({"raw": b"forged"}),
            lambda: self.file.write({"res_id": 0}),
            lambda: self.file.write({"public": True}),
            lambda: self.file.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "is the evidence of consent"):
                call()
        self.file.write({"description": "scanned in Taipei"})

    def test_file_is_frozen_in_sql(self):
        self.env.flush_all()
        cases = (
            (
                "UPDATE ir_attachment SET checksum = 'x' WHERE id = %s",
                psycopg2.errors.RestrictViolation,
            ),
            (
                "UPDATE ir_attachment SET res_model = 'x' WHERE id = %s",
                psycopg2.errors.RestrictViolation,
            ),
            (
                "DELETE FROM ir_attachment WHERE id = %s",
                psycopg2.errors.ForeignKeyViolation,
            ),
        )
        for statement, error in cases:
            with (
                self.subTest(statement=statement),
                self.assertRaises(error),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [self.file.id])

    def test_other_attachments_are_free(self):
        other = self.env["ir.attachment"].create({"name": "a", "raw": b"1"})
        other.raw = b"2"
        other.unlink()

    def test_open(self):
        action = self.proof.with_user(self.user).action_open_evidence()
        self.assertEqual(action["url"], f"/web/content/{self.file.id}")
