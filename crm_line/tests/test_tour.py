from odoo.tests import HttpCase, tagged

from .common import LineMixin


@tagged("post_install", "-at_install")
class TestTour(LineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def test_agent_reads_and_answers(self):
        self.writes("請問明天有營業嗎？")
        self.start_tour("/odoo/discuss", "crm_line_agent_answers", login="line_agent")
        row = self.rows()
        self.assertEqual((row.lane, row.state), ("chat", "queued"))
        self.work()
        self.assertEqual(self.shown(), ["有的，早上十點開始。"])
        member = self.line_user.channel_id.channel_member_ids.filtered("partner_id")
        self.assertEqual(member.message_unread_counter, 0)

    def test_agent_opens_the_chat_from_the_app(self):
        self.writes("你好")
        self.start_tour("/odoo/line-users", "crm_line_open_chat", login="line_agent")

    def test_agent_works_in_a_conversation(self):
        make = self.simulator.events
        self.writes("請問有現貨嗎？")
        self.sends(make.image(self.customer))
        self.sends(make.audio(self.customer))
        self.account.content_max_mb = 1
        large = make.file(self.customer, "large.zip", b"x")
        large["message"]["fileSize"] = 3 << 20
        self.sends(large)
        self.account.content_max_mb = 50
        self.env["mail.canned.response"].create(
            {
                "source": "hours",
                "substitution": "每天十點開門",
                "group_ids": [(4, self.env.ref("base.group_user").id)],
            }
        )
        self.start_tour("/odoo/discuss", "crm_line_agent_works", login="line_agent")
        self.work()
        self.assertEqual(self.shown(), ["每天十點開門", "有的"])
        answer = self.rows()[-1]
        self.assertIn("quoteToken", answer.payload[0])

    def test_panel(self):
        seller = self._new_user(
            "seller",
            "crm_line.group_line_agent,sales_team.group_sale_salesman_all_leads",
        )
        self.account.agent_ids |= seller
        self.writes("請問有現貨嗎？")
        self.partner.phone = "+886912345678"
        self.bind()
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": self.company.id}
        )
        order.state = "sale"
        self.start_tour("/odoo/discuss", "crm_line_panel", login="line_seller")
        lead = self.env["crm.lead"].search(
            [("line_channel_id", "=", self.line_user.channel_id.id)]
        )
        self.assertEqual(lead.partner_id, self.partner)
