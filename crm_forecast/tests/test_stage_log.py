from odoo.fields import Command
from odoo.tests import tagged

from ..models.crm_lead import LOG_LATER
from .common import ForecastCase

DAY = 86400


@tagged("post_install", "-at_install")
class TestStageLog(ForecastCase):
    def test_create_begins_a_stay(self):
        lead = self.new_lead()
        log = self.StageLog.search([("lead_key", "=", lead.id)])
        self.assertEqual(log.lead_id, lead)
        self.assertEqual(log.stage_id, self.stage_new)
        self.assertEqual(log.status, "open")
        self.assertEqual(log.enter, self.env.cr.now())
        self.assertEqual(log.user_id, self.seller_north)
        self.assertEqual(log.team_id, self.team_north)
        self.assertEqual(log.company_id, self.company)
        self.assertEqual(log.amount, 100000)
        self.assertFalse(log.leave or log.seconds or log.is_backfilled)

    def test_lead_knows_since_when_it_is_in_its_stage(self):
        lead = self.new_lead()
        for day, change in (
            ("2040-03-08", lambda: lead.write({"stage_id": self.stage_offer.id})),
            ("2040-03-09", lead.action_set_lost),
            ("2040-03-10", lead.action_restore),
            ("2040-03-11", lead.action_set_won),
        ):
            before = lead.forecast_stage_since
            with self.at(day):
                change()
                self.assertEqual(lead.forecast_stage_since, self.env.cr.now())
                lead.expected_revenue += 1
                self.assertNotEqual(lead.forecast_stage_since, before)
        running = self.StageLog.search(
            [("lead_key", "=", lead.id), ("leave", "=", False)]
        )
        self.assertEqual(lead.forecast_stage_since, running.enter)
        self.assertFalse(lead.copy().forecast_stage_since == running.enter)

    def test_the_night_finds_what_was_written_by_sql(self):
        lead = self.new_lead()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET forecast_company_id = NULL, stage_id = %s,"
            " forecast_stage_since = NULL WHERE id = %s",
            [self.stage_offer.id, lead.id],
        )
        self.env.invalidate_all()
        with self.at("2040-03-10"):
            self.StageLog._sync()
            self.assertEqual(lead.forecast_company_id, self.company)
            self.assertEqual(lead.forecast_stage_since, self.env.cr.now())

    def test_stage_change_ends_a_stay_and_begins_the_next(self):
        lead = self.new_lead()
        with self.at("2040-03-09"):
            lead.write({"stage_id": self.stage_offer.id, "expected_revenue": 250000})
        self.assertEqual(
            self.stays(lead), [("F New", "open", 2 * DAY), ("F Offer", "open", None)]
        )
        logs = self.StageLog.search([("lead_key", "=", lead.id)], order="enter")
        self.assertEqual(logs[0].leave, logs[1].enter)
        self.assertEqual(logs.mapped("amount"), [100000, 250000])

    def test_same_stage_again_is_no_change(self):
        lead = self.new_lead()
        with self.at("2040-03-09"):
            lead.stage_id = self.stage_new
            lead.write({"probability": 55})
        self.assertEqual(self.stays(lead), [("F New", "open", None)])

    def test_won_and_reopened(self):
        lead = self.new_lead()
        with self.at("2040-03-08"):
            lead.stage_id = self.stage_won
        with self.at("2040-03-10"):
            lead.write({"stage_id": self.stage_offer.id, "probability": 30})
        self.assertEqual(
            self.stays(lead),
            [
                ("F New", "open", DAY),
                ("F Won", "won", 2 * DAY),
                ("F Offer", "open", None),
            ],
        )

    def test_won_button(self):
        lead = self.new_lead()
        with self.at("2040-03-08"):
            lead.action_set_won()
        self.assertEqual(self.stays(lead)[0], ("F New", "open", DAY))
        self.assertEqual(self.stays(lead)[1][1:], ("won", None))

    def test_lost_and_restored_are_one_step_each(self):
        lead = self.new_lead()
        with self.at("2040-03-08"):
            lead.action_set_lost()
        with self.at("2040-03-11"):
            lead.action_restore()
        self.assertEqual(
            self.stays(lead),
            [
                ("F New", "open", DAY),
                ("F New", "lost", 3 * DAY),
                ("F New", "open", None),
            ],
        )

    def test_lost_then_won_by_button_is_one_step(self):
        lead = self.new_lead()
        lead.action_set_lost()
        with self.at("2040-03-08"):
            lead.action_set_won()
        statuses = [status for _stage, status, _seconds in self.stays(lead)]
        self.assertEqual(statuses, ["open", "lost", "won"])

    def test_lost_wizard(self):
        lead = self.new_lead()
        wizard = self.env["crm.lead.lost"].create({"lead_ids": [Command.set(lead.ids)]})
        with self.at("2040-03-08"):
            wizard.action_lost_reason_apply()
        self.assertEqual(
            self.stays(lead), [("F New", "open", DAY), ("F New", "lost", None)]
        )

    def test_archived_time_is_not_open_time(self):
        lead = self.new_lead()
        with self.at("2040-03-08"):
            lead.action_archive()
        with self.at("2040-03-12"):
            lead.action_unarchive()
        self.assertEqual(
            self.stays(lead),
            [
                ("F New", "open", DAY),
                ("F New", "archived", 4 * DAY),
                ("F New", "open", None),
            ],
        )

    def test_stage_moved_by_recompute_of_the_team(self):
        """A stage of one team only: changing the team moves the lead elsewhere."""
        own = self.env["crm.stage"].create(
            {"name": "F North only", "team_ids": [Command.set(self.team_north.ids)]}
        )
        lead = self.new_lead(stage_id=own.id)
        with self.at("2040-03-08"):
            lead.team_id = self.team_south
        self.assertNotEqual(lead.stage_id, own)
        self.assertEqual(
            self.stays(lead),
            [("F North only", "open", DAY), (lead.stage_id.name, "open", None)],
        )

    def test_stage_moved_by_a_new_owner_of_another_team(self):
        own = self.env["crm.stage"].create(
            {"name": "F North only", "team_ids": [Command.set(self.team_north.ids)]}
        )
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_south.id, "user_id": self.seller_south.id}
        )
        lead = self.new_lead(stage_id=own.id)
        with self.at("2040-03-08"):
            lead.user_id = self.seller_south
            self.assertEqual(lead.team_id, self.team_south)
            self.assertNotEqual(lead.stage_id, own)
        self.assertEqual(
            self.stays(lead),
            [("F North only", "open", DAY), (lead.stage_id.name, "open", None)],
        )

    def test_stage_turned_into_a_won_stage(self):
        lead = self.new_lead(stage_id=self.stage_offer.id)
        with self.at("2040-03-08"):
            self.stage_offer.is_won = True
        with self.at("2040-03-09"):
            self.stage_offer.is_won = False
        statuses = [status for _stage, status, _seconds in self.stays(lead)]
        self.assertEqual(statuses, ["open", "won", "open"])

    def test_batch(self):
        leads = self.env["crm.lead"].create(
            [self.lead_values(f"Batch {number}") for number in range(20)]
        )
        with self.at("2040-03-08"):
            leads[:10].stage_id = self.stage_offer
        for lead in leads[:10]:
            self.assertEqual(
                self.stays(lead), [("F New", "open", DAY), ("F Offer", "open", None)]
            )
        for lead in leads[10:]:
            self.assertEqual(self.stays(lead), [("F New", "open", None)])

    def test_merge_ends_the_stays_of_the_leads_that_go(self):
        leads = self.new_lead("One") + self.new_lead("Two")
        keys = leads.ids
        leads.merge_opportunity()
        running = self.StageLog.search(
            [("lead_key", "in", keys), ("leave", "=", False)]
        )
        self.assertEqual(len(running), 1)
        self.assertEqual(running.lead_id, leads.exists())

    def test_salesperson_logs_without_rights_on_the_log(self):
        lead = self.new_lead()
        with self.at("2040-03-08"):
            lead.with_user(self.seller_north).stage_id = self.stage_offer
        self.assertEqual(len(self.stays(lead)), 2)

    def test_context_from_outside_cannot_silence_the_log(self):
        lead = self.new_lead()
        for value in (True, repr(LOG_LATER), "LOG_LATER"):
            forged = lead.with_context(crm_forecast_log=value)
            stage = (
                self.stage_new
                if lead.stage_id == self.stage_offer
                else self.stage_offer
            )
            before = len(self.stays(lead))
            forged.stage_id = stage
            self.assertEqual(len(self.stays(lead)), before + 1)

    def test_nightly_sync_catches_changes_made_by_sql(self):
        lead = self.new_lead()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_id = %s WHERE id = %s",
            [self.stage_offer.id, lead.id],
        )
        self.env.invalidate_all()
        with self.at("2040-03-08"):
            self.StageLog._sync()
        self.assertEqual(
            self.stays(lead), [("F New", "open", DAY), ("F Offer", "open", None)]
        )

    def test_dwell_report(self):
        lead = self.new_lead()
        with self.at("2040-03-09 02:00:00"):
            lead.stage_id = self.stage_offer
        with self.at("2040-03-12 14:00:00"):
            rows = self.env["crm.stage.report"].search(
                [("lead_id", "=", lead.id)], order="enter"
            )
            self.assertEqual(rows.mapped("dwell_days"), [2.0, 3.5])
            self.assertEqual(rows.mapped("is_running"), [False, True])
            average = self.env["crm.stage.report"]._read_group(
                [("lead_id", "=", lead.id)], ["team_id"], ["dwell_days:avg"]
            )
            self.assertEqual(average, [(self.team_north, 2.75)])

    def test_dwell_time_is_readable(self):
        lead = self.new_lead()
        with self.at("2040-03-07 05:20:00"):
            self.assertEqual(lead.stage_log_ids.duration, "3 h 20 min")
            self.env.invalidate_all()
        with self.at("2040-03-19"):
            self.assertEqual(lead.stage_log_ids.duration, "12 days")
