from odoo.tests import tagged

from .test_backtest import BacktestCase


@tagged("post_install", "-at_install")
class TestLearnedSold(BacktestCase):
    """What was sold so far is one thing, in the past and in the period of today."""

    def setUp(self):
        super().setUp()
        self.won = self.new_lead("Won, not sold", expected_revenue=900_000)
        self.sold = self.new_lead("Open, sold", expected_revenue=80_000)
        self.open = self.new_lead("Open", date_deadline="2040-03-25")
        with self.at("2040-03-05"):
            self.won.action_set_won()
        self.march = self.period(date="2040-03-10")

    def runs(self, date=None):
        runs = self.Run._compute_learned(self.march, date)
        return {run.method: run for run in runs}

    def assert_sums(self, run):
        """Lines and rows by salesperson sum to the run."""
        lines, reps = run.line_ids, run.rep_ids
        for name in ("amount_won", "amount_weighted", "amount_total"):
            new = run.amount_new if name == "amount_total" else 0
            self.assertAlmostEqual(sum(lines.mapped(name)) + new, run[name], places=2)
            self.assertAlmostEqual(sum(reps.mapped(name)), run[name], places=2)

    def test_orders_are_what_was_sold_so_far(self):
        self.company.forecast_actual = "order"
        for month in ("2039-12", "2040-01", "2040-02"):
            lead = self.env["crm.lead"].search([("name", "=", f"{month} f_north 0")])
            self.sell(lead, 60_000, f"{month}-20 03:00:00")
        self.sell(self.sold, 30_000, "2040-03-06 03:00:00")
        runs = self.runs()
        self.assertEqual(set(runs), {"learned", "haircut"})
        for method, run in runs.items():
            with self.subTest(method=method):
                self.assertEqual(run.actual, "order")
                self.assertEqual(run.amount_won, 30_000)
                self.assertEqual(
                    set(run.line_ids.lead_id.ids), {self.sold.id, self.open.id}
                )
                self.assert_sums(run)
                line = self.line(run, self.sold)
                self.assertEqual((line.status, line.category), ("won", "closed"))
                self.assertEqual(line.amount_total, 30_000)
                self.assertIn("03/06/2040", line.explanation)
                self.assertIn("confirmed orders of", line.explanation)
        # the test of a period splits in the same way
        self.Snapshot._take()
        again = self.runs(date="2040-03-07")
        for method, run in runs.items():
            self.assertAlmostEqual(again[method].amount_total, run.amount_total)
        # the weighted one goes on with won opportunities
        self.assertEqual(self.Run._compute(self.march).amount_won, 900_000)

    def test_an_order_after_the_win_is_not_counted_twice(self):
        """In each month a deal is won before T-24 and ordered after: new business."""
        self.company.forecast_actual = "order"
        for month in ("2039-12", "2040-01", "2040-02"):
            with self.at(f"{month}-02"):
                lead = self.new_lead(f"{month} early", expected_revenue=50_000)
                lead.action_set_won()
                self.Snapshot._take()
            self.sell(lead, 50_000, f"{month}-22 03:00:00")
        run = self.runs()["learned"]
        self.assertEqual(run.amount_won, 0, "the win of 5 March has no order yet")
        self.assertFalse(self.line(run, self.won))
        # 50,000 in three of six months
        self.assertAlmostEqual(run.amount_new, 25_000)

    def test_invoices_are_what_was_sold_so_far(self):
        self.company.forecast_actual = "invoice"
        self.keep_books()
        past = self.env["crm.lead"].search([("name", "=", "2040-02 f_north 0")])
        for lead, amount, day in (
            (past, 60_000, "2040-02-22"),
            (self.sold, 30_000, "2040-03-06"),
            (self.open, 20_000, "2040-03-20"),
        ):
            invoice = self.sell(lead, amount)._create_invoices()
            invoice.invoice_date = day
            invoice.action_post()
            if lead == self.sold:
                credit = invoice._reverse_moves([{"invoice_date": "2040-03-07"}])
                credit.invoice_line_ids.price_unit = 5_000
                credit.action_post()
        for method, run in self.runs().items():
            with self.subTest(method=method):
                self.assertEqual(run.amount_won, 25_000)
                self.assertEqual(self.line(run, self.sold).amount_total, 25_000)
                self.assertIn(
                    "invoices less credit notes of",
                    self.line(run, self.sold).explanation,
                )
                self.assertEqual(self.line(run, self.open).status, "open")
                self.assert_sums(run)

    def test_won_opportunities_stay_what_they_were(self):
        for method, run in self.runs().items():
            with self.subTest(method=method):
                self.assertEqual(run.actual, "lead")
                self.assertEqual(run.amount_won, 900_000)
                self.assertIn("Won on", self.line(run, self.won).explanation)
                self.assert_sums(run)

    def test_what_was_sold_before_the_origin_is_no_candidate(self):
        """Partly ordered and still open: neither open nor a lost case."""
        self.company.forecast_actual = "order"
        with self.at("2040-02-01"):
            half = self.new_lead("Half", date_deadline="2040-02-28")
            none = self.new_lead("None", date_deadline="2040-02-28")
            self.Snapshot._take()
        self.sell(half, 30_000, "2040-02-03 03:00:00")
        self.sell(half, 20_000, "2040-02-22 03:00:00")
        learning = self.env["crm.forecast.learning"]
        february = self.period(date="2040-02-10")
        span = learning._span(february, 24, self.company._forecast_today())
        cases = {
            case.lead_key: case
            for case in learning._cases([span], self.company)[february.id]
        }
        self.assertTrue(cases[none.id].is_candidate)
        case = cases[half.id]
        self.assertFalse(case.is_candidate)
        self.assertEqual((case.sold_before, case.sold_after), (30_000, 20_000))

    def test_a_negative_win_is_subtracted_everywhere(self):
        back = self.new_lead("Given back", expected_revenue=-100_000)
        with self.at("2040-03-06"):
            back.action_set_won()
        self.Snapshot._take()
        learning = self.env["crm.forecast.learning"]
        span = learning._span(self.march, 24, self.company._forecast_today())
        cases = learning._cases([span], self.company)[self.march.id]
        sold = sum(case.sold_before for case in cases)
        self.assertEqual(sold, 800_000)
        for run in [*self.runs().values(), self.Run._compute(self.march)]:
            self.assertEqual(run.amount_won, 800_000)
