from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools import accuracy
from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestOptimism(ForecastCase):
    """North states 80 % and wins one in four; south states 50 % and wins one in two."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Optimism = cls.env["crm.forecast.optimism"]

    def setUp(self):
        super().setUp()
        self.live(self.seller_north, 80, wins=5, losses=15)
        self.live(self.seller_south, 50, wins=5, losses=5)

    def live(self, user, stated, wins, losses, opened="2039-11-01", **values):
        with self.at(opened):
            leads = self.env["crm.lead"].create(
                [
                    self.lead_values(
                        f"{user.login} {number}",
                        user_id=user.id,
                        probability=stated,
                        **values,
                    )
                    for number in range(wins + losses)
                ]
            )
            self.Snapshot._take()
        with self.at("2040-01-20"):
            for lead in leads[:wins]:
                lead.action_set_won()
            if losses:
                leads[wins:].action_set_lost()
            self.Snapshot._take()
        return leads

    def refresh(self):
        self.Optimism._refresh(self.company)
        rows = self.Optimism.search([("company_id", "=", self.company.id)])
        return {row.user_id: row for row in rows}

    def test_stated_against_won(self):
        rows = self.refresh()
        self.assertEqual(set(rows), {self.seller_north, self.seller_south})
        north, south = rows[self.seller_north], rows[self.seller_south]
        self.assertEqual((north.deals, north.wins), (20, 5))
        self.assertAlmostEqual(north.stated, 0.8)
        self.assertAlmostEqual(north.won_share, 0.25)
        gap, error = accuracy.optimism([(0.8, n < 5) for n in range(20)])
        self.assertAlmostEqual(north.gap, gap)
        self.assertLess(gap, 2.48, "shrunk: logit 0.8 - logit 0.25 is 2.48")
        self.assertGreater(gap, 1.5)
        self.assertAlmostEqual(north.credibility, 1 - error**2)
        self.assertTrue(north.is_clear)
        self.assertIn("Tends to state 80% where 25% are won", north.sentence)
        self.assertIn("20 opportunities", north.sentence)
        self.assertFalse(south.is_clear)
        self.assertAlmostEqual(south.gap, 0)
        self.assertIn("no clear difference", south.sentence)

    def test_one_deal_is_no_reading(self):
        third = self.new_user("f_third", "sales_team.group_sale_salesman")
        self.live(third, 80, wins=0, losses=1)
        row = self.refresh()[third]
        self.assertEqual(row.deals, 1)
        self.assertFalse(row.is_clear)
        self.assertLess(row.credibility, 0.3)

    def test_what_was_stated_before_the_end_counts(self):
        """Not the probability of the last days, which follows the outcome."""
        third = self.new_user("f_third", "sales_team.group_sale_salesman")
        with self.at("2039-11-01"):
            leads = self.env["crm.lead"].create(
                [self.lead_values(user_id=third.id, probability=10) for _n in range(4)]
            )
            self.Snapshot._take()
        with self.at("2039-12-15"):
            leads.probability = 70
            self.Snapshot._take()
        with self.at("2040-01-18"):
            leads.probability = 5
            self.Snapshot._take()
        with self.at("2040-01-20"):
            leads.action_set_lost()
            self.Snapshot._take()
        self.assertAlmostEqual(self.refresh()[third].stated, 0.7)

    def test_a_short_deal_counts_with_its_first_probability(self):
        third = self.new_user("f_third", "sales_team.group_sale_salesman")
        self.live(third, 60, wins=1, losses=0, opened="2040-01-10")
        self.assertAlmostEqual(self.refresh()[third].stated, 0.6)

    def test_it_is_whose_statement_it_was(self):
        third = self.new_user("f_third", "sales_team.group_sale_salesman")
        leads = self.live(third, 60, wins=0, losses=2)
        with self.at("2040-01-25"):
            leads.with_context(active_test=False).user_id = self.seller_south
            self.Snapshot._take()
        rows = self.refresh()
        self.assertEqual(rows[third].deals, 2)
        self.assertEqual(rows[self.seller_south].deals, 10)

    def test_what_does_not_count(self):
        third = self.new_user("f_third", "sales_team.group_sale_salesman")
        self.live(third, 60, wins=1, losses=1, forecast_category="omitted")
        self.live(third, 60, wins=0, losses=1, type="lead")
        self.new_lead(user_id=third.id)
        self.Snapshot._take()
        self.assertNotIn(third, self.refresh())

    def test_only_the_last_two_years(self):
        with self.at("2042-01-19"):
            self.assertTrue(self.refresh())
        with self.at("2042-01-20"):
            self.assertFalse(self.refresh())

    def test_made_anew_without_doubles(self):
        self.refresh()
        self.assertEqual(len(self.refresh()), 2)
        self.assertEqual(
            self.refresh()[self.seller_north].date.isoformat(), "2040-03-07"
        )

    def test_the_nightly_job_makes_it(self):
        self.Run._daily()
        self.assertTrue(self.Optimism.search([("user_id", "=", self.seller_north.id)]))

    def test_who_may_see_it(self):
        self.refresh()
        self.team_north.user_id = leader = self.new_user(
            "f_leader", "sales_team.group_sale_salesman"
        )
        both = self.seller_north + self.seller_south
        for user, expected in (
            (self.seller_north, self.seller_north),
            (self.seller_south, self.seller_south),
            (leader, both.browse()),
            (self.all_leads, both),
            (self.manager, both),
        ):
            rows = self.Optimism.with_user(user).search(
                [("company_id", "=", self.company.id)]
            )
            with self.subTest(user.login):
                self.assertEqual(set(rows.user_id.ids), set(expected.ids))

    def test_the_grid_shows_a_clear_one_to_those(self):
        self.refresh()
        self.team_north.user_id = leader = self.new_user(
            "f_leader", "sales_team.group_sale_salesman"
        )
        self.env["crm.team.member"].create(
            [
                {"crm_team_id": self.team_north.id, "user_id": user.id}
                for user in (self.seller_north, self.seller_south)
            ]
        )
        self.period()

        def hints(user):
            page = self.env["crm.forecast.calls"].with_user(user).calls_page()
            return {
                row["user_id"]: row["hint"]
                for group in page["groups"]
                for row in group["rows"]
            }

        for user in (self.seller_north, self.manager, self.all_leads):
            self.assertIn("Tends to state", hints(user)[self.seller_north.id])
        self.assertEqual(hints(self.manager)[self.seller_south.id], "")
        self.assertEqual(hints(leader)[self.seller_north.id], "")

    def test_nobody_writes_it_by_hand(self):
        row = self.refresh()[self.seller_north]
        with self.assertRaises(UserError):
            row.sudo().write({"gap": 0})

    def test_companies_are_apart(self):
        other = self.new_company("Forecast LA", "USD", "America/Los_Angeles")
        self.env.user.company_ids = [Command.link(other.id)]
        boss = self.new_user("f_boss", "sales_team.group_sale_manager", other)
        self.Optimism._refresh(self.company + other)
        rows = self.Optimism.with_user(boss)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([]))
