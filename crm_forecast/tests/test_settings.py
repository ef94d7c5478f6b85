from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestSettings(ForecastCase):
    def test_settings_write_the_company_and_show_the_last_snapshot(self):
        self.new_lead()
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.forecast_last_snapshot)
        settings.forecast_period_kind = "quarter"
        self.assertEqual(self.company.forecast_period_kind, "quarter")
        self.Snapshot._take()
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(str(settings.forecast_last_snapshot), "2040-03-07")

    def test_company_without_time_zone_is_in_taipei(self):
        self.company.partner_id.tz = False
        with self.at("2040-03-07 16:00:00"):
            self.assertEqual(str(self.company._forecast_today()), "2040-03-08")
            lead = self.new_lead()
            self.Snapshot._take()
        self.assertEqual(str(self.snapshots(lead).date), "2040-03-08")
