from odoo.tests import tagged

from .common import LineCase


@tagged("post_install", "-at_install")
class TestUnsend(LineCase):
    def unsend(self, event, customer=None):
        return self.simulator.events.unsend(
            customer or self.customer, event["message"]["id"]
        )

    def stored(self, text):
        """Tables that still hold the text."""
        self.env.flush_all()
        found = []
        for table in ("line_inbox", "line_outbox", "line_message", "mail_message"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",  # pylint: disable=E8103
                [f"%{text}%"],
            )
            if self.env.cr.fetchone()[0]:
                found.append(table)
        return found

    def test_content_disappears_from_screen_and_storage(self):
        event = self.writes("secretword123")
        message = self.line_user.channel_id.message_ids
        self.assertEqual(self.stored("secretword123"), ["line_inbox", "mail_message"])
        self.receive(self.unsend(event))
        self.work()
        self.assertEqual(self.stored("secretword123"), [])
        self.assertTrue(message.exists(), "that something was there stays visible")
        self.assertTrue(message._filter_empty())
        link = self.env["line.message"]._find(self.account, event["message"]["id"])
        self.assertTrue(link.unsent_at)

    def test_unsend_that_arrives_first(self):
        event = self.simulator.text(self.customer, "secretword123")
        unsend = self.unsend(event)
        self.receive(unsend)
        self.work()
        self.receive(event)
        self.work()
        self.assertFalse(self.line_user.channel_id.message_ids)
        self.assertEqual(self.stored("secretword123"), [])
        self.assertEqual(self.events().mapped("state"), ["done", "done"])

    def test_unsend_twice(self):
        event = self.writes("hi")
        first, second = self.unsend(event), self.unsend(event)
        self.receive(first)
        self.receive(second)
        self.work()
        self.assertEqual(self.events().mapped("state"), ["done"] * 3)

    def test_nobody_unsends_for_others(self):
        event = self.writes("hi")
        other = self.new_customer("李小華")
        self.receive(self.unsend(event, other))
        self.work()
        self.assertEqual(self.events()[-1].state, "ignored")
        message = self.line_user.channel_id.message_ids.filtered("author_guest_id")
        self.assertIn("hi", message.body)
