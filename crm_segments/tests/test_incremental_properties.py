from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from ..models.crm_stats_engine_store import FACTS
from .test_transactions import TransactionsCase

START = date(2025, 1, 31)
KEYS = ("partner_id", "company_id")
numbers = st.integers(0, 20)
operation = st.one_of(
    st.tuples(st.just("order"), numbers, st.integers(-400, 40), st.booleans()),
    st.tuples(
        st.sampled_from(
            ["cancel", "confirm", "reprice", "reassign", "move", "credit", "uncredit"]
        ),
        numbers,
        numbers,
    ),
    st.tuples(
        st.sampled_from(["reparent", "merge", "archive", "owner"]), *[numbers] * 2
    ),
    st.tuples(st.just("days"), st.sampled_from([1, 1, 28, 31, 60, 200, -3])),
)


@tagged("post_install", "-at_install")
class TestIncrementalProperties(TransactionsCase):
    """After any operations on any days, both refreshes and the rebuild agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company("Sister")
        cls.env.user.company_ids |= cls.other
        cls.receivable = cls.customer.property_account_receivable_id
        cls.stats._refresh(today=START)

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(operations=st.lists(operation, min_size=4, max_size=14))
    def test_incremental_equals_full(self, operations):
        with self.cr.savepoint() as savepoint:
            self._play(operations)
            savepoint.rollback()
        self.env.invalidate_all()

    def _play(self, operations):
        self.today = START
        self.people = [self._create_customer("Firm", is_company=True)]
        for number in range(3):
            self.people.append(
                self._create_customer(
                    f"Customer {number}",
                    property_account_receivable_id=self.receivable.id,
                )
            )
        self.orders, self.credits = [], []
        for name, *values in [("order", 1, -20, True), *operations]:
            getattr(self, f"_do_{name}")(*values)
            self.stats._refresh(today=self.today)
        self._assert_equal()

    def _rows(self):
        """{(customer, company): facts}"""
        rows = self.stats.search([])
        return {
            tuple(row[name].id for name in KEYS): [row[name] for name in FACTS]
            for row in rows
        }

    def _assert_equal(self):
        incremental = self._rows()
        changed = self.stats._refresh(full=True, today=self.today)
        self.assertEqual(self._rows(), incremental)
        self.assertEqual(changed, 0)
        self._recompute_all(self.today)
        self.assertEqual(self._rows(), incremental)
        # from nothing, and in steps
        self.cr.execute("DELETE FROM crm_partner_stats")
        self.stats.invalidate_model()
        middle = self.people[0].id
        self.stats._refresh_range(0, middle, today=self.today)
        self.stats._refresh_range(middle, 2**31 - 1, today=self.today)
        self.stats._refresh_rest(today=self.today)
        self.assertEqual(self._rows(), incremental)

    def _person(self, number):
        return self.people[number % len(self.people)]

    def _order(self, number):
        return self.orders[number % len(self.orders)]

    def _do_days(self, days):
        self.today += timedelta(days=days)

    def _do_order(self, who, days, here):
        company = self.company if here else self.other
        person = self._person(who)
        if person.company_id and person.company_id != company:
            return  # Odoo refuses an order for another company's own contact
        order = self._create_order(
            person,
            self.today + timedelta(days=days),
            100 + 900 * who,
            company_id=company.id,
        )
        self.orders.append(order)

    def _do_cancel(self, which, _):
        self._order(which).state = "cancel"

    def _do_confirm(self, which, _):
        self._order(which).state = "sale"

    def _do_reprice(self, which, price):
        self._order(which).order_line.price_unit = 1000 * price

    def _do_reassign(self, which, who):
        self._order(which).partner_id = self._person(who)

    def _do_move(self, which, to):
        """The order goes to the other company."""
        company = (self.company, self.other)[to % 2]
        self._order(which).write({"company_id": company.id})

    def _do_credit(self, which, days):
        order = self._order(which)
        if (
            order.company_id == self.company
            and order.state == "sale"
            and order.invoice_status == "to invoice"
            and order.amount_untaxed
        ):
            order.partner_id.property_account_receivable_id = self.receivable
            when = self.today - timedelta(days=days)
            self.credits.append(self._credit(self._invoice(order, when), when))

    def _do_uncredit(self, which, _):
        if self.credits:
            self.credits[which % len(self.credits)].button_draft()

    def _do_reparent(self, who, to):
        person, parent = self._person(1 + who % (len(self.people) - 1)), self.people[0]
        person.parent_id = parent if to % 2 else False

    def _do_archive(self, who, _):
        person = self._person(who)
        person.active = not person.active

    def _do_owner(self, who, to):
        """The contact becomes one company's own, or everybody's again."""
        person = self._person(1 + who % (len(self.people) - 1))
        orders = self.env["sale.order"].search([("partner_id", "=", person.id)])
        if not person.parent_id and orders.company_id <= self.company:
            person.write(
                {
                    "customer_rank": to % 3,
                    "company_id": self.company.id if to % 2 else False,
                }
            )

    def _do_merge(self, who, into):
        loser = self._person(1 + who % (len(self.people) - 1))
        winner = self._person(into)
        apart = not loser.parent_id and not winner.parent_id and not loser.child_ids
        if loser == winner or not apart or len(self.people) < 3:
            return
        if loser.company_id != winner.company_id:
            return
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (loser | winner).ids, winner
        )
        self.people.remove(loser)
