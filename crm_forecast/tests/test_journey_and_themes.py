from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestJourneyAndThemes(ForecastCase):
    def test_phase_by_position(self):
        Stage = self.env["crm.stage"]
        Stage.search([]).journey_phase = "buy"
        stages = Stage.search([("is_won", "=", False)])
        stages.journey_phase = False
        self.stage_won.journey_phase = False
        Stage._set_journey_phases()
        self.assertEqual(stages[0].journey_phase, "aware")
        self.assertEqual(stages[-1].journey_phase, "buy")
        self.assertEqual(
            stages.mapped("journey_phase"),
            sorted(stages.mapped("journey_phase"), key="aware search buy".index),
        )
        self.assertEqual(self.stage_won.journey_phase, "use")

    def test_chosen_phase_is_kept(self):
        self.stage_new.journey_phase = "use"
        self.env["crm.stage"]._set_journey_phases()
        self.assertEqual(self.stage_new.journey_phase, "use")

    def test_installation_set_them(self):
        self.assertEqual(self.env.ref("crm.stage_lead1").journey_phase, "aware")
        self.assertEqual(self.env.ref("crm.stage_lead4").journey_phase, "use")
        self.assertEqual(self.env.ref("crm.lost_reason_1").theme, "price")
        self.assertEqual(self.env.ref("crm.lost_reason_2").theme, "other")

    def test_phase_is_a_group_of_the_funnel(self):
        self.stage_new.journey_phase = "search"
        self.new_lead()
        rows = self.env["crm.funnel.report"]._read_group(
            [("company_id", "=", self.company.id)], ["journey_phase"], ["entries:sum"]
        )
        self.assertEqual(rows, [("search", 1)])

    def test_lost_by_theme_stage_and_team(self):
        reason = self.env["crm.lost.reason"].create({"name": "Dear", "theme": "price"})
        lost, silent = self.new_lead("Lost"), self.new_lead("Silent")
        self.new_lead("Open")
        self.new_lead("Archived").active = False
        lost.stage_id = self.stage_offer
        lost.action_set_lost(lost_reason_id=reason.id)
        silent.action_set_lost()
        rows = self.env["crm.lost.report"]._read_group(
            [("company_id", "=", self.company.id)],
            ["theme", "stage_id", "team_id"],
            ["amount:sum", "__count"],
        )
        self.assertEqual(
            {row[0]: row[1:] for row in rows},
            {
                "price": (self.stage_offer, self.team_north, 100000, 1),
                False: (self.stage_new, self.team_north, 100000, 1),
            },
        )

    def test_new_reasons_are_other(self):
        reason = self.env["crm.lost.reason"].create({"name": "Hm"})
        self.assertEqual(reason.theme, "other")

    def test_lost_report_is_own_and_unassigned(self):
        for name, user in (("A", self.seller_north), ("B", self.seller_south)):
            self.new_lead(name, user_id=user.id).action_set_lost()
        self.new_lead("C", user_id=False).action_set_lost()
        Report = self.env["crm.lost.report"]
        names = Report.with_user(self.seller_north).search([]).mapped("lead_id.name")
        self.assertEqual(sorted(names), ["A", "C"])
        self.assertEqual(len(Report.with_user(self.all_leads).search([])), 3)
