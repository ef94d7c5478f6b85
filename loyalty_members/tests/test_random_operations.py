import random
from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import MembershipCase

SEEDS = (1, 20260215, 987654321)
STEPS = 60


@tagged("post_install", "-at_install")
class TestRandomOperations(MembershipCase):
    """Whatever happens in whatever order, the invariant holds after each step."""

    def test_invariant_after_every_step(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                Story(self, random.Random(seed)).play(STEPS)


class Story:
    """Random operations on three members, beside an independent plain-Python ledger."""

    def __init__(self, case, rng):
        self.case = case
        self.rng = rng
        self.members = case._enroll(*(f"{rng.random()}" for _n in range(3)))
        self.expected = dict.fromkeys(self.members, 0)
        self.orders = case.env["sale.order"]
        self.posts = 0
        self.burned = []

    def play(self, steps):
        operations = [
            self.order,
            self.order,
            self.change_quantity,
            self.cancel,
            self.confirm_again,
            self.redeem,
            self.earn,
            self.burn,
            self.give_back,
            self.claw_back,
            self.adjust,
            self.repeat,
        ]
        for _step in range(steps):
            operation = self.rng.choice(operations)
            operation()
            self.check(operation.__name__)

    def check(self, name):
        case = self.case
        case.assertFalse(case.Member._prove(), name)
        for member in self.members:
            by_orders = 0
            for order in self.orders.filtered(
                lambda o, m=member: o.partner_id == m.partner_id and o.state == "sale"
            ):
                by_orders += max(0, int(order.amount_total // 100))
                by_orders -= int(sum(order.order_line.mapped("points_cost")))
            total = self.expected[member] + by_orders
            case.assertEqual(member.balance - member.debt, total, name)
            case.assertEqual(member.card_id.points, total, name)

    def member(self):
        return self.rng.choice(self.members)

    def key(self):
        self.posts += 1
        return f"story:{self.members.ids}:{self.posts}"

    def some_order(self, *states):
        orders = self.orders.filtered(lambda order: order.state in states)
        return self.rng.choice(orders) if orders else orders

    # -- orders ---------------------------------------------------------------
    def order(self):
        partner = self.member().partner_id
        self.orders += self.case._order(partner, self.rng.randint(1, 3000))

    def change_quantity(self):
        order = self.some_order("sale")
        line = order.order_line.filtered(lambda line: not line.reward_id)[:1]
        if line:
            line.product_uom_qty = self.rng.randint(0, 5)

    def cancel(self):
        order = self.some_order("sale")
        if order:
            self.case._cancel(order)

    def confirm_again(self):
        order = self.some_order("cancel")
        if order:
            order.action_draft()
            order.action_confirm()

    def redeem(self):
        member = self.member()
        order = self.case._order(
            member.partner_id, self.rng.randint(10, 500), confirm=False
        )
        if member.balance:
            self.case._redeem(order)
        order.action_confirm()
        self.orders += order

    def repeat(self):
        self.case.assertFalse(self.case.Member._reconcile(self.orders))

    # -- direct postings ------------------------------------------------------
    def post(self, member, kind, points, **values):
        entry = member._post_points(kind, points, self.key(), **values)
        self.expected[member] += entry.points
        return entry

    def earn(self):
        expire_on = date(2030, 1, 1) + timedelta(days=self.rng.randint(0, 900))
        self.post(
            self.member(),
            "earn",
            self.rng.randint(1, 60),
            expire_on=self.rng.choice([False, expire_on]) or None,
        )

    def burn(self):
        member, points = self.member(), self.rng.randint(1, 60)
        document = self.case.env["res.partner"].create({"name": "Till slip"})
        if points > member.balance:
            with self.case.assertRaises(ValidationError):
                member._post_points("burn", points, self.key(), source=document)
            return
        self.post(member, "burn", points, source=document)
        self.burned.append([member, document, points])

    def give_back(self):
        if not self.burned:
            return
        row = self.rng.choice(self.burned)
        member, document, left = row
        points = self.rng.randint(1, left)
        self.post(member, "reinstate", points, source=document)
        row[2] -= points
        if not row[2]:
            self.burned.remove(row)

    def claw_back(self):
        self.post(self.member(), "reverse", self.rng.randint(1, 40))

    def adjust(self):
        member = self.member()
        points = self.rng.choice([-1, 1]) * self.rng.randint(1, 30)
        if points < 0 and -points > member.balance:
            return
        self.post(member, "adjust", points)
