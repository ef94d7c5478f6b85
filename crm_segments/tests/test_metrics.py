from datetime import date

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SegmentsCase


@tagged("post_install", "-at_install")
class TestMetrics(SegmentsCase):
    """Each figure is defined once, and everything that shows it says the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = cls.env["crm.segment.metric"].search([])

    def test_metrics_of_fields_exist(self):
        for metric in self.metrics.filtered("field_name"):
            with self.subTest(metric=metric.technical_name):
                field = self.env[metric.model]._fields[metric.field_name]
                self.assertEqual(metric.name, field.string)

    def test_field_help_comes_from_the_registry(self):
        metric = self.metrics.filtered(lambda m: m.field_name == "amount_12m")
        described = self.stats.fields_get(["amount_12m"], ["help", "string"])
        self.assertEqual(described["amount_12m"]["help"], metric.definition)
        metric.definition = "Something else"
        described = self.stats.fields_get(["amount_12m"])
        self.assertEqual(described["amount_12m"]["help"], "Something else")
        self.assertNotIn("help", self.stats.fields_get(["nesl"], ["string"])["nesl"])

    def test_field_has_one_definition(self):
        """No field of a metric has a text of its own beside it."""
        for metric in self.metrics.filtered("field_name"):
            with self.subTest(metric=metric.technical_name):
                self.assertFalse(self.env[metric.model]._fields[metric.field_name].help)

    def test_columns_of_reports_come_from_the_registry(self):
        table = self.env["crm.customer.performance"].performance_block(
            "purchases", self.company.id, 3
        )
        metric = self.metrics.filtered(lambda m: m.technical_name == "customers_new")
        self.assertIn(
            {"label": metric.name, "help": metric.definition, "unit": "count"},
            table["columns"],
        )

    def test_a_metric_is_defined_once(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.metrics.create(
                {
                    "technical_name": "customers_new",
                    "name": "Again",
                    "definition": "Twice",
                    "unit": "count",
                }
            )

    def test_a_field_of_no_document_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.metrics.create(
                {
                    "technical_name": "half",
                    "name": "Half",
                    "definition": "Names a field and no document type",
                    "unit": "count",
                    "field_name": "nesl",
                }
            )

    def test_every_metric_is_used(self):
        """A definition that nothing shows would go stale unseen."""
        used = set(self.metrics.filtered("field_name").mapped("technical_name"))
        report = self.env["crm.customer.performance"]
        customer = self._create_customer()
        today = self.company._stats_today()
        self._create_order(customer, today)
        self._create_order(customer, date(today.year - 1, 1, 1))
        self.stats._refresh(full=True)
        shown = set()
        for name in report._block_titles():
            table = report.performance_block(name, self.company.id, 3)
            shown |= {column["help"] for column in table["columns"]}
            shown |= {metric["help"] for metric in table["summary"]}
        for metric in self.metrics:
            if metric.definition in shown:
                used.add(metric.technical_name)
        self.assertEqual(set(self.metrics.mapped("technical_name")) - used, set())
