import datetime

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import LineCase


@tagged("post_install", "-at_install")
class TestSettings(LineCase):
    def days(self, name):
        return self.env["res.config.settings"]._line_days(name)

    def save(self, **values):
        with Form(self.env["res.config.settings"]) as form:
            for name, value in values.items():
                form[name] = value
        form.record.execute()

    def test_defaults(self):
        self.assertEqual((self.days("event_days"), self.days("sent_days")), (30, 0))
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.line_event_days, 30)
        self.assertEqual(settings.line_sent_days, 0)

    def test_saved(self):
        plan = self.env.ref("crm_line.plan_light")
        self.save(line_event_days=7, line_sent_days=90, line_plan_id=plan)
        self.assertEqual((self.days("event_days"), self.days("sent_days")), (7, 90))
        self.assertEqual(self.company.line_plan_id, plan)
        self.assertEqual(self.account._plan(), plan)

    def test_bad_values_are_refused(self):
        for values in (
            {"line_event_days": 0},
            {"line_event_days": 3651},
            {"line_sent_days": -1},
            {"line_sent_days": 3651},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.save(**values)

    def test_a_parameter_that_is_no_number(self):
        for value in ("abc", "-4", "99999999"):
            self.env["ir.config_parameter"].set_param("crm_line.event_days", value)
            self.assertEqual(self.days("event_days"), 30)

    def test_raw_events_go_after_the_days(self):
        self.writes("hi")
        row = self.events()
        row.done_at = fields.Datetime.subtract(fields.Datetime.now(), days=8)
        self.env["line.inbox"]._gc_payloads()
        self.assertTrue(row.payload)
        self.save(line_event_days=7)
        self.env["line.inbox"]._gc_payloads()
        self.assertFalse(row.payload)

    def test_sent_contents_go_after_the_days(self):
        self.writes("hi")
        message = self.agent_posts("answer")
        self.work()
        row = self.rows()
        row.sent_at = fields.Datetime.subtract(fields.Datetime.now(), days=31)
        self.agent_posts("waiting")
        self.env["line.outbox"]._gc_contents()
        self.assertTrue(row.payload)
        self.save(line_sent_days=30)
        self.env["line.outbox"]._gc_contents()
        self.assertFalse(row.payload)
        self.assertEqual(row.state, "sent")
        self.assertIn("answer", message.body)
        self.assertTrue(self.rows(state="queued").payload)


@tagged("post_install", "-at_install")
class TestPlan(LineCase):
    def test_plans_of_taiwan(self):
        plans = [self.env.ref(f"crm_line.plan_{name}") for name in ("light", "medium")]
        for plan in (*plans, self.env.ref("crm_line.plan_high")):
            self.assertEqual(plan.currency_id.name, "TWD")
            self.assertTrue(plan.checked_on)
            self.assertIn("tw.linebiz.com", plan.note)
            self.assertIn("2023-09-01", plan.display_name)
        self.assertIsNone(plans[0]._prices().extra)
        self.assertEqual(self.env.ref("crm_line.plan_high")._prices().extra, 0.2)

    def test_period(self):
        plan = self.env.ref("crm_line.plan_light")
        day = datetime.date(2024, 1, 1)
        self.assertTrue(plan._is_valid_on(day))
        self.assertFalse(plan._is_valid_on(datetime.date(2023, 8, 31)))
        plan.valid_until = day
        self.assertTrue(plan._is_valid_on(day))
        self.assertFalse(plan._is_valid_on(datetime.date(2024, 1, 2)))

    def test_impossible_plans(self):
        for values in (
            {"monthly_fee": -1},
            {"included_messages": -1},
            {"extra_price": -0.1},
            {"valid_from": "2024-01-02", "valid_until": "2024-01-01"},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env["line.plan"].create({"name": "Plan"} | values)
