from odoo.tests import HttpCase, tagged

from .common import LineMixin


@tagged("post_install", "-at_install")
class TestSessionTour(LineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def test_agent_serves_a_customer(self):
        self.writes("請問明天有營業嗎？")
        self.start_tour("/odoo/discuss", "crm_line_serve_customer", login="line_agent")
        session = self.env["line.session"].search(
            [("line_user_id", "=", self.line_user.id)]
        )
        self.assertEqual((session.state, session.agent_id), ("closed", self.agent))
        self.assertEqual(session.closed_by_id, self.agent)

    def test_agent_writes_from_a_contact(self):
        self.writes("hi")
        self.bind()
        self.agent.group_ids |= self.env.ref("base.group_partner_manager")
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "crm_line_write_from_contact",
            login="line_agent",
        )
        self.assertEqual(self.rows().lane, "service")
        self.work()
        self.assertEqual(self.shown(), ["Hello Wang Xiaoming"])
