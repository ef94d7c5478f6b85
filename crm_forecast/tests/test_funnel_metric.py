from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestFunnelMetric(ForecastCase):
    """The figures of the funnel, measured like all others: in a period and a scope."""

    def setUp(self):
        super().setUp()
        self.march = self.period()
        with self.at("2040-02-05"):
            before = self.new_lead("Before")
        with self.at("2040-02-06"):
            before.stage_id = self.stage_offer
        on, lost, south = (
            self.new_lead(name, team_id=team.id)
            for name, team in (
                ("On", self.team_north),
                ("Lost", self.team_north),
                ("South", self.team_south),
            )
        )
        with self.at("2040-03-09"):
            on.stage_id = self.stage_offer
            lost.action_set_lost()
        with self.at("2040-03-11"):
            south.stage_id = self.stage_offer

    def measured(self, name, **ids):
        scopes = self.env["crm.forecast.scope"]
        with self.at("2040-03-12"):
            scope = scopes._at(self.company, "month", stage_id=self.stage_new.id, **ids)
            return self.env["crm.forecast.metric"]._measure_both(
                f"funnel_{name}", scope
            )

    def test_now_and_in_the_period_before(self):
        self.assertEqual(self.measured("entries"), (3, 1))
        self.assertEqual(self.measured("conversion"), (2 / 3, 1))
        self.assertEqual(self.measured("leakage"), (1 / 3, 0))
        self.assertEqual(self.measured("dwell_median"), (2, 1))

    def test_of_a_team(self):
        north, south = ({"team_id": t.id} for t in (self.team_north, self.team_south))
        self.assertEqual(self.measured("conversion", **north), (0.5, 1))
        self.assertEqual(self.measured("conversion", **south), (1, None))
        self.assertEqual(self.measured("entries", **south), (1, 0))
        self.assertEqual(self.measured("dwell_p90", **south), (4, None))

    def test_same_as_on_the_page(self):
        with self.at("2040-03-12"):
            page = self.env["crm.funnel.page"].funnel_page(
                {"company_id": self.company.id, "days": 30}
            )
        [row] = [row for row in page["rows"] if row["stage_id"] == self.stage_new.id]
        for column in page["columns"]:
            if column["name"] == "stuck":
                continue
            now, _before = self.measured(column["name"])
            cell = row["cells"][column["name"]]
            self.assertEqual(now, None if cell is False else cell, column["name"])

    def test_an_improvement_note_about_it(self):
        codes = dict(self.env["crm.improvement.note"]._selection_metric())
        self.assertEqual(codes["funnel_conversion"], "Conversion")
        self.assertNotIn("funnel_entries", codes)
        with self.at("2040-03-12"):
            note = self.env["crm.improvement.note"].create(
                {
                    "name": "Call at once",
                    "metric": "funnel_conversion",
                    "company_id": self.company.id,
                    "stage_id": self.stage_new.id,
                }
            )
        self.assertAlmostEqual(note.value_before, 0.6667)
        self.assertEqual(note.before_shown, "66.7%")
