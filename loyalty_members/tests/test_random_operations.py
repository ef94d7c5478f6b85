import random
from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCase

SEEDS = (1, 20260215, 987654321)
STEPS = 80


@tagged("post_install", "-at_install")
class TestRandomOperations(MembershipCase):
    """Whatever happens in whatever order, the invariant holds after each step."""

    def test_invariant_after_every_step(self):
        self.program.write(
            {
                "expiry_model": "rolling",
                "expiry_months": 1,
                "reinstate_days": 3,
                "adjust_manager_line": 20,
            }
        )
        self.env.ref("base.user_admin").company_ids += self.company
        played = set()
        for seed in SEEDS:
            with self.subTest(seed=seed):
                story = Story(self, random.Random(seed))
                story.play(STEPS)
                played |= story.played
        self.assertGreaterEqual(len(played), 18)


class Story:
    """Random operations on three members, beside an independent plain-Python ledger."""

    def __init__(self, case, rng):
        self.case = case
        self.rng = rng
        self.members = case._enroll(*(f"{rng.random()}" for _n in range(3)))
        self.expected = dict.fromkeys(self.members, 0)
        self.waiting = {}
        self.orders = case.env["sale.order"]
        self.posts = 0
        self.burned = []
        self.played = set()

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
            self.gift,
            self.opening_balance,
            self.wait,
            self.wait,
            self.void,
            self.transfer,
            self.document,
            self.days_pass,
            self.release,
            self.expire,
        ]
        for _step in range(steps):
            operation = self.rng.choice(operations)
            operation()
            self.played.add(operation.__name__)
            self.check(operation.__name__)
        while self.waiting:
            self.void()
        self.check("the end")

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
            waiting = [e.points for e in self.waiting.values() if e.member_id == member]
            case.assertEqual(member.pending, sum(waiting), name)

    def member(self):
        return self.rng.choice(self.members)

    def key(self):
        self.posts += 1
        return f"story:{self.members.ids}:{self.posts}"

    def some_order(self, *states):
        orders = self.orders.filtered(lambda order: order.state in states)
        return self.rng.choice(orders) if orders else orders

    def today(self):
        return self.case.program._today()

    def overdue(self, member):
        """What is left of lots whose last day has passed."""
        return sum(
            lot.remaining
            for lot in member.lot_ids
            if lot.expire_on and lot.expire_on < self.today()
        )

    def usable(self, member):
        return member.balance - self.overdue(member)

    # -- orders ---------------------------------------------------------------
    def order(self):
        partner = self.member().partner_id
        self.orders += self.case._order(partner, self.rng.randint(1, 3000))

    def change_quantity(self):
        order = self.some_order("sale")
        line = order.order_line.filtered(lambda line: not line.reward_id)[:1]
        if line:
            self.before_returns(order)
            line.product_uom_qty = self.rng.randint(0, 5)

    def cancel(self):
        order = self.some_order("sale")
        if order:
            self.before_returns(order)
            self.case._cancel(order)

    def confirm_again(self):
        order = self.some_order("cancel")
        if order:
            order.action_draft()
            order.action_confirm()

    def redeem(self):
        self.expire()  # native code offers what the card shows
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
            expire_on=self.rng.choice([None, expire_on]),
        )

    def gift(self):
        self.post(self.member(), "gift", self.rng.randint(1, 20))

    def opening_balance(self):
        origin = self.rng.choice(["earned", "bonus", "paid", "refund"])
        self.post(self.member(), "import", self.rng.randint(1, 20), origin=origin)

    def burn(self):
        member, points = self.member(), self.rng.randint(1, 60)
        document = self.case.env["res.partner"].create({"name": "Till slip"})
        if points > self.usable(member):
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
        self.expected[member] -= self.overdue(member)
        self.post(member, "reinstate", points, source=document)
        row[2] -= points
        if not row[2]:
            self.burned.remove(row)

    def claw_back(self):
        self.post(self.member(), "reverse", self.rng.randint(1, 40))

    def adjust(self):
        member = self.member()
        points = self.rng.choice([-1, 1]) * self.rng.randint(1, 30)
        if points < 0 and -points > self.usable(member):
            return
        self.post(member, "adjust", points)

    def transfer(self):
        giver, taker = self.rng.sample(list(self.members), 2)
        points = self.rng.randint(1, 20)
        if points > self.usable(giver):
            return
        self.post(giver, "transfer_out", points)
        self.post(taker, "transfer_in", points)

    def document(self):
        """An adjustment of several members, by one person or by two."""
        points = [self.rng.randint(1, 30) for _member in self.members]
        document = self.case.env["loyalty.point.adjustment"].create(
            {
                "reason_id": self.case.env.ref("loyalty_members.reason_goodwill").id,
                "line_ids": [
                    Command.create({"member_id": member.id, "points": number})
                    for member, number in zip(self.members, points, strict=True)
                ],
            }
        )
        document.action_submit()
        alone = max(points) <= self.case.program.adjust_manager_line
        self.case.assertEqual(document.state, "approved" if alone else "submitted")
        if document.state == "submitted":
            document._post(approver=self.case.env.ref("base.user_admin"))
        for member, number in zip(self.members, points, strict=True):
            self.expected[member] += number

    # -- pending points, time -------------------------------------------------
    def wait(self):
        member = self.member()
        entry = member._post_points(
            "earn",
            self.rng.randint(1, 60),
            self.key(),
            available_on=self.today() + timedelta(days=self.rng.randint(1, 9)),
        )
        self.waiting[entry.id] = entry

    def void(self):
        if self.waiting:
            entry = self.waiting.pop(self.rng.choice(list(self.waiting)))
            self.case.assertEqual(self.case.Member._void_pending(entry), entry)

    def days_pass(self):
        self.case._days_pass(self.rng.randint(1, 12))

    def release(self):
        due = [e for e in self.waiting.values() if e.available_on <= self.today()]
        self.case.assertEqual(self.case.Member._release_due(), len(due))
        for entry in due:
            self.expected[entry.member_id] += entry.points
            del self.waiting[entry.id]

    def expire(self):
        for member in self.members:
            self.expected[member] -= self.overdue(member)
        self.case.Member._expire_due()
        for member in self.members:
            self.case.assertFalse(self.overdue(member))

    def before_returns(self, order):
        """What the order returns expires its member's overdue lots first."""
        if order.order_line.filtered("points_cost"):
            self.expire()
