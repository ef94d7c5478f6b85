from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_dashboard import DashboardCase


@tagged("post_install", "-at_install")
class TestImprovementNote(DashboardCase):
    def setUp(self):
        super().setUp()
        self.march = self.period()
        self.undated = self.new_lead("Undated", date_deadline=False)
        self.new_lead("Undated too", date_deadline=False)

    def note(self, user=None, **values):
        return self.as_user(user or self.manager, "crm.improvement.note").create(
            {
                "name": "Ask for the dates",
                "metric": "undated_count",
                "company_id": self.company.id,
                "date_follow_up": "2040-03-21",
                **values,
            }
        )

    def test_before_is_measured_by_the_server(self):
        note = self.note(value_before=77, is_before_known=True, value_after=1)
        self.assertEqual(note.value_before, 2)
        self.assertEqual(note.before_shown, "2")
        self.assertEqual(str(note.date_before), "2040-03-07")
        self.assertEqual(note.period_id, self.march)
        self.assertFalse(note.after_shown)
        self.assertFalse(note.result)
        self.assertEqual(note.scope_name, self.company.name)

    def test_follow_up(self):
        note = self.note()
        [activity] = note.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(str(activity.date_deadline), "2040-03-21")
        with self.at("2040-03-20"):
            self.Note._measure_due()
        self.assertEqual(note.state, "open")
        self.undated.date_deadline = "2040-03-30"
        with self.at("2040-03-21"):
            self.Note._measure_due()
        self.assertEqual(note.state, "measured")
        self.assertEqual((note.value_before, note.value_after), (2, 1))
        self.assertEqual(note.result, "better")
        self.assertIn("Better", note.message_ids[0].body)
        self.assertEqual(str(note.date_after), "2040-03-21")

    def test_result_by_the_direction_of_the_metric(self):
        less = self.note()
        more = self.note(metric="won")
        same = self.note(metric="stuck_count")
        self.new_lead("One more", date_deadline=False)
        self.new_lead("Won", expected_revenue=5).action_set_won()
        for note in less + more + same:
            note.action_measure()
        self.assertEqual(less.result, "worse")
        self.assertEqual(more.result, "better")
        self.assertRegex(more.after_shown, r"^NT\$\s5$")
        self.assertEqual(same.result, "same")

    def test_unknown_values_have_no_result(self):
        note = self.note(metric="forecast_error")
        self.assertFalse(note.is_before_known)
        self.assertEqual(note.before_shown, "")
        note.action_measure()
        self.assertFalse(note.result)
        self.assertIn("not known", note.message_ids[0].body)

    def test_measured_in_the_period_of_the_follow_up(self):
        note = self.note(metric="won", date_follow_up="2040-04-10")
        self.new_lead("Won in March", expected_revenue=5).action_set_won()
        with self.at("2040-04-10"):
            self.new_lead("Won in April", expected_revenue=7).action_set_won()
            self.Note._measure_due()
        self.assertEqual(note.value_after, 7)
        self.assertEqual(note.period_after_id.name, "2040/04")

    def test_scopes(self):
        self.new_lead(
            "South",
            date_deadline=False,
            user_id=self.seller_south.id,
            team_id=self.team_south.id,
            stage_id=self.stage_offer.id,
        )
        values = {
            "team": self.note(team_id=self.team_north.id).value_before,
            "rep": self.note(user_id=self.seller_south.id).value_before,
            "stage": self.note(stage_id=self.stage_offer.id).value_before,
            "all": self.note().value_before,
        }
        self.assertEqual(values, {"team": 2, "rep": 1, "stage": 1, "all": 3})
        # saved forecasts are not kept by stage
        learned = self.note(metric="learned", stage_id=self.stage_offer.id)
        self.assertFalse(learned.is_before_known)

    def test_subject_and_figures_stay(self):
        note = self.note()
        for values in (
            {"metric": "won"},
            {"team_id": self.team_north.id},
            {"value_before": 5},
            {"value_after": 5},
            {"is_after_known": True},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                note.write(values)
            forged = note.with_context(crm_improvement_measuring=True)
            with self.subTest(values), self.assertRaises(UserError):
                forged.write(values)
        note.write({"name": "Other words", "metric": "undated_count"})
        self.assertEqual(note.name, "Other words")

    def test_changed_follow_up_moves_the_activity(self):
        note = self.note()
        note.write(
            {"date_follow_up": "2040-03-28", "responsible_id": self.all_leads.id}
        )
        [activity] = note.activity_ids
        self.assertEqual(str(activity.date_deadline), "2040-03-28")
        self.assertEqual(activity.user_id, self.all_leads)

    def test_dropped_notes_are_not_measured(self):
        note = self.note()
        note.action_drop()
        with self.at("2040-03-30"):
            self.Note._measure_due()
        self.assertFalse(note.date_after)
        note.action_reopen()
        self.assertEqual(note.state, "open")

    def test_form(self):
        notes = self.as_user(self.manager, "crm.improvement.note").with_context(
            default_metric="undated_count", default_company_id=self.company.id
        )
        with Form(notes) as form:
            form.name = "Ask"
        self.assertEqual(form.record.value_before, 2)
        self.assertEqual(form.record.responsible_id, self.manager)

    def test_no_such_figure(self):
        with self.assertRaises(UserError):
            self.note(metric="nonsense")
        # nothing tells which direction of it is better
        with self.assertRaises(UserError):
            self.note(metric="due")

    def test_salesperson_records_own_figures_only(self):
        own = self.note(self.seller_north, user_id=self.seller_north.id)
        self.assertEqual(own.value_before, 2)
        for values in (
            {"user_id": self.seller_south.id},
            {"team_id": self.team_north.id},
            {},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.note(self.seller_north, **values)

    def test_who_sees_a_note(self):
        about = self.note(user_id=self.seller_north.id)
        given = self.note(responsible_id=self.seller_north.id)
        others = self.note(user_id=self.seller_south.id)
        notes = about + given + others
        seen = self.as_user(self.seller_north, "crm.improvement.note").search([])
        self.assertEqual(seen & notes, about + given)
        for user in (self.all_leads, self.manager):
            seen = self.as_user(user, "crm.improvement.note").search([])
            self.assertEqual(seen & notes, notes)
        # who is responsible measures again what somebody else recorded
        given.with_user(self.seller_north).action_measure()
        self.assertEqual(given.state, "measured")
        with self.assertRaises(AccessError):
            others.with_user(self.seller_north).action_measure()
        with self.assertRaises(AccessError):
            given.with_user(self.seller_north).unlink()

    def test_other_companies_do_not_see_it(self):
        note = self.note()
        other = self.new_company("F Other", "USD", "America/Los_Angeles")
        boss = self.new_user("f_boss", "sales_team.group_sale_manager", other)
        notes = self.env["crm.improvement.note"].with_user(boss)
        notes = notes.with_context(allowed_company_ids=other.ids)
        self.assertFalse(notes.search([("id", "=", note.id)]))
        with self.assertRaises(AccessError):
            notes.create(
                {
                    "name": "Foreign",
                    "metric": "won",
                    "company_id": self.company.id,
                }
            )
