import datetime
from collections import defaultdict
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.crm_segments.tools import bgnbd, gamma_gamma

from ..sample import cdnow

#: the papers fit on the first 39 of 78 weeks
WEEK_39 = datetime.date(1997, 9, 30)
WEEK_78 = datetime.date(1998, 6, 30)
HOLDOUT = (WEEK_78 - WEEK_39).days


@tagged("post_install", "-at_install")
class TestCdnowPrediction(TransactionCase):
    """The model against what the papers publish, and against what came afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        usd = cls.env.ref("base.USD")
        cls.company = cls.env["res.company"].create(
            {"name": "CDNOW", "currency_id": usd.id, "crm_clv_holdout_days": HOLDOUT}
        )
        cls.env.user.company_ids |= cls.company
        cls.log = cdnow.read_log()
        customers = sorted({row.customer for row in cls.log})
        partners = cls.env["res.partner"].create(
            [{"name": f"CDNOW {customer}"} for customer in customers]
        )
        cls.partners = dict(zip(customers, partners, strict=True))
        cls._store_log()
        cls.stats = cls.env["crm.partner.stats"]
        cls.classPatch(
            cls.registry["crm.partner.stats"], "_transaction_sources", cls._log
        )
        cls.stats._refresh(full=True, today=WEEK_78)

    @classmethod
    def _store_log(cls):
        """The purchases as a table, in place of 6,919 sale orders."""
        cls.env.cr.execute(
            "CREATE TEMP TABLE cdnow_log (partner_id int, date date, amount numeric)"
        )
        cls.env.cr.execute_values(
            "INSERT INTO cdnow_log VALUES %s",
            [(cls.partners[r.customer].id, r.date, r.dollars) for r in cls.log],
        )

    @classmethod
    def _log(cls):
        return [
            SQL(
                """
                SELECT partner_id, %s AS company_id, date, amount, TRUE AS is_order,
                       '' AS order_ref
                  FROM cdnow_log
                """,
                cls.company.id,
            )
        ]

    def _days(self, until):
        """{customer: {day: dollars}} of the log, in plain Python."""
        days = defaultdict(lambda: defaultdict(float))
        for row in self.log:
            if row.date <= until:
                days[row.customer][row.date] += float(row.dollars)
        return days

    def test_published_parameters(self):
        model = self.env["crm.clv.model"]._predict(self.company, today=WEEK_39)
        self.assertEqual(model.state, "ok")
        self.assertEqual(model.customers, 2357)
        self.assertEqual(model.repeat_customers, 946)
        for name, published in (
            ("r", 0.243),
            ("alpha", 4.414),
            ("a", 0.793),
            ("b", 2.426),
        ):
            with self.subTest(parameter=name):
                self.assertEqual(round(model[name], 3), published)
        self.assertAlmostEqual(model.log_likelihood, -9582.4, places=1)
        for name, published in (("p", 6.25), ("q", 3.74), ("v", 15.44)):
            with self.subTest(parameter=name):
                self.assertEqual(round(model[name], 2), published)
        orders = bgnbd.expected_orders(
            (model.r, model.alpha, model.a, model.b), 2, 30.43, 38.86, 39
        )
        self.assertAlmostEqual(float(orders), 1.226, places=3)

    def test_weeks_40_to_78(self):
        """The test on the model card: fitted on week 39, compared with 39 weeks."""
        model = self.env["crm.clv.model"]._predict(self.company, today=WEEK_78)
        self.assertEqual(model.holdout_days, HOLDOUT)
        seen, everything = self._days(WEEK_39), self._days(WEEK_78)
        actual, customers = defaultdict(int), defaultdict(int)
        for customer, days in everything.items():
            repeat = min(len(seen[customer]) - 1, 7)
            customers[repeat] += 1
            actual[repeat] += len(days) - len(seen[customer])
        rows = model.calibration_ids
        self.assertEqual(
            {row.repeat_purchases: row.actual for row in rows}, dict(actual)
        )
        self.assertEqual(
            {row.repeat_purchases: row.customers for row in rows}, dict(customers)
        )
        self.assertEqual(model.actual, 1882)
        self.assertAlmostEqual(model.predicted, 1653.4, places=0)
        self.assertAlmostEqual(model.error_ratio, -0.121, places=3)
        expected = (317.6, 229.7, 223.4, 152.0, 134.2, 100.8, 101.6, 394.1)
        for row, predicted in zip(
            rows.sorted("repeat_purchases"), expected, strict=True
        ):
            with self.subTest(repeat_purchases=row.repeat_purchases):
                self.assertAlmostEqual(row.predicted, predicted, delta=0.3)
        self.assertTrue(rows.sorted("repeat_purchases")[-1].is_last)

    def test_every_customer_equals_plain_python(self):
        """Set-based scores against the models called customer by customer."""
        model = self.env["crm.clv.model"]._predict(self.company, today=WEEK_78)
        timing = (model.r, model.alpha, model.a, model.b)
        spending = gamma_gamma.Parameters(model.p, model.q, model.v)
        days = self._days(WEEK_78)
        for customer in list(days)[::25]:
            dates = sorted(days[customer])
            x = len(dates) - 1
            t_x, t = (dates[-1] - dates[0]).days / 7, (WEEK_78 - dates[0]).days / 7
            mean = sum(days[customer][day] for day in dates[1:]) / x if x else 0
            row = self.stats.search(
                [
                    ("partner_id", "=", self.partners[customer].id),
                    ("company_id", "=", self.company.id),
                ]
            )
            orders = float(bgnbd.expected_orders(timing, x, t_x, t, 52))
            amount = gamma_gamma.expected_amount(spending, x if mean else 0, mean)
            alive = float(bgnbd.p_alive(timing, x, t_x, t)) if x else 0.0
            with self.subTest(customer=customer):
                self.assertAlmostEqual(row.expected_orders_12m, orders, places=2)
                self.assertAlmostEqual(row.clv_12m, orders * amount, delta=0.02)
                self.assertAlmostEqual(row.p_alive, alive, places=6)
                self.assertEqual(row.predicted_on, WEEK_78)

    def test_whole_weeks_change_little(self):
        """Beyond 50,000 customers times are rounded to weeks, amounts to 3 digits."""
        exact = self.env["crm.clv.model"]._predict(self.company, today=WEEK_39)
        values = [exact[name] for name in ("r", "alpha", "a", "b", "p", "q")]
        path = "odoo.addons.crm_segments.models.crm_clv_model_predict.EXACT_CUSTOMERS"
        with patch(path, 1000):
            coarse = self.env["crm.clv.model"]._predict(
                self.company, refit=True, today=WEEK_39
            )
        for name, value in zip(("r", "alpha", "a", "b", "p", "q"), values, strict=True):
            with self.subTest(parameter=name):
                self.assertLess(abs(coarse[name] / value - 1), 0.05)
