import importlib
import sys
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL

from ..models.crm_clv_engine import PREDICTED
from ..tools import bgnbd, scientific
from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestClv(SegmentsCase):
    """Gates, fit, scores and what the screens say; 24 customers made by rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = cls.env["crm.clv.model"]
        cls.company.write(
            {
                "crm_clv_min_customers": 20,
                "crm_clv_min_days": 180,
                "crm_clv_min_loyal": 5,
            }
        )
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(24)]
        )
        cls.purchases = []
        cls.classPatch(
            cls.registry["crm.partner.stats"], "_transaction_sources", cls._sources
        )
        for n, customer in enumerate(cls.customers):
            first = TODAY - timedelta(300 - 5 * n)
            for step in range(n % 6 + 1 if n >= 8 else 1):
                cls._buy(customer, first + timedelta(step * (11 + n)), 500 + 70 * n)
        cls.stats._refresh(full=True, today=TODAY)

    @classmethod
    def _buy(cls, customer, day, amount, company=None, is_order=True):
        company = company or cls.company
        cls.purchases.append((customer.id, company.id, day, amount, is_order))

    @classmethod
    def _sources(cls):
        rows = SQL(", ").join(SQL("%s", row) for row in cls.purchases)
        return [
            SQL(
                """
                SELECT partner_id, company_id, date::date, amount::numeric, is_order,
                       '' AS order_ref
                  FROM (VALUES %s) v (partner_id, company_id, date, amount, is_order)
                """,
                rows,
            )
        ]

    def _predict(self, **kwargs):
        return self.models._predict(self.company, **{"today": TODAY, **kwargs})

    def test_fit_and_scores(self):
        model = self._predict()
        self.assertEqual(model.state, "ok")
        self.assertEqual(model.customers, 24)
        self.assertEqual(model.repeat_customers, 14)
        self.assertEqual(model.loyal_customers, 12)
        self.assertEqual(model.first_date, TODAY - timedelta(300))
        self.assertEqual(model.holdout_days, 90)
        self.assertEqual(sum(model.calibration_ids.mapped("customers")), 24)
        self.assertEqual(sum(model.calibration_ids.mapped("actual")), model.actual)
        rows = self.stats.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(rows.mapped("predicted_on")), {TODAY})
        for row in rows:
            self.assertGreater(row.expected_orders_12m, 0)
            self.assertGreater(row.clv_12m, 0)
            # one purchase says nothing about staying
            self.assertEqual(bool(row.p_alive), row.order_count > 1)

    def test_overdue_ratio(self):
        """Own interval after repeat purchases, the median interval after one."""
        model = self._predict()
        twice, once = self.customers[13], self.customers[0]
        row = self._row(twice)
        interval = (row.last_order_date - row.first_order_date).days
        self.assertEqual(row.order_count, 2)
        self.assertAlmostEqual(
            row.overdue_ratio, (TODAY - row.last_order_date).days / interval, places=6
        )
        self.assertAlmostEqual(
            self._row(once).overdue_ratio, 300 / model.median_interval_days, delta=0.01
        )

    def test_orders_of_one_day_are_one_purchase(self):
        customer = self.customers[0]
        self._buy(customer, TODAY - timedelta(300), 999)
        self.stats._refresh(full=True, today=TODAY)
        self._predict()
        self.assertEqual(self._row(customer).order_count, 2)
        self.assertFalse(self._row(customer).p_alive)

    def test_credit_notes_reduce_the_amount(self):
        self._predict()
        before = self._row(self.customers[13]).clv_12m
        sold = sum(row[3] for row in self.purchases)
        self._buy(self.customers[0], TODAY, -sold / 4, is_order=False)
        self.stats._refresh(full=True, today=TODAY)
        model = self._predict(refit=True)
        self.assertAlmostEqual(model.refund_share, 0.25, places=4)
        self.assertAlmostEqual(
            self._row(self.customers[13]).clv_12m, before * 0.75, delta=2
        )

    def test_gates(self):
        self._predict()
        for setting, value in (
            ("crm_clv_min_customers", 25),
            ("crm_clv_min_days", 301),
            ("crm_clv_min_loyal", 13),
        ):
            with self.subTest(setting=setting):
                usual = self.company[setting]
                self.company[setting] = value
                model = self._predict(refit=True)
                self.company[setting] = usual
                self.assertEqual(model.state, "not_enough")
                self.assertIn(str(value), model.message)
                row = self._row(self.customers[13])
                self.assertFalse(row.p_alive)
                self.assertFalse(row.expected_orders_12m)
                self.assertFalse(row.clv_12m)
                self.assertGreater(row.overdue_ratio, 0)

    def test_gates_are_inclusive(self):
        self.company.write(
            {
                "crm_clv_min_customers": 24,
                "crm_clv_min_days": 300,
                "crm_clv_min_loyal": 12,
            }
        )
        self.assertEqual(self._predict().state, "ok")

    def test_company_without_sales(self):
        other = self._create_company("Sister")
        model = self.models._predict(other, today=TODAY)
        self.assertEqual(model.state, "not_enough")
        self.assertEqual(model.customers, 0)
        self.assertFalse(model.first_date)
        self.assertIn("500", model.message)

    def test_companies_do_not_mix(self):
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        self._buy(self.customers[0], TODAY, 5, company=other)
        self.stats._refresh(full=True, today=TODAY)
        self._predict()
        self.assertFalse(self._row(self.customers[0], other).predicted_on)
        self.models._predict(other, today=TODAY)
        self.assertEqual(self._row(self.customers[0], other).predicted_on, TODAY)
        self.assertFalse(self._row(self.customers[0], other).expected_orders_12m)
        self.assertTrue(self._row(self.customers[0]).expected_orders_12m)

    def test_no_maximum(self):
        with patch.object(bgnbd, "fit", side_effect=bgnbd.NoMaximumError("flat")):
            model = self._predict()
        self.assertEqual(model.state, "no_maximum")
        self.assertTrue(model.message)
        self.assertFalse(self._row(self.customers[13]).clv_12m)

    def test_without_numpy(self):
        """The addon loads, the model says what is missing, the rest goes on."""
        self._predict()
        self.addCleanup(importlib.reload, scientific)
        with patch.dict(sys.modules, {"numpy": None, "scipy": None}):
            importlib.reload(scientific)
        self.assertFalse(scientific.available())
        model = self._predict()
        self.assertEqual(model.state, "unavailable")
        self.assertIn("numpy", model.message)
        row = self._row(self.customers[13])
        self.assertFalse(row.clv_12m)
        self.assertGreater(row.overdue_ratio, 0)
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.crm_clv_available)
        self.assertIn("numpy", settings.crm_clv_message)
        self.assertFalse(self.stats._refresh(today=TODAY))
        importlib.reload(scientific)
        self.assertEqual(self._predict().state, "ok")

    def test_settings(self):
        with Form(self.env["res.config.settings"]) as form:
            form.crm_clv_min_customers = 700
            form.crm_clv_holdout_days = 120
        form.save().execute()
        self.assertEqual(self.company.crm_clv_min_customers, 700)
        self.assertEqual(self.company.crm_clv_holdout_days, 120)
        for values in (
            {"crm_clv_min_customers": 0},
            {"crm_clv_min_days": 0},
            {"crm_clv_min_loyal": 0},
            {"crm_clv_holdout_days": 6},
            {"crm_clv_holdout_days": 731},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.company.write(values)

    def test_refit_when_a_week_old(self):
        first = self._predict()
        self.assertEqual(self._predict(today=TODAY + timedelta(6)), first)
        self.assertEqual(
            self._row(self.customers[13]).predicted_on, TODAY + timedelta(6)
        )
        second = self._predict(today=TODAY + timedelta(7))
        self.assertNotEqual(second, first)
        self.assertTrue(first.exists())
        self.assertEqual(self.models._latest(self.company), second)

    def test_refit_on_the_same_day_replaces(self):
        first = self._predict()
        second = self._predict(refit=True)
        self.assertFalse(first.exists())
        self.assertEqual(second.fitted_on, TODAY)

    def test_refresh_leaves_predictions_alone(self):
        self._predict()
        rows = self.stats.search([("company_id", "=", self.company.id)])
        before = rows.read(PREDICTED)
        self.stats._refresh(full=True, today=TODAY + timedelta(40))
        self.assertEqual(rows.read(PREDICTED), before)

    def test_predictions_say_how_sure_they_are(self):
        model = self._predict()
        note = self._row(self.customers[13]).prediction_note
        self.assertIn(model.message, note)
        self.assertIn("predicted", note)
        self.assertIn("overdue", self._row(self.customers[0]).prediction_note)
        unscored = self.stats.new({"company_id": self.company.id})
        self.assertFalse(unscored.prediction_note)

    def test_button(self):
        manager = new_test_user(
            self.env,
            "clv_manager",
            groups="crm_segments.group_crm_segments_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        models = self.models.with_user(manager).with_company(self.company)
        action = models.action_refit()
        model = models.browse(action["res_id"])
        self.assertEqual(model.company_id, self.company)
        self.assertEqual(self._row(self.customers[0]).predicted_on, model.fitted_on)
        found = self.stats.search(model.action_view_customers()["domain"])
        self.assertEqual(found.partner_id, self.customers)
        card = self._row(self.customers[0]).action_open_prediction_model()
        self.assertEqual(card["res_id"], model.id)
        user = new_test_user(
            self.env, "clv_user", groups="crm_segments.group_crm_segments_user"
        )
        with self.assertRaises(AccessError):
            self.models.with_user(user).action_refit()
        other = self._create_company("Sister")
        foreign = self.models._predict(other, today=TODAY)
        with self.assertRaises(AccessError):
            foreign.with_user(manager).with_company(self.company).action_refit()

    def test_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_segments.ir_cron_clv_predict").method_direct_trigger()
        self.models.invalidate_model()
        self.assertEqual(self.models._latest(self.company).customers, 24)

    def test_job_waits_for_a_refresh(self):
        with (
            patch.object(
                self.registry["crm.partner.stats"],
                "_lock_refresh",
                side_effect=LockError("busy"),
            ),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("crm_segments.ir_cron_clv_predict").method_direct_trigger()
        self.assertFalse(self.models._latest(self.company))
        cron = self.env.ref("crm_segments.ir_cron_clv_predict")
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        )
