import io
import json

from openpyxl import load_workbook

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_dashboard import DashboardCase

URL = "/crm_forecast/dashboard.xlsx"


@tagged("post_install", "-at_install")
class TestDashboardAccess(DashboardCase):
    def setUp(self):
        super().setUp()
        self.north = self.new_lead("North's secret")
        self.south = self.new_lead(
            "South's secret",
            user_id=self.seller_south.id,
            team_id=self.team_south.id,
        )

    def test_salesperson_sees_own_figures_only(self):
        page = self.my_day(self.seller_north)
        self.assertEqual(self.value(page, "weighted"), 40_000)
        for options in (
            {"user_id": self.seller_south.id},
            {"user_id": self.manager.id},
        ):
            with self.assertRaises(AccessError):
                self.my_day(self.seller_north, **options)
        with self.assertRaises(AccessError):
            self.overview(self.seller_north)
        # a team does not widen what is one's own
        page = self.my_day(self.seller_north, team_id=self.team_south.id)
        self.assertEqual(self.value(page, "weighted"), 40_000)
        self.assertEqual(page["teams"], [])

    def test_who_sees_everybody(self):
        for user in (self.all_leads, self.manager):
            page = self.my_day(user, user_id=self.seller_south.id)
            self.assertEqual(self.value(page, "weighted"), 40_000)
            self.assertEqual(self.value(self.overview(user), "weighted"), 80_000)

    def test_forecast_manager_without_sales_rights_reads_figures(self):
        outsider = self.new_user("f_controller", "crm_forecast.group_manager")
        self.assertEqual(self.value(self.overview(outsider), "weighted"), 80_000)
        page = self.my_day(outsider, user_id=self.seller_south.id)
        self.assertEqual(self.value(page, "weighted"), 40_000)
        self.assertNotIn("secret", str(self.block(page, "stuck")))

    def test_others_have_no_page(self):
        internal = self.new_user("f_internal", "base.group_user")
        for page in (self.my_day, self.overview):
            with self.assertRaises(AccessError):
                page(internal)

    def test_names_of_unreadable_records_stay_hidden(self):
        """An activity stays when its opportunity goes to somebody else."""
        self.south.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline="2040-03-01",
            user_id=self.seller_north.id,
        )
        page = self.my_day(self.seller_north)
        [row] = self.block(page, "activities")["rows"]
        self.assertEqual(row[2], {"value": "(not visible to you)"})
        self.assertNotIn("South's secret", str(page))

    def test_companies_are_kept_apart(self):
        other = self.new_company("F Other", "USD", "America/Los_Angeles")
        seller = self.new_user(
            "f_two", "sales_team.group_sale_salesman", self.company + other
        )
        team = self.env["crm.team"].create({"name": "F O", "company_id": other.id})
        self.env.user.company_ids = [Command.link(other.id)]
        wide = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": (self.company + other).ids,
            }
        )
        wide["crm.lead"].create(
            [
                self.lead_values("TW", user_id=seller.id),
                self.lead_values(
                    "US",
                    user_id=seller.id,
                    team_id=team.id,
                    company_id=other.id,
                    expected_revenue=900,
                ),
            ]
        )
        wide["crm.forecast.period"]._ensure("2040-03-07", self.company + other)
        pages = wide["crm.forecast.dashboard"].with_user(seller)
        found = {
            company: pages.my_day({"company_id": company.id})
            for company in (self.company, other)
        }
        self.assertEqual(self.value(found[self.company], "weighted"), 40_000)
        self.assertEqual(self.value(found[other], "weighted"), 360)
        self.assertEqual(found[other]["currency_id"], self.env.ref("base.USD").id)
        self.assertEqual(len(found[other]["companies"]), 2)
        with self.assertRaises(AccessError):
            self.my_day(self.seller_north, company_id=other.id)
        foreign = found[other]["period"]["id"]
        with self.assertRaises(UserError):
            self.my_day(self.seller_north, period_id=foreign)

    def test_amounts_are_those_of_saved_forecasts_by_person(self):
        self.Run._compute(self.period())
        rows = self.env["crm.forecast.run.rep"]
        run = self.Run.search([("period_id", "=", self.period().id)])
        self.assertAlmostEqual(sum(run.rep_ids.mapped("amount_total")), 80_000)
        own = rows.with_user(self.seller_north).search([])
        self.assertEqual(own.user_id, self.seller_north)
        with self.assertRaises(UserError):
            run.rep_ids.sudo().write({"amount_total": 1})


@tagged("post_install", "-at_install")
class TestDashboardWorkbook(DashboardCase):
    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create(
            {
                "name": "=Cheng",
                "phone": "+886 912 345 678",
                "company_id": self.company.id,
                "user_id": self.seller_north.id,
            }
        )
        self.lead = self.new_lead("Deal", partner_id=self.partner.id)
        self.lead.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline="2040-03-05",
            user_id=self.seller_north.id,
        )
        self.seller_north.group_ids += self.env.ref("base.group_allow_export")

    def book(self, user, page, **options):
        _title, content = self.as_user(user)._workbook(page, options)
        return load_workbook(io.BytesIO(content))

    def test_content(self):
        book = self.book(self.seller_north, "my_day")
        rows = {row[0]: row[1] for row in book["My Day"].iter_rows(values_only=True)}
        self.assertEqual(rows["Won and Weighted"], 40_000)
        self.assertEqual(rows["Figure"], "2040/03")
        activities = list(book["Calls and Activities"].iter_rows(values_only=True))
        self.assertEqual(activities[0], ("Due", "Activity", "With"))
        self.assertEqual(activities[1][2], "Deal")
        definitions = {
            row[0]: row[1:] for row in book["Definitions"].iter_rows(values_only=True)
        }
        self.assertIn("by closing date", definitions["Won"][0])
        self.assertEqual(definitions["Won"][1], "Amount in company currency")

    def test_every_definition_comes_from_the_registry(self):
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        book = self.book(self.manager, "team_overview")
        listed = {
            row[0]: row[1]
            for row in book["Definitions"].iter_rows(values_only=True, min_row=2)
        }
        page = self.overview()
        metrics = self.env["crm.forecast.metric"]._by_code()
        shown = [*page["tiles"], *self.block(page, "people")["columns"][1:]]
        for figure in shown:
            metric = metrics[figure["code"]]
            self.assertEqual(listed[metric.name], metric.definition)
            self.assertEqual(figure["help"], metric.definition)
        names = self.env["crm.forecast.definition"].search([])
        self.assertEqual(
            names.mapped("definition"),
            [metric.definition for metric in metrics.values()],
        )

    def test_no_phone_numbers(self):
        book = self.book(self.seller_north, "my_day")
        cells = [
            cell.value
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
        ]
        self.assertFalse([cell for cell in cells if "912" in str(cell)])
        self.assertNotIn("Phone", cells)
        page = self.my_day(self.seller_north)
        self.assertIn("Phone", str(self.block(page, "activities")["columns"]))

    def test_refusals(self):
        self.seller_north.group_ids -= self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            self.book(self.seller_north, "my_day")
        self.seller_north.group_ids += self.env.ref("base.group_allow_export")
        with self.assertRaises(UserError):
            self.book(self.seller_north, "_workbook")
        with self.assertRaises(AccessError):
            self.book(self.seller_north, "team_overview")
        with self.assertRaises(AccessError):
            self.book(self.seller_north, "my_day", user_id=self.seller_south.id)


@tagged("post_install", "-at_install")
class TestDashboardDownload(HttpCase):
    def post(self, **values):
        return self.url_open(
            URL,
            data={**values, "csrf_token": http.Request.csrf_token(self)},
            timeout=60,
        )

    def test_download(self):
        self.authenticate("admin", "admin")
        response = self.post(page="team_overview", options=json.dumps({}))
        self.assertEqual(response.status_code, 200)
        self.assertIn("Team%20Overview", response.headers["Content-Disposition"])
        self.assertIn("Team Overview", load_workbook(io.BytesIO(response.content)))

    @mute_logger("odoo.http")
    def test_options_that_are_none(self):
        self.authenticate("admin", "admin")
        for options in ("{", "[]"):
            response = self.post(page="my_day", options=options)
            self.assertIn("The options of the page are not valid", response.text)
