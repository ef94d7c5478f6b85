from datetime import timedelta
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import SuiteMixin


@tagged("post_install", "-at_install")
class TestForecastFunnelTour(SuiteMixin, HttpCase):
    """From the funnel to an opportunity that is stuck, in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        now = cls.env.cr.now()
        stage = cls.env.ref("crm.stage_lead2")
        stage.rotting_threshold_days = 10
        with patch.object(cls.env.cr, "now", lambda: now - timedelta(days=40)):
            lead = cls.env["crm.lead"].create(
                {
                    "name": "Tea for the hotel",
                    "type": "opportunity",
                    "stage_id": stage.id,
                    "user_id": cls.seller.id,
                    "probability": 30,
                }
            )
        lead.activity_schedule(
            "mail.mail_activity_data_call", summary="Ask the buyer", user_id=2
        )

    def _tour(self):
        self.start_tour(
            "/odoo/funnel-diagnosis",
            "test_crm_suite_forecast_funnel",
            login=self.seller.login,
        )

    def test_funnel(self):
        self._tour()

    def test_funnel_in_chinese(self):
        self.seller.lang = "zh_TW"
        self._tour()

    def test_reload(self):
        self.start_tour(
            "/odoo/funnel-diagnosis?days=180&group=user_id",
            "test_crm_suite_forecast_funnel_reload",
            login=self.seller.login,
        )

    def test_funnel_on_a_phone(self):
        self.browser_size = "375x667"
        self.touch_enabled = True
        self.start_tour(
            "/odoo/funnel-diagnosis",
            "test_crm_suite_forecast_funnel_phone",
            login=self.seller.login,
        )
