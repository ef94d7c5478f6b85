from datetime import timedelta

from odoo.tests import BaseCase, tagged

from ..tools.stage_health import MIN_ENDED, Period, judge, worst
from .common import ForecastCase


class TestStageHealthMaths(BaseCase):
    def judged(self, current, *past):
        found = judge(current, past)
        return found and {finding.figure: finding for finding in found}

    def test_as_usual(self):
        same = Period(40, 20, 10, 8.0)
        found = self.judged(same, same, same, same, same)
        self.assertEqual({each.state for each in found.values()}, {"good"})
        self.assertAlmostEqual(found["dwell"].z, 0)

    def test_direction(self):
        past = Period(40, 20, 10, 8.0)
        worse = self.judged(Period(40, 4, 30, 20.0), *[past] * 4)
        better = self.judged(Period(40, 36, 0, 2.0), *[past] * 4)
        self.assertEqual({each.state for each in worse.values()}, {"bad"})
        self.assertEqual({each.state for each in better.values()}, {"good"})
        self.assertLess(worse["conversion"].z, -2)
        self.assertGreater(worse["leakage"].z, 2)

    def test_spread_of_the_past_is_the_measure(self):
        """20, 40, 60, 80 % before: 40 % now is nothing special."""
        past = [Period(100, share, 0, 8.0) for share in (20, 40, 60, 80)]
        found = self.judged(Period(100, 40, 0, 8.0), *past)["conversion"]
        self.assertEqual(found.before, 0.5)
        self.assertAlmostEqual(found.z, -0.1 / 0.2581988897)
        self.assertEqual(found.state, "good")

    def test_chance_of_small_numbers_is_no_alarm(self):
        past = Period(10, 5, 0, 8.0)
        found = self.judged(Period(10, 4, 0, 8.0), *[past] * 4)["conversion"]
        self.assertEqual(found.state, "good")

    def test_warning_between_one_and_two(self):
        past = [Period(100, share, 0, 8.0) for share in (40, 50, 60)]
        found = self.judged(Period(100, 35, 0, 8.0), *past)["conversion"]
        self.assertAlmostEqual(found.z, -1.5)
        self.assertEqual(found.state, "warn")

    def test_too_few(self):
        full, small = Period(MIN_ENDED, 5, 1, 8.0), Period(MIN_ENDED - 1, 5, 1, 8.0)
        self.assertIsNone(self.judged(None, full, full, full))
        self.assertIsNone(self.judged(small, full, full, full))
        self.assertIsNone(self.judged(full, full, full, small))
        self.assertTrue(self.judged(full, full, full, full, small))

    def test_worst(self):
        past = Period(40, 20, 10, 8.0)
        found = worst(judge(Period(40, 20, 10, 30.0), [past] * 4))
        self.assertEqual((found.figure, found.state), ("dwell", "bad"))


@tagged("post_install", "-at_install")
class TestStageHealth(ForecastCase):
    def ended(self, age, outcomes, days=4, team=None, company=None):
        """Stays in F New that ended `age` days ago, by what came of them."""
        key = getattr(self, "key", 10**8)
        company = company or self.company
        team = team or self.team_north
        leave = self.env.cr.now() - timedelta(days=age)
        enter = leave - timedelta(days=days)
        rows = []
        for outcome, count in outcomes.items():
            stage, status = {
                "on": (self.stage_offer, "open"),
                "lost": (self.stage_new, "lost"),
            }[outcome]
            for _number in range(count):
                key += 1
                rows.append((key, self.stage_new.id, "open", enter, leave, days))
                rows.append((key, stage.id, status, leave, None, None))
        self.key = key
        for lead_key, stage_id, status, begin, end, length in rows:
            self.env.cr.execute(
                """INSERT INTO crm_stage_log (lead_key, stage_id, status, enter, leave,
                       seconds, company_id, team_id, is_backfilled)
                   VALUES (%s, %s, %s, %s, %s, %s * 86400, %s, %s, FALSE)""",
                [lead_key, stage_id, status, begin, end, length, company.id, team.id],
            )

    def health(self, **values):
        rows = self.env["crm.stage.health"]._health(self.company, **values)
        return {row["stage"]: row for row in rows}[self.stage_new]

    def test_worse_than_its_own_past(self):
        for span in range(1, 5):
            self.ended(span * 90 + 10, {"on": 14, "lost": 6})
        self.ended(10, {"on": 4, "lost": 16})
        row = self.health()
        self.assertEqual((row["state"], row["ended"]), ("bad", 20))
        conversion = row["findings"][0]
        self.assertEqual((conversion.now, conversion.before), (0.2, 0.7))
        self.assertIn("20%", row["sentence"])
        self.assertIn("last 90 days", row["sentence"])

    def test_better_than_its_own_past(self):
        """Far from it, but not to the worse."""
        for span in range(1, 5):
            self.ended(span * 90 + 10, {"on": 4, "lost": 16})
        self.ended(10, {"on": 20})
        row = self.health()
        self.assertGreater(row["findings"][0].z, 2)
        self.assertEqual(row["state"], "good")
        self.assertEqual(row["sentence"], "Not worse than usual.")

    def kept(self, team=None):
        """What the figures of last night say, by stage."""
        Health, Count = self.env["crm.stage.health"], self.env["crm.stage.health.count"]
        stages = self.env["crm.stage"].search(Health._stage_domain(team))
        figures = Count._figures(self.company.id, team.id if team else None)
        return Health._judge_stages(stages, figures)

    def test_figures_of_the_night_say_the_same(self):
        for span in range(1, 5):
            self.ended(span * 90 + 10, {"on": 14, "lost": 6})
            self.ended(span * 90 + 10, {"on": 10, "lost": 6}, team=self.team_south)
        self.ended(10, {"on": 4, "lost": 16})
        self.ended(10, {"on": 10, "lost": 6}, days=30, team=self.team_south)
        self.env["crm.stage.health.count"]._refresh()
        for team in (None, self.team_north, self.team_south):
            with self.subTest(team=team and team.name):
                live = self.env["crm.stage.health"]._health(self.company, team)
                self.assertEqual(self.kept(team), live)
                self.assertEqual(live[0]["stage"], self.stage_new)
                self.assertEqual(live[0]["state"], "bad")

    def test_figures_of_the_night_are_made_anew(self):
        self.ended(10, {"on": 12})
        self.ended(100, {"on": 12}, team=self.team_south)
        Count = self.env["crm.stage.health.count"]
        Count._refresh()
        row = Count.search([("team_id", "=", self.team_north.id)])
        self.assertEqual((row.age, row.ended, row.advanced), (0, 12, 12))
        with self.at("2040-06-20"):
            Count._refresh()
            row.invalidate_recordset()
            rows = Count.search([("team_id", "=", self.team_north.id)])
            self.assertEqual(rows.mapped("age"), [1])
        with self.at("2042-01-01"):
            Count._refresh()
            self.assertFalse(Count.search([("company_id", "=", self.company.id)]))

    def test_figures_of_the_night_on_team_overview(self):
        for span in range(1, 5):
            self.ended(span * 90 + 10, {"on": 14, "lost": 6})
        self.ended(10, {"on": 4, "lost": 16})
        dashboard = self.env["crm.forecast.dashboard"].with_user(self.all_leads)

        def health(**options):
            blocks = dashboard.team_overview(options)["blocks"]
            (block,) = (block for block in blocks if block["name"] == "health")
            return {row[0]["value"]: row for row in block["rows"]}["F New"]

        self.assertEqual(health()[1]["value"], "Too few")
        self.env["crm.forecast.run"]._daily()
        row = health()
        self.assertEqual(
            (row[1]["value"], row[1]["tone"]), ("Worse than usual", "danger")
        )
        self.assertIn("20% in the last 90 days", row[2]["value"])
        self.assertEqual(row[0]["open"]["tag"], "crm_forecast.funnel_diagnosis")
        self.assertEqual(health(team_id=self.team_south.id)[1]["value"], "Too few")

    def test_every_state_has_a_label(self):
        Health = self.env["crm.stage.health"]
        states = {"good", "warn", "bad", "few"}
        self.assertEqual(set(Health._state_labels()), states)
        self.assertIn("90 days against the 4 spans", Health._definition())

    def test_of_a_team_only(self):
        for span in range(5):
            self.ended(span * 90 + 10, {"on": 12})
        self.ended(10, {"lost": 30}, team=self.team_south)
        self.assertEqual(self.health(team=self.team_north)["state"], "good")
        self.assertEqual(self.health(team=self.team_south)["state"], "few")
        self.assertEqual(self.health()["state"], "bad")

    def test_longer_stays(self):
        for span in range(1, 5):
            self.ended(span * 30 + 10, {"on": 12}, days=4)
        self.ended(10, {"on": 12}, days=9)
        row = self.health(days=30)
        self.assertEqual(row["state"], "bad")
        self.assertIn("median 9.0 days, 4.0 before", row["sentence"])

    def test_too_few(self):
        row = self.health()
        self.assertEqual((row["state"], row["findings"]), ("few", []))
        self.assertIn("0 stays ended", row["sentence"])
        for span in range(3):
            self.ended(span * 90 + 10, {"on": 12})
        row = self.health()
        self.assertEqual((row["state"], row["ended"]), ("few", 12))
        self.assertIn("of the 4 spans of 90 days before, 2 have 10", row["sentence"])

    def test_another_company_is_not_counted(self):
        other = self.new_company("Forecast Osaka", "JPY", "Asia/Tokyo")
        for span in range(5):
            self.ended(span * 90 + 10, {"on": 12}, company=other)
        self.assertEqual(self.health()["ended"], 0)

    def test_won_stages_are_not_judged(self):
        rows = self.env["crm.stage.health"]._health(self.company)
        self.assertNotIn(self.stage_won, [row["stage"] for row in rows])

    def test_stages_of_other_teams_are_left_out(self):
        self.stage_offer.team_ids = self.team_south
        stages = [
            row["stage"]
            for row in self.env["crm.stage.health"]._health(
                self.company, self.team_north
            )
        ]
        self.assertIn(self.stage_new, stages)
        self.assertNotIn(self.stage_offer, stages)
