from odoo.exceptions import UserError
from odoo.tests import BaseCase, TransactionCase, tagged

from ..tools import coaching, interval, metric
from ..tools.metric import DOWN, UP, Metric


@tagged("post_install", "-at_install")
class TestMetricMaths(BaseCase):
    def test_value_needs_all_facts(self):
        rate = Metric("r", "R", "", "ratio", ("won", "lost"), metric.win_rate)
        self.assertEqual(rate.value({"won": 1, "lost": 3}), 0.25)
        self.assertIsNone(rate.value({"won": 1}))
        self.assertIsNone(rate.value({"won": 1, "lost": None}))
        self.assertIsNone(rate.value({"won": 0, "lost": 0}))
        self.assertEqual(Metric("n", "N", "", "count", ("n",)).value({"n": 0}), 0)

    def test_verdict(self):
        self.assertEqual(metric.verdict(1, 2, UP), "better")
        self.assertEqual(metric.verdict(1, 2, DOWN), "worse")
        self.assertEqual(metric.verdict(0.3, 0.1 + 0.2, UP), "same")
        self.assertIsNone(metric.verdict(None, 2, UP))
        self.assertIsNone(metric.verdict(1, None, UP))

    def test_bounds(self):
        # 3 and 4 combine to 5
        self.assertEqual(interval.bounds(100, 10, 9, 4, 2), (90, 110))
        self.assertEqual(interval.bounds(100, 95, 9, 4, 2), (95, 110))
        self.assertEqual(interval.bounds(100, 10, 9, 4, None), (None, None))

    def test_coaching(self):
        values = {
            "a": {"rate": 0.5, "late": 1},
            "b": {"rate": 0.4, "late": 2},
            "c": {"rate": 0.1, "late": 2},
            "d": {"rate": 0.5, "late": 9},
            "e": {"rate": None, "late": None},
        }
        found = coaching.stand_outs(values, {"rate": (UP, 0.1), "late": (DOWN, 3)})
        self.assertEqual(
            [(finding.person, finding.code) for finding in found],
            [("d", "late"), ("c", "rate")],
        )
        self.assertEqual((found[0].value, found[0].median), (9, 2))

    def test_coaching_needs_others_to_compare_with(self):
        values = {"a": {"late": 1}, "b": {"late": 90}}
        self.assertEqual(coaching.stand_outs(values, {"late": (DOWN, 3)}), [])
        values["c"] = {"late": 1}
        [found] = coaching.stand_outs(values, {"late": (DOWN, 3)})
        self.assertEqual(found.person, "b")
        values["b"]["late"] = 3
        self.assertEqual(coaching.stand_outs(values, {"late": (DOWN, 3)}), [])
        self.assertEqual(
            coaching.stand_outs(dict.fromkeys("abc", {"late": 0}), {"late": (DOWN, 0)}),
            [],
        )


@tagged("post_install", "-at_install")
class TestMetricRegistry(TransactionCase):
    def test_registry_is_whole(self):
        metrics = self.env["crm.forecast.metric"]._metrics()
        codes = [one.code for one in metrics]
        self.assertEqual(len(codes), len(set(codes)))
        names = [one.name for one in metrics]
        self.assertEqual(len(names), len(set(names)), "the workbook lists by name")
        counted = set().union(*self.env["crm.forecast.facts"]._sources().values())
        units = self.env["crm.forecast.definition"]._unit_names()
        for one in metrics:
            with self.subTest(one.code):
                self.assertTrue(one.definition)
                self.assertIn(one.unit, units)
                self.assertIn(one.better, (UP, DOWN, ""))
                self.assertLessEqual(set(one.facts), counted)

    def test_what_grows_within_a_period(self):
        metrics = self.env["crm.forecast.metric"]._metrics()
        growing = {one.code for one in metrics if one.cumulative}
        self.assertEqual(growing, {"won", "won_count", "weighted"})

    def test_definition_has_the_days_of_the_company(self):
        company = self.env["res.company"].create(
            {"name": "F Days", "forecast_unvisited_days": 77}
        )
        registry = self.env["crm.forecast.metric"]
        own = registry.with_company(company)._by_code()["unvisited"]
        self.assertIn("77 days", own.definition)
        self.assertNotIn("77 days", registry._by_code()["unvisited"].definition)

    def test_no_such_metric(self):
        scope = self.env["crm.forecast.scope"]._at(self.env.company)
        with self.assertRaises(UserError):
            self.env["crm.forecast.metric"]._measure("nonsense", scope)

    def test_another_module_adds_a_metric(self):
        registry = self.env.registry["crm.forecast.metric"]
        metrics = registry._metrics

        def extended(model):
            return [
                *metrics(model),
                Metric(
                    "lost", "Lost", "Lost deals.", "count", ("lost_count",), better=DOWN
                ),
            ]

        self.patch(registry, "_metrics", extended)
        company = self.env.company
        scope = self.env["crm.forecast.scope"]._at(company)
        self.assertIsNotNone(self.env["crm.forecast.metric"]._measure("lost", scope))
        listed = self.env["crm.forecast.definition"].search([("code", "=", "lost")])
        self.assertEqual(listed.definition, "Lost deals.")
        notes = self.env["crm.improvement.note"]._selection_metric()
        self.assertIn(("lost", "Lost"), notes)
