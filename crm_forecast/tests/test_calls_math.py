from odoo.tests import BaseCase, tagged

from ..tools import backtest, calls


@tagged("post_install", "-at_install")
class TestCallsMath(BaseCase):
    def test_which_figure_counts(self):
        row = calls.Row(user=1, weighted=40.0)
        self.assertEqual((row.source, row.effective), ("weighted", 40.0))
        row.add_saved("haircut", 30.0, 30.0, 0.0)
        row.settle("haircut", {"haircut"})
        self.assertEqual((row.source, row.effective), ("method", 30.0))
        self.assertIsNone(row.learned)
        row.call = 0.0
        self.assertEqual((row.source, row.effective), ("call", 0.0), "zero is a call")
        row.override = 0.0
        self.assertEqual((row.source, row.effective), ("override", 0.0))

    def test_nobody_in_the_saved_forecast_is_zero_in_it(self):
        row = calls.Row(user=1, weighted=40.0)
        row.settle("learned", {"learned", "haircut"})
        self.assertEqual((row.learned, row.effective), (0.0, 0.0))

    def test_the_fallback_is_what_is_won_and_still_to_come(self):
        # saved: 20 won and 30 expected, 12 of them of a deal won since; 25 are won
        row = calls.Row(user=1, won=25.0, weighted=60.0)
        row.add_saved("learned", 50.0, 30.0, 8.0)
        row.add_saved("learned", 0.0, -12.0, 0.0)
        row.settle("learned", {"learned"})
        self.assertEqual((row.learned, row.fallback), (50.0, 43.0))
        self.assertEqual(row.new_business, 8.0)
        row.override = 1.0
        self.assertEqual((row.effective, row.unsaid), (1.0, 43.0))
        row.add_saved("learned", 0.0, -40.0, 0.0)
        row.settle("learned", {"learned"})
        self.assertEqual(row.fallback, 25.0, "never below what is won")

    def test_teams_add_up(self):
        rows = [
            calls.Row(user=1, team=7, won=1.0, weighted=5.0, call=10.0),
            calls.Row(user=2, team=7, won=2.0, weighted=6.0),
            calls.Row(user=3, team=8, won=4.0, weighted=9.0),
            calls.Row(user=False, team=False, weighted=3.0),
        ]
        grid = calls.Grid(rows, [7, 8, 9], {8: 20.0})
        self.assertEqual(grid.team(7).effective, 16.0)
        self.assertEqual(grid.team(7).won, 3.0)
        self.assertEqual(grid.team(7).call, 10.0)
        self.assertEqual(
            (grid.team(8).source, grid.team(8).effective), ("override", 20)
        )
        self.assertEqual(grid.team(9).effective, 0.0)
        self.assertIsNone(grid.team(99))
        self.assertEqual(grid.all().effective, 39.0)
        self.assertEqual(grid.all().won, 7.0)
        self.assertIsNone(grid.all().learned)

    def test_past_errors_of_the_last_periods(self):
        rows = [(1, f"2040-0{n}", 100.0 * n, 100.0) for n in range(1, 6)]
        rows.append((2, "2040-01", 50.0, 0.0))
        found = calls.past_errors(rows)
        self.assertEqual(found[1], ((400 + 300 + 200) / 300, 3))
        self.assertEqual(found[2], (None, 1), "nothing was sold: no share of it")
        self.assertEqual(calls.past_errors([]), {})

    def test_what_was_called(self):
        rows = [
            ("override", 1, 7, 90.0),
            ("call", 1, 7, 100.0),
            ("call", 3, 8, 50.0),
            ("override", None, 8, 70.0),
        ]
        stated = {1: 10.0, 2: 5.0, 3: 60.0, 4: 1.0, None: 2.0}
        found = backtest.called(rows, stated, {1: 7, 2: 7, 3: 8, 4: 9})
        self.assertEqual(found.by_rep, {1: 90.0, 3: 50.0})
        self.assertEqual(found.by_team, {7: 95.0, 8: 70.0})
        self.assertEqual(found.total, 95 + 70 + 1 + 2)
        self.assertIsNone(backtest.called([], stated, {}))
