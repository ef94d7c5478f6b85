import random
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TODAY, ForecastCase

AMOUNTS = ("amount_won", "amount_open", "amount_weighted", "amount_total")


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    def contributions(self, run):
        return {
            line.lead_key: tuple(line[name] for name in AMOUNTS)
            for line in run.line_ids
        }

    def test_open_lead_counts_by_its_probability(self):
        lead = self.new_lead()
        line = self.line(self.Run._compute(self.period()), lead)
        self.assertEqual(line.status, "open")
        self.assertEqual(line.amount_won, 0)
        self.assertEqual(line.amount_open, 100000)
        self.assertEqual(line.amount_weighted, 40000)
        self.assertEqual(line.amount_total, 40000)
        self.assertEqual(line.team_id, self.team_north)
        self.assertEqual(line.user_id, self.seller_north)
        self.assertEqual(line.category, "pipeline")
        self.assertEqual(line.currency_id, self.env.ref("base.TWD"))
        self.assertIn("100,000", line.explanation)
        self.assertIn("40%", line.explanation)
        self.assertIn("40,000", line.explanation)
        self.assertIn("03/20/2040", line.explanation)

    def test_won_lead_counts_in_full_in_the_period_of_its_closing(self):
        with self.at("2040-03-03"):
            lead = self.new_lead(date_deadline="2040-06-30")
            lead.action_set_won()
        line = self.line(self.Run._compute(self.period()), lead)
        self.assertEqual(
            (line.amount_won, line.amount_open, line.amount_weighted), (100000, 0, 0)
        )
        self.assertEqual(line.amount_total, 100000)
        self.assertIn("03/03/2040", line.explanation)
        june = self.Run._compute(self.period(date="2040-06-15"))
        self.assertFalse(self.line(june, lead))

    def test_won_after_midnight_in_taipei_belongs_to_the_new_month(self):
        lead = self.new_lead()
        with self.at("2040-03-31 16:00:00"):  # 2040-04-01 00:00 in Taipei
            lead.action_set_won()
            march = self.Run._compute(self.period())
            april = self.Run._compute(self.period(date="2040-04-10"))
        self.assertFalse(self.line(march, lead))
        self.assertEqual(self.line(april, lead).amount_won, 100000)

    def test_overdue_lead_counts_in_the_current_period(self):
        lead = self.new_lead(date_deadline="2040-01-15")
        january = self.Run._compute(self.period(date="2040-01-15"))
        march = self.Run._compute(self.period())
        self.assertFalse(self.line(january, lead), "January is over")
        line = self.line(march, lead)
        self.assertTrue(line.is_overdue)
        self.assertEqual(line.amount_weighted, 40000)
        self.assertIn("has passed", line.explanation)

    def test_what_is_not_counted(self):
        undated = self.new_lead(date_deadline=False)
        lost = self.new_lead()
        lost.action_set_lost()
        archived = self.new_lead()
        archived.action_archive()
        unconverted = self.new_lead(type="lead")
        later = self.new_lead(date_deadline="2040-04-01")
        run = self.Run._compute(self.period())
        for lead in undated + lost + archived + unconverted + later:
            self.assertFalse(self.line(run, lead))
        self.assertEqual(run.line_count, 0)
        self.assertEqual(run.undated_count, 1)
        self.assertEqual(run.undated_amount, 100000)

    def test_both_kinds_of_period(self):
        lead = self.new_lead(date_deadline="2040-03-31")
        runs = self.Run._compute(self.period() + self.period("quarter"))
        self.assertEqual(len(runs), 2)
        for run in runs:
            self.assertEqual(self.line(run, lead).amount_weighted, 40000)

    def test_arithmetic_against_plain_python(self):
        """200 random leads; the expectation is computed without SQL and engine."""
        rng = random.Random(20400307)
        today = fields.Date.to_date(TODAY)
        leads = self.env["crm.lead"].create(
            [
                self.lead_values(
                    f"Random {number}",
                    expected_revenue=rng.choice([0, rng.randrange(1, 9_000_000)]),
                    probability=round(rng.uniform(0, 99), 2),
                    date_deadline=rng.choice(
                        [False, today + timedelta(days=rng.randrange(-90, 90))]
                    ),
                    team_id=rng.choice([self.team_north, self.team_south]).id,
                    type=rng.choice(["lead", "opportunity", "opportunity"]),
                )
                for number in range(200)
            ]
        )
        for lead in leads:
            fate = rng.random()
            day = today - timedelta(days=rng.randrange(0, 60))
            with self.at(str(day)):
                if fate < 0.3:
                    lead.action_set_won()
                elif fate < 0.4:
                    lead.action_set_lost()
        period = self.period("quarter")
        run = self.Run._compute(period)
        expected = {}
        for lead in leads.with_context(active_test=False):
            amount = Decimal(str(lead.expected_revenue))
            share = Decimal(str(lead.probability)) / 100
            if lead.type != "opportunity" or lead.won_status == "lost":
                continue
            if lead.won_status == "won":
                day = (lead.date_closed + timedelta(hours=8)).date()
                values = (amount, 0, 0, amount)
            elif lead.date_deadline:
                day = max(lead.date_deadline, today)
                weighted = (amount * share).quantize(Decimal(1), ROUND_HALF_UP)
                values = (0, amount, weighted, weighted)
            else:
                continue
            if period.date_from <= day <= period.date_to:
                expected[lead.id] = values
        actual = self.contributions(run)
        self.assertEqual(set(actual), set(expected))
        self.assertGreater(len(expected), 50)
        for key, values in expected.items():
            for name, mine, theirs in zip(AMOUNTS, values, actual[key], strict=True):
                self.assertEqual(float(mine), theirs, name)
        for position, name in enumerate(AMOUNTS):
            total = sum(values[position] for values in actual.values())
            self.assertAlmostEqual(run[name], total, places=2)
        self.assertEqual(run.line_count, len(expected))
        live = self.Report.search([("period_id", "=", period.id)])
        self.assertEqual(
            {row.lead_id.id: tuple(row[name] for name in AMOUNTS) for row in live},
            actual,
            "the report and the saved run are one arithmetic",
        )

    def test_weighted_equals_native_prorated_revenue(self):
        lead = self.new_lead(expected_revenue=12345, probability=33.33)
        line = self.line(self.Run._compute(self.period()), lead)
        self.assertEqual(line.amount_weighted, lead.prorated_revenue)
        self.assertEqual(line.amount_weighted, 4115)

    def test_computing_again_replaces_the_run_of_the_day(self):
        lead = self.new_lead()
        first = self.Run._compute(self.period())
        lead.probability = 80
        second = self.Run._compute(self.period())
        self.assertEqual(first, second)
        self.assertEqual(second.line_count, 1)
        self.assertEqual(second.amount_total, 80000)
        with self.at("2040-03-08"):
            third = self.Run._compute(self.period())
        self.assertNotEqual(third, first)

    def test_run_of_today_reads_the_leads_as_they_are(self):
        lead = self.new_lead()
        self.Snapshot._take()
        lead.probability = 90
        self.assertEqual(self.Run._compute(self.period()).amount_total, 90000)
        as_of = self.Run._compute(self.period(), TODAY)
        self.assertEqual(as_of.amount_total, 40000, "the snapshot of the day")

    def test_forecast_of_a_past_day_knows_nothing_newer(self):
        """The look-ahead test: rows after the day can come, and go, without effect."""
        period = self.period("quarter")
        leads = self.env["crm.lead"].create(
            [
                self.lead_values(
                    f"Deal {number}",
                    expected_revenue=1000 * number,
                    date_deadline=f"2040-03-{10 + number}",
                )
                for number in range(1, 11)
            ]
        )
        leads[0].action_set_won()
        self.Snapshot._take()
        baseline = self.contributions(self.Run._compute(period, TODAY))
        with self.at("2040-03-12"):
            leads[1:4].action_set_won()
            leads[4].action_set_lost()
            leads[5].write({"expected_revenue": 1, "date_deadline": "2040-09-01"})
            leads[6].write({"probability": 99, "team_id": self.team_south.id})
            leads[7].unlink()
            self.new_lead("Newcomer")
            self.Snapshot._take()
            newer = self.contributions(self.Run._compute(period, "2040-03-12"))
            again = self.contributions(self.Run._compute(period, TODAY))
            cr = self.env.cr
            cr.execute("ALTER TABLE crm_forecast_snapshot DISABLE TRIGGER USER")
            cr.execute("DELETE FROM crm_forecast_snapshot WHERE date > %s", [TODAY])
            cr.execute("ALTER TABLE crm_forecast_snapshot ENABLE TRIGGER USER")
            without = self.contributions(self.Run._compute(period, TODAY))
        self.assertEqual(len(baseline), 10)
        self.assertNotEqual(newer, baseline)
        self.assertEqual(again, baseline)
        self.assertEqual(without, baseline)

    def test_day_without_memory_is_an_error_not_a_zero(self):
        self.new_lead()
        self.Snapshot._take()
        with self.assertRaisesRegex(UserError, "2040-03-01"):
            self.Run._compute(self.period(), "2040-03-01")

    def test_future_day_is_refused(self):
        self.new_lead()
        self.Snapshot._take()
        with self.assertRaisesRegex(UserError, "2040-03-08"):
            self.Run._compute(self.period(), "2040-03-08")

    def test_daily_job(self):
        lead = self.new_lead()
        runs = self.Run._daily().filtered(lambda run: run.company_id == self.company)
        self.assertEqual(
            sorted(runs.period_id.mapped("name")),
            ["2040 Q1", "2040 Q2", "2040/03", "2040/04"],
        )
        self.assertTrue(self.snapshots(lead))
        self.assertEqual(sum(runs.mapped("amount_total")), 2 * 40000)

    def test_daily_job_in_december_opens_the_new_year(self):
        with self.at("2040-12-20"):
            runs = self.Run._daily().filtered(
                lambda run: run.company_id == self.company
            )
        self.assertEqual(
            sorted(runs.period_id.mapped("name")),
            ["2040 Q4", "2040/12", "2041 Q1", "2041/01"],
        )

    def test_cron_runs_the_daily_job(self):
        lead = self.new_lead()
        cron = self.env.ref("crm_forecast.ir_cron_forecast_daily")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertTrue(self.snapshots(lead))

    def test_old_lines_are_dropped_and_totals_stay(self):
        self.new_lead()
        old = self.Run._compute(self.period())
        with self.at("2040-06-20"):
            recent = self.Run._compute(self.period(date="2040-06-20"))
            self.Run._gc_lines()
        self.assertFalse(old.line_ids)
        self.assertEqual(old.amount_total, 40000)
        self.assertEqual(old.line_count, 1)
        self.assertTrue(recent.line_ids)

    def test_pivot_by_period_and_team(self):
        self.new_lead()
        self.new_lead(team_id=self.team_south.id, expected_revenue=50000)
        self.period()
        groups = self.Report._read_group(
            [("company_id", "=", self.company.id), ("period_kind", "=", "month")],
            ["period_id", "team_id"],
            ["amount_won:sum", "amount_weighted:sum", "amount_total:sum", "__count"],
        )
        self.assertEqual(
            [(period.name, team.name, *rest) for period, team, *rest in groups],
            [
                ("2040/03", "F North", 0, 40000, 40000, 1),
                ("2040/03", "F South", 0, 20000, 20000, 1),
            ],
        )

    def test_report_sees_pending_writes(self):
        lead = self.new_lead()
        self.period()
        lead.probability = 10
        row = self.Report.search(
            [("lead_id", "=", lead.id), ("period_kind", "=", "month")]
        )
        self.assertEqual(row.amount_total, 10000)
        self.assertEqual(row.action_open_lead()["res_id"], lead.id)

    def test_menu_opens_the_companys_kind_of_period(self):
        self.company.forecast_period_kind = "quarter"
        action = self.Report.action_open()
        self.assertIn("search_default_quarter", action["context"])
        self.assertEqual(action["res_model"], "crm.forecast.report")
