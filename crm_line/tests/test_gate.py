from odoo.tests import tagged

from .common import LineCase, publish_notice

TEXT = [{"type": "text", "text": "週年慶"}]


@tagged("post_install", "-at_install")
class TestGate(LineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        publish_notice(cls.env)

    def setUp(self):
        super().setUp()
        self.writes("hi")

    def enqueue(self, lane, key):
        return self.env["line.outbox"]._enqueue(self.line_user, TEXT, lane, key)

    def answer(self, event, purpose="marketing"):
        return self.env["pdpa.receipt"]._record(self.partner, purpose, event, ["line"])

    def test_marketing_needs_consent(self):
        self.bind()
        row = self.enqueue("marketing", "m:1")
        self.assertEqual(row.state, "cancelled")
        self.assertIn("no consent", row.reason.lower())
        self.answer("grant")
        self.assertEqual(self.enqueue("marketing", "m:1"), row, "decided once")
        self.assertEqual(self.enqueue("marketing", "m:2").state, "queued")
        self.work()
        self.assertEqual(self.shown(), ["週年慶"])

    def test_withdrawal_stops_what_is_queued_and_service_goes_out(self):
        self.bind()
        self.answer("grant")
        marketing = self.enqueue("marketing", "m:1")
        self.assertEqual(marketing.state, "queued")
        self.answer("withdraw")
        service = self.enqueue("service", "s:1")
        self.work()
        self.assertEqual(marketing.state, "cancelled")
        self.assertIn("withdrawn", marketing.reason)
        self.assertEqual(service.state, "sent")
        self.assertEqual(len(self.shown()), 1)

    def test_service_is_not_asked_for_consent(self):
        self.bind()
        self.answer("deny", "service")
        row = self.enqueue("service", "s:1")
        self.work()
        self.assertEqual(row.state, "sent")
        self.assertEqual(self.shown(), ["週年慶"])

    def test_unbound_user_gets_neither(self):
        for lane in ("marketing", "service"):
            row = self.enqueue(lane, lane)
            self.assertEqual(row.state, "cancelled")
            self.assertIn("Not bound", row.reason)

    def test_unbinding_stops_what_is_queued(self):
        self.bind()
        self.answer("grant")
        row = self.enqueue("marketing", "m:1")
        self.line_user._unbind("staff")
        self.work()
        self.assertEqual(row.state, "cancelled")

    def test_answers_are_not_gated(self):
        self.bind()
        self.answer("deny", "service")
        self.agent_posts("answer")
        self.work()
        self.assertEqual(self.shown(), ["answer"])

    def test_gate_of_the_accounts_company(self):
        self.bind()
        self.answer("grant")
        other = self.env["res.company"].create({"name": "Other"})
        row = (
            self.env["line.outbox"]
            .with_company(other)
            ._enqueue(self.line_user, TEXT, "marketing", "m:1")
        )
        self.assertEqual(row.state, "queued")
        self.assertEqual(row.company_id, self.company)

    def test_mixed_recipients_in_few_queries(self):
        self.bind()
        self.answer("grant")
        users = self.line_user
        for number in range(5):
            customer = self.new_customer(f"Customer {number}")
            self.writes("hi", customer)
            partner = self.env["res.partner"].create({"name": f"Contact {number}"})
            users |= self.bind(partner, customer)
        rows = self.env["line.outbox"]._enqueue(users, TEXT, "marketing", "m:9")
        self.assertEqual(rows.mapped("state"), ["queued"] + ["cancelled"] * 5)
