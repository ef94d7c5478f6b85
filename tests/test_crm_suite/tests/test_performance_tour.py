from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SuiteMixin


@tagged("post_install", "-at_install")
class TestPerformanceTour(SuiteMixin, HttpCase):
    """The customer performance page in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.seller.group_ids |= cls.env.ref("crm_segments.group_crm_segments_user")
        partner = cls.env["res.partner"].create({"name": "Chen Yi-Jun"})
        order = cls.order(partner, 2500)
        order.action_confirm()
        order.date_order = fields.Datetime.now()
        cls.env["crm.partner.stats"]._refresh(full=True)

    def _tour(self):
        self.start_tour(
            "/odoo/customer-performance",
            "test_crm_suite_performance",
            login=self.seller.login,
        )

    def test_performance(self):
        self._tour()

    def test_performance_in_chinese(self):
        self.seller.lang = "zh_TW"
        self._tour()
