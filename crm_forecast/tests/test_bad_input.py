from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ForecastCase

LATER = "2040-03-14"
# what a lead lacks or has wrong: (values, its forecast, words of the explanation)
LEADS = {
    "no expected closing": ({"date_deadline": False}, 0, "set “Expected Closing”"),
    "no amount": ({"expected_revenue": False}, 0, "× 40%"),
    "no salesperson": ({"user_id": False}, 40000, "Open"),
    "no team": ({"team_id": False}, 40000, "Open"),
    "no stage": ({"stage_id": False}, 40000, "Open"),
    "nobody's": ({"user_id": False, "team_id": False}, 40000, "Open"),
    "no probability": ({"probability": 0}, 0, "× 0%"),
    "negative amount": ({"expected_revenue": -100000}, -40000, "Open"),
    "long overdue": ({"date_deadline": "2019-01-01"}, 40000, "has passed"),
    "beyond all periods": (
        {"date_deadline": "2099-01-01"},
        0,
        "no forecast period contains 01/01/2099",
    ),
}


@tagged("post_install", "-at_install")
class TestBadInput(ForecastCase):
    """Whatever is missing or wrong, every screen says so or counts it as announced."""

    def setUp(self):
        super().setUp()
        self.march = self.period()
        self.Change = self.env["crm.forecast.change"]
        self.Focus = self.env["crm.forecast.focus"]

    def bad_lead(self, values):
        lead = self.new_lead()
        self.spoil(lead, values)
        return lead

    def spoil(self, lead, values):
        """Odoo empties the company of a lead that nobody owns: it is put back."""
        lead.write(values)
        lead.company_id = self.company
        for name, value in values.items():
            self.assertEqual(bool(lead[name]), bool(value), name)

    def test_every_lead_is_explained_and_counted_as_the_explanation_says(self):
        for name, (values, amount, words) in LEADS.items():
            with self.subTest(name), self.cr.savepoint() as savepoint:
                lead = self.bad_lead(values)
                self.assertEqual(lead.forecast_amount, amount)
                self.assertIn(words, lead.forecast_explanation)
                run = self.Run._compute(self.march)
                self.assertEqual(sum(run.line_ids.mapped("amount_total")), amount)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_an_overdue_lead_misses_the_period_of_today(self):
        lead = self.new_lead(date_deadline="2019-01-01")
        with self.at("2044-06-15"):
            lead.invalidate_recordset()
            self.assertIn(
                "no forecast period contains 06/15/2044", lead.forecast_explanation
            )

    def test_every_lead_is_remembered_and_its_change_has_a_part(self):
        for name, (values, amount, _words) in LEADS.items():
            with self.subTest(name), self.cr.savepoint() as savepoint:
                lead = self.new_lead()
                self.Snapshot._take()
                with self.at(LATER):
                    self.spoil(lead, values)
                    self.assertEqual(self.Snapshot._take(), 1)
                    changes = self.Change._changes(self.march, "2040-03-07", LATER)
                    self.assertEqual(changes["end"]["amount"], amount)
                    parts = list(changes.values())[1:-1]
                    self.assertEqual(
                        sum(part["amount"] for part in parts), amount - 40000
                    )
                    if amount != 40000:
                        self.assertEqual(sum(part["count"] for part in parts), 1)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_every_open_lead_of_the_period_is_on_the_focus_list(self):
        for name, (values, _amount, _words) in LEADS.items():
            with self.subTest(name), self.cr.savepoint() as savepoint:
                lead = self.bad_lead(values)
                rows = self.Focus.search([("lead_id", "=", lead.id)])
                dated = values.get("date_deadline", "2040-03-20")
                expected = 2 if dated and dated < "2041" else 0
                self.assertEqual(len(rows), expected, "month and quarter")
                self.assertTrue(all(rows.mapped("reason")))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_undated_leads_are_said_in_the_saved_forecast(self):
        self.new_lead(date_deadline=False, expected_revenue=70000)
        run = self.Run._compute(self.march)
        self.assertEqual((run.undated_count, run.undated_amount), (1, 70000))

    def test_negative_amounts_lower_the_coverage(self):
        self.env["crm.forecast.target"].create(
            {"period_id": self.march.id, "amount": 100000}
        )
        self.new_lead(expected_revenue=-50000)
        row = self.env["crm.forecast.coverage"]._coverage(self.march)[0]
        self.assertEqual((row["open"], row["coverage"]), (-50000, -0.5))

    # -- companies -----------------------------------------------------------------
    def other_company(self, currency="USD"):
        company = self.new_company("Forecast Abroad", currency, "Asia/Taipei")
        self.env.user.company_ids = [Command.link(company.id)]
        self.env = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": (self.company + company).ids,
            }
        )
        self.Change = self.env["crm.forecast.change"]
        return company

    def test_another_currency_stays_in_its_company(self):
        """Amounts are in the currency of the company the opportunity is counted in."""
        abroad = self.other_company()
        self.new_lead(expected_revenue=100)
        lead = self.new_lead(
            company_id=abroad.id,
            team_id=False,
            user_id=False,
            expected_revenue=99.99,
            probability=33.33,
        )
        self.assertEqual(lead.forecast_currency_id, abroad.currency_id)
        self.Snapshot._take()
        period = self.env["crm.forecast.period"]._ensure("2040-03-07", abroad)[0]
        with self.at(LATER):
            lead.probability = 50
            page = self.Change.change_page({"period_id": period.id})
        self.assertEqual(page["currency_id"], abroad.currency_id.id)
        amounts = {part["code"]: part["amount"] for part in page["parts"]}
        self.assertEqual(amounts["start"], 33.33, "rounded to cents")
        self.assertAlmostEqual(amounts["more_likely"], 16.67)
        self.assertEqual(amounts["end"], 50)

    def test_team_of_two_companies(self):
        """A shared team has its leads in both; each company counts its own."""
        abroad = self.other_company("TWD")
        shared = self.env["crm.team"].create({"name": "Shared", "company_id": False})
        values = {"team_id": shared.id, "user_id": False}
        self.new_lead("here", **values)
        self.new_lead("there", company_id=abroad.id, expected_revenue=500, **values)
        self.Snapshot._take()
        periods = (
            self.env["crm.forecast.period"]
            ._ensure("2040-03-07", self.company + abroad)
            .filtered(lambda period: period.kind == "month")
        )
        domain = [("team_id", "=", shared.id)]
        for period in periods:
            amount = 40000 if period.company_id == self.company else 200
            changes = self.Change._changes(period, "2040-03-07", "2040-03-07", domain)
            self.assertEqual(changes["end"], {"amount": amount, "count": 1})
            rows = self.env["crm.forecast.coverage"]._coverage(period)
            self.assertIn("Shared", [row["name"] for row in rows])
            page = self.Change.change_page({"period_id": period.id})
            self.assertIn(shared.id, [team["id"] for team in page["teams"]])

    def test_company_without_history(self):
        young = self.other_company()
        period = self.env["crm.forecast.period"]._ensure("2040-03-07", young)[0]
        with self.assertRaisesRegex(UserError, "Forecast Abroad has no snapshot"):
            self.Run._compute(period, "2040-03-01")
        page = self.Change.change_page({"period_id": period.id})
        self.assertIn("Forecast Abroad has no snapshot yet", page["message"])
        self.assertFalse(self.Run._compute_learned(period))
        method, reason = self.env["crm.forecast.gate"]._recommend(young, period.kind)
        self.assertEqual(method, "weighted")
        self.assertIn("no past periods to learn from", reason)
        table = self.env["crm.forecast.coverage"].coverage_table(period.id)
        self.assertIn("without target", table["note"])

    # -- periods and stages --------------------------------------------------------
    def test_period_without_snapshots(self):
        self.new_lead()
        self.Snapshot._take()
        january = self.Period._ensure("2040-01-15", self.company).filtered(
            lambda period: period.kind == "month"
        )
        with self.assertRaisesRegex(UserError, "no snapshot of 2040-01-31 or before"):
            self.Run._compute(january, "2040-01-31")
        page = self.Change.change_page(
            {
                "period_id": january.id,
                "date_from": "2040-01-01",
                "date_to": "2040-01-31",
            }
        )
        self.assertIn("begins on 03/07/2040", page["message"])

    def test_deleted_stage(self):
        """History keeps its rows and loses the name of the stage, nothing else."""
        stage = self.env["crm.stage"].create({"name": "Short-lived"})
        lead = self.new_lead(stage_id=stage.id)
        self.Snapshot._take()
        with self.at(LATER):
            lead.write({"stage_id": self.stage_offer.id, "probability": 40})
            stage.unlink()
            self.assertFalse(self.snapshots(lead)[0].stage_id)
            before = self.Run._compute(self.march, "2040-03-07")
            self.assertEqual(before.amount_total, 40000)
            self.assertFalse(before.line_ids.stage_id)
            changes = self.Change._changes(self.march, "2040-03-07", LATER)
            self.assertEqual(changes["start"]["amount"], 40000)
            self.assertEqual(changes["end"]["amount"], 40000)
            row = self.Change._fill("start", self.march, "2040-03-07", LATER)
            self.assertFalse(row.stage_id_before)
            self.assertEqual(row.stage_id_after, self.stage_offer)

    def test_stages_in_another_order(self):
        lead = self.new_lead()
        self.Snapshot._take()
        with self.at(LATER):
            stays = self.stays(lead)
            self.stage_new.sequence, self.stage_offer.sequence = 50, 1
            self.assertEqual(self.Snapshot._take(), 0)
            self.assertEqual(self.stays(lead), stays)
            changes = self.Change._changes(self.march, "2040-03-07", LATER)
            self.assertFalse(
                any(part["count"] for part in list(changes.values())[1:-1])
            )
