from odoo.tests import tagged

from .test_backtest import BacktestCase

# 18 of 24 were won; the stage borrows 5 from all, which were (18 + 1/2) / (24 + 1)
RATE = (18 + 5 * 18.5 / 25) / (24 + 5)


@tagged("post_install", "-at_install")
class TestLearnedRun(BacktestCase):
    """The same past as the backtest, and deals that are open now."""

    def setUp(self):
        super().setUp()
        self.open_north = self.new_lead("North now", date_deadline="2040-03-25")
        self.open_south = self.new_lead(
            "South now",
            user_id=self.seller_south.id,
            team_id=self.team_south.id,
            date_deadline="2040-03-25",
        )
        self.march = self.period(date="2040-03-10")

    def learned(self, method="learned", date=None):
        runs = self.Run._compute_learned(self.march, date)
        return runs.filtered(lambda run: run.method == method)

    def test_a_line_and_what_explains_it(self):
        run = self.learned()
        self.assertEqual(run.training_periods, 6)
        north, south = (
            self.line(run, lead) for lead in (self.open_north, self.open_south)
        )
        # 18 of 24 were won; half of north's, all of south's
        self.assertAlmostEqual(north.stage_rate, RATE)
        self.assertEqual((north.rep_observed, south.rep_observed), (6, 12))
        self.assertAlmostEqual(north.rep_expected, 12 * RATE)
        self.assertLess(north.amount_total, 100_000 * RATE)
        self.assertGreater(south.amount_total, 100_000 * RATE)
        self.assertAlmostEqual(north.probability / 100 * 100_000, north.amount_total)
        self.assertIn("6 wins of 9.0 expected", north.explanation)
        self.assertIn("75%", north.explanation)

    def test_totals(self):
        run = self.learned()
        lines = run.line_ids
        self.assertEqual(len(lines), 2)
        self.assertAlmostEqual(
            run.amount_total, sum(lines.mapped("amount_total")) + run.amount_new
        )
        self.assertAlmostEqual(run.amount_new, 50_000)
        self.assertLess(run.amount_low, run.amount_total)
        self.assertAlmostEqual(
            run.amount_high - run.amount_total, run.amount_total - run.amount_low
        )

    def test_what_is_won_is_not_in_doubt(self):
        won = self.new_lead("Won now", expected_revenue=900_000)
        won.action_set_won()
        run = self.learned()
        self.assertEqual(self.line(run, won).amount_total, 900_000)
        self.assertGreaterEqual(run.amount_low, 900_000)

    def test_haircut(self):
        run = self.learned("haircut")
        # 350,000 a month were sold where 320,000 had been promised
        self.assertAlmostEqual(run.haircut_factor, 350 / 320)
        line = self.line(run, self.open_north)
        self.assertAlmostEqual(line.amount_total, 100_000 * 0.4 * 350 / 320)
        self.assertIn("1.09", line.explanation)

    def test_again_on_the_same_day_replaces_it(self):
        first, again = self.learned(), self.learned()
        self.assertEqual(first, again)
        self.assertEqual(len(again.line_ids), 2)
        self.assertAlmostEqual(again.amount_new, 50_000)

    def test_as_of_a_remembered_day(self):
        """Nothing that happened later changes it."""
        self.Snapshot._take()
        before = self.learned(date="2040-03-07")
        amounts = (before.amount_total, before.amount_low, before.amount_high)
        with self.at("2040-03-20"):
            self.open_north.action_set_won()
            self.new_lead("Later", expected_revenue=5_000_000)
            self.Snapshot._take()
            again = self.learned(date="2040-03-07")
            self.assertEqual(
                (again.amount_total, again.amount_low, again.amount_high), amounts
            )

    def test_no_past_no_forecast(self):
        other = self.new_company("No past", "TWD", "Asia/Taipei")
        period = self.Period._ensure("2040-03-07", other)
        self.assertFalse(self.Run._compute_learned(period))

    def test_a_period_that_is_over_is_not_forecast(self):
        self.assertFalse(self.Run._compute_learned(self.period(date="2040-02-10")))

    def test_leads_without_anything_count_nothing(self):
        self.new_lead("No date", date_deadline=False)
        negative = self.new_lead("Negative", expected_revenue=-100_000)
        nobody = self.new_lead("Nobody", user_id=False, team_id=False)
        run = self.learned()
        self.assertEqual(self.line(run, negative).amount_total, 0)
        self.assertIn("counts as zero", self.line(run, negative).explanation)
        self.assertAlmostEqual(self.line(run, nobody).amount_total, 100_000 * RATE)
        self.assertIn("nobody in particular", self.line(run, nobody).explanation)
        self.assertEqual(len(run.line_ids), 4)
        self.assertEqual(run.undated_count, 1)

    # -- the gate -------------------------------------------------------------
    def recommend(self):
        return self.env["crm.forecast.gate"]._recommend(self.company, "month")

    def test_without_judged_periods_it_is_the_weighted_one(self):
        method, reason = self.recommend()
        self.assertEqual(method, "weighted")
        self.assertIn("no past periods", reason)

    def test_periods_in_which_nothing_was_sold_do_not_judge(self):
        for period in ("2039-12-10", "2040-01-10"):
            self.judge(period, learned=100, haircut=200, sold=0)
        method, reason = self.recommend()
        self.assertEqual(method, "weighted")
        self.assertIn("Nothing was sold", reason)

    def test_only_periods_with_both_methods_are_judged(self):
        for period in ("2039-10-10", "2039-11-10", "2039-12-10", "2040-01-10"):
            self.judge(period, learned=90, haircut=120)
        self.judge("2039-09-10", learned=900)
        method, reason = self.recommend()
        self.assertEqual(method, "learned")
        self.assertIn("the last 4 periods", reason)
        # the latest one knows of no learned forecast: there will be none now
        self.judge("2040-02-10", haircut=120)
        method, reason = self.recommend()
        self.assertEqual(method, "weighted")
        self.assertIn("hardly anything of what was sold", reason)

    def test_few_periods_do_not_decide(self):
        for period in ("2039-12-10", "2040-01-10"):
            self.judge(period, learned=100, haircut=200)
        method, reason = self.recommend()
        self.assertEqual(method, "haircut")
        self.assertIn("Only 2", reason)

    def judge(self, date, sold=100, **amounts):
        """A judged period, by method."""
        period = self.period(date=date)
        self.Backtest._store(
            [
                {
                    "company_id": self.company.id,
                    "period_id": period.id,
                    "days_left": 30,
                    "date": period.date_from,
                    "level": "company",
                    "method": method,
                    "amount_forecast": amount,
                    "amount_actual": sold,
                    "computed_at": self.env.cr.now(),
                }
                for method, amount in amounts.items()
            ]
        )

    def test_the_better_one_is_recommended(self):
        months = ("2039-11-10", "2039-12-10", "2040-01-10", "2040-02-10")
        for month in months:
            self.judge(month, learned=90, haircut=120)
        gate = self.env["crm.forecast.gate"]
        method, reason = gate._recommend(self.company, "month")
        self.assertEqual(method, "learned")
        self.assertIn("10%", reason)
        self.assertIn("20%", reason)
        runs = self.Run._compute_learned(self.march)
        self.assertEqual(runs.filtered("is_recommended").method, "learned")

    def test_the_haircut_wins_where_it_is_better(self):
        for month in ("2039-11-10", "2039-12-10", "2040-01-10", "2040-02-10"):
            self.judge(month, learned=150, haircut=120)
        method, reason = self.recommend()
        self.assertEqual(method, "haircut")
        self.assertIn("learned method was wrong by 50%", reason)

    def test_the_setting_overrules(self):
        self.company.forecast_method = "learned"
        method, _reason = self.recommend()
        self.assertEqual(method, "learned")
