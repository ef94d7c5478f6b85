import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestPeriod(ForecastCase):
    def new_period(self, date_from, date_to, **values):
        return self.Period.create(
            {
                "name": f"{date_from} - {date_to}",
                "date_from": date_from,
                "date_to": date_to,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_ensure_creates_the_months_and_quarters_of_the_year(self):
        periods = self.Period._ensure("2040-05-15", self.company)
        self.assertEqual(sorted(periods.mapped("name")), ["2040 Q2", "2040/05"])
        year = self.Period.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(year), 16)
        months = year.filtered(lambda period: period.kind == "month")
        february = months.filtered(lambda period: period.name == "2040/02")
        self.assertEqual(str(february.date_to), "2040-02-29", "a leap year")
        quarters = year - months
        self.assertEqual(
            [str(date) for date in quarters.mapped("date_from")],
            ["2040-01-01", "2040-04-01", "2040-07-01", "2040-10-01"],
        )

    def test_ensure_twice_creates_nothing(self):
        first = self.Period._ensure("2040-05-15", self.company)
        self.assertEqual(self.Period._ensure("2040-05-15", self.company), first)
        self.assertEqual(
            self.Period.search_count([("company_id", "=", self.company.id)]), 16
        )

    def test_ensure_without_date_is_the_companys_today(self):
        with self.at("2040-12-31 16:00:00"):  # 2041-01-01 in Taipei
            periods = self.Period._ensure(companies=self.company)
        self.assertEqual(sorted(periods.mapped("name")), ["2041 Q1", "2041/01"])

    def test_ensure_respects_the_companys_own_periods(self):
        own = self.new_period("2040-02-26", "2040-03-25")
        self.assertIn(own, self.Period._ensure("2040-03-07", self.company))
        months = self.Period.search(
            [("company_id", "=", self.company.id), ("kind", "=", "month")]
        )
        self.assertEqual(len(months), 11, "February and March make place")

    def test_overlap_of_one_kind_is_refused(self):
        self.new_period("2040-01-01", "2040-01-31")
        for date_from, date_to in (
            ("2040-01-31", "2040-02-29"),
            ("2039-12-01", "2040-01-01"),
            ("2040-01-10", "2040-01-12"),
            ("2039-01-01", "2041-12-31"),
        ):
            with (
                self.subTest(date_from),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.ExclusionViolation) as violation,
            ):
                self.new_period(date_from, date_to)
            message = self.Period._sql_error_to_message(violation.exception)
            self.assertIn("The dates overlap another forecast period", message)

    def test_neighbours_other_kinds_and_other_companies_are_welcome(self):
        self.new_period("2040-01-01", "2040-01-31")
        self.new_period("2040-02-01", "2040-02-29")
        self.new_period("2040-01-01", "2040-03-31", kind="quarter")
        other = self.new_company("Other", "TWD", "Asia/Taipei")
        self.env.user.company_ids += other
        self.new_period("2040-01-01", "2040-01-31", company_id=other.id)

    def test_moved_onto_another_period(self):
        self.new_period("2040-01-01", "2040-01-31")
        february = self.new_period("2040-02-01", "2040-02-29")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.ExclusionViolation),
        ):
            february.date_from = "2040-01-31"
            self.env.flush_all()

    def test_end_before_begin_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.new_period("2040-01-31", "2040-01-01")

    def test_period_with_saved_forecasts_stays(self):
        period = self.new_period("2040-03-01", "2040-03-31", name="March")
        self.Run._compute(period)
        with self.assertRaisesRegex(UserError, "March"):
            period.unlink()
        self.new_period("2040-04-01", "2040-04-30").unlink()

    def test_button_creates_this_and_the_next_year(self):
        self.Period.with_user(self.manager).action_ensure_year()
        self.assertEqual(
            self.Period.search_count([("company_id", "=", self.company.id)]), 32
        )

    def test_amounts_are_the_live_forecast(self):
        self.new_lead()
        period = self.period()
        self.assertEqual(period.amount_total, 40000)
        self.assertEqual(period.amount_open, 100000)
        foreign = period.with_user(self.seller_south)
        self.assertEqual(foreign.amount_total, 0, "somebody else's opportunity")

    def test_compute_button_opens_the_saved_forecast(self):
        self.new_lead()
        period = self.period().with_user(self.manager)
        action = period.action_compute()
        run = self.Run.browse(action["res_id"])
        self.assertEqual(run.amount_total, 40000)
        self.assertEqual(run.computed_by, self.manager)
        self.assertEqual(run.display_name, "2040/03 · 2040-03-07")
        self.assertEqual(period.run_count, 1)
        self.assertEqual(period.action_view_runs()["res_model"], "crm.forecast.run")
        self.assertIn(
            ("period_id", "=", period.id), period.action_view_report()["domain"]
        )
        several = (period + self.period("quarter")).with_user(self.manager)
        self.assertIn("domain", several.action_compute())
        self.assertEqual(run.action_view_lines()["domain"], [("run_id", "=", run.id)])
