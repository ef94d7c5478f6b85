"""Bad input: what becomes of it, and where staff see it.

=====================  ===================================  =======================
case                   answer and what is kept              staff see it
=====================  ===================================  =======================
bad signature          403, nothing                         health, Webhook Calls
wrong destination      403, LINE delivers again             health, Webhook Calls
empty events           200, nothing                         health (last webhook)
2 MB body              200, stored                          Incoming Events
over 4 MB              413, LINE delivers again             health, Webhook Calls
unknown token          404                                  health, Webhook Calls
unknown event          200, stored, ignored                 Incoming Events
no event at all        200, stored as it came, ignored      health, Incoming Events
missing userId         200, stored, ignored                 Incoming Events
wrong or missing field 200, stored, put aside               Incoming Events (note)
replayed event         200, once                            Incoming Events
database error         5xx, LINE delivers again             server log
revoked secret         403                                  health, Webhook Calls
unsend before message  ``test_unsend``                      the conversation
too long text          refused before it is queued          the agent
blocked user           not sent, with the reason            Outgoing Messages
expired token          queued, sending pauses               health, account
exhausted quota        queued or refused, with the reason   health, account
media too large        tests of the contents of messages    the conversation
=====================  ===================================  =======================
"""

import datetime
import json
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.line_webhook_day import TALLY
from ..tools.signature import sign
from .common import SECRET, LineCase, LineMixin

MODEL_LOG = "odoo.addons.crm_line.models.line_account_webhook"


class HealthMixin:
    def figure(self, name):
        """A figure of the health page, as a supervisor sees it."""
        supervisor = self.env["res.users"].search([("login", "=", "line_watcher")])
        if not supervisor:
            supervisor = self._new_user("watcher", "crm_line.group_line_supervisor")
        self.env.flush_all()
        page = self.env["line.health"].with_user(supervisor).page()
        figures = list(page["system"]["figures"])
        for card in page["accounts"]:
            if card["id"] == self.account.id:
                figures += card["figures"]
        return next((entry for entry in figures if entry["name"] == name), None)


@tagged("post_install", "-at_install")
class TestBadInput(HealthMixin, LineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def setUp(self):
        super().setUp()
        TALLY.clear()
        self.path = f"/line/webhook/{self.account.webhook_token}"

    def post(self, *events, body=None, path=None, secret=SECRET, **options):
        """Call the webhook over HTTP; the status of the answer."""
        if body is None:
            body = self.simulator.webhook(*events, **options).body
        answer = self.url_open(
            path or self.path,
            data=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "x-line-signature": sign(secret, body),
            },
        )
        self.env.invalidate_all()
        return answer.status_code

    def text(self, text="hi"):
        return self.simulator.text(self.customer, text)

    def worked(self):
        self.env["line.inbox"]._process()
        return self.events()

    @mute_logger(MODEL_LOG)
    def test_bad_signature(self):
        self.assertEqual(self.post(self.text(), secret="forged"), 403)
        self.assertFalse(self.events())
        figure = self.figure("refused_signature")
        self.assertEqual((figure["value"], figure["state"]), ("1", "warn"))

    @mute_logger(MODEL_LOG)
    def test_wrong_destination(self):
        self.account.bot_user_id = self.simulator.platform.bot_user_id
        event = self.text()
        self.assertEqual(self.post(event, destination="U" + "9" * 32), 403)
        self.assertFalse(self.events())
        self.assertEqual(self.figure("refused_destination")["value"], "1")
        self.assertEqual(self.post(event), 200)
        self.assertEqual(len(self.events()), 1)

    def test_empty_events(self):
        self.assertEqual(self.post(), 200)
        self.assertFalse(self.events())
        self.assertEqual(self.figure("last_webhook")["state"], "ok")

    def test_body_of_2_mb(self):
        events = [self.text("長" * 5000) for _number in range(150)]
        body = self.simulator.webhook(*events).body
        self.assertGreater(len(body), 2 << 20)
        self.assertEqual(self.post(body=body), 200)
        self.assertEqual(len(self.events()), 150)

    @mute_logger(MODEL_LOG)
    def test_body_over_4_mb(self):
        body = json.dumps({"events": [], "x": "y" * (4 << 20)}).encode()
        self.assertEqual(self.post(body=body), 413)
        self.assertEqual(self.figure("refused_too_large")["value"], "1")

    @mute_logger(MODEL_LOG)
    def test_unknown_token(self):
        for token in ("nothing", "a%00b", "%ff", "x" * 2000):
            with self.subTest(token=token[:9]):
                path = f"/line/webhook/{token}"
                self.assertEqual(self.post(self.text(), path=path), 404)
        self.assertFalse(self.events())
        self.assertGreaterEqual(int(self.figure("refused_token")["value"]), 1)

    def test_unknown_event(self):
        event = self.simulator.events.other("somethingNew", self.customer, new=[1])
        self.assertEqual(self.post(event), 200)
        row = self.worked()
        self.assertEqual((row.state, row.payload), ("ignored", event))

    def test_no_event_at_all(self):
        good = self.text()
        self.assertEqual(self.post("a word", good, 7), 200)
        rows = self.worked()
        self.assertEqual(sorted(rows.mapped("state")), ["done", "ignored", "ignored"])
        kept = rows.filtered(lambda row: row.state == "ignored")
        self.assertEqual(
            {row.payload["content"] for row in kept},
            {"a word", 7},
        )
        self.assertEqual(self.figure("refused_unreadable")["value"], "1")
        action = self.env["line.health"].drill(self.account.id, "refused_unreadable")
        self.assertEqual(self.env["line.inbox"].search(action["domain"]), kept)

    def test_unreadable_body_does_not_need_a_destination(self):
        self.account.bot_user_id = self.simulator.platform.bot_user_id
        deep = b'{"events":[' + b"[" * 100_000
        for body in (b"{", b"\xff", deep):
            self.assertEqual(self.post(body=body), 200)
        self.assertEqual(set(self.worked().mapped("state")), {"ignored"})
        self.assertEqual(len(self.events()), 3)

    def test_missing_user_id(self):
        event = self.text()
        event["source"].pop("userId")
        self.assertEqual(self.post(event), 200)
        self.assertEqual(self.worked().state, "ignored")
        self.assertEqual(self.events().payload, event)

    def test_wrong_and_missing_fields(self):
        wrong, lost = self.text("one"), self.text("two")
        wrong["message"]["text"] = {"not": "a text"}
        lost["message"] = None
        self.assertEqual(self.post(wrong, lost), 200)
        first, second = self.worked()
        self.assertEqual((first.state, second.state), ("done", "ignored"))
        self.assertIn("message.text", first.note)
        self.assertEqual(
            first.payload["unreadable"], {"message.text": {"not": "a text"}}
        )
        self.assertIn("message.id", second.note)
        self.assertEqual(second.payload["unreadable"], {"message": None})

    def test_replayed_event(self):
        event = self.text()
        for _delivery in range(3):
            self.assertEqual(self.post(event), 200)
        self.assertEqual(self.worked().state, "done")
        self.assertEqual(len(self.line_user.channel_id.message_ids), 1)

    def test_database_error(self):
        event = self.text()
        failure = psycopg2.OperationalError("the server closed the connection")
        with (
            patch.object(self.registry["line.inbox"], "_store", side_effect=failure),
            mute_logger("odoo.http"),
        ):
            self.assertGreaterEqual(self.post(event), 500)
        self.assertFalse(self.events())
        again = self.simulator.events.redelivered(event)
        self.assertEqual(self.post(again), 200)
        self.assertEqual(self.worked().state, "done")

    @mute_logger(MODEL_LOG)
    def test_revoked_secret(self):
        self.account._rotate_secret("reissued")
        self.assertEqual(self.post(self.text(), secret="reissued"), 200)
        self.assertEqual(self.post(self.text()), 200)
        self.account.channel_secret_old_until = fields.Datetime.subtract(
            fields.Datetime.now(), seconds=1
        )
        TALLY.clear()  # a minute has passed
        self.assertEqual(self.post(self.text()), 403)
        self.assertEqual(self.figure("refused_signature")["state"], "warn")
        self.assertEqual(len(self.events()), 2)

    def test_counting_that_fails_refuses_nobody(self):
        days = self.registry["line.webhook.day"]
        with (
            patch.object(days, "_write_down", side_effect=psycopg2.OperationalError),
            mute_logger("odoo.addons.crm_line.models.line_webhook_day"),
        ):
            self.env["line.webhook.day"]._count(self.account, "received")
        TALLY._flushed.clear()
        self.env["line.webhook.day"]._count(self.account, "received")
        row = self.env["line.webhook.day"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(row.count, 2)


@tagged("post_install", "-at_install")
class TestBadInputSending(HealthMixin, LineCase):
    """The side of sending: nothing is lost and staff see why."""

    def answer(self, text="answer"):
        """An agent's answer that must go by push."""
        self.writes("hi")
        with freeze_time(datetime.datetime.now() + datetime.timedelta(minutes=2)):
            self.agent_posts(text)
            self.work()
        return self.rows(lane="chat")

    def test_too_long_text(self):
        self.writes("hi")
        with self.assertRaises(ValidationError):
            self.agent_posts("x" * 25_001)
        self.assertFalse(self.rows(lane="chat"))

    def test_blocked_user(self):
        self.writes("hi")
        self.receive(self.simulator.events.unfollow(self.customer))
        self.agent_posts("answer")
        self.work()
        row = self.rows(lane="chat")
        self.assertEqual(row.state, "cancelled")
        self.assertIn("blocked", row.reason)

    def test_expired_token(self):
        self.account.action_test_connection()
        self.simulator.fail("push", 2, "unauthorized")
        row = self.answer()
        self.assertEqual(row.state, "queued")
        self.assertFalse(self.account.is_connected)
        figure = self.figure("connection")
        self.assertEqual(figure["state"], "bad")
        self.assertIn("refused the credentials", figure["detail"])

    def test_exhausted_quota(self):
        self.simulator.platform.quota = 0
        row = self.answer()
        self.assertIn(row.state, ("queued", "failed"))
        self.assertIn("monthly", row.reason.lower())
        self.assertTrue(self.account.quota_paused_until)
        with freeze_time(datetime.datetime.now() + datetime.timedelta(minutes=2)):
            self.assertEqual(self.figure("paused")["state"], "warn")
