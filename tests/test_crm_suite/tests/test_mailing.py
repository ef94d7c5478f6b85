"""A mailing of Odoo's own app reaches only the people who allow marketing."""

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import SuiteMixin

ANSWERS = {"Anna": "grant", "Ben": "deny", "Chen": None, "Dora": "grant"}


@tagged("post_install", "-at_install")
class TestMailing(SuiteMixin, MailCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.people = {}
        for name, answer in ANSWERS.items():
            cls.people[name] = partner = cls.env["res.partner"].create(
                {"name": name, "email": f"{name.lower()}@mailing.example.com"}
            )
            if answer:
                cls.env["pdpa.receipt"]._record(partner, "marketing", answer)
        cls.everyone = cls.env["res.partner"].union(*cls.people.values())
        cls.mailing = cls.env["mailing.mailing"].create(
            {
                "subject": "Autumn teas",
                "body_html": "<p>New teas are here.</p>",
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": [("id", "in", cls.everyone.ids)],
                "reply_to_mode": "update",
                "contact_list_ids": [Command.clear()],
            }
        )

    def send(self):
        with self.mock_mail_gateway():
            self.mailing.action_send_mail()
        sent = {address for mail in self._mails for address in mail["email_to"]}
        return {name for name in ANSWERS if any(name.lower() in to for to in sent)}

    def traces(self):
        return {
            self.env["res.partner"].browse(trace.res_id).name: (
                trace.trace_status,
                trace.failure_type,
            )
            for trace in self.mailing.mailing_trace_ids
        }

    def test_only_who_agreed_gets_it(self):
        self.assertEqual(self.send(), {"Anna", "Dora"})
        traces = self.traces()
        for name in ("Anna", "Dora"):
            self.assertEqual(traces[name], ("sent", False), name)
        for name in ("Ben", "Chen"):
            self.assertEqual(traces[name], ("cancel", "mail_optout"), name)

    def test_statistics_tell_what_was_left_out(self):
        self.send()
        self.assertEqual((self.mailing.sent, self.mailing.canceled), (2, 2))

    def test_the_link_in_the_mail_withdraws(self):
        self.send()
        headers = self._mails[0]["headers"]
        self.assertIn("List-Unsubscribe", headers)
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
