from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ForecastCase

READ = {"read"}
ALL = {"read", "write", "create", "unlink"}
WRITE = {"read", "write", "create"}
NONE = set()
# model: rights of (internal user, salesperson, all leads, forecast manager)
RIGHTS = {
    "crm.forecast.snapshot": (NONE, READ, READ, READ),
    "crm.stage.log": (NONE, READ, READ, READ),
    "crm.stage.report": (NONE, READ, READ, READ),
    "crm.stage.pace": (NONE, READ, READ, READ),
    "crm.stage.health.count": (NONE, NONE, READ, READ),
    "crm.funnel.report": (NONE, READ, READ, READ),
    "crm.lost.report": (NONE, READ, READ, READ),
    "crm.forecast.report": (NONE, READ, READ, READ),
    "crm.forecast.line": (NONE, READ, READ, READ),
    "crm.forecast.backtest": (NONE, READ, READ, READ),
    "crm.forecast.accuracy": (NONE, READ, READ, READ),
    "crm.forecast.submission": (NONE, READ, READ, READ),
    "crm.forecast.optimism": (NONE, READ, READ, READ),
    "crm.forecast.run.rep": (NONE, READ, READ, READ),
    "crm.forecast.definition": (NONE, READ, READ, READ),
    "crm.improvement.note": (NONE, WRITE, WRITE, ALL),
    "crm.forecast.run": (NONE, NONE, READ, READ),
    "crm.forecast.period": (NONE, READ, READ, ALL),
    "crm.forecast.change": (NONE, READ, READ, READ),
    "crm.forecast.focus": (NONE, READ, READ, READ),
    "crm.forecast.target": (NONE, NONE, READ, ALL),
}
# who sees whose rows: (salesperson north, all leads, manager)
LEAD_MODELS = (
    "crm.forecast.snapshot",
    "crm.stage.log",
    "crm.stage.report",
    "crm.funnel.report",
    "crm.forecast.report",
    "crm.forecast.line",
    "crm.forecast.focus",
)


@tagged("post_install", "-at_install")
class TestAccess(ForecastCase):
    def test_rights(self):
        users = (
            self.new_user("f_internal", "base.group_user"),
            self.seller_north,
            self.all_leads,
            self.manager,
        )
        for model, rights in RIGHTS.items():
            for user, allowed in zip(users, rights, strict=True):
                for operation in ALL:
                    with self.subTest(model=model, user=user.login, do=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            operation in allowed,
                        )

    def test_groups_follow_the_sales_groups(self):
        self.assertTrue(self.seller_north.has_group("crm_forecast.group_user"))
        self.assertFalse(self.seller_north.has_group("crm_forecast.group_manager"))
        self.assertFalse(self.all_leads.has_group("crm_forecast.group_manager"))
        self.assertTrue(self.manager.has_group("crm_forecast.group_manager"))
        self.assertTrue(self.manager.has_group("crm_forecast.group_user"))
        admin = self.env.ref("base.user_admin")
        self.assertTrue(admin.has_group("crm_forecast.group_manager"))

    def test_rows_follow_the_lead(self):
        own = self.new_lead("Own")
        unassigned = self.new_lead("Unassigned", user_id=False)
        foreign = self.new_lead("Foreign", user_id=self.seller_south.id)
        lost = self.new_lead("Own lost")
        lost.action_set_lost()
        self.Snapshot._take()
        self.Run._compute(self.period())
        everyone = (own + unassigned + foreign).ids
        for model in LEAD_MODELS:
            for user, expected in (
                (self.seller_north, (own + unassigned).ids),
                (self.seller_south, (unassigned + foreign).ids),
                (self.all_leads, everyone),
                (self.manager, everyone),
            ):
                rows = (
                    self.env[model]
                    .with_user(user)
                    .search([("lead_id", "in", everyone)])
                )
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(set(rows.lead_id.ids), set(expected))
        logs = self.StageLog.with_user(self.seller_north)
        self.assertTrue(
            logs.search([("lead_id", "=", lost.id), ("status", "=", "lost")]),
            "a lost lead keeps its history",
        )

    def test_history_goes_with_the_lead_to_its_new_salesperson(self):
        lead = self.new_lead()
        self.Snapshot._take()
        lead.user_id = self.seller_south
        for model in ("crm.forecast.snapshot", "crm.stage.log"):
            rows = self.env[model].search([("lead_id", "=", lead.id)])
            self.assertEqual(rows.user_id, self.seller_north)
            self.assertTrue(rows.with_user(self.seller_south).has_access("read"))
            self.assertFalse(rows.with_user(self.seller_north).has_access("read"))

    def test_history_of_a_deleted_lead_is_for_all_leads_users(self):
        lead = self.new_lead()
        self.Snapshot._take()
        key = lead.id
        lead.unlink()
        for model in ("crm.forecast.snapshot", "crm.stage.log"):
            domain = [("lead_key", "=", key)]
            records = self.env[model]
            self.assertFalse(records.with_user(self.seller_north).search(domain))
            self.assertTrue(records.with_user(self.all_leads).search(domain))

    def test_forecast_user_without_sales_group_sees_own_rows_only(self):
        foreign = self.new_lead()
        self.Snapshot._take()
        self.Run._compute(self.period())
        outsider = self.new_user("f_outsider", "crm_forecast.group_user")
        for model in LEAD_MODELS:
            rows = (
                self.env[model]
                .with_user(outsider)
                .search([("lead_id", "in", foreign.ids)])
            )
            self.assertFalse(rows, model)

    def test_buttons_are_for_managers(self):
        period = self.period()
        for user in (self.seller_north, self.all_leads):
            with self.assertRaises(AccessError):
                period.with_user(user).action_compute()
            with self.assertRaises(AccessError):
                self.Period.with_user(user).action_ensure_year()
        self.assertTrue(period.with_user(self.manager).action_compute())

    def test_company_totals_are_hidden_from_salespeople(self):
        self.Run._compute(self.period())
        with self.assertRaises(AccessError):
            self.period().with_user(self.seller_north).read(["run_count"])
        self.assertEqual(
            self.period().with_user(self.all_leads).read(["run_count"])[0]["run_count"],
            1,
        )

    def test_salesperson_cannot_write_history_through_the_lead(self):
        lead = self.new_lead().with_user(self.seller_north)
        self.Snapshot._take()
        for leads in (lead, lead.sudo()):
            for commands in (
                {"stage_log_ids": [Command.create({"status": "won"})]},
                {"stage_log_ids": [Command.delete(lead.stage_log_ids.id)]},
                {"forecast_snapshot_ids": [Command.clear()]},
            ):
                with self.subTest(commands), self.assertRaises(UserError):
                    leads.write(commands)

    def test_portal_user_reads_nothing(self):
        portal = new_test_user(self.env, login="f_portal", groups="base.group_portal")
        for model in RIGHTS:
            self.assertFalse(self.env[model].with_user(portal).has_access("read"))
