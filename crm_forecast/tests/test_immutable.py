import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ForecastCase

TABLES = ("crm_forecast_snapshot", "crm_stage_log")


@tagged("post_install", "-at_install")
class TestImmutable(ForecastCase):
    def setUp(self):
        super().setUp()
        self.lead = self.new_lead()
        self.Snapshot._take()

    def refuse(self, statement, *params):
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.RestrictViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(SQL(statement, *params))

    def test_orm_refuses_everybody(self):
        self.Run._compute(self.period())
        for model in (
            "crm.forecast.snapshot",
            "crm.stage.log",
            "crm.forecast.run",
            "crm.forecast.line",
        ):
            records = self.env[model].sudo()
            row = records.search([], limit=1)
            self.assertTrue(row, model)
            with self.subTest(model):
                with self.assertRaises(UserError):
                    records.create({})
                with self.assertRaises(UserError):
                    row.write({"company_id": self.company.id})
                with self.assertRaises(UserError):
                    row.unlink()
                with self.assertRaises(UserError):
                    row.copy()

    def test_database_refuses_update(self):
        for table in TABLES:
            with self.subTest(table):
                self.refuse(
                    "UPDATE %s SET company_id = company_id + 1 WHERE lead_key = %s",
                    SQL.identifier(table),
                    self.lead.id,
                )

    def test_database_refuses_delete_and_truncate(self):
        for table in TABLES:
            with self.subTest(table):
                name = SQL.identifier(table)
                self.refuse("DELETE FROM %s WHERE lead_key = %s", name, self.lead.id)
                self.refuse("TRUNCATE %s", name)

    def test_reference_to_an_existing_record_cannot_be_emptied(self):
        for table in TABLES:
            for column in ("lead_id", "user_id", "team_id", "stage_id"):
                with self.subTest(table=table, column=column):
                    self.refuse(
                        "UPDATE %s SET %s = NULL WHERE lead_key = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        self.lead.id,
                    )

    def test_reference_is_emptied_when_its_record_is_deleted(self):
        team = self.env["crm.team"].create({"name": "Short-lived"})
        stage = self.env["crm.stage"].create({"name": "Short-lived"})
        lead = self.new_lead(team_id=team.id, stage_id=stage.id)
        with self.at("2040-03-08"):
            self.Snapshot._take()
            key = lead.id
            lead.unlink()
            team.unlink()
            stage.unlink()
        row = self.Snapshot.search([("lead_key", "=", key)])
        self.assertFalse(row.lead_id or row.team_id or row.stage_id)
        self.assertEqual(row.user_id, self.seller_north)
        log = self.StageLog.search([("lead_key", "=", key)])
        self.assertFalse(log.lead_id or log.team_id or log.stage_id)
        self.assertTrue(log.leave, "the stay of a deleted lead is over")

    def test_stay_can_be_closed_once(self):
        with self.at("2040-03-08"):
            self.lead.stage_id = self.stage_offer
        first = "UPDATE crm_stage_log SET %s WHERE lead_key = %s AND leave IS NOT NULL"
        self.refuse(first, SQL("seconds = seconds + 1"), self.lead.id)
        self.refuse(first, SQL("leave = leave + interval '1 hour'"), self.lead.id)
        self.refuse(first, SQL("leave = NULL, seconds = NULL"), self.lead.id)
        self.refuse(first, SQL("enter = enter - interval '1 hour'"), self.lead.id)

    def test_stay_cannot_be_closed_by_half(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_stage_log SET leave = enter WHERE lead_key = %s",
                    self.lead.id,
                )
            )

    def test_one_running_stay_per_lead(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO crm_stage_log (lead_key, company_id, status, enter) "
                    "VALUES (%s, %s, 'open', now())",
                    self.lead.id,
                    self.company.id,
                )
            )

    def test_update_without_change_passes(self):
        self.env.cr.execute(
            SQL("UPDATE crm_stage_log SET id = id WHERE lead_key = %s", self.lead.id)
        )
        self.assertEqual(self.env.cr.rowcount, 1)
