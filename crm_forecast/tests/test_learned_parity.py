from odoo.tests import tagged

from .test_backtest import BacktestCase

DAYS_LEFT = 24  # from 7 March to the end of the month


@tagged("post_install", "-at_install")
class TestLearnedParity(BacktestCase):
    """The forecast that is shown is the method that is tested: SQL says what Python
    says, of every kind of opportunity."""

    def setUp(self):
        super().setUp()
        self.stage_gone = self.env["crm.stage"].create(
            {"name": "F Gone", "sequence": 3}
        )
        self.open_leads = self.env["crm.lead"]
        self.march = self.period(date="2040-03-10")

    def past(self, wins, losses, brings=1.0, **values):
        """Deals that were open on 1 February; on the 20th they are won or lost."""
        with self.at("2040-02-01"):
            leads = self.env["crm.lead"].create(
                [
                    self.lead_values(f"Past {n}", date_deadline="2040-02-28", **values)
                    for n in range(wins + losses)
                ]
            )
            self.own(leads)
            self.Snapshot._take()
        with self.at("2040-02-20"):
            for lead in leads[:wins]:
                lead.expected_revenue *= brings
                lead.action_set_won()
            if losses:
                leads[wins:].action_set_lost()
            self.own(leads)
            self.Snapshot._take()

    def now(self, **values):
        lead = self.new_lead("Now", date_deadline="2040-03-25", **values)
        self.own(lead)
        self.open_leads += lead
        return lead

    def own(self, leads):
        """Odoo empties the company of a lead that nobody owns: it is put back."""
        leads.company_id = self.company

    def assert_parity(self):
        self.Snapshot._take()
        learning = self.env["crm.forecast.learning"]
        today = self.company._forecast_today()
        past = learning._past_periods(self.march, today)
        spans = [learning._span(each, DAYS_LEFT, today) for each in past + self.march]
        cases = learning._cases(spans, self.company)
        now = cases[self.march.id]
        calibration = learning._calibrate(past, cases)
        before = [case for case in now if case.is_candidate or case.sold_before]
        sellers = learning._sellers(past, cases, before)
        found = calibration.forecast(
            learning._deals(now), sellers, sum(case.sold_before for case in now)
        )
        runs = self.Run._compute_learned(self.march)
        run = runs.filtered(lambda run: run.method == "learned")
        keys = [case.lead_key for case in now if case.is_candidate]
        self.assertEqual(set(keys), set(self.open_leads.ids))
        lines = {line.lead_key: line for line in run.line_ids}
        for key, line in zip(keys, found.lines, strict=True):
            row = lines[key]
            with self.subTest(row.lead_id.name):
                self.assertAlmostEqual(row.probability / 100, line.probability)
                self.assertAlmostEqual(row.stage_rate, line.stage_rate)
                self.assertAlmostEqual(row.amount_factor, line.amount_factor)
                self.assertAlmostEqual(row.rep_observed, line.rep.observed)
                self.assertAlmostEqual(row.amount_total, line.expected, places=2)
        new = sum(found.new_business.values())
        self.assertAlmostEqual(run.amount_new, new, places=2)
        self.assertAlmostEqual(run.amount_total, found.total, places=2)
        self.assertAlmostEqual(run.amount_low, found.low, places=2)
        self.assertAlmostEqual(run.amount_high, found.high, places=2)
        return run, calibration

    def test_nobody_no_stage_somebody_new_and_a_deleted_stage(self):
        self.past(9, 1, user_id=False, team_id=False, brings=0.5)
        self.past(1, 9, stage_id=False)
        self.past(8, 1, stage_id=self.stage_gone.id)
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_id = %s WHERE stage_id = %s",
            [self.stage_new.id, self.stage_gone.id],
        )
        self.env.invalidate_all()
        self.stage_gone.unlink()
        self.now(user_id=False, team_id=False)
        self.now(stage_id=False)
        self.now(stage_id=self.stage_offer.id)
        self.now(user_id=self.new_user("f_new", "sales_team.group_sale_salesman").id)
        self.now()
        self.now(expected_revenue=-70_000)
        run, calibration = self.assert_parity()
        self.assertIn(None, calibration.reps)
        self.assertIn(None, calibration.stages)
        nobody, no_stage, _unseen, new_here = (
            self.line(run, lead) for lead in self.open_leads[:4]
        )
        self.assertNotEqual(calibration.rep(None).value, 1)
        self.assertAlmostEqual(nobody.rep_observed, 9)
        self.assertNotAlmostEqual(no_stage.stage_rate, calibration.overall)
        self.assertLess(nobody.amount_factor, new_here.amount_factor)
        self.assertAlmostEqual(
            new_here.amount_factor, calibration.overall_amount_factor
        )

    def test_none_won(self):
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE crm_forecast_snapshot SET won_status = 'lost' "
            "WHERE won_status = 'won' AND company_id = %s",
            [self.company.id],
        )
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot ENABLE TRIGGER USER")
        self.now()
        run, _calibration = self.assert_parity()
        self.assertGreater(run.amount_high, run.amount_total + 1_000)

    def test_all_won_and_more_than_expected(self):
        self.past(30, 0, stage_id=self.stage_offer.id, user_id=self.seller_south.id)
        self.past(0, 20)
        lead = self.now(
            stage_id=self.stage_offer.id,
            user_id=self.seller_south.id,
            team_id=self.team_south.id,
        )
        run, calibration = self.assert_parity()
        line = self.line(run, lead)
        self.assertGreater(
            line.stage_rate * calibration.rep(self.seller_south.id).value, 1
        )
        self.assertAlmostEqual(line.probability / 100, calibration.ceiling)
        self.assertGreater(run.amount_high, run.amount_total)

    def test_no_candidates_no_learned_run(self):
        """Wins that were never open at the origin are new business, no more."""
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE crm_forecast_snapshot SET date_deadline = NULL "
            "WHERE company_id = %s",
            [self.company.id],
        )
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot ENABLE TRIGGER USER")
        self.now()
        self.assertFalse(self.Run._compute_learned(self.march))
        self.Backtest._extend(self.company)
        methods = set(
            self.Backtest.search([("company_id", "=", self.company.id)]).mapped(
                "method"
            )
        )
        self.assertEqual(methods, {"native", "manual", "last"})
        method, reason = self.env["crm.forecast.gate"]._recommend(self.company, "month")
        self.assertEqual(method, "weighted")
        self.assertIn("hardly anything of what was sold", reason)

    def test_the_haircut_counts_a_negative_amount_as_zero(self):
        lead = self.now(expected_revenue=-70_000)
        runs = self.Run._compute_learned(self.march)
        haircut = runs.filtered(lambda run: run.method == "haircut")
        line = self.line(haircut, lead)
        self.assertEqual((line.amount_weighted, line.amount_total), (0, 0))
        self.assertEqual(haircut.amount_total, 0)
        self.assertIn("A negative amount counts as zero", line.explanation)

    def test_no_haircut_from_next_to_nothing(self):
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE crm_forecast_snapshot SET probability = 0.1 "
            "WHERE won_status = 'pending' AND company_id = %s",
            [self.company.id],
        )
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot ENABLE TRIGGER USER")
        self.now()
        runs = self.Run._compute_learned(self.march)
        self.assertEqual(runs.mapped("method"), ["learned"])
        self.Backtest._extend(self.company)
        method, reason = self.env["crm.forecast.gate"]._recommend(self.company, "month")
        self.assertEqual(method, "weighted")
        self.assertIn("hardly anything of what was sold", reason)
