from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_forecast.models.crm_forecast_run_engine import learned_sql
from odoo.addons.crm_forecast.tools.calibration import Calibration, Deal

from .common import SuiteMixin

PAGE = "/odoo/forecast-calls"


@tagged("post_install", "-at_install")
class TestForecastCallsTour(SuiteMixin, HttpCase):
    """Amy submits a call; her manager overrides it and looks at the opportunities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        # on a busy machine the first request would hold up the others with these
        for name in ("web.assets_web", "web.assets_tests"):
            bundle = cls.env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
            bundle.css()
            bundle.js()
        cls.company = cls.env.company
        cls.amy, cls.ben = (
            new_test_user(
                cls.env,
                login=f"calls_{name}",
                groups="sales_team.group_sale_salesman",
                name=name.title(),
                lang="en_US",
            )
            for name in ("amy", "ben")
        )
        cls.manager = new_test_user(
            cls.env,
            login="calls_manager",
            groups="sales_team.group_sale_manager",
            name="Carol",
            lang="en_US",
        )
        team = cls.env["crm.team"].create({"name": "Tea", "company_id": cls.company.id})
        today = cls.company._forecast_today()
        for user, name in ((cls.amy, "Tea for the lobby"), (cls.ben, "Coffee")):
            cls.env["crm.team.member"].create(
                {"crm_team_id": team.id, "user_id": user.id}
            )
            cls.env["crm.lead"].create(
                {
                    "name": name,
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": team.id,
                    "company_id": cls.company.id,
                    "expected_revenue": 100_000,
                    "probability": 40,
                    "date_deadline": today,
                    "forecast_category": "commit",
                }
            )
        Run = cls.env["crm.forecast.run"]
        cls.period = cls.env["crm.forecast.period"]._ensure(today, cls.company)
        cls.period = cls.period.filtered(lambda period: period.kind == "month")
        Run._save(
            cls.period, "learned", None, learned_sql(cls.calibration()), (2, None)
        )
        cls.company.forecast_period_kind = "month"

    @classmethod
    def calibration(cls):
        """What two past periods taught: Amy won 18 of 30."""
        stage = cls.env["crm.lead"].search([("user_id", "=", cls.amy.id)]).stage_id
        deals = [
            Deal(
                period=number % 2,
                rep=rep.id,
                stage=stage.id,
                stated=0.7,
                amount=100.0,
                won=number < wins,
                actual=100.0,
            )
            for rep, wins in ((cls.amy, 18), (cls.ben, 27))
            for number in range(30)
        ]
        return Calibration([0, 1], deals, [], {cls.amy.id, cls.ben.id})

    def _tours(self):
        self.start_tour(PAGE, "test_crm_suite_forecast_call", login=self.amy.login)
        self.start_tour(
            PAGE, "test_crm_suite_forecast_override", login=self.manager.login
        )
        rows = self.env["crm.forecast.submission"].search(
            [("period_id", "=", self.period.id)]
        )
        override, call = rows
        self.assertEqual((call.kind, call.amount), ("call", 80_000))
        self.assertEqual(call.author_id, self.amy)
        self.assertEqual((override.kind, override.amount), ("override", 60_000))
        self.assertEqual(override.author_id, self.manager)
        self.assertEqual(override.reason, "The budget was cut")
        self.assertGreater(call.model_amount, 0)

    def test_calls(self):
        self._tours()

    def test_calls_on_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self._tours()

    def test_workbook_over_http(self):
        self.authenticate("calls_manager", "calls_manager")
        self.manager.group_ids |= self.env.ref("base.group_allow_export")
        answer = self.url_open(
            "/crm_forecast/calls.xlsx",
            data={
                "company_id": self.company.id,
                "period_id": self.period.id,
                "kind": "month",
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("spreadsheetml", answer.headers["Content-Type"])
        self.assertIn(".xlsx", answer.headers["Content-Disposition"])
