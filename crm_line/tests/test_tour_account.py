import re

from odoo.tests import HttpCase, tagged

from ..models.line_webhook_day import TALLY
from .common import LineMixin
from .test_account_setup import Receiver


@tagged("post_install", "-at_install")
class TestTourAccount(LineMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()
        cls.manager = cls._new_user("manager", "crm_line.group_line_manager")
        cls.supervisor = cls._new_user("supervisor", "crm_line.group_line_supervisor")

    def setUp(self):
        super().setUp()
        # made before the browser asks for all of them at once and waits for a lock
        self.authenticate("line_manager", "line_manager")
        page = self.url_open("/odoo", timeout=120).text
        for url in re.findall(r"/web/assets/[^\"']+", page):
            self.url_open(url, timeout=120)

    def test_administrator_sets_up(self):
        receiver = Receiver()
        self.addCleanup(receiver.stop)
        self.env["ir.config_parameter"].set_param("web.base.url", receiver.url)
        self.start_tour(
            f"/odoo/line.account/{self.account.id}",
            "crm_line_setup",
            login="line_manager",
        )
        self.assertTrue(self.account.is_connected)
        self.assertTrue(self.account.webhook_works)
        self.assertEqual(self.simulator.sender.url, self.account.webhook_url)

    def test_supervisor_reads_the_health_page(self):
        TALLY.clear()
        self.writes("hi")
        self.events().write({"state": "dead", "error": "ValueError: test"})
        self.start_tour("/odoo/line-health", "crm_line_health", login="line_supervisor")
