from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_dashboard import DashboardCase


@tagged("post_install", "-at_install")
class TestImprovementVerdict(DashboardCase):
    """What a note is measured with, and what it is compared with."""

    def setUp(self):
        super().setUp()
        self.period()
        self.team = self.env["crm.team"].create(
            {"name": "F Verdict", "company_id": self.company.id}
        )

    def note(self, metric="won", **values):
        return self.as_user(self.manager, "crm.improvement.note").create(
            {
                "name": "Call more",
                "metric": metric,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "date_follow_up": "2040-03-21",
                **values,
            }
        )

    def win(self, day, amount):
        with self.at(day):
            lead = self.new_lead(
                "Won", team_id=self.team.id, expected_revenue=amount, date_deadline=day
            )
            lead.action_set_won()
            self.env.flush_all()

    # -- figures that grow within a period -------------------------------------
    def test_growing_figure_of_the_next_period(self):
        """900 at the end of March and 300 in early April is no decline."""
        self.win("2040-03-07", 200)
        self.win("2040-03-20", 700)
        with self.at("2040-03-28"):
            note = self.note(date_follow_up="2040-04-10")
        self.assertEqual(note.value_before, 900)
        self.win("2040-04-05", 300)
        with self.at("2040-04-10"):
            self.Note._measure_due()
        self.assertEqual((note.value_after, note.value_compared), (300, 200))
        self.assertEqual(note.result, "better")
        self.assertIn("up to the same day", note.compared_shown)
        self.assertIn("up to the same day. Better", note.message_ids[0].body)

    def test_growing_figure_of_the_same_period(self):
        """It is larger than two weeks ago in any case; February was better."""
        self.win("2040-02-10", 5000)
        note = self.note()
        self.win("2040-03-10", 900)
        with self.at("2040-03-21"):
            self.Note._measure_due()
        self.assertEqual((note.value_before, note.value_after), (0, 900))
        self.assertEqual(note.value_compared, 5000)
        self.assertEqual(note.result, "worse")

    def test_growing_figure_without_a_period_before(self):
        """Nobody knows what was weighted in February up to the same day."""
        note = self.note("weighted")
        self.win("2040-03-10", 900)
        with self.at("2040-03-21"):
            self.Note._measure_due()
        self.assertEqual(note.state, "measured")
        self.assertEqual(note.value_after, 900)
        self.assertFalse(note.is_compared_known)
        self.assertFalse(note.result)
        self.assertIn("No verdict", note.compared_shown)
        self.assertIn("No verdict", note.message_ids[0].body)

    def test_other_figures_are_compared_with_the_recorded_value(self):
        lead = self.new_lead("Undated", team_id=self.team.id, date_deadline=False)
        note = self.note("undated_count")
        lead.date_deadline = "2040-03-30"
        note.action_measure()
        self.assertEqual(note.result, "better")
        self.assertFalse(note.is_compared_known or note.compared_shown)

    def test_late_job_measures_the_period_of_the_follow_up(self):
        note = self.note(date_follow_up="2040-03-31")
        self.win("2040-03-10", 900)
        with self.at("2040-03-31 16:30:00"):  # 1 April 00:30 in Taipei
            self.Note._measure_due()
        self.assertEqual(note.value_after, 900)
        self.assertEqual(note.period_after_id.name, "2040/03")
        self.assertEqual(str(note.date_after), "2040-04-01")

    # -- what cannot be entered ------------------------------------------------
    def test_defaults_of_the_context_are_no_measurements(self):
        notes = self.as_user(self.manager, "crm.improvement.note").with_context(
            default_state="measured",
            default_value_after=99,
            default_is_after_known=True,
            default_value_compared=1,
            default_is_compared_known=True,
            default_date_after="2040-03-01",
            default_result="better",
        )
        note = notes.create(
            {
                "name": "Forged",
                "metric": "won",
                "company_id": self.company.id,
                "state": "measured",
                "result": "better",
            }
        )
        self.assertEqual(note.state, "open")
        self.assertEqual((note.value_after, note.value_compared), (0, 0))
        self.assertFalse(note.is_after_known or note.is_compared_known)
        self.assertFalse(note.date_after or note.result or note.after_shown)

    def test_nobody_declares_a_note_measured(self):
        note = self.note()
        for values in ({"state": "measured"}, {"result": "better"}):
            with self.subTest(values), self.assertRaises(UserError):
                note.write(values)
        note.action_measure()
        self.assertEqual(note.state, "measured")
        # saving the form again says the same once more
        note.write({"name": "Other words", "state": "measured"})
        note.action_reopen()
        with self.assertRaises(UserError):
            note.write({"state": "measured"})

    def test_cards_are_not_dragged_between_states(self):
        view = self.env["crm.improvement.note"].get_view(view_type="kanban")
        self.assertIn('records_draggable="0"', view["arch"])

    # -- notes that cannot be measured -----------------------------------------
    def test_metric_of_a_removed_module_does_not_stop_the_others(self):
        bad, good = self.note(), self.note("undated_count")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_improvement_note SET metric = 'gone' WHERE id = %s", [bad.id]
        )
        self.env.invalidate_all()
        for day in ("2040-03-21", "2040-03-22"):
            with self.at(day):
                self.Note._measure_due()
        self.assertEqual((bad.state, good.state), ("open", "measured"))
        said = [
            message for message in bad.message_ids if "Not measured" in message.body
        ]
        self.assertEqual(len(said), 1, "said once")
        self.assertIn("There is no such figure: gone.", said[0].body)
        with self.assertRaises(UserError):
            bad.action_measure()

    # -- how it is written -----------------------------------------------------
    def test_figures_follow_the_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        registry = self.env["crm.forecast.metric"]
        self.assertEqual(registry._text(0.1234, "ratio"), "12.3%")
        self.assertEqual(registry._text(0.1234, "ratio", digits=0), "12%")
        french = registry.with_context(lang="fr_FR")
        self.assertEqual(french._text(0.1234, "ratio"), "12,3%")
