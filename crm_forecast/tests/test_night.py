from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_backtest import BacktestCase


@tagged("post_install", "-at_install")
class TestNight(BacktestCase):
    """The nightly job keeps what it has done when a later step fails."""

    def setUp(self):
        super().setUp()
        self.lead = self.new_lead("Tonight")
        self.cron = self.env.ref("crm_forecast.ir_cron_forecast_daily")

    def trigger(self):
        with self.enter_registry_test_mode():
            return self.cron.method_direct_trigger()

    def fail(self, model, method):
        """A night in which this step ends in an error."""
        broken = patch.object(
            self.env.registry[model], method, side_effect=ZeroDivisionError
        )
        with broken, mute_logger("odoo.addons.base.models.ir_cron"):
            self.assertIsNot(self.trigger(), True, "the error is shown")
        self.env.invalidate_all()

    def methods(self):
        runs = self.Run.search(
            [("company_id", "=", self.company.id), ("date", "=", "2040-03-07")]
        )
        return set(runs.mapped("method"))

    def tests(self):
        return self.Backtest.search_count([("company_id", "=", self.company.id)])

    def test_an_error_while_testing_keeps_memory_and_forecasts(self):
        self.fail("crm.forecast.backtest", "_extend")
        self.assertEqual(str(self.snapshots(self.lead).date), "2040-03-07")
        self.assertEqual(self.methods(), {"weighted", "learned", "haircut"})
        self.assertFalse(self.tests())
        self.assertEqual(self.cron.failure_count, 1)
        self.assertIs(self.trigger(), True, "the next night goes on")
        self.assertTrue(self.tests())
        self.assertEqual(len(self.snapshots(self.lead)), 1)

    def test_an_error_while_learning_keeps_the_memory(self):
        self.fail("crm.forecast.run", "_learn_period")
        self.assertTrue(self.snapshots(self.lead))
        self.assertEqual(self.methods(), {"weighted"})
        self.trigger()
        self.assertEqual(self.methods(), {"weighted", "learned", "haircut"})

    def test_an_error_in_optimism_keeps_the_tests(self):
        self.fail("crm.forecast.optimism", "_refresh")
        self.assertTrue(self.snapshots(self.lead))
        self.assertTrue(self.methods())

    def test_called_directly_it_does_not_commit(self):
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", side_effect=AssertionError
        ):
            runs = self.Run._daily()
        own = runs.filtered(lambda run: run.company_id == self.company)
        self.assertEqual(set(own.mapped("method")), {"weighted", "learned", "haircut"})
        self.assertTrue(self.snapshots(self.lead))
        self.assertTrue(self.tests())
