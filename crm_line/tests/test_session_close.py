import datetime

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .test_session import SessionCase


@tagged("post_install", "-at_install")
class TestSessionClose(SessionCase):
    """The end of a session, its times, and two workers at once."""

    # -- closing --------------------------------------------------------------
    def test_close_and_reopen(self):
        self.online(self.agent)
        self.writes("hi")
        self.agent_posts("answer")
        first = self.session()
        self.line_user.channel_id.with_user(self.agent).execute_command_close()
        self.assertEqual((first.state, first.closed_by_id), ("closed", self.agent))
        self.assertEqual(first.close_cause, "agent")
        self.assertFalse(self.line_user.channel_id._line_session())
        with self.assertRaises(UserError):
            self.line_user.channel_id.with_user(self.agent).action_line_close()
        with self.assertRaises(UserError):
            first.with_user(self.agent).action_take_over()
        self.writes("one more thing")
        self.assertNotEqual(self.session(), first)
        self.assertEqual(self.session().state, "open")

    def test_close_after_silence(self):
        self.account.close_hours = 2
        self.online(self.agent)
        self.writes("hi")
        with self.later(hours=3):
            self.tick()
            self.assertEqual(self.session().state, "open", "the customer waits")
        self.agent_posts("answer")
        with self.later(minutes=119):
            self.tick()
            self.assertEqual(self.session().state, "open")
        with self.later(hours=2):
            self.tick()
        session = self.session()
        self.assertEqual((session.state, session.close_cause), ("closed", "silence"))
        self.assertFalse(session.closed_by_id)
        self.assertEqual(len(self.rows()), 1, "no rating after silence")

    def test_silence_off(self):
        self.account.close_hours = 0
        self.online(self.agent)
        self.writes("hi")
        self.agent_posts("answer")
        with self.later(days=30):
            self.tick()
        self.assertEqual(self.session().state, "open")

    def test_negative_settings(self):
        for name in ("answer_minutes", "reroute_minutes", "close_hours"):
            with self.assertRaises(ValidationError):
                self.account[name] = -1

    # -- times ----------------------------------------------------------------
    def test_waiting_time_and_statistics(self):
        self.online(self.agent)
        self.account.answer_minutes = 10
        start = fields.Datetime.now()
        self.writes("hi")
        session = self.session()
        with freeze_time(start + datetime.timedelta(minutes=11)):
            session.invalidate_recordset()
            self.assertEqual(session.wait_minutes, 11)
            self.assertTrue(session.is_overdue)
            found = session.search([("is_overdue", "=", True)])
            self.assertIn(session, found)
            self.assertNotIn(session, session.search([("is_overdue", "=", False)]))
            self.agent_posts("answer")
            session.invalidate_recordset()
            self.assertEqual(session.wait_minutes, 0)
            self.assertFalse(session.is_overdue)
            self.assertNotIn(session, session.search([("is_overdue", "=", True)]))
            self.assertIn(session, session.search([("is_overdue", "=", False)]))
        with freeze_time(start + datetime.timedelta(minutes=31)):
            session._close(self.agent)
        self.assertAlmostEqual(session.first_answer_minutes, 11, delta=0.1)
        self.assertAlmostEqual(session.handling_minutes, 31, delta=0.1)

    def test_threshold_off(self):
        self.online(self.agent)
        self.account.answer_minutes = 0
        self.writes("hi")
        with self.later(days=1):
            self.assertFalse(self.session().is_overdue)
            self.assertFalse(self.session().search([("is_overdue", "=", True)]))

    def test_client_data(self):
        self.online(self.agent)
        self.writes("hi")
        data = self.line_user.channel_id._line_session_data()
        self.assertEqual(data["agent_name"], "Amy Agent")
        self.assertEqual(data["state"], "open")
        self.assertTrue(data["unanswered_since"])
        self.session()._close(self.agent)
        self.assertFalse(self.line_user.channel_id._line_session_data())

    # -- races ----------------------------------------------------------------
    def test_second_worker_finds_the_session_of_the_first(self):
        """The unique index decides; whoever comes second opens nothing."""
        self.online(self.agent)
        self.writes("hi")
        user = self.line_user
        first = self.session()
        self.patch(type(user), "_session", lambda user: user.env["line.session"])
        self.assertFalse(user._open_session(fields.Datetime.now()))
        sessions = first.search([("line_user_id", "=", user.id)])
        self.assertEqual(sessions, first)
