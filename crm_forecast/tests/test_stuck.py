from datetime import timedelta

from odoo.tests import Form, tagged

from ..models.crm_funnel_engine import MIN_STAYS
from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestStuck(ForecastCase):
    """Stays are written as the log would: created, then moved on after some days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Pace = cls.env["crm.stage.pace"]
        cls.Lead = cls.env["crm.lead"]

    def past_stays(self, days, stage=None, **values):
        """Leads that were in `stage` for so many days each, ending before today."""
        stage = stage or self.stage_new
        values = {
            "company_id": self.company.id,
            "team_id": self.team_north.id,
            "user_id": self.seller_north.id,
            "status": "open",
            **values,
        }
        columns = ", ".join(values)
        places = ", ".join(["%s"] * len(values))
        for number, length in enumerate(days, start=1):
            leave = self.env.cr.now() - timedelta(days=number)
            self.env.cr.execute(
                f"""INSERT INTO crm_stage_log (lead_key, stage_id, enter, leave,
                       seconds, is_backfilled, {columns})
                    VALUES (0, %s, %s, %s, %s, FALSE, {places})""",
                [
                    stage.id,
                    leave - timedelta(days=length),
                    leave,
                    length * 86400,
                    *values.values(),
                ],
            )
        self.Pace._refresh()

    def pace(self, team=None, stage=None):
        return self.Pace.search(
            [
                ("company_id", "=", self.company.id),
                ("team_id", "=", team.id if team else False),
                ("stage_id", "=", (stage or self.stage_new).id),
            ]
        )

    def stuck(self, lead):
        """(is_stuck, stuck_reason) as it is now, and the search agrees."""
        lead.invalidate_recordset(["is_stuck", "stuck_reason"])
        base = [("id", "in", lead.ids)]
        for wanted in (True, False):
            for operator, value in (("=", wanted), ("!=", not wanted)):
                found = self.Lead.with_context(active_test=False).search(
                    [*base, ("is_stuck", operator, value)]
                )
                self.assertEqual(
                    found, lead if lead.is_stuck == wanted else found - found
                )
        return lead.is_stuck, lead.stuck_reason

    def test_pace_of_team_and_company(self):
        self.past_stays(range(1, 21))
        self.past_stays([100], team_id=self.team_south.id)
        self.past_stays([200], team_id=None)
        north, south, company = (
            self.pace(self.team_north),
            self.pace(self.team_south),
            self.pace(),
        )
        self.assertEqual(
            (north.stays, north.median_days, north.p90_days), (20, 10.5, 18)
        )
        self.assertEqual((south.stays, south.p90_days), (1, 100))
        self.assertEqual((company.stays, company.p90_days), (22, 20))

    def test_pace_leaves_out_other_statuses_and_old_stays(self):
        self.past_stays([5], status="lost")
        self.past_stays([5], status="won")
        self.assertFalse(self.pace())
        self.past_stays([5])
        self.assertEqual(self.pace().stays, 1)
        with self.at("2042-04-01"):
            self.Pace._refresh()
        self.assertFalse(self.pace(), "a row without stays is deleted")

    def test_pace_again_is_the_same_row(self):
        self.past_stays([5])
        row = self.pace()
        self.past_stays([7])
        self.assertEqual(self.pace(), row)
        self.assertEqual((row.stays, row.median_days), (2, 6))

    def test_nightly_job_refreshes(self):
        lead = self.new_lead()
        with self.at("2040-03-10"):
            lead.stage_id = self.stage_offer
            self.Run._daily()
        self.assertEqual(self.pace().median_days, 3)

    def test_longer_than_nine_of_ten_of_the_team(self):
        self.past_stays([14] * 18 + [30] * 2)
        lead = self.new_lead()
        with self.at("2040-03-21"):
            self.assertEqual(self.stuck(lead), (False, False))
        with self.at("2040-03-22"):
            self.assertEqual(
                self.stuck(lead),
                (
                    True,
                    "15 days in F New; 9 of 10 stays of the team ended within 14",
                ),
            )
            lead.stage_id = self.stage_offer
            self.assertEqual(self.stuck(lead), (False, False))

    def test_too_few_of_the_team_falls_back_to_the_company(self):
        self.past_stays([2] * (MIN_STAYS - 1))
        lead = self.new_lead()
        with self.at("2041-01-01"):
            self.assertEqual(self.stuck(lead), (False, False), "not judged")
        self.past_stays([3], team_id=self.team_south.id)
        with self.at("2040-03-12"):
            self.assertEqual(
                self.stuck(lead),
                (True, "5 days in F New; 9 of 10 stays of the company ended within 2"),
            )

    def test_another_company_does_not_count(self):
        other = self.new_company("Forecast Osaka", "JPY", "Asia/Tokyo")
        self.past_stays([2] * MIN_STAYS, company_id=other.id, team_id=None)
        lead = self.new_lead()
        with self.at("2040-06-01"):
            self.assertFalse(self.stuck(lead)[0])

    def test_too_few_anywhere_falls_back_to_the_days_to_rot(self):
        self.stage_new.rotting_threshold_days = 6
        lead = self.new_lead()
        with self.at("2040-03-12"):
            self.assertFalse(self.stuck(lead)[0])
        with self.at("2040-03-13"):
            self.assertEqual(
                self.stuck(lead), (True, "6 days in F New; the stage allows 6")
            )
            self.stage_new.rotting_threshold_days = 0
            self.assertEqual(self.stuck(lead), (False, False))

    def test_closed_archived_and_leads_are_never_stuck(self):
        self.past_stays([2] * MIN_STAYS)
        won, lost, archived, plain = (self.new_lead(name) for name in "abcd")
        won.action_set_won()
        lost.action_set_lost()
        archived.active = False
        plain.type = "lead"
        running = self.new_lead("e")
        with self.at("2040-05-01"):
            for lead in (won, lost, archived, plain):
                self.assertFalse(self.stuck(lead)[0], lead.name)
            self.assertTrue(self.stuck(running)[0])

    def test_reopened_lead_starts_again(self):
        self.past_stays([2] * MIN_STAYS)
        lead = self.new_lead()
        with self.at("2040-03-20"):
            lead.action_set_lost()
            lead.action_restore()
            self.assertFalse(self.stuck(lead)[0])
        with self.at("2040-03-23"):
            self.assertTrue(self.stuck(lead)[0])

    def test_lead_without_company_is_judged_by_that_of_its_team(self):
        self.past_stays([2] * MIN_STAYS)
        lead = self.new_lead()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET company_id = NULL WHERE id = %s", [lead.id]
        )
        self.env.invalidate_all()
        self.env["crm.stage.log"]._sync()
        with self.at("2040-03-20"):
            self.assertTrue(self.stuck(lead)[0])

    def test_new_record_is_not_stuck(self):
        self.assertFalse(self.Lead.new({"name": "Draft"}).is_stuck)
        self.assertFalse(Form(self.Lead).is_stuck)

    def test_salesperson_reads_it(self):
        self.past_stays([2] * MIN_STAYS)
        lead = self.new_lead()
        with self.at("2040-03-20"):
            found = self.Lead.with_user(self.seller_north).search(
                [("is_stuck", "=", True)]
            )
            self.assertEqual(found, lead)
            self.assertIn("13 days", found.stuck_reason)
            self.assertFalse(
                self.Lead.with_user(self.seller_south).search([("is_stuck", "=", True)])
            )

    def test_pace_of_foreign_teams_is_not_shown(self):
        self.past_stays([2])
        self.past_stays([2], team_id=self.team_south.id)
        self.team_north.member_ids = self.seller_north
        rows = self.Pace.with_user(self.seller_north).search([])
        self.assertEqual(rows.team_id, self.team_north)
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(self.Pace.with_user(self.all_leads).search([])), 3)

    def test_one_query_for_any_number_of_leads(self):
        self.past_stays([2] * MIN_STAYS)
        counts = []
        for number in (2, 50):
            leads = self.Lead.create(
                [self.lead_values(f"Deal {index}") for index in range(number)]
            )
            with self.at("2040-05-01"):
                leads.mapped("stage_id.name")
                self.env.flush_all()
                leads.invalidate_recordset(["is_stuck", "stuck_reason"])
                before = self.env.cr.sql_log_count
                self.assertTrue(all(lead.is_stuck for lead in leads))
                self.assertTrue(all(lead.stuck_reason for lead in leads))
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts, [1, 1])
