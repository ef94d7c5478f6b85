from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestSnapshot(ForecastCase):
    def test_remembers_the_state_of_the_day(self):
        lead = self.new_lead()
        self.Snapshot._take()
        row = self.snapshots(lead)
        self.assertEqual(str(row.date), "2040-03-07")
        self.assertEqual(row.lead_id, lead)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(row.user_id, self.seller_north)
        self.assertEqual(row.team_id, self.team_north)
        self.assertEqual(row.stage_id, self.stage_new)
        self.assertEqual(row.lead_type, "opportunity")
        self.assertEqual(row.probability, 40)
        self.assertEqual(row.automated_probability, lead.automated_probability)
        self.assertEqual(row.expected_revenue, 100000)
        self.assertEqual(str(row.date_deadline), "2040-03-20")
        self.assertEqual(row.won_status, "pending")
        self.assertEqual(row.category, "pipeline")
        self.assertTrue(row.lead_active)
        self.assertFalse(row.date_closed)

    def test_second_call_of_the_day_writes_nothing(self):
        self.new_lead()
        self.Snapshot._take()
        self.assertEqual(self.Snapshot._take(), 0)
        self.assertEqual(self.Snapshot._take(), 0)

    def test_only_changed_leads_get_a_row(self):
        same, changed = self.new_lead("Same"), self.new_lead("Changed")
        self.Snapshot._take()
        with self.at("2040-03-08"):
            self.assertEqual(self.Snapshot._take(), 0)
        with self.at("2040-03-09"):
            changed.expected_revenue = 120000
            self.assertEqual(self.Snapshot._take(), 1)
        self.assertEqual(len(self.snapshots(same)), 1)
        self.assertEqual(
            [(str(row.date), row.expected_revenue) for row in self.snapshots(changed)],
            [("2040-03-07", 100000), ("2040-03-09", 120000)],
        )

    def test_every_remembered_value_counts_as_a_change(self):
        lead = self.new_lead()
        self.Snapshot._take()
        changes = [
            {"user_id": self.seller_south.id, "team_id": self.team_north.id},
            {"team_id": self.team_south.id},
            {"stage_id": self.stage_offer.id},
            {"probability": 41},
            {"expected_revenue": 1},
            {"date_deadline": False},
            {"forecast_category": "commit"},
            {"active": False},
        ]
        for day, values in enumerate(changes, start=8):
            with self.at(f"2040-03-{day:02}"):
                lead.write(values)
                self.assertEqual(self.Snapshot._take(), 1, values)

    def test_the_row_of_a_day_is_final(self):
        lead = self.new_lead()
        self.Snapshot._take()
        lead.expected_revenue = 1
        self.assertEqual(self.Snapshot._take(), 0)
        self.assertEqual(self.snapshots(lead).expected_revenue, 100000)
        with self.at("2040-03-08"):
            self.assertEqual(self.Snapshot._take(), 1)
        self.assertEqual(self.snapshots(lead)[-1].expected_revenue, 1)

    def test_as_of_reads_the_latest_row_up_to_the_day(self):
        lead = self.new_lead()
        for day, amount in (("07", 100), ("09", 200), ("12", 300)):
            with self.at(f"2040-03-{day}"):
                lead.expected_revenue = amount
                self.Snapshot._take()
        known = {
            day: self.as_of(f"2040-03-{day}").get(lead.id, {}).get("expected_revenue")
            for day in ("06", "07", "08", "09", "11", "12", "31")
        }
        self.assertEqual(
            known,
            {
                "06": None,
                "07": 100,
                "08": 100,
                "09": 200,
                "11": 200,
                "12": 300,
                "31": 300,
            },
        )

    def test_as_of_does_not_look_ahead(self):
        lead = self.new_lead()
        self.Snapshot._take()
        before = self.as_of("2040-03-07")
        with self.at("2040-03-10"):
            lead.write({"expected_revenue": 5, "stage_id": self.stage_won.id})
            self.new_lead("Later")
            self.Snapshot._take()
        self.assertEqual(self.as_of("2040-03-07"), before)

    def test_closed_leads(self):
        """The row that says "closed" is written once; later days are silent."""
        won, lost = self.new_lead("Won"), self.new_lead("Lost")
        self.Snapshot._take()
        with self.at("2040-03-08"):
            won.action_set_won()
            lost.action_set_lost()
            self.Snapshot._take()
        with self.at("2040-03-09"):
            self.assertEqual(self.Snapshot._take(), 0)
        self.assertEqual(self.snapshots(won)[-1].won_status, "won")
        self.assertEqual(str(self.snapshots(won)[-1].date_closed), "2040-03-08")
        self.assertEqual(self.snapshots(lost)[-1].won_status, "lost")
        self.assertFalse(self.snapshots(lost)[-1].lead_active)

    def test_lead_lost_before_the_first_snapshot_is_left_out(self):
        with self.at("2040-03-01"):
            old = self.new_lead("Old")
            old.action_set_lost()
        self.new_lead("Open")
        self.Snapshot._take()
        self.assertFalse(self.snapshots(old))

    def test_lead_created_and_lost_between_two_snapshots_is_remembered(self):
        self.new_lead("Open")
        self.Snapshot._take()
        with self.at("2040-03-08"):
            brief = self.new_lead("Brief")
            brief.action_set_lost()
        with self.at("2040-03-10"):
            self.Snapshot._take()
        self.assertEqual(self.snapshots(brief).won_status, "lost")

    def test_deleted_lead_ends_with_an_inactive_row(self):
        lead = self.new_lead()
        key = lead.id
        self.Snapshot._take()
        lead.unlink()
        self.assertEqual(self.Snapshot._take(), 0, "the row of the day is final")
        with self.at("2040-03-08"):
            self.assertEqual(self.Snapshot._take(), 1)
        with self.at("2040-03-09"):
            self.assertEqual(self.Snapshot._take(), 0)
        rows = self.Snapshot.search([("lead_key", "=", key)], order="date")
        self.assertEqual(rows.mapped("lead_active"), [True, False])
        self.assertEqual(rows.mapped("expected_revenue"), [100000, 100000])
        self.assertFalse(rows.lead_id)

    def win(self, name, day="2040-03-07", **values):
        with self.at(day):
            lead = self.new_lead(name, **values)
            lead.action_set_won()
            self.Snapshot._take()
        return lead

    def won_as_of(self, day):
        """Won amount of March as it was known at the end of a day."""
        return self.Run._compute(self.period(), day).amount_won

    def test_a_deleted_win_is_won_no_more(self):
        kept, deleted = self.win("Kept"), self.win("Deleted")
        with self.at("2040-03-09"):
            deleted.unlink()
            self.assertEqual(self.Snapshot._take(), 1)
            self.assertEqual(self.won_as_of("2040-03-08"), 200_000)
            self.assertEqual(self.won_as_of("2040-03-09"), 100_000)
        with self.at("2040-03-10"):
            self.assertEqual(self.Snapshot._take(), 0)
        self.assertEqual(self.snapshots(kept).won_status, "won")

    def test_merged_wins_count_once(self):
        one, other = self.win("Same", user_id=False), self.win("Same", user_id=False)
        with self.at("2040-03-09"):
            (one + other).merge_opportunity(auto_unlink=True)
            left = (one + other).exists()
            self.assertEqual(len(left), 1)
            self.Snapshot._take()
            amount = sum(left.filtered("active").mapped("expected_revenue"))
            won = amount if left.won_status == "won" else 0
            self.assertEqual(self.won_as_of("2040-03-09"), won)

    def test_an_archived_win_that_is_deleted_is_won_no_more(self):
        lead = self.win("Archived")
        key = lead.id
        with self.at("2040-03-08"):
            lead.action_archive()
            self.Snapshot._take()
            self.assertEqual(self.won_as_of("2040-03-08"), 100_000)
        with self.at("2040-03-09"):
            lead.unlink()
            self.assertEqual(self.Snapshot._take(), 1)
            self.assertEqual(self.won_as_of("2040-03-09"), 0)
        with self.at("2040-03-10"):
            self.assertEqual(self.Snapshot._take(), 0)
        rows = self.Snapshot.search([("lead_key", "=", key)], order="date")
        self.assertEqual(rows.mapped("won_status"), ["won", "won", "pending"])

    def test_archiving_a_win_does_not_move_it(self):
        lead = self.win("Old win", "2040-02-10")
        closed = lead.date_closed
        other = self.win("Later win", "2040-02-20")
        with self.at("2040-03-08"):
            (lead + other + self.new_lead("Open")).action_archive()
            self.assertEqual(lead.date_closed, closed)
            self.assertEqual(str(other.date_closed)[:10], "2040-02-20")
            self.Snapshot._take()
            february = self.period(date="2040-02-10")
            self.assertEqual(self.Run._compute(february).amount_won, 200_000)
            self.assertEqual(self.Run._compute(self.period()).amount_won, 0)
        self.assertEqual(str(self.snapshots(lead)[-1].date_closed), "2040-02-10")

    def test_a_win_that_is_lost_is_closed_today(self):
        lead = self.win("Taken back", "2040-02-10")
        written = self.win("Taken back by import", "2040-02-10")
        with self.at("2040-03-08"):
            lead.action_set_lost(stage_id=self.stage_new.id)
            written.write(
                {"active": False, "probability": 0, "stage_id": self.stage_new.id}
            )
        for lost in lead + written:
            self.assertEqual(lost.won_status, "lost")
            self.assertEqual(str(lost.date_closed)[:10], "2040-03-08")

    def test_the_day_is_a_calendar_date_in_taipei(self):
        with self.at("2040-03-07 15:59:59"):
            first = self.new_lead("Before midnight")
            self.Snapshot._take()
        with self.at("2040-03-07 16:00:00"):
            second = self.new_lead("After midnight")
            self.Snapshot._take()
        self.assertEqual(str(self.snapshots(first).date), "2040-03-07")
        self.assertEqual(str(self.snapshots(second).date), "2040-03-08")

    def test_closing_date_is_a_calendar_date_in_taipei(self):
        lead = self.new_lead()
        with self.at("2040-03-31 16:30:00"):
            lead.action_set_won()
            self.Snapshot._take()
        self.assertEqual(str(self.snapshots(lead).date_closed), "2040-04-01")

    def test_past_day_can_be_seeded_in_order(self):
        lead = self.new_lead()
        self.Snapshot._take("2040-02-01")
        lead.expected_revenue = 200000
        self.Snapshot._take("2040-02-15")
        self.Snapshot._take("2040-02-15")
        self.assertEqual(
            [str(row.date) for row in self.snapshots(lead)],
            ["2040-02-01", "2040-02-15"],
        )

    def test_history_cannot_be_written_backwards(self):
        self.new_lead()
        self.Snapshot._take()
        with self.assertRaisesRegex(UserError, "2040-03-06.*2040-03-07"):
            self.Snapshot._take("2040-03-06")

    def test_history_cannot_be_written_ahead(self):
        with self.assertRaisesRegex(UserError, "2040-03-08.*still to come"):
            self.Snapshot._take("2040-03-08")

    def test_unconverted_leads_are_remembered_as_leads(self):
        lead = self.new_lead(type="lead")
        self.Snapshot._take()
        self.assertEqual(self.snapshots(lead).lead_type, "lead")
