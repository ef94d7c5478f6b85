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
        for table in (
            "line_inbox",
            "line_outbox",
            "line_message",
            "line_content",
            "mail_message",
            "ir_attachment",
            "bus_bus",
        ):
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
        found = self.stored("secretword123")
        self.assertLessEqual({"line_inbox", "mail_message"}, set(found))
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

    def test_copies_on_the_message_bus_are_deleted(self):
        event = self.writes("secretword123")
        self.env.cr.precommit.run()  # what is sent at the end of the transaction
        self.assertIn("bus_bus", self.stored("secretword123"))
        other = self.writes("anotherword")
        self.env.cr.precommit.run()
        self.receive(self.unsend(event))
        self.work()
        self.env.cr.precommit.run()
        self.assertEqual(self.stored("secretword123"), [])
        self.assertIn("bus_bus", self.stored("anotherword"))
        self.assertTrue(other)

    def test_picture_disappears_from_screen_and_storage(self):
        event = self.simulator.events.file(self.customer, "secretword123.txt", b"x")
        message = self.sends(event)
        attachment = message.attachment_ids
        self.assertTrue(attachment)
        self.receive(self.unsend(event))
        self.work()
        self.assertFalse(attachment.exists())
        self.assertEqual(self.stored("secretword123"), [])
        self.assertFalse(message.line_content_state)

    def test_quote_of_an_unsent_message_shows_nothing_of_it(self):
        event = self.writes("secretword123")
        answer = self.simulator.text(
            self.customer, "about that", quoted=event["message"]["id"]
        )
        self.sends(answer)
        self.receive(self.unsend(event))
        self.work()
        self.assertEqual(self.stored("secretword123"), [])
        message = self.line_user.channel_id.message_ids[-1]
        self.assertFalse(message.line_can_quote)

    def test_edits_of_an_unsent_message_are_deleted(self):
        event = self.writes("hi")
        identifier = event["message"]["id"]
        edit = self.simulator.events.edited(self.customer, identifier, "secretword123")
        self.receive(edit)
        self.work()
        self.receive(self.unsend(event))
        late = self.simulator.events.edited(self.customer, identifier, "secretword123")
        self.receive(late)
        self.work()
        self.assertEqual(self.stored("secretword123"), [])
