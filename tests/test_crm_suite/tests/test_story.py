from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SuiteMixin

ORDER_AMOUNT = 10500  # reaches the second tier, whose threshold the test sets
THRESHOLD = 10000


@tagged("post_install", "-at_install")
class TestStory(SuiteMixin, HttpCase):
    """One customer, followed through all five modules.

    The webhook is called over HTTP with the simulator's signature, and what counts as
    delivered is what the simulator's log says the customer saw.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.set_up_line()
        tiers = cls.program.tier_ids.sorted("sequence")
        cls.tier = tiers[1]
        cls.tier.threshold = THRESHOLD
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang Xiaoming", "lang": "en_US", "email": "wang@example.com"}
        )
        cls.customer = cls.simulator.add_user("王小明")

    def test_from_joining_to_the_forecast(self):
        self._joins()
        self._buys()
        self._is_existing_customer()
        self._writes_in_line()
        self._is_bound_by_code()
        self._gets_an_answer_once()
        self._gets_marketing_while_consented()
        self._withdraws_and_gets_no_marketing()
        self._still_gets_order_confirmations()
        self._shows_in_the_forecast()

    # -- the chapters -----------------------------------------------------------
    def _joins(self):
        """The button on the contact; the notice is on record."""
        self.partner.with_user(self.seller).action_enroll()
        self.member = self.partner.member_id
        self.assertEqual(self.member.state, "active")
        receipt = self.member.receipt_id
        self.assertEqual(receipt.partner_id, self.partner)
        self.assertEqual(receipt.purpose_id.code, "membership")
        self.assertEqual((receipt.event, receipt.kind), ("grant", "presumed"))
        self.assertEqual(receipt.notice_version_id.state, "published")
        self.assertEqual(receipt.user_id, self.seller)
        self.assertFalse(self._may_market(), "joining is no consent to marketing")
        self.assertEqual(self.partner.nesl, "new")

    def _buys(self):
        """Points by the rule, and the tier by the spend."""
        order = self.order(self.partner, ORDER_AMOUNT)
        order.with_user(self.seller).action_confirm()
        self.assertEqual(self.member.balance, 105)
        self.assertEqual(self.member.card_id.points, 105)
        self.assertEqual(self.member.tier_id, self.tier)
        self.assertFalse(self.env["loyalty.member"]._prove(self.member))

    def _is_existing_customer(self):
        self.env["crm.partner.stats"]._refresh()
        self.assertEqual(self.partner.nesl, "existing")
        self.assertEqual(self.partner.crm_order_count, 1)
        self.assertEqual(self.partner.crm_amount_total, ORDER_AMOUNT)

    def _writes_in_line(self):
        """A guest: nobody knows yet that it is this contact."""
        self._says("哈囉，想請問訂單")
        self.line_user = self.env["line.user"].search(
            [
                ("account_id", "=", self.account.id),
                ("line_uid", "=", self.customer.id),
            ]
        )
        self.assertEqual(self.line_user.name, "王小明")
        self.assertFalse(self.line_user.partner_id)
        channel = self.line_user.channel_id
        message = channel.message_ids[0]
        self.assertIn("哈囉，想請問訂單", message.body)
        self.assertTrue(message.author_guest_id)
        self.assertIn(self.seller.partner_id, channel.channel_member_ids.partner_id)

    def _is_bound_by_code(self):
        """The salesperson makes a code; the customer agrees to marketing and types."""
        wizard = (
            self.env["line.binding.wizard"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.partner.id,
                    "account_id": self.account.id,
                    "consent_marketing": True,
                }
            )
        )
        code = wizard.action_create_code()["context"]["line_code"]
        self._says(code)
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertTrue(self._may_market(), "the consent is on record")
        self.assertIn("Wang Xiaoming", self._shown()[-1])

    def _gets_an_answer_once(self):
        """An agent answers in Discuss, as themselves; the workers run twice."""
        channel = self.line_user.channel_id.with_user(self.seller)
        channel.message_post(
            body="您的訂單明天出貨",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._work()
        self._work()
        self.assertEqual(self._shown().count("您的訂單明天出貨"), 1)

    def _gets_marketing_while_consented(self):
        row = self._market("campaign:1", "新品到貨")
        self._work()
        self.assertEqual(row.state, "sent")
        self.assertEqual(self._shown().count("新品到貨"), 1)

    def _withdraws_and_gets_no_marketing(self):
        """What is queued already is stopped, too; later messages do not start."""
        queued = self._market("campaign:2", "週年慶")
        self.assertEqual(queued.state, "queued")
        wizard = self.env["pdpa.consent.wizard"].with_user(self.seller)
        wizard.create(
            {
                "partner_ids": [(6, 0, self.partner.ids)],
                "purpose_id": self.env["pdpa.purpose"]._get("marketing").id,
                "event": "withdraw",
            }
        ).action_record()
        self.assertFalse(self._may_market())
        later = self._market("campaign:3", "年終特賣")
        self._work()
        for row in queued | later:
            self.assertEqual(row.state, "cancelled")
            self.assertTrue(row.reason)
        self.assertNotIn("週年慶", self._shown())
        self.assertNotIn("年終特賣", self._shown())

    def _still_gets_order_confirmations(self):
        """A service message needs no consent to marketing."""
        order = self.order(self.partner, 500)
        order.with_user(self.seller).action_confirm()
        self._work()
        self._work()
        told = [text for text in self._shown() if order.name in text]
        self.assertEqual(len(told), 1)
        self.assertEqual(self.member.balance, 110)

    def _shows_in_the_forecast(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Tea sets for the office",
                "type": "opportunity",
                "partner_id": self.partner.id,
                "user_id": self.seller.id,
                "expected_revenue": 80000,
                "probability": 25,
                "date_deadline": self.company._forecast_today(),
            }
        )
        self.env["crm.forecast.snapshot"]._take()
        snapshot = self.env["crm.forecast.snapshot"].search([("lead_id", "=", lead.id)])
        self.assertEqual(snapshot.expected_revenue, 80000)
        periods = self.env["crm.forecast.period"]._ensure(companies=self.company)
        month = periods.filtered(lambda period: period.kind == "month")
        run = self.env["crm.forecast.run"]._compute(month)
        line = run.line_ids.filtered(lambda line: line.lead_id == lead)
        self.assertEqual(line.amount_weighted, 20000)
        self.assertTrue(line.explanation)
        shown = self.env["crm.forecast.report"]._read_group(
            [("lead_id", "=", lead.id), ("period_id", "=", month.id)],
            aggregates=["amount_total:sum"],
        )
        self.assertEqual(shown, [(20000,)])

    # -- helpers ------------------------------------------------------------------
    def _says(self, text):
        """The customer writes: a signed HTTP call, then both workers."""
        webhook = self.simulator.webhook(self.simulator.text(self.customer, text))
        answer = self.url_open(
            f"/line/webhook/{self.account.webhook_token}",
            data=webhook.body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "X-Line-Signature": webhook.signature,
            },
        )
        self.assertEqual(answer.status_code, 200)
        self._work()

    def _work(self):
        self.env.invalidate_all()
        self.env["line.inbox"]._process()
        self.env["line.outbox"]._process()

    def _shown(self):
        """Texts that the customer saw on the telephone."""
        return [entry["text"] for entry in self.simulator.delivered(self.customer.id)]

    def _market(self, key, text):
        messages = [{"type": "text", "text": text}]
        return self.env["line.outbox"]._enqueue(
            self.line_user, messages, "marketing", key
        )

    def _may_market(self):
        return bool(self.env["pdpa.gate"]._filter(self.partner, "marketing", "line"))

    def test_today_is_one_day(self):
        """All modules mean the same day by "today" (the company's calendar)."""
        zone = self.company.partner_id.tz or "Asia/Taipei"
        today = fields.Date.context_today(self.company.with_context(tz=zone))
        self.assertEqual(self.company._stats_today(), today)
        self.assertEqual(self.company._forecast_today(), today)
        self.assertEqual(self.program._today(), today)
