from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, tagged

from .common import SuiteMixin


@tagged("post_install", "-at_install")
class TestForecastChangesTour(SuiteMixin, HttpCase):
    """The page What Changed in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        today = cls.company._forecast_today()
        period = cls.env["crm.forecast.period"]._ensure(today, cls.company)
        period = period.filtered(
            lambda found: found.kind == cls.company.forecast_period_kind
        )
        lead = cls.env["crm.lead"].create(
            {
                "name": "Tea for the office",
                "type": "opportunity",
                "user_id": cls.seller.id,
                "expected_revenue": 100000,
                "probability": 40,
                "date_deadline": today,
            }
        )
        cls.env["crm.forecast.target"].create({"period_id": period.id, "amount": 75000})
        cls.env["crm.forecast.snapshot"]._take(today - relativedelta(days=1))
        lead.expected_revenue = 150000

    def test_changes(self):
        self.start_tour(
            "/odoo/forecast-changes",
            "test_crm_suite_forecast_changes",
            login=self.seller.login,
        )

    def test_changes_in_chinese(self):
        self.seller.lang = "zh_TW"
        self.test_changes()
