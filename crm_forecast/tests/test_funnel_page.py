import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.crm_funnel_page import GROUPS, SPANS
from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestFunnelPage(ForecastCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Page = cls.env["crm.funnel.page"]
        cls.export = cls.env.ref("base.group_allow_export")
        cls.stage_new.journey_phase = "aware"

    def options(self, **values):
        return {"company_id": self.company.id, "days": 30, **values}

    def page(self, user=None, **values):
        Page = self.Page.with_user(user) if user else self.Page
        return Page.funnel_page(self.options(**values))

    def row(self, page, stage, group_id=False):
        [row] = [
            row
            for row in page["rows"]
            if row["stage_id"] == stage.id and row["group_id"] == group_id
        ]
        return row

    def drilled(self, figure, stage, group_id=False, user=None, **values):
        Page = self.Page.with_user(user) if user else self.Page
        action = Page.funnel_drill(self.options(**values), figure, stage.id, group_id)
        leads = Page.env[action["res_model"]].with_context(**action["context"])
        return leads.search(action["domain"])

    def test_figures_bars_and_the_span_before(self):
        with self.at("2040-01-25"):
            self.new_lead("Before")
        first, second = self.new_lead("First"), self.new_lead("Second")
        with self.at("2040-03-09"):
            first.stage_id = self.stage_offer
        with self.at("2040-03-12"):
            page = self.page()
        row = self.row(page, self.stage_new)
        self.assertEqual(row["cells"]["entries"], 2)
        self.assertEqual(row["cells"]["conversion"], 1)
        self.assertEqual(row["cells"]["dwell_median"], 2)
        self.assertEqual(row["before"]["entries"], 1)
        self.assertEqual(row["phase"], "Aware")
        bars = [(bar["label"], bar["entries"], bar["before"]) for bar in page["bars"]]
        self.assertEqual(bars, [("F New", 2, 1), ("F Offer", 1, 0)])
        self.assertEqual(page["bars"][0]["conversion"], 1)
        self.assertEqual(page["dates"], ["2040-02-12", "2040-03-12"])
        self.assertTrue(second.active)

    def test_span_begins_at_midnight_of_the_company(self):
        with self.at("2040-02-06 15:59:00"):  # 23:59 in Taipei, the day before
            self.new_lead("Too early")
        with self.at("2040-02-06 16:00:00"):
            self.new_lead("First of the span")
        self.assertEqual(self.row(self.page(), self.stage_new)["cells"]["entries"], 1)

    def test_every_group_and_span(self):
        self.new_lead()
        for group in ("", *GROUPS):
            for days in SPANS:
                with self.subTest(group=group, days=days):
                    rows = self.page(group=group, days=days)["rows"]
                    self.assertEqual(len(rows), 1)
                    self.assertEqual(bool(rows[0]["group_label"]), bool(group))

    def test_groups_come_by_size_and_drill_to_their_leads(self):
        north = self.new_lead("North")
        south = self.env["crm.lead"].create(
            [
                self.lead_values(f"South {number}", team_id=self.team_south.id)
                for number in range(2)
            ]
        )
        page = self.page(group="team_id")
        self.assertEqual(
            [row["group_label"] for row in page["rows"]], ["F South", "F North"]
        )
        for team, leads in ((self.team_north, north), (self.team_south, south)):
            found = self.drilled("entries", self.stage_new, team.id, group="team_id")
            self.assertEqual(found, leads)

    def test_of_one_team(self):
        north = self.new_lead("North")
        self.new_lead("South", team_id=self.team_south.id)
        page = self.page(self.manager, team_id=self.team_north.id)
        self.assertEqual(self.row(page, self.stage_new)["cells"]["entries"], 1)
        self.assertEqual(page["team_id"], self.team_north.id)
        self.assertIn("F South", [team["name"] for team in page["teams"]])
        found = self.drilled("entries", self.stage_new, team_id=self.team_north.id)
        self.assertEqual(found, north)
        self.stage_new.rotting_threshold_days = 1
        with self.at("2040-03-12"):
            page = self.page(team_id=self.team_north.id)
            self.assertEqual(self.row(page, self.stage_new)["cells"]["stuck"], 1)
            found = self.drilled("stuck", self.stage_new, team_id=self.team_north.id)
        self.assertEqual(found, north)

    def test_each_figure_opens_as_many_leads_as_it_says(self):
        leads = [self.new_lead(f"Deal {number}") for number in range(6)]
        with self.at("2040-03-09"):
            leads[0].stage_id = self.stage_offer
            leads[1].action_set_lost()
            leads[2].stage_id = self.stage_won
        with self.at("2040-03-10"):
            leads[0].stage_id = self.stage_new
            page = self.page()
            for row in page["rows"]:
                stage = self.env["crm.stage"].browse(row["stage_id"])
                for column in page["columns"]:
                    count = row["cells"].get(column["name"])
                    if not column["drill"] or not count:
                        continue
                    found = self.drilled(column["name"], stage)
                    with self.subTest(stage=stage.name, figure=column["name"]):
                        again = row["cells"]["reentry"] or 0
                        self.assertLessEqual(len(found), count)
                        self.assertGreaterEqual(len(found), count - again)

    def test_stuck_leads_whenever_they_entered(self):
        self.stage_new.rotting_threshold_days = 5
        with self.at("2039-01-10"):
            old = self.new_lead("Old")
        self.new_lead("Fresh")
        row = self.row(self.page(), self.stage_new)
        self.assertEqual((row["cells"]["entries"], row["cells"]["stuck"]), (1, 1))
        self.assertEqual(self.drilled("stuck", self.stage_new), old)
        grouped = self.page(group="user_id")
        row = self.row(grouped, self.stage_new, self.seller_north.id)
        self.assertEqual(row["cells"]["stuck"], 1)
        self.assertEqual(
            self.drilled(
                "stuck", self.stage_new, self.seller_north.id, group="user_id"
            ),
            old,
        )

    def test_stuck_leads_are_those_of_whom_they_are_now(self):
        """Handing an opportunity over begins no stay; the overview counts it there."""
        self.stage_new.rotting_threshold_days = 5
        with self.at("2040-02-10"):
            lead = self.new_lead("Handed over")
        lead.write({"team_id": self.team_south.id, "user_id": self.seller_south.id})
        for group, then, now in (
            ("team_id", self.team_north, self.team_south),
            ("user_id", self.seller_north, self.seller_south),
        ):
            page = self.page(group=group)
            row = self.row(page, self.stage_new, then.id)
            self.assertEqual(row["cells"]["entries"], 1)
            self.assertFalse(row["cells"].get("stuck"))
            row = self.row(page, self.stage_new, now.id)
            self.assertEqual(row["cells"], {"stuck": 1})
            drill = ("stuck", self.stage_new)
            self.assertEqual(self.drilled(*drill, now.id, group=group), lead)
            self.assertFalse(self.drilled(*drill, then.id, group=group))
        for team, count in ((self.team_north, 0), (self.team_south, 1)):
            rows = self.page(team_id=team.id)["rows"]
            stuck = sum(row["cells"].get("stuck") or 0 for row in rows)
            scope = self.env["crm.forecast.scope"]._at(self.company, team_id=team.id)
            overview = self.env["crm.forecast.metric"]._measure("stuck_count", scope)
            self.assertEqual((stuck, overview), (count, count))
            drilled = self.drilled("stuck", self.stage_new, team_id=team.id)
            self.assertEqual(drilled, lead if count else lead.browse())

    def test_region_is_that_of_the_opportunity(self):
        taiwan, japan = self.env.ref("base.tw"), self.env.ref("base.jp")
        partner = self.env["res.partner"].create(
            {"name": "F Customer", "country_id": japan.id}
        )
        lead = self.new_lead(partner_id=partner.id)
        lead.country_id = taiwan
        [row] = self.page(group="country_id")["rows"]
        self.assertEqual(row["group_id"], taiwan.id)
        found = self.drilled("entries", self.stage_new, taiwan.id, group="country_id")
        self.assertEqual(found, lead)
        partner.country_id = False
        lead.country_id = False
        [row] = self.page(group="country_id")["rows"]
        self.assertEqual(row["group_label"], "None")

    def test_drill_shows_archived_ones_without_a_context_for_the_forms(self):
        lost = self.new_lead("Lost")
        with self.at("2040-03-09"):
            lost.action_set_lost()
        with self.at("2040-03-10"):
            action = self.Page.funnel_drill(self.options(), "leaked", self.stage_new.id)
            self.assertNotIn("active_test", action["context"])
            self.assertEqual(self.drilled("leaked", self.stage_new), lost)

    def test_salesperson_sees_own_figures_only(self):
        own = self.new_lead("Own")
        self.new_lead("Foreign", user_id=self.seller_south.id)
        page = self.page(self.seller_north)
        self.assertEqual(self.row(page, self.stage_new)["cells"]["entries"], 1)
        self.assertIsNone(page["health"])
        found = self.drilled("entries", self.stage_new, user=self.seller_north)
        self.assertEqual(found, own)
        page = self.page(self.all_leads)
        self.assertEqual(self.row(page, self.stage_new)["cells"]["entries"], 2)
        [health] = [row for row in page["health"] if row["stage_label"] == "F New"]
        self.assertEqual((health["state"], health["label"]), ("few", "Too few"))
        self.assertIn("last 30 days", page["health_help"])

    def test_internal_user_sees_nothing(self):
        with self.assertRaises(AccessError):
            self.page(self.new_user("f_internal", "base.group_user"))

    def test_bad_options(self):
        other = self.new_company("Forecast Osaka", "JPY", "Asia/Tokyo")
        foreign = self.env["crm.team"].create({"name": "O", "company_id": other.id})
        for values in (
            {"company_id": other.id},
            {"days": 31},
            {"days": "x"},
            {"team_id": foreign.id},
            {"team_id": -1},
            {"group": "lead_id"},
            {"group": "create_uid.login"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.page(**values)
        for figure in ("conversion", "unknown", "amount", "write_uid"):
            with self.subTest(figure), self.assertRaises(UserError):
                self.Page.funnel_drill(self.options(), figure, self.stage_new.id)

    def test_bad_values_by_rpc(self):
        options = self.options(group="team_id")
        stage_id, phase = self.stage_new.id, self.options(group="journey_phase")
        for arguments in (
            (options, "entries", [stage_id]),
            (options, "entries", "1"),
            (options, "entries", -1),
            (options, "entries", 2**40),
            (options, "entries", True),
            (options, "entries", stage_id, [self.team_north.id]),
            (options, "entries", stage_id, {"a": 1}),
            (phase, "entries", stage_id, ["aware"]),
            (options, ["entries"], stage_id),
            (options, {}, stage_id),
            ("options", "entries", stage_id),
            ([1], "entries", stage_id),
            ({"days": float("inf")}, "entries", stage_id),
        ):
            with self.subTest(arguments), self.assertRaises(UserError):
                self.Page.funnel_drill(*arguments)
        with self.assertRaises(UserError):
            self.Page.funnel_page("options")

    def test_empty(self):
        page = self.page()
        self.assertEqual((page["rows"], page["bars"]), ([], []))

    def test_definitions_are_those_of_the_registry_and_the_report(self):
        columns = {column["name"]: column for column in self.page()["columns"]}
        metrics = self.env["crm.forecast.metric"]._by_code()
        about = self.env["crm.funnel.report"].fields_get([], ["string", "help"])
        for name, column in columns.items():
            stuck = name == "stuck"
            metric = metrics["stuck_count" if stuck else f"funnel_{name}"]
            self.assertEqual(column["label"], metric.name)
            self.assertEqual(column["help"], metric.definition)
            self.assertEqual(column["unit"], metric.unit)
            if not stuck:
                self.assertEqual(column["label"], about[name]["string"])
                self.assertEqual(column["help"], about[name]["help"])
        self.assertIn("9 of 10", columns["stuck"]["help"])

    def test_workbook(self):
        self.new_lead()
        self.seller_north.group_ids |= self.export
        Page = self.Page.with_user(self.seller_north)
        title, content = Page._workbook(self.options(group="team_id"))
        self.assertEqual(title, "Funnel Diagnosis")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = archive.read("xl/sharedStrings.xml").decode()
        for text in ("F North", "F New", "Aware", "Went On", "Sales Team"):
            self.assertIn(text, texts)
        self.seller_north.group_ids -= self.export
        self.assertFalse(self.page(self.seller_north)["can_export"])
        with self.assertRaises(AccessError):
            Page._workbook(self.options())

    def test_last_touch_of_a_lead(self):
        lead = self.new_lead()
        self.assertFalse(lead.last_touch_date or lead.last_touch)
        with self.at("2040-03-08"):
            lead.message_post(body="Called back", message_type="comment")
            lead.invalidate_recordset(["last_touch", "last_touch_date"])
            self.assertEqual(lead.last_touch, "Message")
        with self.at("2040-03-09"):
            activity = lead.activity_schedule("mail.mail_activity_data_call")
            activity.action_done()
            lead.message_post(body="Stage changed", message_type="notification")
        lead.invalidate_recordset(["last_touch", "last_touch_date"])
        self.assertEqual(
            lead.last_touch, self.env.ref("mail.mail_activity_data_call").name
        )
        self.assertEqual(str(lead.last_touch_date), "2040-03-09 02:00:00")
