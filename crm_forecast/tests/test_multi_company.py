from odoo.fields import Command
from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestMultiCompany(ForecastCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_us = cls.new_company("Forecast LA", "USD", "America/Los_Angeles")
        cls.env.user.company_ids = [Command.link(cls.company_us.id)]
        cls.team_us = cls.env["crm.team"].create(
            {"name": "F West", "company_id": cls.company_us.id}
        )
        cls.seller_us = cls.new_user(
            "f_us", "sales_team.group_sale_manager", cls.company_us
        )
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": (cls.company + cls.company_us).ids,
            }
        )
        for name in ("Snapshot", "StageLog", "Period", "Run", "Report"):
            setattr(cls, name, cls.env[getattr(cls, name)._name])

    def us_lead(self, **values):
        return self.new_lead(
            "US deal",
            **{
                "company_id": self.company_us.id,
                "team_id": self.team_us.id,
                "user_id": self.seller_us.id,
                **values,
            },
        )

    def test_each_company_has_its_own_date(self):
        taipei, west = self.new_lead(), self.us_lead()
        with self.at("2040-03-07 20:00:00"):
            self.Snapshot._take()
        self.assertEqual(str(self.snapshots(taipei).date), "2040-03-08")
        self.assertEqual(str(self.snapshots(west).date), "2040-03-07")

    def test_each_company_forecasts_its_own_leads_in_its_currency(self):
        taipei, west = self.new_lead(), self.us_lead(expected_revenue=900)
        periods = self.Period._ensure(
            "2040-03-07", self.company + self.company_us
        ).filtered(lambda period: period.kind == "month")
        runs = {run.company_id: run for run in self.Run._compute(periods)}
        self.assertEqual(runs[self.company].line_ids.lead_id, taipei)
        self.assertEqual(runs[self.company].currency_id.name, "TWD")
        self.assertEqual(runs[self.company].amount_total, 40000)
        self.assertEqual(runs[self.company_us].line_ids.lead_id, west)
        self.assertEqual(runs[self.company_us].currency_id.name, "USD")
        self.assertEqual(runs[self.company_us].amount_total, 360)
        self.assertIn("$", runs[self.company_us].line_ids.explanation)

    def test_lead_without_company_is_counted_once(self):
        """In the company of its team, else of its salesperson, else in the first."""
        by_team, by_user, by_nobody = (
            self.us_lead(user_id=False),
            self.us_lead(team_id=False),
            self.us_lead(team_id=False, user_id=False),
        )
        leads = by_team + by_user + by_nobody
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET company_id = NULL WHERE id = ANY(%s)", [leads.ids]
        )
        self.env.invalidate_all()
        self.env["crm.stage.log"]._sync()  # the night finds what was written by SQL
        self.Snapshot._take()
        first = self.env["res.company"].search([], order="id", limit=1)
        self.assertEqual(self.snapshots(by_team).company_id, self.company_us)
        self.assertEqual(self.snapshots(by_user).company_id, self.company_us)
        self.assertEqual(self.snapshots(by_nobody).company_id, first)

    def test_lead_that_changes_company_leaves_the_first_forecast(self):
        lead = self.new_lead()
        self.Snapshot._take()
        with self.at("2040-03-08 20:00:00"):
            lead.write(
                {
                    "team_id": self.team_us.id,
                    "user_id": self.seller_us.id,
                    "company_id": self.company_us.id,
                }
            )
            self.Snapshot._take()
        periods = self.Period._ensure("2040-03-08", self.company + self.company_us)
        with self.at("2040-03-10"):
            runs = self.Run._compute(periods, "2040-03-09")
        found = runs.line_ids.filtered(lambda line: line.lead_key == lead.id)
        self.assertEqual(found.company_id, self.company_us)

    def test_rules_keep_companies_apart(self):
        self.new_lead()
        self.us_lead()
        self.Snapshot._take()
        periods = self.Period._ensure("2040-03-07", self.company + self.company_us)
        self.Run._compute(periods)
        self.env["crm.forecast.target"].create(
            [{"period_id": period.id, "amount": 1} for period in periods]
        )
        for model in (
            "crm.forecast.snapshot",
            "crm.stage.log",
            "crm.stage.report",
            "crm.forecast.period",
            "crm.forecast.run",
            "crm.forecast.line",
            "crm.forecast.report",
            "crm.forecast.focus",
            "crm.forecast.target",
        ):
            for user, company in (
                (self.manager, self.company),
                (self.seller_us, self.company_us),
            ):
                records = self.env[model].with_user(user)
                records = records.with_context(allowed_company_ids=company.ids)
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(records.search([]).company_id, company)

    def test_own_period_of_another_company_cannot_be_opened(self):
        period = self.Period._ensure("2040-03-07", self.company_us)
        records = self.Period.with_user(self.manager)
        records = records.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(records.search([("id", "in", period.ids)]))
