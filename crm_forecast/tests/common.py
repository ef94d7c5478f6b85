from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user

# Far ahead, so that snapshots which the database already holds are older.
TODAY = "2040-03-07"


class ForecastCase(TransactionCase):
    """A company in Taipei (TWD) with two teams.

    team_north: seller_north (own leads)      team_south: seller_south (own leads)
    all_leads sees both teams, forecast_manager also keeps the periods.
    Time is 2040-03-07 10:00 in Taipei unless a test says otherwise.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.new_company("Forecast Taipei", "TWD", "Asia/Taipei")
        cls.env.user.company_ids = [Command.link(cls.company.id)]
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        Stage = cls.env["crm.stage"]
        cls.stage_new = Stage.create({"name": "F New", "sequence": 1})
        cls.stage_offer = Stage.create(
            {"name": "F Offer", "sequence": 2, "forecast_category": "best"}
        )
        cls.stage_won = Stage.create({"name": "F Won", "sequence": 90, "is_won": True})
        cls.seller_north = cls.new_user("f_north", "sales_team.group_sale_salesman")
        cls.seller_south = cls.new_user("f_south", "sales_team.group_sale_salesman")
        cls.all_leads = cls.new_user(
            "f_all", "sales_team.group_sale_salesman_all_leads"
        )
        cls.manager = cls.new_user("f_manager", "sales_team.group_sale_manager")
        cls.team_north, cls.team_south = cls.env["crm.team"].create(
            [
                {"name": "F North", "company_id": cls.company.id},
                {"name": "F South", "company_id": cls.company.id},
            ]
        )
        cls.Snapshot = cls.env["crm.forecast.snapshot"]
        cls.StageLog = cls.env["crm.stage.log"]
        cls.Period = cls.env["crm.forecast.period"]
        cls.Run = cls.env["crm.forecast.run"]
        cls.Report = cls.env["crm.forecast.report"]

    def setUp(self):
        super().setUp()
        now = self.at(TODAY)
        now.__enter__()
        self.addCleanup(now.__exit__, None, None, None)

    @classmethod
    def new_company(cls, name, currency, timezone):
        cls.env.ref(f"base.{currency}").active = True
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": cls.env.ref(f"base.{currency}").id}
        )
        company.partner_id.tz = timezone
        return company

    @classmethod
    def new_user(cls, login, groups, companies=None):
        companies = companies or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    @contextmanager
    def at(self, moment):
        """Transaction and Python time are `moment`: a day (10:00 in Taipei) or UTC."""
        if len(moment) == 10:
            moment += " 02:00:00"
        now = datetime.fromisoformat(moment)
        with freeze_time(now), patch.object(self.env.cr, "now", lambda: now):
            yield now

    def new_lead(self, name="Deal", **values):
        return self.env["crm.lead"].create(self.lead_values(name, **values))

    @classmethod
    def lead_values(cls, name="Deal", **values):
        return {
            "name": name,
            "type": "opportunity",
            "company_id": cls.company.id,
            "team_id": cls.team_north.id,
            "user_id": cls.seller_north.id,
            "stage_id": cls.stage_new.id,
            "expected_revenue": 100000,
            "probability": 40,
            "date_deadline": "2040-03-20",
            **values,
        }

    def snapshots(self, lead):
        return self.Snapshot.search([("lead_key", "=", lead.id)], order="date")

    def stays(self, lead):
        """[(stage name, status, seconds)] of a lead, oldest first."""
        logs = self.StageLog.search([("lead_key", "=", lead.id)], order="enter, id")
        return [
            (log.stage_id.name, log.status, log.seconds if log.leave else None)
            for log in logs
        ]

    def as_of(self, date):
        """{lead id: state} as the memory knows it at the end of `date`."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(self.Snapshot._as_of(date))
        return {row["lead_key"]: row for row in rows}

    def period(self, kind="month", date=TODAY):
        periods = self.Period._ensure(date, self.company)
        return periods.filtered(lambda period: period.kind == kind)

    def line(self, run, lead):
        return run.line_ids.filtered(lambda line: line.lead_key == lead.id)
