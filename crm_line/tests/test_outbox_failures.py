import datetime
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged

from ..tools.line_delivery import MAX_QUOTA_REFUSALS
from .common import LineCase

TEXT = [{"type": "text", "text": "hello"}]


@tagged("post_install", "-at_install")
class TestOutboxFailures(LineCase):
    """What LINE or the network does wrong, and that nothing is lost or doubled."""

    def setUp(self):
        super().setUp()
        self.writes("hi")
        self.bind()

    def push(self, key="test:1", lane="service"):
        """A queued push (notices never use reply tokens)."""
        return self.env["line.outbox"]._enqueue(self.line_user, TEXT, lane, key)

    def reply(self):
        return self.push(lane="chat")

    # -- push -----------------------------------------------------------------
    def test_lost_answer_is_repeated_under_the_same_key(self):
        row = self.push()
        self.simulator.fail("push", 1, "lost")
        self.work()
        self.assertEqual((row.state, row.attempts), ("queued", 1))
        self.assertEqual(self.shown(), ["hello"], "LINE has it, we do not know")
        with self.later(minutes=2):
            self.work()
        self.assertEqual((row.state, row.http_status), ("sent", 409))
        self.assertEqual(self.shown(), ["hello"])
        keys = {call["retry_key"] for call in self.simulator.calls("push")}
        self.assertEqual(keys, {row.retry_key})
        self.assertEqual(
            row.accepted_request_id, self.simulator.delivered()[0]["request_id"]
        )
        self.assertEqual(row.sent_message_ids, [self.simulator.delivered()[0]["id"]])

    def test_server_error_backs_off(self):
        row = self.push()
        self.simulator.fail("push", 2, "500")
        self.work()
        waited = row.next_at - row.claimed_at
        self.assertGreaterEqual(waited.total_seconds(), 30)
        self.assertEqual(self.env["line.outbox"]._process(), 0, "not yet")
        with self.later(minutes=1):
            self.work()
            again = row.next_at - row.claimed_at
        self.assertGreaterEqual(again.total_seconds(), 60)
        with self.later(minutes=5):
            self.work()
        self.assertEqual((row.state, row.attempts), ("sent", 3))
        self.assertEqual(self.shown(), ["hello"])

    def test_given_up_before_the_retry_key_expires(self):
        row = self.push()
        self.simulator.fail("push", 1, "500")
        self.work()
        self.simulator.fail("push", 1, "500")
        with self.later(hours=22, minutes=59, seconds=40):
            self.work()
        self.assertEqual(row.state, "dead")
        self.assertEqual(self.account.problem_count, 1)
        row.action_retry()
        self.work()
        self.assertEqual(row.state, "sent")
        self.assertEqual(self.shown(), ["hello"])

    def test_nobody_listens(self):
        row = self.push()
        self.simulator.refuse()
        self.addCleanup(self.simulator.start)
        self.work()
        self.assertEqual(row.state, "queued")
        self.assertEqual(row.http_status, 0)
        self.assertTrue(self.account.paused_until, "the others need not try")

    def test_rate_limit_pauses_the_account(self):
        self.push("a")
        self.simulator.fail("push", 1, "rate")
        self.work()
        self.push("b")
        self.assertEqual(self.env["line.outbox"]._process(), 0)
        with self.later(minutes=2):
            self.work()
        self.assertEqual(self.shown(), ["hello", "hello"])

    def test_refused_token_pauses_and_tells(self):
        row = self.push()
        self.account.is_connected = True
        self.simulator.fail("push", 1, "unauthorized")
        self.work()
        self.assertEqual(row.state, "queued")
        self.assertFalse(self.account.is_connected)
        self.assertIn("credentials", self.account.test_result)
        self.account.action_test_connection()
        self.assertTrue(self.account.is_connected)
        self.assertFalse(self.account.paused_until)
        with self.later(minutes=6):
            self.work()
        self.assertEqual(row.state, "sent")

    def test_account_without_credentials(self):
        self.account.write({"token_mode": "stateless", "channel_secret": False})
        row = self.push()
        self.work()
        self.assertEqual(row.state, "queued")
        self.assertFalse(self.simulator.calls("push"))

    def test_monthly_limit(self):
        self.simulator.platform.quota = 0
        row = self.push()
        minutes = 0
        for refusal in range(1, MAX_QUOTA_REFUSALS + 1):
            with self.later(minutes=minutes):
                self.work()
            minutes += 16
            self.assertEqual(row.quota_refusals, refusal)
        self.assertEqual(row.state, "failed")
        self.assertIn("monthly", row.reason)
        self.assertTrue(self.account.quota_paused_until)
        self.assertFalse(self.shown())
        self.simulator.platform.quota = None
        row.action_retry()
        self.work()
        self.assertEqual(self.shown(), ["hello"])

    def test_monthly_limit_does_not_stop_answers(self):
        self.simulator.platform.quota = 0
        row = self.reply()
        self.work()
        self.assertEqual((row.state, row.transport), ("sent", "reply"))

    def test_refused_request_is_shown_with_its_reason(self):
        row = self.push()
        del self.simulator.platform.users[self.customer.id]
        self.addCleanup(
            self.simulator.platform.users.__setitem__, self.customer.id, self.customer
        )
        self.work()
        self.assertEqual((row.state, row.http_status), ("failed", 400))
        self.assertIn("'to'", row.reason)
        self.assertTrue(row.line_request_id)

    # -- reply ----------------------------------------------------------------
    def test_lost_answer_to_a_reply_is_uncertain_and_not_repeated(self):
        row = self.reply()
        self.simulator.fail("reply", 1, "lost")
        self.work()
        with self.later(hours=1):
            self.work()
        self.assertEqual(row.state, "uncertain")
        self.assertEqual(self.shown(), ["hello"], "at most once")
        self.assertFalse(self.simulator.calls("push"))
        row.with_user(self.agent).action_retry()
        self.work()
        self.assertEqual((row.state, row.transport), ("sent", "push"))
        self.assertEqual(self.shown(), ["hello", "hello"], "a person wanted it")

    def test_agent_sends_again_from_the_conversation(self):
        message = self.agent_posts("answer")
        self.simulator.fail("reply", 2, "500")
        self.work()
        self.assertEqual(message.sudo().line_state, "uncertain")
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        message.with_user(stranger).action_line_retry()
        self.work()
        self.assertFalse(self.shown())
        message.with_user(self.agent).action_line_retry()
        self.work()
        self.assertEqual(self.shown(), ["answer"])

    def test_reply_that_did_not_arrive_is_repeated_with_its_token(self):
        for kind in ("dropped", "500"):
            with self.subTest(kind=kind):
                self.writes("again")
                row = self.push(kind, lane="chat")
                self.simulator.fail("reply", 1, kind)
                self.work()
                self.assertEqual((row.state, row.transport), ("sent", "reply"))
        self.assertEqual(self.shown(), ["hello", "hello"])

    def test_reply_that_fails_twice_is_uncertain(self):
        row = self.reply()
        self.simulator.fail("reply", 2, "500")
        self.work()
        self.assertEqual(row.state, "uncertain")
        self.assertFalse(self.shown())

    def test_dead_token_becomes_a_push(self):
        row = self.reply()
        token = self.events()[-1].reply_token
        self.simulator.platform.reply_tokens[token].used = True
        self.work()
        self.assertEqual((row.state, row.transport), ("sent", "push"))
        self.assertEqual(self.shown(), ["hello"])

    def test_unreachable_reply_becomes_a_push(self):
        row = self.reply()
        self.simulator.refuse()
        self.work()
        self.simulator.start()
        self.assertEqual((row.state, row.transport), ("queued", "push"))
        with self.later(minutes=2):
            self.work()
        self.assertEqual(self.shown(), ["hello"])

    # -- a worker dies --------------------------------------------------------
    def test_worker_that_died_around_a_push(self):
        for name, accepted in (("before", False), ("after", True)):
            with self.subTest(died=name):
                self.simulator.platform.delivered.clear()
                row = self.push(name)
                self.env["line.outbox"]._claim()
                self.assertEqual(row.state, "sending")
                if accepted:
                    client = self.account._client()
                    client.push(self.customer.id, row.payload, row.retry_key)
                self.assertEqual(self.env["line.outbox"]._process(), 0, "in flight")
                with self.later(seconds=61):
                    self.work()
                self.assertEqual(row.state, "sent")
                self.assertEqual(self.shown(), ["hello"])

    def test_worker_that_died_around_a_reply(self):
        row = self.reply()
        self.env["line.outbox"]._claim()
        self.assertEqual((row.state, row.transport), ("sending", "reply"))
        with self.later(seconds=61):
            self.work()
        self.assertEqual(row.state, "uncertain")
        self.assertFalse(self.shown())

    def test_conflict_with_another_worker_is_no_failure(self):
        row = self.push()
        with patch.object(
            type(self.env["line.outbox"]), "_claim", side_effect=SerializationFailure
        ):
            self.assertEqual(self.env["line.outbox"]._process(), 0)
        self.work()
        self.assertEqual(row.state, "sent")

    def test_random_faults_deliver_each_push_exactly_once(self):
        kinds = ("lost", "500", "dropped", "rate", "lost", "dropped", "500")
        rows = self.env["line.outbox"]
        for number, kind in enumerate(kinds):
            self.simulator.fail("push", 1, kind)
            rows |= self.push(f"n:{number}")
        for _step in range(40):  # ten minutes each, on both clocks
            self.enterContext(self.later(minutes=10))
            self.env["line.outbox"]._process()
            if set(rows.mapped("state")) == {"sent"}:
                break
        self.assertEqual(set(rows.mapped("state")), {"sent"})
        self.assertEqual(len(self.shown()), len(kinds))
        self.assertEqual(
            sorted(
                self.env["line.message"]
                .search([("outbox_id", "in", rows.ids)])
                .mapped("line_message_id")
            ),
            sorted(entry["id"] for entry in self.simulator.delivered()),
        )

    def test_first_try_is_remembered(self):
        row = self.push()
        self.simulator.fail("push", 2, "500")
        self.work()
        first = row.first_try_at
        with self.later(minutes=2):
            self.work()
        self.assertEqual(row.first_try_at, first)
        self.assertGreater(row.claimed_at, first + datetime.timedelta(seconds=30))
