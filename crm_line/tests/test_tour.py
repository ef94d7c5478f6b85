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
