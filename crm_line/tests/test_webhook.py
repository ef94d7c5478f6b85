import json
import logging
from types import SimpleNamespace

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.line_account_webhook import _last_warning
from ..models.line_webhook_day import TALLY
from ..tools.signature import sign
from .common import LineMixin

MODEL_LOG = "odoo.addons.crm_line.models.line_account_webhook"


@tagged("post_install", "-at_install")
class TestWebhook(LineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def setUp(self):
        super().setUp()
        TALLY.clear()
        self.path = f"/line/webhook/{self.account.webhook_token}"

    def post(self, webhook, path=None, signature=None, **headers):
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-line-signature": signature or webhook.signature,
        } | headers
        answer = self.url_open(path or self.path, data=webhook.body, headers=headers)
        self.env.invalidate_all()
        return answer

    def test_event_is_stored_and_answered_with_an_empty_200(self):
        event = self.simulator.text(self.customer, "哈囉 😀")
        answer = self.post(self.simulator.webhook(event))
        self.assertEqual((answer.status_code, answer.content), (200, b""))
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))
        row = self.events()
        self.assertEqual(row.webhook_event_id, event["webhookEventId"])
        self.assertEqual(row.payload, event)
        self.assertEqual(row.line_uid, self.customer.id)
        self.assertEqual(row.state, "new")
        self.assertEqual(row.line_message_id, event["message"]["id"])

    def test_raw_bytes_are_what_counts(self):
        event = self.simulator.text(self.customer, "嗨 / & <b> \u2028 😀")
        for options in (
            {"ensure_ascii": True},
            {"separators": (" ,  ", "\t:\r\n ")},
            {"indent": 3},
        ):
            with self.subTest(options=options):
                answer = self.post(self.simulator.webhook(event, **options))
                self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.events()), 1)

    def test_body_with_text_that_the_database_cannot_hold(self):
        event = self.simulator.text(self.customer, "x")
        event["message"]["text"] = "a\x00b\ud800c"
        answer = self.post(self.simulator.webhook(event, ensure_ascii=True))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.events().payload["message"]["text"], "a\ufffdb\ufffdc")

    def test_console_verify_sends_no_events(self):
        self.assertEqual(self.post(self.simulator.webhook()).status_code, 200)
        self.assertFalse(self.events())

    def test_three_deliveries_make_one_row(self):
        event = self.simulator.text(self.customer, "hi")
        again = self.simulator.events.redelivered(event)
        for events in ([event], [again], [again, event]):
            answer = self.post(self.simulator.webhook(*events))
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.events()), 1)
        self.assertFalse(self.events().is_redelivery)

    def test_many_users_in_one_call(self):
        others = [self.new_customer(f"User {number}") for number in range(100)]
        events = [self.simulator.text(user, "hi") for user in others]
        self.assertEqual(self.post(self.simulator.webhook(*events)).status_code, 200)
        self.assertEqual(len(self.events()), 100)

    @mute_logger(MODEL_LOG)
    def test_wrong_or_missing_signature(self):
        webhook = self.simulator.webhook(self.simulator.text(self.customer, "hi"))
        other = self.simulator.webhook(secret="someone else")
        first = "B" if webhook.signature.startswith("A") else "A"
        changed = first + webhook.signature[1:]
        for signature in (other.signature, "x", changed):
            answer = self.post(webhook, signature=signature)
            self.assertEqual((answer.status_code, answer.content), (403, b""))
        answer = self.url_open(
            self.path, data=webhook.body, headers={"Content-Type": "application/json"}
        )
        self.assertEqual(answer.status_code, 403)
        self.assertFalse(self.events())

    def test_unknown_token_and_archived_account(self):
        webhook = self.simulator.webhook(self.simulator.text(self.customer, "hi"))
        self.assertEqual(self.post(webhook, "/line/webhook/nothing").status_code, 404)
        self.account.active = False
        self.assertEqual(self.post(webhook).status_code, 404)
        self.assertFalse(self.events())

    @mute_logger(MODEL_LOG)
    def test_two_secrets_during_rotation(self):
        event = self.simulator.text(self.customer, "hi")
        rotated = self.simulator.webhook(event, secret="new secret")
        self.assertEqual(self.post(rotated).status_code, 403)
        self.account.channel_secret_old = self.account.channel_secret
        self.account.channel_secret = "new secret"
        self.assertEqual(self.post(rotated).status_code, 200)
        old = self.simulator.webhook(self.simulator.text(self.customer, "old"))
        self.assertEqual(self.post(old).status_code, 200)
        self.account.channel_secret_old = False
        late = self.simulator.webhook(self.simulator.text(self.customer, "late"))
        self.assertEqual(self.post(late).status_code, 403)
        self.assertEqual(len(self.events()), 2)

    @mute_logger(MODEL_LOG)
    def test_what_is_kept_in_memory_follows_the_account(self):
        webhook = self.simulator.webhook(self.simulator.text(self.customer, "hi"))

        def status(path=None):
            with mute_logger(MODEL_LOG):
                return self.post(webhook, path).status_code

        token = self.account.webhook_token
        secret, bot = self.account.channel_secret, self.account.bot_user_id
        for values, undo in (
            ({"channel_secret": "another"}, {"channel_secret": secret}),
            ({"bot_user_id": "Uanother"}, {"bot_user_id": bot}),
            ({"active": False}, {"active": True}),
            ({"webhook_token": "another"}, {"webhook_token": token}),
        ):
            with self.subTest(values=values):
                self.assertEqual(status(), 200)
                self.account.write(values | {"channel_secret_old": False})
                self.env.flush_all()
                self.assertIn(status(), (403, 404))
                self.account.write(undo)
                self.env.flush_all()
        # nor is an address that was unknown remembered as such
        self.assertEqual(status("/line/webhook/later"), 404)
        self.account.webhook_token = "later"
        self.env.flush_all()
        self.assertEqual(status("/line/webhook/later"), 200)

    def test_a_call_is_one_statement(self):
        """Besides those of any request; the job is woken with it."""
        events = [self.simulator.text(self.customer, f"{n}") for n in range(5)]
        token = self.account.webhook_token

        def receive(*events):
            webhook = self.simulator.webhook(*events)
            account = self.env["line.account"]
            account._receive(token, webhook.body, webhook.signature)

        receive(*events[:2])  # the account is in memory now, the count written down
        self.env.flush_all()
        with self.assertQueryCount(1):
            receive(*events[2:])
        self.assertEqual(len(self.events()), 5)

    def test_account_without_secret_accepts_nothing(self):
        self.account.channel_secret = False
        webhook = self.simulator.webhook(secret="")
        self.assertEqual(self.post(webhook).status_code, 403)

    @mute_logger(MODEL_LOG)
    def test_webhook_for_another_bot(self):
        self.account.bot_user_id = "U" + "1" * 32
        webhook = self.simulator.webhook(self.simulator.text(self.customer, "hi"))
        self.assertEqual(self.post(webhook).status_code, 403)
        self.account.bot_user_id = self.simulator.platform.bot_user_id
        self.assertEqual(self.post(webhook).status_code, 200)

    @mute_logger(MODEL_LOG)
    def test_signed_but_unreadable_is_kept(self):
        bodies = (b" ", b"{", b"[]", b'{"events": 1}', b"\xff\xfe")
        for body in bodies:
            webhook = SimpleNamespace(
                body=body, signature=sign(self.account.channel_secret, body)
            )
            with self.subTest(body=body):
                self.assertEqual(self.post(webhook).status_code, 200)
        self.assertEqual(len(self.events()), len(bodies))
        self.assertEqual(set(self.events().mapped("event_type")), {"unreadable"})

    def test_only_post(self):
        self.assertEqual(self.url_open(self.path).status_code, 405)

    def test_too_large_a_body(self):
        body = json.dumps({"destination": "U", "events": [], "x": "y" * (4 << 20)})
        webhook = SimpleNamespace(body=body.encode(), signature="x")
        with mute_logger("odoo.http"):
            self.assertEqual(self.post(webhook).status_code, 413)

    def test_refusals_are_logged_once_a_minute(self):
        webhook = self.simulator.webhook(secret="someone else")
        _last_warning.clear()
        with self.assertLogs(MODEL_LOG, logging.WARNING) as logs:
            self.post(webhook)
            self.post(webhook)
        self.assertEqual(len(logs.output), 1)
        self.assertNotIn("someone else", logs.output[0])
