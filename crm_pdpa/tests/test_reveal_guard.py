"""Grants are evidence: not forged, not changed, not deleted, by no way in."""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_reveal import RevealCase

NOW = "timestamp '2026-03-01 08:00'"


@tagged("post_install", "-at_install")
class TestRevealGuard(RevealCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.with_user(cls.seller).pdpa_reveal("phone", "delivery")
        cls.grant = cls.env["pdpa.reveal"].search([("user_id", "=", cls.seller.id)])

    def refused(self, query, error=psycopg2.errors.RestrictViolation):
        with (
            self.subTest(query),
            mute_logger("odoo.sql_db"),
            self.assertRaises(error),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query)

    def test_orm(self):
        for user in (self.env.user, self.officer, self.seller):
            grant = self.grant.with_user(user)
            for door in (None, True, object()):
                opened = grant.with_context(pdpa_door=door)
                with self.subTest(user=user.login, door=door):
                    with self.assertRaises(UserError):
                        opened.write({"expires_at": "2030-01-01"})
                    with self.assertRaises(UserError):
                        opened.write({"review_result": "justified"})
                    with self.assertRaises(UserError):
                        opened.unlink()
                    with self.assertRaises(UserError):
                        opened.copy()
        with self.assertRaises(UserError):
            self.grant.sudo().unlink()

    def test_facts_never_change_in_sql(self):
        for change in (
            "expires_at = expires_at + interval '1 hour'",
            "user_id = 1",
            "reason = 'legal'",
            "res_id = res_id + 1",
            "field_names = 'phone,email'",
            "kind = 'break_glass'",
        ):
            self.refused(f"UPDATE pdpa_reveal SET {change}")
        self.refused("DELETE FROM pdpa_reveal")
        self.refused("TRUNCATE pdpa_reveal CASCADE")

    def test_revocation_is_final(self):
        self.grant.with_user(self.officer).action_revoke()
        self.env.flush_all()
        self.refused("UPDATE pdpa_reveal SET revoked_at = NULL")
        self.refused("UPDATE pdpa_reveal SET revoked_at = now()")

    def insert(self, **changes):
        values = {
            "kind": "'reveal'",
            "user_id": self.seller.id,
            "company_id": self.env.company.id,
            "model": "'res.partner'",
            "res_id": self.partner.id,
            "field_names": "'phone'",
            "reason": "'delivery'",
            "granted_at": NOW,
            "expires_at": f"{NOW} + interval '24 hours'",
            **changes,
        }
        return (
            f"INSERT INTO pdpa_reveal ({', '.join(values)})"
            f" VALUES ({', '.join(str(value) for value in values.values())})"
        )

    def test_constraints(self):
        self.env.cr.execute(self.insert())
        glass = {"kind": "'break_glass'", "ticket": "'T-1'", "domain": "'[]'"}
        self.env.cr.execute(self.insert(**glass))
        check = psycopg2.errors.CheckViolation
        for changes in (
            {"expires_at": f"{NOW} + interval '24 hours 1 second'"},
            {"expires_at": NOW},
            {"reason": "'other'"},
            {"reason": "'other'", "note": "'abc '"},
            {"reason": "' '"},
            {"res_id": "NULL"},
            {"res_id": 0},
            {**glass, "ticket": "NULL"},
            {**glass, "ticket": "' '"},
            {**glass, "domain": "NULL"},
            {
                **glass,
                "review_result": "'justified'",
                "reviewed_at": NOW,
                "reviewer_id": self.seller.id,
            },
            {**glass, "review_result": "'justified'"},
            {"review_result": "'justified'", "reviewed_at": NOW, "reviewer_id": 1},
        ):
            self.refused(self.insert(**changes), check)
        self.refused(self.insert(reason="NULL"), psycopg2.errors.NotNullViolation)

    def test_who_reads_grants(self):
        reveal = self.env["pdpa.reveal"]
        self.assertEqual(reveal.with_user(self.seller).search([]), self.grant)
        self.assertFalse(reveal.with_user(self.users["manager"]).search([]))
        for user in (self.officer, self.auditor):
            self.assertIn(self.grant, reveal.with_user(user).search([]))
        with self.assertRaises(AccessError):
            self.grant.with_user(self.users["manager"]).action_revoke()
