from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import SegmentsCase


@tagged("post_install", "-at_install")
class TestSettings(SegmentsCase):
    """Thresholds per company."""

    def test_defaults(self):
        self.assertEqual(self.company.nesl_existing_months, 1)
        self.assertEqual(self.company.nesl_sleeping_months, 6)
        self.assertEqual(self.company.nesl_window_months, 1)
        self.assertEqual(self.company.nesl_main_orders, 3)
        self.assertEqual(self.company.nesl_important_amount, 10000)

    def test_settings_screen_writes_the_company(self):
        with Form(self.env["res.config.settings"]) as form:
            form.nesl_existing_months = 2
            form.nesl_important_amount = 50000
        form.record.execute()
        self.assertEqual(self.company.nesl_existing_months, 2)
        self.assertEqual(self.company.nesl_important_amount, 50000)

    def test_bad_values_are_refused(self):
        cases = [
            {"nesl_existing_months": 0},
            {"nesl_existing_months": 6},
            {"nesl_sleeping_months": 1},
            {"nesl_sleeping_months": 121},
            {"nesl_window_months": 0},
            {"nesl_window_months": 121},
            {"nesl_main_orders": -1},
            {"nesl_important_amount": -1},
        ]
        for values in cases:
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.company.write(values)
