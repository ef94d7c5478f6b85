from psycopg2.errors import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..tools import line_limits, line_message
from .common import LineCase

TEXT = [{"type": "text", "text": "hello"}]


@tagged("post_install", "-at_install")
class TestOutbox(LineCase, CronMixinCase):
    def setUp(self):
        super().setUp()
        self.writes("hi")
        self.outbox = self.env["line.outbox"]

    def enqueue(self, key="test:1", lane="chat", messages=TEXT, users=None):
        return self.outbox._enqueue(users or self.line_user, messages, lane, key)

    def test_one_row_per_user_and_key(self):
        other = self.new_customer("李小華")
        self.writes("hi", other)
        users = self.line_user | self.line_user_of(other)
        rows = self.enqueue(users=users)
        self.assertEqual(len(rows), 2)
        again = self.enqueue(users=users, messages=[{"type": "text", "text": "new"}])
        self.assertEqual(again, rows)
        self.assertEqual(set(rows.mapped("preview")), {"hello"})
        self.assertEqual(len(set(rows.mapped("retry_key"))), 2)
        self.work()
        self.assertEqual(self.shown(), ["hello"])
        self.assertEqual(self.shown(other), ["hello"])

    def test_queueing_wakes_the_worker(self):
        with self.wakes("crm_line.ir_cron_line_outbox") as captured:
            self.enqueue()
        self.assertEqual(len(captured), 1)
        with self.wakes("crm_line.ir_cron_line_outbox") as captured:
            self.enqueue()
        self.assertFalse(captured)

    def test_nobody_to_write_to(self):
        self.assertFalse(self.outbox._enqueue(self.line_user[:0], TEXT, "chat", "k"))

    def test_messages_that_line_would_refuse(self):
        for messages in (
            [],
            TEXT * 6,
            [{"type": "text", "text": ""}],
            [{"type": "text"}],
            [{"type": "text", "text": "😀" * 2501}],
            [{"type": "image"}],
            [{"type": "image", "originalContentUrl": "http://a.tw/x.png"}],
        ):
            with self.subTest(messages=str(messages)[:60]):
                with self.assertRaises(ValidationError):
                    self.enqueue(messages=messages)
        with self.assertRaises(ValueError):
            self.enqueue(lane="express")
        self.assertFalse(self.rows())

    def test_a_refused_message_says_what_is_wrong_and_where(self):
        with self.assertRaisesRegex(
            ValidationError, r"messages\[0\].text has 5001 characters, at most 5000 are"
        ):
            self.enqueue(messages=[{"type": "text", "text": "x" * 5001}])
        for key in line_limits.SENTENCES:
            sentence = self.outbox._explain_problem(key)
            self.assertEqual(sentence, line_limits.SENTENCES[key])

    def test_http_addresses_of_this_machine(self):
        local = [line_message.image("http://127.0.0.1/x.png")]
        self.assertEqual(self.enqueue(messages=local).state, "queued")
        self.account.api_url = "https://api.line.me"
        with self.assertRaisesRegex(ValidationError, "https"):
            self.enqueue("test:2", messages=local)

    # -- the door -------------------------------------------------------------
    def test_rows_cannot_be_made_or_changed_by_hand(self):
        row = self.enqueue()
        with self.assertRaises(UserError):
            self.outbox.create({"line_user_id": self.line_user.id})
        for values in (
            {"payload": [{"type": "text", "text": "other"}]},
            {"lane": "marketing"},
            {"retry_key": "x"},
            {"line_user_id": False},
        ):
            with self.assertRaises(UserError):
                row.write(values)

    def test_database_keeps_what_was_queued(self):
        row = self.enqueue()
        for assignment in (
            "payload = '[]'",
            "lane = 'marketing'",
            "retry_key = 'x'",
            "payload_sha256 = 'x'",
            "idempotency_key = 'x'",
        ):
            with self.subTest(assignment=assignment):
                self._refused(f"UPDATE line_outbox SET {assignment} WHERE id = %s", row)
        self._refused("DELETE FROM line_outbox WHERE id = %s", row)
        self.env.cr.execute(
            "UPDATE line_outbox SET payload = NULL WHERE id = %s", [row.id]
        )

    def _refused(self, query, row):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env.cr.execute(query, [row.id])

    def test_forgotten_content_is_not_sent(self):
        row = self.enqueue()
        row.payload = False
        self.work()
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(self.shown())

    # -- reply token or push --------------------------------------------------
    def test_fresh_token_makes_a_free_reply(self):
        row = self.enqueue()
        self.work()
        self.assertEqual((row.state, row.transport), ("sent", "reply"))
        self.assertEqual(row.reply_inbox_id, self.events())
        self.assertTrue(self.events().reply_used_at)
        self.assertEqual(self.simulator.delivered()[0]["via"], "reply")
        self.assertFalse(self.simulator.calls("push"))

    def test_token_is_used_once_then_push(self):
        self.enqueue("a")
        second = self.enqueue("b")
        self.work()
        via = [entry["via"] for entry in self.simulator.delivered()]
        self.assertEqual(via, ["reply", "push"])
        self.assertEqual(second.transport, "push")
        self.assertEqual(self.simulator.calls("push")[0]["retry_key"], second.retry_key)

    def test_old_token_is_not_tried(self):
        self.enqueue()
        with self.later(seconds=55):
            self.work()
        self.assertFalse(self.simulator.calls("reply"))
        self.assertEqual(self.shown(), ["hello"])

    def test_notices_do_not_use_tokens(self):
        self.bind()
        self.enqueue(lane="service")
        self.work()
        self.assertEqual(self.simulator.delivered()[0]["via"], "push")

    def test_stateless_token(self):
        self.account.token_mode = "stateless"
        self.enqueue("a")
        self.enqueue("b")
        self.work()
        self.assertEqual(len(self.shown()), 2)
        self.assertEqual(len(self.simulator.calls("token")), 1)
        self.simulator.platform.stateless_tokens.clear()  # as if it had expired
        self.enqueue("c")
        self.work()
        self.assertEqual(len(self.shown()), 3)
        self.assertEqual(len(self.simulator.calls("token")), 2)

    # -- order ----------------------------------------------------------------
    def test_a_conversation_waits_for_its_head(self):
        self.enqueue("a", messages=[{"type": "text", "text": "1"}])
        self.enqueue("b", messages=[{"type": "text", "text": "2"}])
        self.simulator.fail("reply", 1, "rate")
        self.work()
        self.assertFalse(self.shown())
        with self.later(minutes=2):
            self.work()
        self.assertEqual(self.shown(), ["1", "2"])

    def test_a_waiting_campaign_does_not_hold_back_an_answer(self):
        self.bind()
        slow = self.enqueue("a", lane="service")
        slow.next_at = "2099-01-01"
        self.enqueue("b", lane="chat")
        self.work()
        self.assertEqual(self.shown(), ["hello"])
        self.assertEqual(slow.state, "queued")

    def test_archived_account_sends_nothing(self):
        row = self.enqueue()
        self.account.active = False
        self.assertEqual(self.outbox._process(), 0)
        self.assertEqual(row.state, "queued")

    def test_blocked_customer(self):
        row = self.enqueue()
        self.receive(self.simulator.events.unfollow(self.customer))
        self.work()
        self.assertEqual(row.state, "cancelled")
        self.assertIn("blocked", row.reason)

    def test_limit_and_return_value(self):
        for number in range(3):
            self.enqueue(str(number))
        self.assertEqual(self.outbox._process(2), 2)
        self.assertEqual(self.outbox._process(2), 1)
        self.assertEqual(self.outbox._process(2), 0)

    def test_cron(self):
        self.enqueue()
        with self.enter_registry_test_mode():
            self.env.ref("crm_line.ir_cron_line_outbox").method_direct_trigger()
        self.assertEqual(self.shown(), ["hello"])

    # -- actions --------------------------------------------------------------
    def test_discard(self):
        row = self.enqueue()
        row.with_user(self.agent).action_discard()
        self.work()
        self.assertEqual(row.state, "cancelled")
        self.assertIn("Amy Agent", row.reason)
        self.assertFalse(self.shown())

    def test_who_may_manage(self):
        self.bind()
        notice = self.enqueue("n", lane="service")
        employee = self._new_user("employee", "base.group_user")
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        manager = self._new_user("manager", "crm_line.group_line_manager")
        for user in (employee, stranger, self.agent):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                notice.with_user(user).action_discard()
        notice.with_user(manager).action_discard()
        self.assertEqual(notice.state, "cancelled")
