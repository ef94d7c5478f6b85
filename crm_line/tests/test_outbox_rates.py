import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.line_outbox import BULK_LANES, FAST_LANES
from ..tools import line_client, line_delivery
from ..tools.line_client import LineClient, Outcome
from .common import LineCase, publish_notice

TEXT = [{"type": "text", "text": "hello"}]


class QueueCase(LineCase, CronMixinCase):
    def setUp(self):
        super().setUp()
        self.writes("hi")
        self.bind()
        self.outbox = self.env["line.outbox"]

    def push(self, key="test:1", lane="service", users=None):
        return self.outbox._enqueue(users or self.line_user, TEXT, lane, key)

    def crowd(self, count, consent=False):
        """More people, bound to contacts."""
        users = self.env["line.user"]
        for number in range(count):
            customer = self.new_customer(f"Customer {number}")
            partner = self.env["res.partner"].create({"name": f"Contact {number}"})
            users |= users.create(
                {
                    "account_id": self.account.id,
                    "line_uid": customer.id,
                    "name": customer.name,
                    "partner_id": partner.id,
                    "profile_at": fields.Datetime.now(),
                }
            )
        if consent:
            publish_notice(self.env)
            self.env["pdpa.receipt"]._record(
                users.partner_id, "marketing", "grant", ["line"]
            )
        return users


@tagged("post_install", "-at_install")
class TestRates(QueueCase):
    def test_a_second_holds_so_many_calls(self):
        self.account.push_rate = 3
        rows = self.push(users=self.crowd(5))
        with self.later():
            self.assertEqual(self.outbox._process(), 3)
            self.assertEqual(rows.mapped("state").count("queued"), 2)
            self.assertEqual(set(rows.mapped("attempts")), {0, 1})
            self.assertEqual(self.outbox._process(), 0)
        with self.later(seconds=2):
            self.assertEqual(self.outbox._process(), 2)
        self.assertEqual(len(self.simulator.delivered()), 5)

    def test_campaigns_leave_calls_for_answers(self):
        self.account.push_rate = 10
        users = self.crowd(12, consent=True)
        with self.later():
            self.push("m", "marketing", users)
            self.assertEqual(self.outbox._process(lanes=BULK_LANES), 9)
            self.push("s", "service", users[:3])
            self.assertEqual(self.outbox._process(lanes=FAST_LANES), 1)

    def test_the_patient_worker_waits_for_the_rate(self):
        self.account.push_rate = 20
        self.push(users=self.crowd(23))
        self.assertEqual(self.outbox._process(patient=True), 23)

    def test_too_fast_empties_the_bucket_of_the_endpoint(self):
        self.push("a")
        self.simulator.fail("push", 1, "rate")
        self.work()
        buckets = self.env["line.bucket"].search(
            [("account_id", "=", self.account.id), ("endpoint", "=", "push")]
        )
        self.assertLess(buckets.tokens, 0)
        answer = self.outbox._enqueue(self.line_user, TEXT, "chat", "b")
        self.work()
        self.assertEqual((answer.state, answer.transport), ("sent", "reply"))
        self.assertFalse(self.account.paused_until)

    def test_each_lane_wakes_its_own_job(self):
        users = self.crowd(1, consent=True)
        for lane, name in (("marketing", "_bulk"), ("service", "")):
            cron = f"crm_line.ir_cron_line_outbox{name}"
            with self.wakes(cron) as captured:
                self.push(lane, lane, users)
            self.assertEqual(len(captured), 1, lane)

    def test_conversations_fly_together_and_in_order(self):
        users = self.crowd(4)
        for key in ("1", "2"):
            message = [{"type": "text", "text": key}]
            self.outbox._enqueue(users, message, "service", key)
        calls, _dropped, _dry = self.outbox._claim()
        self.assertEqual(len(calls), 4, "the head of every conversation")
        with self.later(seconds=61):
            self.work()
        for user in users:
            shown = [e["text"] for e in self.simulator.delivered(user.line_uid)]
            self.assertEqual(shown, ["1", "2"])

    def test_a_dead_thread_loses_nothing(self):
        row = self.push()
        with patch.object(line_delivery, "deliver", side_effect=MemoryError):
            try:  # assertRaises would undo the claim
                self.outbox._process()
                self.fail("the cause is not hidden")
            except MemoryError:
                self.assertEqual(row.state, "sending")
        with self.later(seconds=61):
            self.work()
        self.assertEqual((row.state, self.shown()), ("sent", ["hello"]))

    def test_late_answer_of_a_worker_that_was_given_up(self):
        row = self.push()
        [call] = self.outbox._claim()[0]
        with self.later(seconds=61):
            self.outbox._recover()
            self.assertEqual(row.state, "queued")
            refused = Outcome(line_client.REJECTED, 400, "wrong")
            self.outbox._record([(call, line_delivery.Result(refused))])
            self.assertEqual(row.state, "queued", "it is not this worker's any more")
            taken = Outcome(line_client.DUPLICATE, 409)
            self.outbox._record([(call, line_delivery.Result(taken))])
            self.assertEqual(row.state, "sent", "a fact, whoever asked")

    def test_a_call_that_did_not_begin_in_time_is_not_made(self):
        row = self.outbox._enqueue(self.line_user, TEXT, "chat", "c")
        with patch("odoo.addons.crm_line.models.line_outbox_worker.START_SECONDS", -1):
            [call] = self.outbox._claim()[0]
        result = line_delivery.deliver(self.account._client(), call)
        self.outbox._record([(call, result)])
        self.assertEqual((row.state, row.attempts), ("queued", 0))
        self.assertFalse(row.first_try_at or row.transport or self.shown())
        self.work()
        self.assertEqual((row.state, row.transport), ("sent", "reply"), "token is free")

    # -- control --------------------------------------------------------------
    def control(self, action="loading", key="c", **values):
        return self.outbox._enqueue_control(self.line_user, action, values, key)

    def test_control_calls(self):
        loading = self.control(seconds=20)
        read = self.control("mark_read", "r", token="T")
        self.assertEqual(self.control(), loading, "once per key")
        sent = Outcome(line_client.ACCEPTED, 200)
        with (
            patch.object(LineClient, "loading", return_value=sent) as show,
            patch.object(LineClient, "mark_as_read", return_value=sent) as mark,
        ):
            self.work()
        show.assert_called_once_with(self.customer.id, 20)
        mark.assert_called_once_with("T")
        self.assertEqual((loading.state, read.state), ("sent", "sent"))
        self.assertFalse(loading.preview)
        with self.assertRaises(ValueError):
            self.control("dance", "d")

    def test_control_that_comes_too_late_is_dropped(self):
        loading, read = self.control(), self.control("mark_read", "r", token="T")
        with self.later(seconds=6):
            with patch.object(LineClient, "mark_as_read") as mark:
                mark.return_value = Outcome(line_client.ACCEPTED, 200)
                self.outbox._process()
        self.assertEqual((loading.state, read.state), ("cancelled", "sent"))
        late = self.control("mark_read", "l", token="T")
        with self.later(minutes=61):
            self.outbox._process()
        self.assertEqual(late.state, "cancelled")

    def test_control_is_never_a_problem(self):
        for number, kind in enumerate(("rejected", "retryable", "auth", "quota")):
            row = self.control(key=str(number))
            with patch.object(LineClient, "loading", return_value=Outcome(kind)):
                self.work()
            self.assertEqual(row.state, "cancelled", kind)
        died = self.control(key="died")
        self.outbox._claim()
        with self.later(seconds=61):
            self.outbox._process()
        self.assertEqual(died.state, "cancelled")
        self.assertEqual(self.account.problem_count, 0)
        self.assertFalse(self.account.paused_until or self.account.quota_strikes)

    def test_control_is_forgotten_after_a_day(self):
        row, kept = self.control(), self.push()
        row.write({"state": "cancelled"})
        self.work()
        self.outbox._gc_control()
        self.assertTrue(row.exists())
        with self.later(days=2):
            self.outbox._gc_control()
        self.assertFalse(row.exists())
        self.assertTrue(kept.exists())

    # -- dead letters ---------------------------------------------------------
    def test_who_retried_and_discarded_is_on_record(self):
        row = self.outbox._enqueue(self.line_user, TEXT, "chat", "a")
        self.simulator.fail("reply", 2, "500")
        self.work()
        row.with_user(self.agent).action_retry()
        row.with_user(self.agent).action_discard()
        retry, discard = row.message_ids.sorted("id")
        self.assertIn("Sent again by Amy Agent", retry.body)
        self.assertIn("may have arrived", retry.body)
        self.assertIn("Discarded by Amy Agent", discard.body)
        self.assertEqual(row.message_ids.author_id, self.agent.partner_id)
        with self.assertRaises(AccessError):
            row.with_user(self.agent).message_post(body="x")


@tagged("post_install", "-at_install")
class TestQuota(QueueCase):
    def setUp(self):
        super().setUp()
        self.users = self.crowd(3, consent=True)
        self.manager = self._new_user("manager", "crm_line.group_line_manager", "Max")

    def campaign(self, key="m:1"):
        return self.push(key, "marketing", self.users)

    def answers(self, limit, used=0):
        """What LINE says about the month."""
        kind = {"type": "limited", "value": limit} if limit else {"type": "none"}
        ok = line_client.ACCEPTED
        return patch.multiple(
            LineClient,
            quota=lambda client: Outcome(ok, 200, content=kind),
            consumption=lambda client: Outcome(ok, 200, content={"totalUsage": used}),
        )

    def read_quota(self, limit, used=0):
        with self.answers(limit, used):
            self.assertTrue(self.account._read_quota())

    def test_what_is_left(self):
        self.assertIsNone(self.account._quota_left(), "never read")
        self.read_quota(0)
        self.assertIsNone(self.account._quota_left(), "no limit")
        self.read_quota(10, used=4)
        self.account.service_reserve = 2
        self.assertEqual(self.account._quota_left(), 4)
        self.campaign()
        self.assertEqual(self.account._quota_left(), 1, "queued ones are reserved")
        with self.later(seconds=5):
            self.work()
            self.assertEqual(self.account._quota_left(), 1, "sent since it was read")
        with self.later(seconds=9):
            self.read_quota(10, used=7)
            self.assertEqual(self.account.quota_left, 1)

    def test_more_than_is_left_is_refused_with_the_reason(self):
        self.read_quota(2)
        rows = self.campaign()
        self.assertEqual(rows.mapped("state"), ["queued", "queued", "cancelled"])
        self.assertIn("2 messages left", rows[2].reason)
        self.assertIn("3 were wanted", rows[2].reason)
        self.assertEqual(self.campaign(), rows, "decided once")
        notice = self.push("s", "service")
        self.assertEqual(notice.state, "queued", "only marketing is guarded")

    def test_hourly_job(self):
        self.account.is_connected = True
        with self.answers(500, 20):
            self.env["line.account"]._cron_read_quota()
        self.assertEqual((self.account.quota_limit, self.account.quota_used), (500, 20))
        broken = Outcome(line_client.RETRYABLE, 500)
        with patch.object(LineClient, "quota", return_value=broken):
            self.assertFalse(self.account._read_quota())
        self.assertEqual(self.account.quota_limit, 500, "the last answer stays")

    def test_refusals_hold_marketing_until_the_month_turns(self):
        self.simulator.platform.quota = 0
        rows = self.campaign()
        at = fields.Datetime.now()
        for strike in (1, 2, 3):
            self.work()
            self.assertEqual(self.account.quota_strikes, strike)
            wait = self.account.quota_paused_until - fields.Datetime.now()
            self.assertLessEqual(wait, datetime.timedelta(minutes=15))
            self.assertEqual(self.outbox._process(), 0, "marketing waits")
            at = self.move(minutes=15, seconds=1)
        self.work()
        turn = line_delivery.month_turn(at, "Asia/Tokyo")
        self.assertEqual(self.account.quota_paused_until, turn)
        self.assertEqual(set(rows.mapped("state")), {"queued"})
        tried = rows.filtered("quota_refusals")
        held = tried.filtered(lambda row: row.next_at == turn)
        self.assertEqual(len(held), 1, "after the first refusal one row tries")
        self.assertFalse(held.first_try_at, "its key was never accepted")
        self.assertIn("Waits".lower(), held.reason.lower())
        self.assertIn(str(at.year), held.reason)
        activity = self.account.activity_ids.filtered(
            lambda activity: activity.user_id == self.manager
        )
        self.assertEqual(len(activity), 1, "told once")
        # more messages were bought
        self.simulator.platform.quota = 100
        self.read_quota(100)
        self.assertFalse(self.account.quota_paused_until)
        self.work()
        self.assertEqual(set(rows.mapped("state")), {"sent"})
        self.assertEqual(len(self.simulator.delivered()), 3)

    def move(self, **delta):
        """Move the clock on for the rest of the test."""
        self.enterContext(self.later(**delta))
        return fields.Datetime.now()

    def test_one_accepted_message_ends_the_wait(self):
        self.simulator.fail("push", 3, "quota")
        rows = self.campaign()
        self.work()
        self.assertEqual(self.account.quota_strikes, 1)
        self.move(minutes=16)
        self.work()
        self.assertFalse(self.account.quota_strikes)
        self.assertEqual(set(rows.mapped("state")), {"sent"})

    def test_month_turn(self):
        at = datetime.datetime
        for now, zone, turn in (
            (at(2026, 11, 28), "Asia/Tokyo", at(2026, 11, 30, 15)),
            (at(2026, 11, 30, 15), "Asia/Tokyo", at(2026, 12, 31, 15)),
            (at(2026, 12, 31, 12), "Asia/Taipei", at(2026, 12, 31, 16)),
            (at(2026, 12, 31, 12), "UTC", at(2027, 1, 1)),
        ):
            self.assertEqual(line_delivery.month_turn(now, zone), turn)
