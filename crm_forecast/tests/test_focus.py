from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestFocus(ForecastCase):
    """Seen on 7 March 2040, 24 days before the end of the month."""

    def setUp(self):
        super().setUp()
        self.march = self.period()
        self.Focus = self.env["crm.forecast.focus"]

    def rows(self, *domain, user=None):
        self.Focus.invalidate_model()
        focus = self.Focus.with_user(user) if user else self.Focus
        return focus.search(
            [
                ("company_id", "=", self.company.id),
                ("period_kind", "=", "month"),
                *domain,
            ]
        )

    def test_what_can_close_in_the_period(self):
        due, overdue = (
            self.new_lead("due"),
            self.new_lead("overdue", date_deadline="2040-01-05"),
        )
        self.new_lead("later", date_deadline="2040-04-01")
        self.new_lead("undated", date_deadline=False)
        self.new_lead("won").action_set_won()
        self.new_lead("lost").action_set_lost()
        self.assertEqual(self.rows().lead_id, due + overdue)
        quarter = self.Focus.search(
            [("lead_id", "=", due.id), ("period_kind", "=", "quarter")]
        )
        self.assertEqual(quarter.period_id.name, "2040 Q1")

    def test_ordered_by_what_is_at_stake(self):
        small = self.new_lead("a", expected_revenue=90000, probability=90)
        large = self.new_lead("b", expected_revenue=500000, probability=30)
        negative = self.new_lead("c", expected_revenue=-100)
        rows = self.rows()
        self.assertEqual(list(rows.lead_id), [large, small, negative])
        self.assertEqual(rows.mapped("value_at_stake"), [150000, 81000, -40])

    def test_the_learned_rate_of_the_stage_counts(self):
        lead = self.new_lead(probability=90)
        self.assertEqual(self.rows().chance, 90)
        self.assertFalse(self.rows().is_learned)
        self.learn(lead, 0.25, "2040-03-05")
        self.learn(lead, 0.20, "2040-03-06")
        row = self.rows()
        self.assertEqual((row.chance, row.value_at_stake), (20, 20000))
        self.assertTrue(row.is_learned)
        other = self.new_lead("b", stage_id=self.stage_offer.id, probability=50)
        row = self.rows(("lead_id", "=", other.id))
        self.assertEqual(row.chance, 50, "nothing is learned of that stage")

    def learn(self, lead, rate, date):
        """A learned forecast of that day, as the engine saves it."""
        self.env.cr.execute(
            """
            WITH run AS (
                INSERT INTO crm_forecast_run (
                    period_id, company_id, date, method, computed_at)
                VALUES (%(period)s, %(company)s, %(date)s, 'learned', now())
                RETURNING id)
            INSERT INTO crm_forecast_line (
                run_id, lead_key, lead_id, period_id, company_id, stage_id, status,
                stage_rate)
            SELECT id, %(lead)s, %(lead)s, %(period)s, %(company)s, %(stage)s, 'open',
                   %(rate)s
              FROM run""",
            {
                "period": self.march.id,
                "company": self.company.id,
                "date": date,
                "lead": lead.id,
                "stage": lead.stage_id.id,
                "rate": rate,
            },
        )
        self.env.invalidate_all()

    def test_reasons(self):
        today = self.new_lead("a", date_deadline="2040-03-07")
        soon = self.new_lead("b", date_deadline="2040-03-10")
        passed = self.new_lead("c", date_deadline="2040-03-01")
        self.activity(soon, "2040-03-06")
        self.activity(passed, "2040-03-09")
        self.assertEqual(self.reason(today), "Due today · No next activity")
        self.assertEqual(
            self.reason(soon), "Due in 3 days · Activity of 03/06/2040 is overdue"
        )
        self.assertEqual(
            self.reason(passed), "Expected closing of 03/01/2040 has passed"
        )

    def reason(self, lead):
        return self.rows(("lead_id", "=", lead.id)).reason

    def activity(self, lead, date):
        return lead.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=date,
            user_id=self.seller_north.id,
        )

    def test_the_largest_tenth_is_big(self):
        for number in range(10):
            self.new_lead(f"small {number}", expected_revenue=1000)
        large = self.new_lead("large", expected_revenue=9000)
        self.assertEqual(self.rows(("is_big", "=", True)).lead_id, large)
        self.assertIn("One of the largest", self.reason(large))

    def test_a_single_opportunity_is_not_big(self):
        self.new_lead()
        self.assertFalse(self.rows().is_big)

    def test_activities_and_days_in_stage(self):
        with self.at("2040-03-01"):
            lead = self.new_lead()
        self.assertEqual(self.rows().days_in_stage, 6)
        self.assertTrue(self.rows().has_no_activity)
        self.activity(lead, "2040-03-12")
        self.activity(lead, "2040-03-09")
        self.assertEqual(str(self.rows().next_activity_date), "2040-03-09")
        self.assertFalse(self.rows(("has_no_activity", "=", True)))
        self.assertFalse(self.rows().last_activity_date)
        lead.activity_ids[0].action_feedback(feedback="called")
        self.assertTrue(self.rows().last_activity_date)

    def test_horizon(self):
        near = self.new_lead("a", date_deadline="2040-03-14")
        self.new_lead("b", date_deadline="2040-03-15")
        row = self.rows(("days_due", "<=", 7))
        self.assertEqual(row.lead_id, near)
        self.assertEqual((row.days_due, row.days_left), (7, 24))

    def test_mine_and_my_team(self):
        own = self.new_lead("own")
        foreign = self.new_lead(
            "foreign", team_id=self.team_south.id, user_id=self.seller_south.id
        )
        self.team_south.member_ids = [(4, self.all_leads.id)]
        self.assertEqual(self.rows(user=self.seller_north).lead_id, own)
        self.assertEqual(self.rows(user=self.all_leads).lead_id, own + foreign)
        mine = self.rows(
            ("team_id.member_ids", "in", self.all_leads.ids), user=self.all_leads
        )
        self.assertEqual(mine.lead_id, foreign)

    def test_menu_opens_the_usual_period(self):
        self.company.forecast_period_kind = "quarter"
        action = self.Focus.with_user(self.seller_north).action_open()
        self.assertEqual(
            action["context"], {"search_default_quarter": 1, "search_default_mine": 1}
        )
        action = self.Focus.with_user(self.all_leads).action_open()
        self.assertEqual(action["context"], {"search_default_quarter": 1})

    def test_quick_actions(self):
        lead = self.new_lead()
        row = self.rows(user=self.seller_north)
        action = row.action_schedule_activity()
        wizard = (
            self.env["mail.activity.schedule"]
            .with_user(self.seller_north)
            .with_context(**action["context"])
            .create({"summary": "Call"})
        )
        wizard.action_schedule_activities()
        self.assertEqual(lead.activity_ids.summary, "Call")
        action = row.action_set_date()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        self.assertEqual(row.action_open_lead()["res_id"], lead.id)
        view = self.env["crm.lead"].get_view(action["views"][0][0], "form")
        self.assertIn("date_deadline", view["arch"])

    def test_same_queries_for_few_and_many(self):
        counts = []
        for number in (2, 80):
            self.env["crm.lead"].create(
                [self.lead_values(f"Deal {n}") for n in range(number)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.rows().mapped("reason")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
