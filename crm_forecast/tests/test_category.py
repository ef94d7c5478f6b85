from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .test_backtest import BacktestCase


@tagged("post_install", "-at_install")
class TestCategory(BacktestCase):
    """Omitted opportunities are in no forecast; won ones count as closed."""

    def setUp(self):
        super().setUp()
        self.march = self.period(date="2040-03-10")
        self.counted = self.new_lead("Counted", date_deadline="2040-03-25")
        self.omitted = self.new_lead(
            "Omitted", date_deadline="2040-03-25", forecast_category="omitted"
        )

    def test_omitted_is_in_no_method(self):
        runs = self.Run._compute(self.march) + self.Run._compute_learned(self.march)
        self.assertEqual(set(runs.mapped("method")), {"weighted", "learned", "haircut"})
        for run in runs:
            with self.subTest(run.method):
                self.assertIn(self.counted, run.line_ids.lead_id)
                self.assertNotIn(self.omitted, run.line_ids.lead_id)
                self.assertEqual(run.omitted_count, 1)
                self.assertEqual(run.omitted_amount, 100_000)
                self.assertEqual(run.undated_count, 0)
        live = self.Report.search([("company_id", "=", self.company.id)])
        self.assertIn(self.counted, live.lead_id)
        self.assertNotIn(self.omitted, live.lead_id)

    def test_omitted_without_date_is_counted_once(self):
        self.omitted.date_deadline = False
        self.new_lead("Undated", date_deadline=False, expected_revenue=30_000)
        run = self.Run._compute(self.march)
        self.assertEqual((run.omitted_count, run.undated_count), (1, 1))
        self.assertEqual(run.undated_amount, 30_000)

    def test_omitted_deals_of_the_past_teach_nothing(self):
        learning = self.env["crm.forecast.learning"]
        period = self.period(date="2040-04-10")

        def candidates():
            span = learning._span(period, 30, self.company._forecast_today())
            cases = learning._cases([span], self.company)[period.id]
            return {case.lead_key for case in cases if case.is_candidate}

        leads = self.counted + self.omitted
        with self.at("2040-03-30"):
            leads.date_deadline = "2040-04-25"
            self.Snapshot._take()
        with self.at("2040-04-01"):
            self.assertEqual(candidates(), {self.counted.id})

    def test_the_lead_says_why_it_is_not_counted(self):
        self.assertIn("“Omitted”", self.omitted.forecast_explanation)
        self.omitted.forecast_category = "commit"
        self.assertIn("×", self.omitted.forecast_explanation)

    def test_omitted_comes_from_the_stage_and_may_be_overridden(self):
        stage = self.env["crm.stage"].create(
            {"name": "F Parked", "forecast_category": "omitted"}
        )
        form = Form(self.counted)
        form.stage_id = stage
        self.assertEqual(form.forecast_category, "omitted")
        form.forecast_category = "best"
        form.save()
        self.assertIn(self.counted, self.Run._compute(self.march).line_ids.lead_id)

    def test_won_counts_as_closed_whatever_it_was(self):
        for lead in self.counted + self.omitted:
            lead.action_set_won()
        run = self.Run._compute(self.march)
        for lead in self.counted + self.omitted:
            self.assertEqual(self.line(run, lead).category, "closed")
            self.assertEqual(self.line(run, lead).amount_won, 100_000)
        live = self.Report.search([("lead_id", "in", self.counted.ids)])
        self.assertEqual(set(live.mapped("category")), {"closed"})

    def test_snapshots_keep_what_was_stated(self):
        self.Snapshot._take()
        with self.at("2040-03-08"):
            (self.counted + self.omitted).action_set_won()
            self.Snapshot._take()
        first, last = self.snapshots(self.omitted)
        self.assertEqual(first.category, "omitted")
        self.assertEqual(last.won_status, "won")
        self.assertEqual(
            last.category, "pipeline", "the category that the won stage gives"
        )

    def test_closed_cannot_be_chosen(self):
        with self.assertRaisesRegex(ValidationError, "once it is won"):
            self.counted.forecast_category = "closed"
        with self.assertRaisesRegex(ValidationError, "once it is won"):
            self.new_lead("Forged", forecast_category="closed")
        choices = dict(self.env["crm.lead"]._fields["forecast_category"].selection)
        self.assertNotIn("closed", choices)

    def test_leads_can_be_found_by_category(self):
        view = self.env["crm.lead"].get_view(
            self.env.ref("crm.view_crm_case_opportunities_filter").id, "search"
        )
        for category in ("commit", "best", "pipeline", "omitted"):
            self.assertIn(f"filter_category_{category}", view["arch"])
