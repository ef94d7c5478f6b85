import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import pdpa_audit_engine, pdpa_audit_schema
from .common import PdpaCase


class AuditCase(PdpaCase):
    """The audit of one class; ``_rows`` are those since the test began."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.audit = cls.env["pdpa.audit"]
        cls.auditor = cls._new_user("auditor", "crm_pdpa.group_pdpa_auditor")

    def setUp(self):
        super().setUp()
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM pdpa_audit")
        self.start = self.env.cr.fetchone()[0]

    def _rows(self, *operations):
        """The rows of this test, oldest first, of all or of these operations."""
        domain = [("id", ">", self.start)]
        if operations:
            domain.append(("operation", "in", operations))
        return self.audit.search(domain, order="id")

    def _ids(self, row):
        self.env.cr.execute("SELECT ids FROM pdpa_audit WHERE id = %s", [row.id])
        return self.env.cr.fetchone()[0]

    def _flush(self):
        """End the request as the web server does, short of its commit."""
        self.env.cr.flush()


@tagged("post_install", "-at_install")
class TestAudit(AuditCase):
    def test_log_writes_one_row(self):
        self.audit.with_user(self.user)._log(
            "export",
            "res.partner",
            self.partners.ids,
            ["phone", "email"],
            reason="yearly letter",
            format="csv",
        )
        row = self._rows()
        self.assertEqual(len(row), 1)
        self.assertEqual(row.uid, self.user)
        self.assertEqual(row.login, "pdpa_user")
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(row.field_names, "email,phone")
        self.assertEqual(row.count, 3)
        self.assertEqual(self._ids(row), sorted(self.partners.ids))
        self.assertEqual((row.reason, row.format), ("yearly letter", "csv"))
        self.assertFalse(row.denied or row.rolled_back)
        self.assertEqual(
            row.record_ids_text, ", ".join(map(str, sorted(self.partners.ids)))
        )
        self.assertEqual(row.model_label, "Contact")

    def test_log_costs_one_query(self):
        self.env.company.id  # noqa: B018 - what a request has read already
        with self.assertQueryCount(1):
            self.audit._log("print", "res.partner", self.partners.ids, ())

    def test_unknown_operations_and_keys_are_refused(self):
        with self.assertRaises(ValueError):
            self.audit._log("look", "res.partner", (), ())
        with self.assertRaises(ValueError):
            self.audit._log("read", "res.partner", (), (), phone="0912345678")

    def test_a_login_stays_when_the_user_is_gone(self):
        user = self._new_user("leaver", "base.group_user")
        self.audit._log("print", "res.partner", (), (), user=user)
        row = self._rows("print")
        user.unlink()
        self.assertEqual(row.login, "pdpa_leaver")

    # -- collecting -------------------------------------------------------------
    def test_one_row_per_request_and_model(self):
        audit = self.audit.with_user(self.user)
        audit._collect("res.partner", self.anna.ids, ["phone"])
        audit._collect("res.partner", (self.anna | self.ben).ids, ["email"])
        audit._collect("crm.lead", [7], ["phone"])
        self.assertFalse(self._rows())
        self._flush()
        self._flush()
        rows = self._rows("read")
        self.assertEqual(
            [(r.model, r.count, r.field_names) for r in rows],
            [("res.partner", 2, "email,phone"), ("crm.lead", 1, "phone")],
        )
        self.assertEqual(self._ids(rows[0]), sorted((self.anna | self.ben).ids))

    def test_users_are_kept_apart(self):
        for user in (self.user, self.officer):
            self.audit.with_user(user)._collect("res.partner", self.anna.ids, ["phone"])
        self._flush()
        self.assertEqual(self._rows("read").uid, self.user | self.officer)

    def test_what_was_logged_is_not_logged_again(self):
        self.audit._collect("res.partner", self.anna.ids, ["phone"])
        self._flush()
        self.audit._collect("res.partner", self.anna.ids, ["phone"])
        self._flush()
        self.assertEqual(len(self._rows("read")), 1)
        self.audit._collect("res.partner", self.partners.ids, ["phone"])
        self._flush()
        self.assertEqual(len(self._rows("read")), 2)

    def test_new_records_disclose_nothing(self):
        new = self.env["res.partner"].new({"name": "Draft"})
        self.audit._collect("res.partner", new._ids, ["phone"])
        self._flush()
        self.assertFalse(self._rows())

    def test_collecting_costs_one_query_for_any_number(self):
        self.env.company.id  # noqa: B018
        self.env.flush_all()
        with self.assertQueryCount(1):
            for _ in range(100):
                self.audit._collect("res.partner", range(1, 1000), ["phone"])
            self._flush()

    # -- append-only ------------------------------------------------------------
    def test_orm_refuses_every_change(self):
        self.audit._log("print", "res.partner", self.anna.ids, ())
        row = self._rows().sudo()
        for change in (
            lambda: row.write({"note": "x"}),
            lambda: row.unlink(),
            lambda: self.audit.sudo().create([{"operation": "print"}]),
            lambda: self.env["pdpa.audit.seal"].sudo().create([{"count": 1}]),
        ):
            with self.assertRaises(UserError):
                change()

    def test_database_refuses_every_change(self):
        self.audit._log("print", "res.partner", self.anna.ids, ())
        partition = f"pdpa_audit_p{fields.Date.today():%Y%m}"
        future = fields.Date.add(fields.Date.today(), months=2)
        for statement in (
            *(
                statement.format(table)
                for table in (
                    "pdpa_audit",
                    partition,
                    f"pdpa_audit_p{future:%Y%m}",
                    "pdpa_audit_default",
                )
                for statement in (
                    "UPDATE {} SET note = 'x'",
                    "UPDATE {} SET note = 'x' WHERE false",
                    "DELETE FROM {}",
                    "TRUNCATE {}",
                )
            ),
            "TRUNCATE pdpa_audit_seal",
            "DELETE FROM pdpa_audit_seal",
            "UPDATE pdpa_audit_seal SET count = 1",
            "DELETE FROM pdpa_audit_dropped",
        ):
            with (
                self.subTest(statement=statement),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(flush=False),
            ):
                self.env.cr.execute(statement)

    def test_rows_cannot_be_dated_back(self):
        with (
            self.assertRaises(psycopg2.errors.RestrictViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(
                "INSERT INTO pdpa_audit (operation, ts)"
                " VALUES ('print', now() AT TIME ZONE 'UTC' - interval '1 day')"
            )

    def test_hash_and_transaction_come_from_the_database(self):
        self.env.cr.execute(
            "INSERT INTO pdpa_audit (operation, xid, row_hash)"
            " VALUES ('print', '7', 'mine') RETURNING xid = '7', row_hash = 'mine'"
        )
        self.assertEqual(self.env.cr.fetchone(), (False, False))
        self.assertFalse(self.env.execute_query(pdpa_audit_engine.changed_rows(9)))

    def test_hash_does_not_depend_on_session_settings(self):
        self.audit._log("print", "res.partner", self.anna.ids, ())
        self.env.cr.execute("SET LOCAL datestyle = 'German'")
        self.env.cr.execute("SET LOCAL timezone = 'Asia/Taipei'")
        self.assertFalse(self.env.execute_query(pdpa_audit_engine.changed_rows(9)))

    # -- partitions -------------------------------------------------------------
    def test_partitions_are_made_ahead(self):
        self.assertEqual(pdpa_audit_schema.make_partitions(self.env), 0)
        for ahead in range(pdpa_audit_schema.MONTHS_AHEAD + 1):
            month = fields.Date.add(fields.Date.today(), months=ahead)
            self.env.cr.execute("SELECT to_regclass(%s)", [f"pdpa_audit_p{month:%Y%m}"])
            self.assertTrue(self.env.cr.fetchone()[0])

    def test_a_missing_partition_loses_no_row(self):
        partition = f"pdpa_audit_p{fields.Date.today():%Y%m}"
        self.env.cr.execute(f"ALTER TABLE pdpa_audit DETACH PARTITION {partition}")
        self.env.cr.execute(f"ALTER TABLE {partition} RENAME TO pdpa_audit_gone")
        self.audit._log("print", "res.partner", self.anna.ids, ())
        self.assertEqual(self._rows("print").count, 1)
        self.audit._cron_partitions()  # leaves the month where its rows are
        self.assertEqual(self._rows("print").count, 1)

    # -- looking up ---------------------------------------------------------------
    def test_who_looked_at_this_person(self):
        lead = self.env["crm.lead"].create(
            {"name": "Roof", "partner_id": self.anna.id, "type": "opportunity"}
        )
        other = self.env["crm.lead"].create({"name": "Else"})
        self.audit._log("read", "res.partner", self.partners.ids, ["phone"])
        self.audit._log("read", "res.partner", self.ben.ids, ["phone"])
        self.audit._log("print", "crm.lead", lead.ids, ["phone"])
        self.audit._log("print", "crm.lead", other.ids, ["phone"])
        self.audit._log("group_change", "res.users", self.user.ids, ())
        action = self.anna.with_user(self.auditor).action_pdpa_audit()
        found = self.audit.with_user(self.auditor).search(
            [("id", ">", self.start), *action["domain"]]
        )
        self.assertEqual(
            sorted(found.mapped("model")), ["crm.lead", "res.partner"]
        )
        of_user = self.audit.search(
            [("id", ">", self.start), ("partner_id", "=", self.user.partner_id.id)]
        )
        self.assertEqual(of_user.operation, "group_change")

    def test_this_month_filter(self):
        self.audit._log("print", "res.partner", self.anna.ids, ())
        row = self._rows("print")
        self.assertIn(row, self.audit.search([("ts", ">=", "today =1d")]))

    def test_groups_of_the_screen(self):
        self.audit._log("print", "res.partner", self.anna.ids, ())
        for groupby in ("uid", "operation", "model", "ts:day"):
            found = self.audit.formatted_read_group(
                [("id", ">", self.start)], [groupby], ["count:sum"]
            )
            self.assertEqual(len(found), 1)

    def test_domain_shape_holds_no_value(self):
        shape = self.audit._domain_shape(
            ["|", ("phone", "ilike", "0912"), ("email", "=", "a@b.tw")]
        )
        self.assertEqual(shape, "phone ilike, email =")

    def test_retention_is_five_years_at_least(self):
        param = self.env["ir.config_parameter"]
        for value, years in (("1", 5), ("7", 7), ("soon", 5), (False, 5)):
            param.set_param("crm_pdpa.log_years", value)
            self.assertEqual(self.audit._retention_years(), years)
