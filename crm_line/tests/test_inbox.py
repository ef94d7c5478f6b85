import datetime
from unittest.mock import patch

from psycopg2.errors import IntegrityError, SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models.line_inbox import BACKOFF_MINUTES
from ..tools import line_text
from .common import LineCase

HANDLER = "odoo.addons.crm_line.models.line_inbox_event.LineInboxEvent._on_message"


@tagged("post_install", "-at_install")
class TestInbox(LineCase, CronMixinCase):
    def bodies(self):
        messages = self.line_user.channel_id.message_ids.sorted("id")
        return [
            line_text.from_html(message.body)
            for message in messages
            if message.author_guest_id
        ]

    def snapshot(self):
        """Counts of everything an event may have made."""
        user = self.line_user
        return (
            len(self.events()),
            len(user),
            len(user.channel_id.message_ids),
            self.env["line.message"].search_count([("line_user_id", "in", user.ids)]),
            len(self.rows()),
            self.env["mail.guest"].search_count([("id", "=", user.guest_id.id)]),
        )

    def test_event_wakes_the_worker(self):
        with self.wakes("crm_line.ir_cron_line_inbox") as captured:
            self.receive(self.simulator.text(self.customer, "hi"))
        self.assertEqual(len(captured), 1)
        with self.wakes("crm_line.ir_cron_line_inbox") as captured:
            self.receive()
        self.assertFalse(captured)

    def test_three_deliveries_leave_the_same_database(self):
        event = self.simulator.text(self.customer, "hi")
        self.receive(event)
        self.work()
        before = self.snapshot()
        for _again in range(3):
            self.receive(self.simulator.events.redelivered(event))
            self.work()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.bodies(), ["hi"])

    def test_same_message_under_another_event_id(self):
        event = self.writes("hi")
        self.receive(event | {"webhookEventId": "01OTHER"})
        self.work()
        self.assertEqual(self.bodies(), ["hi"])
        self.assertEqual(self.events()[-1].state, "ignored")

    def test_order_of_events_not_of_arrival(self):
        first = self.simulator.text(self.customer, "1")
        second = self.simulator.text(self.customer, "2") | {
            "timestamp": first["timestamp"] + 5
        }
        third = self.simulator.text(self.customer, "3") | {
            "timestamp": first["timestamp"] + 9
        }
        self.receive(third)
        self.receive(first, second)
        self.work()
        self.assertEqual(self.bodies(), ["1", "2", "3"])

    def test_limit_and_return_value(self):
        for number in range(3):
            self.receive(self.simulator.text(self.customer, str(number)))
        inbox = self.env["line.inbox"]
        self.assertEqual(inbox._process(2), 2)
        self.assertEqual(inbox._process(2), 1)
        self.assertEqual(inbox._process(2), 0)

    def test_unknown_and_odd_events_are_stored_and_ignored(self):
        make = self.simulator.events.other
        odd = [
            make("membership", self.customer, membership={"type": "joined"}),
            make("hologram", self.customer),
            make("message", self.customer) | {"source": {"type": "group"}},
            make("message", self.customer) | {"source": None},
            make("unsend", self.customer, unsend={"messageId": 7}),
            {"type": 7, "timestamp": "late"},
            {},
        ]
        self.assertEqual(self.receive(*odd), 200)
        self.work()
        self.assertEqual(len(self.events()), len(odd))
        self.assertEqual(set(self.events().mapped("state")), {"ignored"})

    def test_unknown_kinds_of_messages_are_announced(self):
        event = self.simulator.text(self.customer, "x")
        event["message"] = {"type": "hologram", "id": event["message"]["id"]}
        self.receive(event)
        self.work()
        self.assertIn("[Message]", self.bodies()[0])

    def test_standby_is_shown_and_never_answered(self):
        event = self.simulator.text(self.customer, "解除綁定") | {"mode": "standby"}
        self.receive(event)
        self.work()
        self.assertEqual(self.bodies(), ["解除綁定"])
        self.assertFalse(self.rows())

    def test_follow_and_unfollow(self):
        self.receive(self.simulator.events.follow(self.customer))
        self.work()
        self.assertEqual(self.line_user.friend_state, "friend")
        self.assertFalse(self.line_user.channel_id, "nobody wrote yet")
        self.writes("hi")
        follow = self.simulator.events.follow(self.customer)
        unfollow = self.simulator.events.unfollow(self.customer)
        unfollow["timestamp"] = follow["timestamp"] + 2000
        self.receive(unfollow)
        self.work()
        self.assertEqual(self.line_user.friend_state, "blocked")
        self.receive(follow)  # arrives late, happened earlier
        self.work()
        self.assertEqual(self.line_user.friend_state, "blocked")
        notes = self.line_user.channel_id.message_ids.mapped("body")
        self.assertTrue(any("blocked" in note for note in notes))

    # -- failing events -------------------------------------------------------
    def test_failing_event_is_put_off_and_given_up(self):
        self.receive(self.simulator.text(self.customer, "bad"))
        at = fields.Datetime.now()
        with patch(HANDLER, side_effect=ValueError("boom")):
            for attempt, minutes in enumerate(BACKOFF_MINUTES, 1):
                with freeze_time(at):
                    self.env["line.inbox"]._process()
                row = self.events()
                self.assertEqual((row.state, row.attempts), ("error", attempt))
                self.assertIn("boom", row.error)
                wait = row.next_at - at.replace(microsecond=0)
                self.assertEqual(wait, datetime.timedelta(minutes=minutes))
                with freeze_time(at):
                    self.assertEqual(self.env["line.inbox"]._process(), 0)
                at = row.next_at
            with freeze_time(at):
                self.env["line.inbox"]._process()
        self.assertEqual(row.state, "dead")
        row.action_retry()
        self.work()
        self.assertEqual(row.state, "done")
        self.assertEqual(self.bodies(), ["bad"])

    def test_failing_event_undoes_everything_and_keeps_the_order(self):
        first = self.simulator.text(self.customer, "1")
        second = self.simulator.text(self.customer, "2")
        second["timestamp"] = first["timestamp"] + 1
        other = self.new_customer("李小華")
        self.receive(first, second, self.simulator.text(other, "other"))
        link = "odoo.addons.crm_line.models.line_message.LineMessage._link"
        with patch(link, side_effect=KeyError("late failure")):
            self.env["line.inbox"]._process()
        states = self.events().mapped("state")
        self.assertEqual(states, ["error", "new", "error"])
        self.assertFalse(self.line_user.channel_id, "nothing of it stays")
        self.events()[0].action_discard()
        self.work()
        self.assertEqual(self.bodies(), ["2"])
        self.assertIn("Discarded by", self.events()[0].error)

    def test_sender_who_is_new_in_the_middle_of_a_pass(self):
        self.receive(self.simulator.text(self.customer, "hi"))
        users = type(self.env["line.user"])
        with patch.object(users, "_ensure_senders"):
            event = self.env["line.inbox"].sudo()._claim()
            self.assertFalse(self.line_user)
        event._work()
        self.assertEqual(self.bodies(), ["hi"])

    def test_what_the_team_reads_is_in_its_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.agent.lang = "zh_TW"
        self.writes("hi")
        self.receive(self.simulator.events.unfollow(self.customer))
        self.work()
        self.assertIn("封鎖", str(self.line_user.channel_id.message_ids[0].body))

    def test_conflict_with_another_worker_is_no_failure(self):
        self.receive(self.simulator.text(self.customer, "hi"))
        with patch(HANDLER, side_effect=SerializationFailure("concurrent update")):
            self.assertEqual(self.env["line.inbox"]._process(), 0)
        self.assertEqual((self.events().state, self.events().attempts), ("new", 0))
        self.work()
        self.assertEqual(self.bodies(), ["hi"])

    def test_what_is_not_the_events_fault_ends_the_pass(self):
        self.receive(self.simulator.text(self.customer, "hi"))
        with patch(HANDLER, side_effect=MemoryError), self.assertRaises(MemoryError):
            self.env["line.inbox"]._process()

    def test_lag(self):
        inbox = self.env["line.inbox"]
        self.assertEqual(inbox._lag_seconds(self.account), {self.account.id: 0})
        self.receive(self.simulator.text(self.customer, "hi"))
        with self.later(seconds=90):
            lag = inbox._lag_seconds(self.account)[self.account.id]
            self.assertAlmostEqual(lag, 90, delta=2)
            self.work()
            self.assertEqual(inbox._lag_seconds(self.account), {self.account.id: 0})

    # -- profile --------------------------------------------------------------
    def test_name_comes_from_the_profile_before_the_first_message(self):
        self.writes("hi")
        user = self.line_user
        self.assertEqual(
            (user.name, user.guest_id.name, user.channel_id.name), ("王小明",) * 3
        )
        self.assertEqual(user.language, "en")

    def test_silent_profile_does_not_stop_messages(self):
        self.simulator.fail("profile", 1, "500")
        self.writes("hi")
        fallback = f"LINE {self.customer.id[-4:]}"
        self.assertEqual(self.line_user.name, fallback)
        self.assertEqual(self.bodies(), ["hi"])
        self.work()
        self.assertEqual(self.line_user.name, fallback, "not asked again at once")
        with self.later(minutes=11):
            self.work()
        self.assertEqual(self.line_user.channel_id.name, "王小明")
        self.assertEqual(self.line_user.guest_id.name, "王小明")

    def test_profile_that_is_not_given(self):
        self.simulator.events.unfollow(self.customer)
        self.writes("hi")
        self.assertTrue(self.line_user.profile_at)
        self.assertEqual(self.line_user.name, f"LINE {self.customer.id[-4:]}")

    # -- door, actions, retention ---------------------------------------------
    def test_events_cannot_be_made_by_hand(self):
        with self.assertRaises(UserError):
            self.env["line.inbox"].create(
                {"account_id": self.account.id, "webhook_event_id": "X"}
            )

    def test_database_refuses_a_second_row(self):
        self.writes("hi")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    """INSERT INTO line_inbox (account_id, webhook_event_id, state,
                                               event_at, received_at)
                       SELECT account_id, webhook_event_id, 'new', event_at, received_at
                         FROM line_inbox WHERE id = %s""",
                    [self.events().id],
                )

    def test_only_administrators_retry(self):
        self.writes("hi")
        manager = self._new_user("manager", "crm_line.group_line_manager")
        self.events().with_user(manager).action_retry()
        with self.assertRaises(AccessError):
            self.events().with_user(self.agent).action_retry()

    def test_raw_events_are_forgotten_in_time(self):
        self.writes("hi")
        row = self.events()
        row._gc_payloads()
        self.assertTrue(row.payload)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=31)):
            row._gc_payloads()
        self.assertFalse(row.payload)
        self.assertFalse(row.reply_token)
        self.env.flush_all()
        self.env.cr.execute("SELECT payload FROM line_inbox WHERE id = %s", [row.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.assertTrue(row.webhook_event_id, "a redelivery is still recognised")

    def test_cron(self):
        self.receive(self.simulator.text(self.customer, "hi"))
        with self.enter_registry_test_mode():
            self.env.ref("crm_line.ir_cron_line_inbox").method_direct_trigger()
        self.assertEqual(self.bodies(), ["hi"])
