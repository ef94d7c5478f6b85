from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ForecastCase

MONTHS = ("2039-09", "2039-10", "2039-11", "2039-12", "2040-01", "2040-02")
LAST_DAY = {"2040-02": 29, "2039-09": 30, "2039-11": 30}


class BacktestCase(ForecastCase):
    """Six months in which north wins half of what it promises and south all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Backtest = cls.env["crm.forecast.backtest"]
        cls.Accuracy = cls.env["crm.forecast.accuracy"]

    def setUp(self):
        super().setUp()
        for month in MONTHS:
            self.live_month(month)
        self.Period._ensure("2039-06-01", self.company)
        self.Period._ensure("2040-06-01", self.company)

    def live_month(self, month):
        """Four deals of 100,000 are open two days before the month; on its 20th three
        are won and one is lost."""
        end = f"{month}-{LAST_DAY.get(month, 31)}"
        before = date.fromisoformat(f"{month}-01") - timedelta(days=2)
        with self.at(before.isoformat()):
            leads = [
                self.new_lead(
                    f"{month} {seller.login} {number}",
                    user_id=seller.id,
                    team_id=team.id,
                    date_deadline=end,
                    probability=80,
                )
                for seller, team in (
                    (self.seller_north, self.team_north),
                    (self.seller_south, self.team_south),
                )
                for number in range(2)
            ]
            self.Snapshot._take()
        with self.at(f"{month}-20"):
            leads[0].action_set_won()
            leads[1].action_set_lost()
            (leads[2] + leads[3]).action_set_won()
            # opened and won within the month
            quick = self.new_lead(
                f"{month} quick", expected_revenue=50000, date_deadline=end
            )
            quick.action_set_won()
            self.Snapshot._take()

    def sell(self, lead=None, amount=70000, moment="2040-01-20 03:00:00"):
        """An order for a deal (default: one of January), confirmed at that moment."""
        product = self.env["product.product"].create(
            {
                "name": "P",
                "list_price": amount,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        lead = lead or self.env["crm.lead"].search(
            [("name", "=like", "2040-01 %"), ("user_id", "=", self.seller_south.id)],
            limit=1,
        )
        with self.at(moment):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.env["res.partner"].create({"name": "C"}).id,
                    "company_id": self.company.id,
                    "opportunity_id": lead.id,
                    "order_line": [(0, 0, {"product_id": product.id})],
                }
            )
            order.action_confirm()
            order.date_order = moment
        return order

    def keep_books(self):
        """What it takes to post an invoice of the company."""
        accounts = self.env["account.account"].with_company(self.company)
        income, receivable = accounts.create(
            [
                {
                    "name": kind,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                }
                for kind, code in (("income", "400000"), ("asset_receivable", "110000"))
            ]
        )
        self.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SAL",
                "type": "sale",
                "company_id": self.company.id,
                "default_account_id": income.id,
            }
        )
        self.env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            receivable.id,
            company_id=self.company.id,
        )


@tagged("post_install", "-at_install")
class TestBacktest(BacktestCase):
    def rows(self, **values):
        return self.Backtest.search(
            [
                ("company_id", "=", self.company.id),
                *((name, "=", value) for name, value in values.items()),
            ],
            order="date",
        )

    def test_what_each_method_would_have_said(self):
        self.assertTrue(self.Backtest._extend(self.company))
        period = self.period(date="2040-02-10")
        found = {
            row.method: row
            for row in self.rows(period_id=period.id, days_left=7, level="company")
        }
        # at T-7 all is decided: 300,000 + 50,000 won, nothing open
        for method in ("native", "manual"):
            self.assertAlmostEqual(found[method].amount_forecast, 350_000, msg=method)
        # nor was anything open at T-7 of the months before: nothing to learn from
        self.assertFalse({"learned", "haircut"} & set(found))
        self.assertEqual(found["last"].amount_forecast, 350_000)
        self.assertEqual(set(found["last"].mapped("amount_actual")), {350_000})
        early = {
            row.method: row.amount_forecast
            for row in self.rows(period_id=period.id, days_left=28, level="company")
        }
        self.assertFalse(early, "only the horizons of the setting are tested")

    def test_before_anything_is_decided(self):
        self.Backtest._extend(self.company)
        period = self.period(date="2039-12-10")
        found = {
            row.method: row
            for row in self.rows(period_id=period.id, days_left=30, level="company")
        }
        self.assertAlmostEqual(found["manual"].amount_forecast, 320_000)
        # November and October brought 350,000 each of 320,000 stated
        self.assertAlmostEqual(found["haircut"].amount_forecast, 350_000)
        # 9 of 12 were won from September on, 50,000 came on top in each month
        rate = (9 + 5 * 9.5 / 13) / 17
        self.assertAlmostEqual(
            found["learned"].amount_forecast, 400_000 * rate + 50_000, delta=1
        )
        self.assertTrue(found["learned"].is_within)
        self.assertLess(found["learned"].amount_low, 350_000)
        self.assertFalse(found["manual"].is_within)

    def test_levels_add_up(self):
        self.Backtest._extend(self.company)
        period = self.period(date="2040-01-10")
        for method in ("learned", "haircut", "native", "manual", "last"):
            rows = self.rows(period_id=period.id, days_left=30, method=method)
            sums = {
                level: [
                    sum(found.mapped("amount_forecast")),
                    sum(found.mapped("amount_actual")),
                ]
                for level, found in rows.grouped("level").items()
            }
            with self.subTest(method=method):
                for level in ("team", "rep"):
                    for one, other in zip(sums[level], sums["company"], strict=True):
                        self.assertAlmostEqual(one, other, places=2)

    def test_a_forecast_reads_nothing_newer(self):
        """The rows of a period stay when all that came later is unknown."""
        period = self.period(date="2039-12-10")

        def forecasts():
            rows = self.Backtest._test(period, 30, self.company._forecast_today())
            return [
                (r["level"], r["method"], r.get("user_id"), r["amount_forecast"])
                for r in rows
            ]

        before = forecasts()
        self.assertTrue(before)
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot DISABLE TRIGGER USER")
        self.env.cr.execute(
            "DELETE FROM crm_forecast_snapshot WHERE date > '2039-12-01'"
        )
        self.env.cr.execute("ALTER TABLE crm_forecast_snapshot ENABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE crm_lead SET expected_revenue = 1, probability = 1"
            " WHERE company_id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        reps = {row[2] for row in before if row[3]}
        after = [row for row in forecasts() if row[2] in reps or not row[2]]
        self.assertEqual([row for row in before if row[3]], [r for r in after if r[3]])

    def test_again_changes_nothing_and_fresh_starts_over(self):
        self.Backtest._extend(self.company)
        ids = self.rows().ids
        self.assertFalse(self.Backtest._extend(self.company))
        self.assertEqual(self.rows().ids, ids)
        self.assertTrue(self.Backtest._extend(self.company, fresh=True))
        self.assertEqual(len(self.rows()), len(ids))
        self.assertFalse(set(self.rows().ids) & set(ids))

    def test_what_is_recorded_late_is_not_missing_for_good(self):
        self.company.forecast_actual = "order"
        february = self.period(date="2040-02-10")

        def actual(day):
            with self.at(day):
                tested = self.Backtest._extend(self.company)
            rows = self.rows(period_id=february.id, days_left=30, level="company")
            (amount,) = set(rows.mapped("amount_actual"))
            return bool(tested), amount

        self.assertEqual(actual("2040-03-01"), (True, 0))
        self.sell(amount=40_000, moment="2040-02-28 03:00:00")
        self.assertEqual(actual("2040-03-01"), (False, 0), "once a day")
        self.assertEqual(actual("2040-03-03"), (True, 40_000))
        self.sell(amount=10_000, moment="2040-02-29 03:00:00")
        # the last test is the first one after the seven days, whenever that is
        self.assertEqual(actual("2040-03-10"), (True, 50_000))
        self.sell(amount=10_000, moment="2040-02-29 03:00:00")
        self.assertEqual(actual("2040-03-11"), (False, 50_000))

    def test_periods_before_the_memory_are_not_tried(self):
        for year in ("2037", "2038"):
            self.Period._ensure(f"{year}-06-01", self.company)
        tried = []

        def test(_self, period, days_left, _today):
            tried.append((period, days_left))
            return []

        with patch.object(self.env.registry["crm.forecast.backtest"], "_test", test):
            self.Backtest._extend(self.company)
        self.assertTrue(tried)
        for period, days_left in tried:
            self.assertTrue(self.Backtest._test(period, days_left, date(2040, 3, 7)))

    def test_a_called_period_is_tested_without_a_past(self):
        period = self.period(date="2040-04-10")
        other = self.new_company("No past", "TWD", "Asia/Taipei")
        periods = self.Period._ensure("2040-04-10", other) + period
        self.assertFalse(self.Backtest._testable(periods[:1], set(), 30))
        called = set(periods[:1].ids)
        self.assertEqual(self.Backtest._testable(periods[:1], called, 30), periods[:1])

    def test_a_company_without_past_has_no_rows(self):
        other = self.new_company("No past", "TWD", "Asia/Taipei")
        self.Period._ensure("2040-01-01", other)
        self.assertEqual(self.Backtest._extend(other), 0)

    def sold_in(self, month):
        period = self.period(date=f"{month}-10")
        rows = self.Backtest._test(period, 30, self.company._forecast_today())
        (amount,) = {r["amount_actual"] for r in rows if r["level"] == "company"}
        return amount

    def test_confirmed_orders_count_as_sold(self):
        self.company.forecast_actual = "order"
        order = self.sell()
        self.assertEqual(self.sold_in("2040-01"), 70000)
        self.assertEqual(self.sold_in("2040-02"), 0)
        # ten past four in the morning of 1 February in Taipei
        order.date_order = "2040-01-31 20:10:00"
        self.assertEqual(self.sold_in("2040-01"), 0)
        self.assertEqual(self.sold_in("2040-02"), 70000)

    def test_invoices_less_credit_notes_count_as_sold(self):
        self.company.forecast_actual = "invoice"
        self.keep_books()
        order = self.sell()
        invoice = order._create_invoices()
        self.assertEqual(self.sold_in("2040-02"), 0, "a draft is not sold")
        invoice.invoice_date = "2040-02-05"
        invoice.action_post()
        self.assertEqual(self.sold_in("2040-01"), 0)
        self.assertEqual(self.sold_in("2040-02"), 70000)
        credit = invoice._reverse_moves([{"invoice_date": "2040-02-06"}])
        credit.invoice_line_ids.price_unit = 20000
        credit.action_post()
        self.assertEqual(self.sold_in("2040-02"), 50000)

    def test_another_kind_of_actual_forgets_the_tests(self):
        self.Backtest._extend(self.company)
        self.company.forecast_actual = "lead"
        self.assertTrue(self.rows(), "nothing changed")
        self.company.forecast_actual = "order"
        self.assertFalse(self.rows())

    def test_nobody_writes_it_by_hand(self):
        with self.assertRaises(UserError):
            self.Backtest.create({"period_id": self.period().id})

    def test_error_is_a_ratio_of_sums(self):
        self.Backtest._extend(self.company)
        domain = [
            ("company_id", "=", self.company.id),
            ("level", "=", "rep"),
            ("method", "=", "manual"),
            ("days_left", "=", "30"),
        ]
        ((wape, bias),) = self.Accuracy._read_group(
            domain, [], ["wape:avg", "bias:avg"]
        )
        rows = self.Accuracy.search(domain)
        actual = sum(rows.mapped("amount_actual"))
        self.assertAlmostEqual(wape, sum(rows.mapped("amount_missed")) / actual)
        self.assertAlmostEqual(bias, sum(rows.mapped("amount_error")) / actual)

    def test_people_see_their_own_errors_only(self):
        self.Backtest._extend(self.company)
        for model in (self.Backtest, self.Accuracy):
            own = model.with_user(self.seller_north).search([])
            self.assertEqual(own.user_id, self.seller_north)
            everything = model.with_user(self.all_leads).search([])
            self.assertIn(self.seller_south, everything.user_id)

    def test_the_screen_opens_at_what_one_may_see(self):
        for user, level in ((self.seller_north, "rep"), (self.manager, "company")):
            context = self.Accuracy.with_user(user).action_open()["context"]
            self.assertIn(f"search_default_{level}", context)
