from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SuiteMixin


@tagged("post_install", "-at_install")
class TestForecastDashboardTour(SuiteMixin, HttpCase):
    """Team Overview and My Day in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.rep = new_test_user(
            cls.env,
            login="suite_rep",
            groups="sales_team.group_sale_salesman,base.group_partner_manager",
            name="Amy Chen",
            lang="en_US",
        )
        cls.boss = new_test_user(
            cls.env,
            login="suite_boss",
            groups="sales_team.group_sale_manager",
            name="Boss",
            lang="en_US",
        )
        # what the database holds besides would be counted, too
        cls.env["crm.lead"].search([]).active = False
        today = cls.company._forecast_today()
        for day in (today, today - relativedelta(months=1)):
            cls.env["crm.forecast.period"]._ensure(day, cls.company)
        common = {
            "type": "opportunity",
            "company_id": cls.company.id,
            "user_id": cls.rep.id,
            "expected_revenue": 1000,
        }
        cls.dated, cls.undated = cls.env["crm.lead"].create(
            [
                {
                    **common,
                    "name": "Tour deal",
                    "phone": "+886 2 2345 6789",
                    "date_deadline": fields.Date.to_string(today),
                },
                {**common, "name": "Tour undated", "date_deadline": False},
            ]
        )
        cls.dated.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=today,
            summary="Tour call",
            user_id=cls.rep.id,
        )

    def test_team_overview(self):
        self.start_tour(
            "/odoo/sales-team-overview",
            "test_crm_suite_team_overview",
            login=self.boss.login,
        )
        note = self.env["crm.improvement.note"].search(
            [("name", "=", "Ask for the expected closing")]
        )
        self.assertEqual((note.metric, note.value_before), ("undated_count", 1))
        self.assertEqual(note.create_uid, self.boss)

    def test_reload_of_the_day_of_somebody(self):
        last_month = self.company._forecast_today() - relativedelta(months=1)
        period = self.env["crm.forecast.period"].search(
            [
                ("company_id", "=", self.company.id),
                ("kind", "=", self.company.forecast_period_kind),
                ("date_from", "<=", last_month),
                ("date_to", ">=", last_month),
            ]
        )
        self.start_tour(
            f"/odoo/action-crm_forecast.my_day?user_id={self.rep.id}"
            f"&period_id={period.id}",
            "test_crm_suite_day_reload",
            login=self.boss.login,
        )

    def test_my_day(self):
        self.start_tour(
            "/odoo/my-sales-day", "test_crm_suite_my_day", login=self.rep.login
        )

    def test_my_day_on_a_phone_in_chinese(self):
        self.rep.lang = "zh_TW"
        self.browser_size = "375x667"
        self.touch_enabled = True
        self.start_tour(
            "/odoo/my-sales-day", "test_crm_suite_my_day", login=self.rep.login
        )
