from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_submission import CallsCase


@tagged("post_install", "-at_install")
class TestSubmissionRights(CallsCase):
    def test_a_call_is_always_of_oneself(self):
        row = self.call(1, user=self.manager)
        self.assertEqual(row.user_id, self.manager)
        with self.assertRaises(TypeError):
            self.Submission.with_user(self.manager).action_call(
                self.march.id, 1, 1, 1, user_id=self.seller_north.id
            )

    def test_who_may_override(self):
        self.assertTrue(self.override(1, by=self.manager))
        self.assertTrue(self.override(1, by=self.leader))
        self.assertTrue(self.override(1, by=self.leader, team_id=self.team_north.id))
        self.assertTrue(self.override(1, by=self.manager, team_id=self.team_south.id))

    def test_who_may_not(self):
        for by, user in (
            (self.seller_north, self.seller_north),
            (self.seller_south, self.seller_north),
            (self.all_leads, self.seller_north),
            (self.leader, self.seller_south),
        ):
            with self.subTest(by=by.login), self.assertRaises(AccessError):
                self.override(1, user=user, by=by)
        for by, team in (
            (self.seller_north, self.team_north),
            (self.leader, self.team_south),
            (self.all_leads, self.team_north),
        ):
            with self.subTest(by=by.login), self.assertRaises(AccessError):
                self.override(1, by=by, team_id=team.id)

    def test_leading_nothing_is_no_right_over_who_has_no_team(self):
        loner = self.new_user("f_loner", "sales_team.group_sale_salesman")
        self.new_lead(user_id=loner.id, team_id=False)
        with self.assertRaises(AccessError):
            self.override(1, user=loner, by=self.leader)
        self.assertTrue(self.override(1, user=loner))

    def test_without_forecast_group_nothing(self):
        outsider = self.new_user("f_internal", "base.group_user")
        with self.assertRaises(AccessError):
            self.call(1, user=outsider)
        with self.assertRaises(AccessError):
            self.override(1, by=outsider)
        with self.assertRaises(AccessError):
            self.Calls.with_user(outsider).calls_page()
        with self.assertRaises(AccessError):
            self.Calls.with_user(outsider).calls_open(self.march.id)

    def test_another_company_is_refused(self):
        other = self.new_company("Forecast LA", "USD", "America/Los_Angeles")
        self.env.user.company_ids = [Command.link(other.id)]
        period = (
            self.Period.with_context(allowed_company_ids=other.ids)
            ._ensure("2040-03-07", other)
            .filtered(lambda found: found.kind == "month")
        )
        for user in (self.seller_north, self.manager):
            with self.assertRaises(AccessError):
                self.call(1, user=user, period=period)
        self.march = period
        with self.assertRaises(AccessError):
            self.override(1)
        with self.assertRaises(AccessError):
            self.override(1, by=self.env.ref("base.user_root"))
        with self.assertRaises(AccessError):
            self.Calls.with_user(self.manager).calls_page(other.id)
        with self.assertRaises(AccessError):
            self.Calls.with_user(self.manager).calls_open(period.id)

    def test_somebody_who_sells_for_another_company(self):
        other = self.new_company("Forecast LA", "USD", "America/Los_Angeles")
        stranger = self.new_user("f_stranger", "sales_team.group_sale_salesman", other)
        team = self.env["crm.team"].create({"name": "West", "company_id": other.id})
        with self.assertRaisesRegex(UserError, "no such salesperson"):
            self.override(1, user=stranger)
        with self.assertRaisesRegex(UserError, "no such salesperson"):
            self.override(1, team_id=team.id)

    def test_who_reads_what(self):
        north = self.call(1)
        south = self.call(2, user=self.seller_south)
        team = self.override(3, team_id=self.team_north.id)
        about_north = self.override(4)
        rows = north + south + team + about_north
        for user, expected in (
            (self.seller_north, north + about_north),
            (self.seller_south, south),
            (self.leader, north + team + about_north),
            (self.all_leads, rows),
            (self.manager, rows),
        ):
            found = self.Submission.with_user(user).search([("id", "in", rows.ids)])
            with self.subTest(user.login):
                self.assertEqual(set(found.ids), set(expected.ids))
        portal = self.new_user("f_portal", "base.group_portal")
        self.assertFalse(self.Submission.with_user(portal).has_access("read"))

    def test_other_companies_rows_are_not_read(self):
        self.call(1)
        other = self.new_company("Forecast LA", "USD", "America/Los_Angeles")
        boss = self.new_user("f_boss", "sales_team.group_sale_manager", other)
        rows = self.Submission.with_user(boss)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([("period_id", "=", self.march.id)]))

    def test_the_leader_sees_the_lines_of_the_team(self):
        own = self.new_lead("North")
        self.new_lead("South", user_id=self.seller_south.id, team_id=self.team_south.id)
        self.Run._compute(self.march)
        for model in ("crm.forecast.report", "crm.forecast.line"):
            rows = self.env[model].with_user(self.leader)
            found = rows.search([("period_id", "=", self.march.id)])
            self.assertEqual(found.sudo().lead_id, own, model)
