import io
import json
from datetime import datetime

from openpyxl import load_workbook

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ForecastCase

END = "2040-03-14"


@tagged("post_install", "-at_install")
class TestChangePage(ForecastCase):
    def setUp(self):
        super().setUp()
        self.march = self.period()
        self.Change = self.env["crm.forecast.change"].with_company(self.company)

    def page(self, user=None, **options):
        change = self.Change.with_user(user) if user else self.Change
        return change.change_page(options)

    def remember(self):
        lead = self.new_lead()
        self.Snapshot._take()
        return lead

    def test_opens_on_the_current_period_and_the_last_week(self):
        self.remember()
        with self.at(END):
            page = self.page()
        self.assertEqual(page["period_id"], self.march.id)
        self.assertEqual((page["date_from"], page["date_to"]), ("2040-03-07", END))
        self.assertEqual(page["measure"], "amount_total")
        self.assertFalse(page["message"])
        self.assertEqual([part["code"] for part in page["parts"]], ["start", "end"])
        self.assertTrue(all(part["help"] for part in page["parts"]))

    def test_first_day_is_where_memory_begins(self):
        self.remember()
        with self.at("2040-03-09"):
            self.assertEqual(self.page()["date_from"], "2040-03-07")

    def test_usual_kind_of_period(self):
        self.company.forecast_period_kind = "quarter"
        self.assertEqual(self.page()["period_id"], self.period("quarter").id)

    def test_choices_of_who_sees_all(self):
        page = self.page(self.manager)
        self.assertIn(self.team_north.id, [team["id"] for team in page["teams"]])
        self.assertIn(self.seller_north.id, [user["id"] for user in page["users"]])
        page = self.page(self.seller_north)
        self.assertFalse(page["teams"] or page["users"])

    def test_the_file_is_offered_to_who_may_have_it(self):
        export = self.env.ref("base.group_allow_export")
        self.seller_north.group_ids = [Command.unlink(export.id)]
        self.assertFalse(self.page(self.seller_north)["can_export"])
        self.seller_north.group_ids = [Command.link(export.id)]
        self.assertTrue(self.page(self.seller_north)["can_export"])

    def test_choices_are_kept_and_count(self):
        lead = self.remember()
        self.new_lead(team_id=self.team_south.id, user_id=self.seller_south.id)
        with self.at(END):
            lead.write({"team_id": self.team_south.id})
            chosen = {
                "period_id": str(self.march.id),
                "date_from": "2040-03-08",
                "date_to": "2040-03-14",
                "measure": "amount_open",
                "team_id": str(self.team_north.id),
                "user_id": self.seller_north.id,
            }
            page = self.page(**chosen)
            self.assertEqual(
                {name: str(page[name]) for name in chosen},
                {name: str(value) for name, value in chosen.items()},
            )
            parts = {part["code"]: part for part in page["parts"]}
            self.assertEqual(list(parts), ["start", "reassigned", "end"])
            self.assertEqual(parts["reassigned"]["amount"], -100000)
            action = self.Change.open_part("reassigned", chosen)
        rows = self.Change.search(action["domain"])
        self.assertEqual(rows.lead_id, lead)
        self.assertEqual(action["res_model"], "crm.forecast.change")
        self.assertIn("Reassigned: 2040/03", action["name"])

    def test_no_snapshot_yet(self):
        page = self.page()
        self.assertIn("has no snapshot yet", page["message"])
        self.assertFalse(page["parts"])

    def test_days_before_memory_begins(self):
        self.remember()
        with self.at(END):
            page = self.page(date_from="2040-03-01")
        self.assertIn("begins on 03/07/2040", page["message"])
        self.assertEqual(page["date_from"], "2040-03-01")
        self.assertFalse(page["parts"])

    def test_days_in_the_wrong_order(self):
        self.remember()
        with self.at(END):
            page = self.page(date_from=END, date_to="2040-03-10")
        self.assertIn("later than", page["message"])

    def test_no_period(self):
        lonely = self.new_company("Forecast Lonely", "TWD", "Asia/Taipei")
        self.env.user.company_ids = [Command.link(lonely.id)]
        change = self.Change.with_context(allowed_company_ids=lonely.ids)
        with self.assertRaisesRegex(
            UserError, "Lonely has no forecast period yet.*Forecast > Basis > Periods"
        ):
            change.change_page()

    def test_forged_options(self):
        self.remember()
        for options in (
            {"period_id": "x"},
            {"team_id": [1]},
            {"date_from": "yesterday"},
            {"date_from": 5},
            {"measure": "id"},
        ):
            with self.subTest(options), self.assertRaises(UserError):
                self.page(**options)
        with self.assertRaises(UserError):
            self.Change.open_part("; DROP", {})


@tagged("post_install", "-at_install")
class TestChangeWorkbook(ForecastCase):
    def test_parts_and_leads(self):
        self.period()
        grown, won = self.new_lead("=Grown"), self.new_lead("Won")
        self.Snapshot._take()
        change = self.env["crm.forecast.change"].with_user(self.manager)
        with self.at(END):
            grown.expected_revenue = 200000
            won.action_set_won()
            with self.assertRaisesRegex(UserError, "may not export"):
                change._workbook({})
            self.allow_export(self.manager)
            title, content = change._workbook({})
            self.assertEqual(title, "What Changed 2040/03 2040-03-07 2040-03-14")
        book = load_workbook(io.BytesIO(content))
        parts = list(book["Parts"].values)
        self.assertEqual(parts[0], ("Part", "Amount", "Opportunities", "Meaning"))
        self.assertEqual(
            [row[:3] for row in parts[1:]],
            [
                ("First Day", 80000, 2),
                ("Grown", 40000, 1),
                ("Won", 60000, 1),
                ("Last Day", 180000, 2),
            ],
        )
        rows = list(book["Opportunities"].values)
        heads = rows[0]
        leads = [row[:6] for row in rows]
        self.assertEqual(heads[0], "Part")
        (row,) = (
            dict(zip(heads, row, strict=True)) for row in rows if row[0] == "Grown"
        )
        self.assertEqual(row["Date After"], datetime(2040, 3, 20))
        self.assertEqual(row["Probability After (%)"], 40)
        self.assertEqual(row["Salesperson After"], self.seller_north.name)
        self.assertIn(("Grown", grown.id, "=Grown", 40000, 40000, 80000), leads)
        self.assertIn(("Won", won.id, "Won", 60000, 40000, 100000), leads)

    def allow_export(self, user):
        user.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]

    def test_empty_page_is_no_file(self):
        self.period()
        self.allow_export(self.manager)
        change = self.env["crm.forecast.change"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "no snapshot yet"):
            change._workbook({})


@tagged("post_install", "-at_install")
class TestChangeDownload(HttpCase):
    def download(self, options):
        return self.url_open(
            "/crm_forecast/changes.xlsx",
            data={"options": options, "csrf_token": http.Request.csrf_token(self)},
        )

    def test_file(self):
        self.env["crm.forecast.period"]._ensure(companies=self.env.company)
        self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        self.env["crm.forecast.snapshot"]._take()
        self.authenticate("admin", "admin")
        self.env.ref("base.user_admin").group_ids = [
            Command.link(self.env.ref("base.group_allow_export").id)
        ]
        self.env.flush_all()
        answer = self.download(json.dumps({}))
        self.assertEqual(answer.status_code, 200, answer.text[:300])
        self.assertIn(".xlsx", answer.headers["Content-Disposition"])
        self.assertIn("Parts", load_workbook(io.BytesIO(answer.content)).sheetnames)

    def test_forged_options(self):
        self.authenticate("admin", "admin")
        for options in ("{", "[]", "7"):
            answer = self.download(options)
            self.assertIn("The options of the page are not valid", answer.text)
