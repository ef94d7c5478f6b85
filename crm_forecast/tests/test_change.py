from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ForecastCase

START = "2040-03-07"
END = "2040-03-14"


@tagged("post_install", "-at_install")
class TestChange(ForecastCase):
    """From the snapshot of 7 March to the leads of 14 March, period: March 2040."""

    def setUp(self):
        super().setUp()
        self.march = self.period()
        self.Change = self.env["crm.forecast.change"]

    def later(self):
        """Remember 7 March, then go on a week later."""
        self.Snapshot._take()
        now = self.at(END)
        now.__enter__()
        self.addCleanup(now.__exit__, None, None, None)

    def changes(self, user=None, **options):
        change = self.Change.with_user(user) if user else self.Change
        return change._changes(self.march, START, END, **options)

    def parts(self, user=None, **options):
        """{part: (amount, count)} of the parts that occur."""
        changes = self.changes(user, **options)
        start, end = changes.pop("start"), changes.pop("end")
        self.assertAlmostEqual(
            sum(part["amount"] for part in changes.values()),
            end["amount"] - start["amount"],
            places=6,
        )
        return {
            name: (part["amount"], part["count"])
            for name, part in changes.items()
            if part["count"]
        }

    def test_nothing_changed(self):
        self.new_lead()
        self.later()
        self.assertEqual(self.parts(), {})
        changes = self.changes()
        self.assertEqual(changes["start"], {"amount": 40000, "count": 1})
        self.assertEqual(changes["end"], {"amount": 40000, "count": 1})
        self.assertEqual(list(changes)[0], "start")
        self.assertEqual(list(changes)[-1], "end")

    def test_new(self):
        self.new_lead("as before")
        self.later()
        self.new_lead()
        self.new_lead(type="lead")
        self.assertEqual(self.parts(), {"new": (40000, 1)})

    def test_converted_lead_is_new(self):
        lead = self.new_lead(type="lead")
        self.later()
        lead.type = "opportunity"
        self.assertEqual(self.parts(), {"new": (40000, 1)})

    def test_won_is_the_difference_to_what_was_counted(self):
        lead = self.new_lead()
        self.later()
        lead.action_set_won()
        self.assertEqual(self.parts(), {"won": (60000, 1)})
        self.assertEqual(
            self.parts(measure="amount_open"),
            {"won": (-100000, 1)},
            "of the open amount, all of it is gone",
        )

    def test_opened_and_won(self):
        self.new_lead("as before", expected_revenue=0)
        self.later()
        self.new_lead().action_set_won()
        self.assertEqual(self.parts(), {"won": (100000, 1)})
        self.assertEqual(self.parts(measure="amount_open"), {})

    def test_won_after_the_period_has_slipped_out(self):
        lead = self.new_lead()
        self.Snapshot._take()
        with self.at("2040-04-02"):
            lead.action_set_won()
            changes = self.Change._changes(self.march, START, "2040-04-02")
        self.assertEqual(changes["slipped_out"], {"amount": -40000, "count": 1})
        self.assertEqual(changes["end"]["amount"], 0)

    def test_overdue_lead_slips_out_when_the_period_ends(self):
        self.new_lead()
        self.Snapshot._take()
        with self.at("2040-04-01"):
            changes = self.Change._changes(self.march, START, "2040-04-01")
        self.assertEqual(changes["slipped_out"], {"amount": -40000, "count": 1})

    def test_lost_archived_deleted(self):
        lost, archived, deleted = (self.new_lead(name) for name in "abc")
        self.later()
        lost.action_set_lost()
        archived.action_archive()
        deleted.unlink()
        self.assertEqual(self.parts(), {"lost": (-40000, 1), "archived": (-80000, 2)})

    def test_merged_leads(self):
        head, tail = self.new_lead("a"), self.new_lead("b", probability=10)
        self.later()
        (head + tail).merge_opportunity()
        self.assertEqual(self.parts()["archived"][1], 1)

    def test_reopened(self):
        lost, won = self.new_lead("a"), self.new_lead("b")
        lost.action_set_lost()
        won.action_set_won()
        self.assertEqual(self.Snapshot._take(), 2)
        self.later()
        lost.action_restore()
        lost.probability = 40
        won.write({"stage_id": self.stage_new.id, "probability": 40})
        self.assertEqual(self.parts(), {"reopened": (40000 - 60000, 2)})

    def test_slipped(self):
        out, undated, into = (
            self.new_lead("a"),
            self.new_lead("b"),
            self.new_lead("c", date_deadline="2040-04-10"),
        )
        self.later()
        out.date_deadline = "2040-05-01"
        undated.date_deadline = False
        into.date_deadline = "2040-03-31"
        self.assertEqual(
            self.parts(), {"slipped_out": (-80000, 2), "slipped_in": (40000, 1)}
        )

    def test_amount_and_probability(self):
        grown, shrunk, more, less = (self.new_lead(name) for name in "abcd")
        self.later()
        grown.expected_revenue = 150000
        shrunk.expected_revenue = 70000
        more.probability = 50
        less.probability = 10
        self.assertEqual(
            self.parts(),
            {
                "grown": (20000, 1),
                "shrunk": (-12000, 1),
                "more_likely": (10000, 1),
                "less_likely": (-30000, 1),
            },
        )
        self.assertEqual(
            self.parts(measure="amount_open"),
            {"grown": (50000, 1), "shrunk": (-30000, 1)},
        )

    def test_both_at_once_are_told_apart(self):
        lead = self.new_lead()
        self.later()
        lead.write({"expected_revenue": 200000, "probability": 20})
        self.assertEqual(
            self.parts(), {"grown": (40000, 1), "less_likely": (-40000, 1)}
        )
        self.assertEqual(self.changes()["end"]["amount"], 40000)

    def test_amount_changed_after_winning(self):
        lead = self.new_lead()
        lead.action_set_won()
        self.later()
        lead.expected_revenue = 120000
        self.assertEqual(self.parts(), {"grown": (20000, 1)})

    def test_omitted_and_taken_back(self):
        """Whatever the category is called on the screen: it is in no forecast."""
        omitted, back = self.new_lead("a"), self.new_lead("b")
        self.set_category(back, "omitted")
        self.later()
        self.set_category(omitted, "omitted")
        self.set_category(back, "best")
        self.assertEqual(self.parts(), {"category": (0, 2)})
        self.assertEqual(self.changes()["end"], {"amount": 40000, "count": 1})

    def set_category(self, lead, category):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET forecast_category = %s WHERE id = %s",
            [category, lead.id],
        )
        lead.invalidate_recordset()

    def test_category_as_a_filter(self):
        lead, other = self.new_lead("a"), self.new_lead("b")
        other.forecast_category = "commit"
        self.later()
        lead.forecast_category = "commit"
        domain = [("category", "=", "commit")]
        self.assertEqual(self.parts(domain=domain), {"category": (40000, 1)})
        self.assertEqual(self.parts(), {})

    def test_reassigned_only_where_filtered(self):
        lead = self.new_lead()
        self.later()
        lead.write({"team_id": self.team_south.id, "user_id": self.seller_south.id})
        self.assertEqual(self.parts(), {})
        self.assertEqual(
            self.parts(domain=[("team_id", "=", self.team_north.id)]),
            {"reassigned": (-40000, 1)},
        )
        self.assertEqual(
            self.parts(domain=[("user_id", "=", self.seller_south.id)]),
            {"reassigned": (40000, 1)},
        )

    def test_owner_explains_more_than_what_the_new_owner_did(self):
        lead = self.new_lead()
        self.later()
        lead.user_id = self.seller_south
        lead.action_set_lost()
        self.assertEqual(
            self.parts(domain=[("user_id", "=", self.seller_north.id)]),
            {"reassigned": (-40000, 1)},
        )
        self.assertEqual(self.parts(), {"lost": (-40000, 1)})

    def test_company_change(self):
        other = self.new_company("Forecast Kaohsiung", "TWD", "Asia/Taipei")
        self.env.user.company_ids = [Command.link(other.id)]
        self.env = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": (self.company + other).ids,
            }
        )
        self.Change = self.env["crm.forecast.change"]
        away, here = self.new_lead("a"), self.new_lead("b")
        elsewhere = {"team_id": False, "user_id": False, "company_id": other.id}
        here.write(elsewhere)
        self.later()
        away.write(elsewhere)
        here.write({"company_id": self.company.id, "expected_revenue": 50000})
        self.assertEqual(self.parts(), {"company": (-20000, 2)})

    def test_two_past_days_read_the_snapshots_alone(self):
        lead = self.new_lead()
        self.later()
        lead.expected_revenue = 110000
        self.Snapshot._take()
        with self.at("2040-03-20"):
            lead.action_set_lost()
            self.assertEqual(self.parts(), {"grown": (4000, 1)})

    def test_ends_are_the_forecast_of_those_days(self):
        self.new_lead("a")
        self.new_lead("b", probability=33.33, expected_revenue=999)
        won = self.new_lead("c")
        self.later()
        won.action_set_won()
        self.new_lead("d", date_deadline="2040-02-01")
        changes = self.changes()
        self.assertEqual(
            changes["start"]["amount"],
            self.Run._compute(self.march, START).amount_total,
        )
        self.assertEqual(changes["end"]["amount"], self.march.amount_total)

    # -- who sees what -------------------------------------------------------------
    def test_salesperson_sees_own_and_unassigned(self):
        self.new_lead("own")
        self.new_lead("unassigned", user_id=False)
        self.new_lead("foreign", user_id=self.seller_south.id)
        self.later()
        for user, count in (
            (self.seller_north, 2),
            (self.seller_south, 2),
            (self.all_leads, 3),
            (self.manager, 3),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.changes(user)["start"]["count"], count)

    def test_who_hands_over_sees_what_it_was(self):
        lead = self.new_lead()
        self.later()
        lead.write({"user_id": self.seller_south.id, "expected_revenue": 7})
        self.assertEqual(self.parts(self.seller_north), {"reassigned": (-40000, 1)})
        row = self.fill("reassigned", self.seller_north)
        self.assertEqual(row.expected_revenue_before, 100000)
        self.assertFalse(row.expected_revenue_after)
        self.assertFalse(row.user_id_after)
        row = self.fill(
            "reassigned",
            self.manager,
            domain=[("user_id", "=", self.seller_north.id)],
        )
        self.assertEqual(row.user_id_after, self.seller_south)
        self.assertEqual(row.expected_revenue_after, 7)

    def test_other_users_rows_cannot_be_read(self):
        self.new_lead()
        self.later()
        row = self.fill("start", self.manager)
        with self.assertRaises(AccessError):
            row.with_user(self.all_leads).read(["effect"])

    def test_period_of_another_company(self):
        other = self.new_company("Forecast Kaohsiung", "TWD", "Asia/Taipei")
        self.env.user.company_ids = [Command.link(other.id)]
        foreign = self.Period.create(
            {
                "name": "March",
                "company_id": other.id,
                "date_from": "2040-03-01",
                "date_to": "2040-03-31",
            }
        )
        with self.assertRaises(AccessError):
            self.Change.with_user(self.manager)._changes(foreign, START, START)

    # -- rows ------------------------------------------------------------------------
    def fill(self, part, user=None, **options):
        change = self.Change.with_user(user) if user else self.Change
        return change._fill(part, self.march, START, END, **options)

    def test_rows_show_before_and_after(self):
        lead = self.new_lead()
        self.later()
        lead.write({"date_deadline": "2040-04-03", "stage_id": self.stage_offer.id})
        lead.probability = 60
        row = self.fill("slipped_out")
        self.assertEqual(row.lead_id, lead)
        self.assertEqual((row.value_before, row.value_after), (40000, 0))
        self.assertEqual(row.effect, -40000)
        self.assertEqual(str(row.date_before), "2040-03-20")
        self.assertEqual(str(row.date_after), "2040-04-03")
        self.assertEqual((row.probability_before, row.probability_after), (40, 60))
        self.assertEqual(row.stage_id_after, self.stage_offer)
        self.assertEqual(row.category_after, "best")
        self.assertEqual(row.status_after, "open")
        self.assertEqual(row.part, "slipped_out")
        self.assertEqual(row.action_open_lead()["res_id"], lead.id)

    def test_every_part_has_as_many_rows_as_it_counts(self):
        grown, won = self.new_lead("a"), self.new_lead("b")
        self.later()
        grown.write({"expected_revenue": 200000, "probability": 20})
        won.action_set_won()
        self.new_lead("c")
        for part, found in self.changes().items():
            rows = self.fill(part)
            self.assertEqual(len(rows), found["count"], part)
            self.assertEqual(sum(rows.mapped("effect")), found["amount"], part)

    def test_row_of_a_deleted_lead(self):
        lead = self.new_lead()
        self.later()
        lead.unlink()
        row = self.fill("archived")
        self.assertFalse(row.lead_id)
        self.assertEqual(row.expected_revenue_before, 100000)
        with self.assertRaisesRegex(UserError, "deleted"):
            row.action_open_lead()

    # -- bad input -------------------------------------------------------------------
    def test_days_are_checked(self):
        self.new_lead()
        self.later()
        for days, message in (
            (("2040-03-15", "2040-03-14"), "later than"),
            (("2040-03-14", "2040-03-15"), "still to come"),
            (("2040-03-06", "2040-03-14"), "begins on 03/07/2040"),
            ((False, "2040-03-14"), "Choose both days"),
        ):
            with self.subTest(days), self.assertRaisesRegex(UserError, message):
                self.Change._changes(self.march, *days)

    def test_unknown_names_are_refused(self):
        with self.assertRaises(UserError):
            self.Change._changes(self.march, START, START, measure="id")
        with self.assertRaises(UserError):
            self.Change._fill("unknown", self.march, START, START)
        with self.assertRaises(ValueError):
            self.Change._changes(
                self.march, START, START, domain=[("stage_id", "=", 1)]
            )
