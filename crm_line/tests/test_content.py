from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import line_content_worker
from .common import LineCase

MEGABYTE = 1024 * 1024


@tagged("post_install", "-at_install")
class TestContent(LineCase):
    """Fetching pictures and files, and what is seen when that fails."""

    def setUp(self):
        super().setUp()
        self.contents_of_line = self.simulator.platform.contents
        self.contents_of_line.seconds_to_prepare = 0.0

    @property
    def make(self):
        return self.simulator.events

    def row(self, message):
        return self.env["line.content"].search([("mail_message_id", "=", message.id)])

    def test_not_ready_is_asked_again(self):
        self.contents_of_line.seconds_to_prepare = 4.0
        message = self.sends(self.make.video(self.customer))
        row = self.row(message)
        self.assertEqual((row.state, row.attempts), ("waiting", 1))
        self.assertFalse(row.error)
        self.assertIn("[Video]", message.body)
        self.work()
        self.assertEqual(row.attempts, 1, "not before its time")
        with self.later(seconds=6):
            self.work()
        self.assertEqual(row.state, "done")
        self.assertTrue(message.attachment_ids)

    def test_broken_line_is_asked_again_and_given_up_at_last(self):
        attempts = len(line_content_worker.BACKOFF_SECONDS) + 1
        self.simulator.fail("content", attempts, "500")
        message = self.sends(self.make.image(self.customer))
        row = self.row(message)
        for _attempt in range(attempts - 1):
            self.assertEqual(row.state, "waiting")
            row.next_at = row._now()
            self.work()
        self.assertEqual(row.state, "failed")
        self.assertIn("[Image]", message.body, "nothing is lost")
        self.assertTrue(row.error)
        message.with_user(self.agent).action_line_fetch()
        self.work()
        self.assertEqual(row.state, "done")
        self.assertTrue(message.attachment_ids)

    def test_deleted_by_line(self):
        event = self.make.image(self.customer)
        self.contents_of_line.expire(event["message"]["id"])
        message = self.sends(event)
        self.assertEqual(self.row(message).state, "gone")
        self.assertEqual(message.line_content_state, "gone")
        self.assertIn("[Image]", message.body)

    def test_announced_as_too_large_is_not_asked_for(self):
        self.account.content_max_mb = 1
        event = self.make.file(self.customer, "big.zip", b"x")
        event["message"]["fileSize"] = MEGABYTE + 1
        message = self.sends(event)
        row = self.row(message)
        self.assertEqual((row.state, row.attempts), ("failed", 0))
        self.assertIn("too large", message.line_content_error)
        self.assertFalse(self.simulator.calls("content"))
        row.with_user(self.agent).action_retry()
        self.assertEqual(row.state, "failed", "still too large")
        self.account.content_max_mb = 2
        row.with_user(self.agent).action_retry()
        self.work()
        self.assertEqual(row.state, "done")

    def test_larger_than_allowed_is_not_kept(self):
        self.account.content_max_mb = 1
        exact = self.sends(self.make.file(self.customer, "a", b"x" * MEGABYTE))
        self.assertEqual(self.row(exact).state, "done")
        message = self.sends(self.make.video(self.customer, b"x" * (MEGABYTE + 1)))
        self.assertEqual(self.row(message).state, "failed")
        self.assertIn("too large", message.line_content_error)
        self.assertFalse(message.attachment_ids)

    def test_unsent_while_it_is_fetched(self):
        """The answer comes after the customer took the picture back."""
        event = self.make.image(self.customer)
        self.receive(event)
        self.env["line.inbox"]._process()
        message = self.line_user.channel_id.message_ids
        self.env["line.message"]._unsend(self.line_user, event["message"]["id"])
        row = self.row(message)
        self.assertFalse(row)
        self.env["line.content"]._process()
        self.assertFalse(message.attachment_ids)

    def test_unsend_during_the_call(self):
        event = self.make.image(self.customer)
        self.receive(event)
        self.env["line.inbox"]._process()
        message = self.line_user.channel_id.message_ids
        client = type(self.account._client())
        real = client.content

        def content(this, identifier, **options):
            outcome = real(this, identifier, **options)
            self.env["line.message"]._unsend(self.line_user, identifier)
            return outcome

        with patch.object(client, "content", content):
            self.env["line.content"]._process()
        self.assertFalse(message.attachment_ids)
        self.assertTrue(message._filter_empty())

    def test_what_cannot_be_stored_is_given_up_with_a_reason(self):
        with patch.object(
            type(self.env["ir.attachment"]), "create", side_effect=ValueError("full")
        ):
            message = self.sends(self.make.image(self.customer))
        self.assertEqual(self.row(message).state, "failed")
        self.assertIn("full", message.line_content_error)

    def test_only_agents_of_the_account_fetch_again(self):
        event = self.make.image(self.customer)
        self.contents_of_line.expire(event["message"]["id"])
        row = self.row(self.sends(event))
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        employee = self._new_user("employee", "base.group_user")
        for user in (stranger, employee):
            with self.assertRaises(AccessError):
                row.with_user(user).action_retry()
        self.assertEqual(row.state, "gone")

    def test_archived_accounts_fetch_nothing(self):
        self.receive(self.make.image(self.customer))
        self.env["line.inbox"]._process()
        self.account.active = False
        self.env["line.content"]._process()
        self.assertFalse(self.simulator.calls("content"))

    def test_the_worker_is_woken(self):
        cron = self.env.ref("crm_line.ir_cron_line_content")
        triggers = self.env["ir.cron.trigger"].search_count
        before = triggers([("cron_id", "=", cron.id)])
        self.receive(self.make.image(self.customer))
        self.env["line.inbox"]._process()
        self.assertGreater(triggers([("cron_id", "=", cron.id)]), before)
