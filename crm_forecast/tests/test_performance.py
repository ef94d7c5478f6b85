from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestPerformance(ForecastCase):
    """The number of queries does not depend on the number of leads."""

    def queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def leads(self, count):
        return self.env["crm.lead"].create(
            [self.lead_values(f"Deal {number}") for number in range(count)]
        )

    def test_snapshot(self):
        counts = []
        for day, number in (("08", 1), ("09", 100)):
            self.leads(number)
            with self.at(f"2040-03-{day}"):
                counts.append(self.queries(self.Snapshot._take))
        self.assertEqual(counts, [1, 1])

    def test_stage_log(self):
        counts = []
        for number in (1, 100):
            leads = self.leads(number)
            self.env.flush_all()
            counts.append(self.queries(lambda leads=leads: self.StageLog._sync(leads)))
        self.assertEqual(counts, [3, 3])

    def test_run(self):
        period = self.period()
        counts = []
        for day, number in (("08", 1), ("09", 100)):
            self.leads(number)
            with self.at(f"2040-03-{day}"):
                counts.append(self.queries(lambda: self.Run._compute(period)))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 5)

    def test_lead_list(self):
        names = ["forecast_amount", "forecast_explanation", "forecast_category"]
        self.period()
        self.leads(5).mapped("forecast_explanation")
        counts = []
        for number in (2, 80):
            leads = self.leads(number)
            counts.append(self.queries(lambda leads=leads: leads.read(names)))
        self.assertEqual(counts[0], counts[1])

    def test_report_lines(self):
        self.period()
        self.leads(1)
        self.Report.search([]).mapped("explanation")
        counts = []
        for number in (2, 80):
            self.leads(number)
            rows = self.Report.search(
                [("company_id", "=", self.company.id)], limit=number
            )
            counts.append(
                self.queries(lambda rows=rows: rows.read(["explanation", "team_id"]))
            )
        self.assertEqual(counts[0], counts[1])

    def test_dashboards(self):
        """At most 15 queries a page, however many opportunities there are."""
        dashboard = self.env["crm.forecast.dashboard"]
        self.period()
        pages = {
            "my_day": (dashboard.with_user(self.seller_north).my_day, 15),
            "overview": (dashboard.with_user(self.manager).team_overview, 15),
        }
        for name, (page, most) in pages.items():
            counts = []
            for number in (2, 80):
                leads = self.leads(number)
                leads[0].activity_schedule(
                    "mail.mail_activity_data_call",
                    date_deadline="2040-03-01",
                    user_id=self.seller_north.id,
                )
                page({})  # what the registry caches is known
                counts.append(self.queries(lambda page=page: page({})))
            with self.subTest(name):
                self.assertEqual(counts[0], counts[1])
                self.assertLessEqual(counts[1], most)
