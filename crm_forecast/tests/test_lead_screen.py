from odoo.tests import Form, tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestLeadScreen(ForecastCase):
    """The opportunity form says what it adds to the forecast, and why."""

    def setUp(self):
        super().setUp()
        self.period()

    def test_contribution(self):
        lead = self.new_lead().with_user(self.seller_north)
        self.assertEqual(lead.forecast_amount, 40000)
        self.assertEqual(lead.forecast_period_id.name, "2040/03")
        self.assertEqual(lead.forecast_currency_id.name, "TWD")
        self.assertIn("100,000", lead.forecast_explanation)
        lead.probability = 60
        self.assertEqual(lead.forecast_amount, 60000)

    def test_period_kind_of_the_company(self):
        self.company.forecast_period_kind = "quarter"
        self.assertEqual(self.new_lead().forecast_period_id.name, "2040 Q1")

    def test_reasons_for_not_counting(self):
        lost, archived = self.new_lead(), self.new_lead()
        lost.action_set_lost()
        archived.action_archive()
        for lead, reason in (
            (self.new_lead(type="lead"), "converted"),
            (lost, "lost"),
            (archived, "archived"),
            (self.new_lead(date_deadline=False), "Expected Closing"),
            (self.new_lead(date_deadline="2049-01-01"), "01/01/2049"),
        ):
            with self.subTest(reason):
                self.assertEqual(lead.forecast_amount, 0)
                self.assertFalse(lead.forecast_period_id)
                self.assertIn("Not counted", lead.forecast_explanation)
                self.assertIn(reason, lead.forecast_explanation)

    def test_category_follows_the_stage_until_changed(self):
        lead = self.new_lead()
        self.assertEqual(lead.forecast_category, "pipeline")
        lead.forecast_category = "commit"
        lead.probability = 70
        self.assertEqual(lead.forecast_category, "commit")
        lead.stage_id = self.stage_offer
        self.assertEqual(lead.forecast_category, "best")
        self.stage_offer.forecast_category = "commit"
        self.assertEqual(lead.forecast_category, "best", "stays as decided then")

    def test_form_shows_history_to_the_salesperson(self):
        lead = self.new_lead()
        self.Snapshot._take()
        form = Form(lead.with_user(self.seller_north), "crm.crm_lead_view_form")
        self.assertEqual(len(form.stage_log_ids), 1)
        self.assertEqual(len(form.forecast_snapshot_ids), 1)
        form.forecast_category = "commit"
        form.save()
        self.assertEqual(lead.forecast_category, "commit")

    def test_form_of_a_new_lead(self):
        form = Form(
            self.env["crm.lead"].with_user(self.seller_north),
            "crm.crm_lead_view_form",
        )
        form.name = "New"
        lead = form.save()
        self.assertTrue(lead.stage_log_ids)

    def test_lead_does_not_copy_history(self):
        lead = self.new_lead()
        lead.stage_id = self.stage_offer
        self.Snapshot._take()
        copy = lead.copy()
        self.assertEqual(len(copy.stage_log_ids), 1)
        self.assertFalse(copy.forecast_snapshot_ids)

    def test_smart_button(self):
        lead = self.new_lead()
        action = lead.action_view_forecast()
        self.assertEqual(action["domain"], [("lead_id", "=", lead.id)])
