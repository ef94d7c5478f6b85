from odoo.tests import HttpCase, tagged

from .common import LineMixin


@tagged("post_install", "-at_install")
class TestTour(LineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def setUp(self):
        super().setUp()
        self.simulator.platform.delivered.clear()

    def test_agent_reads_and_answers(self):
        self.writes("請問明天有營業嗎？")
        self.tour("crm_line_agent_answers")
        row = self.rows()
        self.assertEqual((row.lane, row.state), ("chat", "queued"))
        self.work()
        self.assertEqual(self.shown(), ["有的，早上十點開始。"])
        member = self.line_user.channel_id.channel_member_ids.filtered("partner_id")
        self.assertEqual(member.message_unread_counter, 0)

    def test_agent_opens_the_chat_from_the_app(self):
        self.writes("你好")
        self.start_tour("/odoo/line-users", "crm_line_open_chat", login="line_agent")

    def tour(self, name, login="line_agent"):
        # a busy machine takes more than the minute of the default
        self.start_tour("/odoo/discuss", name, login=login, timeout=180)

    def test_agent_sees_files_and_writes_a_note(self):
        make = self.simulator.events
        self.writes("請問有現貨嗎？")
        self.sends(make.image(self.customer))
        self.sends(make.audio(self.customer))
        self.account.content_max_mb = 1
        large = make.file(self.customer, "large.zip", b"x")
        large["message"]["fileSize"] = 3 << 20
        self.sends(large)
        self.account.content_max_mb = 50
        self.tour("crm_line_agent_works")
        self.work()
        self.assertFalse(self.shown(), "notes stay here")

    def test_agent_writes_by_command_response_and_quote(self):
        self.writes("請問有現貨嗎？")
        self.env["mail.canned.response"].create(
            {
                "source": "hours",
                "substitution": "每天十點開門",
                "group_ids": [(4, self.env.ref("base.group_user").id)],
            }
        )
        self.tour("crm_line_agent_writes")
        self.work()
        self.assertEqual(self.shown(), ["每天十點開門", "有的"])
        self.assertIn("quoteToken", self.rows()[-1].payload[0])

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
        self.env["ir.config_parameter"].set_param("crm_pdpa.masking", "True")
        self.tour("crm_line_panel", login="line_seller")
        lead = self.env["crm.lead"].search(
            [("line_channel_id", "=", self.line_user.channel_id.id)]
        )
        self.assertEqual(lead.partner_id, self.partner)
