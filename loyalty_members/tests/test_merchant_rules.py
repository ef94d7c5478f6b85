from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import InvoicedCase

# name, settings of the membership, rows of the rate table, what happens, points after
# each step as (pending, usable). Amounts in NT$; NT$100 per point.
RULES = [
    (
        "paid orders only",
        {"earn_event": "paid"},
        [],
        [("buy", 3000), ("invoice",), ("pay",)],
        [(0, 0), (0, 0), (0, 30)],
    ),
    (
        "granted when shipped",
        {"earn_event": "delivered"},
        [],
        [("buy", 3000), ("deliver", 1)],
        [(0, 0), (0, 30)],
    ),
    (
        "granted 14 days after shipping without a return",
        {"earn_event": "delivered", "pending_days": 14},
        [],
        [("buy", 3000), ("days", 3), ("deliver", 1), ("days", 16), ("days", 17)],
        [(0, 0), (0, 0), (30, 0), (30, 0), (0, 30)],
    ),
    (
        "seven days to return goods (鑑賞期)",
        {"pending_days": 7},
        [],
        [("buy", 3000), ("days", 6), ("invoice",), ("goods back", 1), ("days", 7)],
        [(30, 0), (30, 0), (30, 0), (0, 0), (0, 0)],
    ),
    (
        "double points in the birthday month",
        {},
        [{"birthday_month": True, "factor": 2}],
        [("buy", 3000), ("born",), ("buy", 3000)],
        [(0, 30), (0, 30), (0, 90)],
    ),
    (
        "gold members earn 1.5 times",
        {},
        [{"tier": "gold", "factor": 1.5}],
        [("buy", 30000), ("buy", 1000)],
        [(0, 300), (0, 315)],
    ),
    (
        "bonus on the first order",
        {},
        [{"first_order": True, "effect": "fixed", "points": 100}],
        [("buy", 1000), ("buy", 1000)],
        [(0, 110), (0, 120)],
    ),
    (
        "bonus from an order amount on",
        {},
        [{"effect": "fixed", "points": 50, "min_amount": 2000}],
        [("buy", 1999), ("buy", 2000)],
        [(0, 19), (0, 89)],
    ),
    (
        "one point more for every NT$50 of a product",
        {},
        [{"product": True, "effect": "extra", "points": 1, "amount": 50}],
        [("buy", 1000), ("buy tea", 1000)],
        [(0, 10), (0, 40)],
    ),
    (
        "some products do not earn",
        {},
        [{"product": True, "effect": "none"}],
        [("buy tea", 1000), ("buy", 1000)],
        [(0, 0), (0, 10)],
    ),
    (
        "campaign days with a limit per day",
        {},
        [{"today": True, "factor": 3, "cap_day": 50}],
        [("buy", 2000), ("buy", 2000), ("days", 1), ("buy", 2000)],
        [(0, 60), (0, 90), (0, 90), (0, 110)],
    ),
    (
        "of two campaigns the better one",
        {"earn_stack": "highest"},
        [{"factor": 2}, {"factor": 3}],
        [("buy", 1000)],
        [(0, 30)],
    ),
    (
        "campaigns add up",
        {"earn_stack": "sum"},
        [{"factor": 2}, {"factor": 3}],
        [("buy", 1000)],
        [(0, 40)],
    ),
    (
        "campaigns multiply",
        {"earn_stack": "product"},
        [{"factor": 2}, {"factor": 3}],
        [("buy", 1000)],
        [(0, 60)],
    ),
    (
        "at most 20% of the order from NT$500 on",
        {"burn_max_ratio": 0.2, "burn_min_amount": 500},
        [],
        [("gift", 1000), ("redeem", 499), ("redeem", 2000)],
        # 400 points pay, NT$1,600 earns
        [(0, 1000), (0, 1000), (0, 616)],
    ),
    (
        "points in hundreds",
        {"burn_step": 100},
        [],
        [("gift", 1000), ("redeem", 950)],
        [(0, 1000), (0, 100)],
    ),
    (
        "points that paid do not earn",
        {},
        [],
        [("gift", 500), ("redeem", 1000)],
        [(0, 500), (0, 5)],
    ),
    (
        "used points come back in proportion",
        {},
        [],
        [
            ("gift", 300),
            ("redeem", 1000),
            ("invoice",),
            ("goods back", 0.5),
            ("goods back", 0.5),
        ],
        [(0, 300), (0, 7), (0, 7), (0, 153), (0, 300)],
    ),
    (
        "points of a return are taken back",
        {},
        [],
        [("buy", 3000), ("invoice",), ("goods back", 0.5), ("goods back", 0.5)],
        [(0, 30), (0, 30), (0, 15), (0, 0)],
    ),
]


@tagged("post_install", "-at_install")
class TestMerchantRules(InvoicedCase):
    """Published rules of shops in Taiwan, each by settings alone."""

    def test_rules(self):
        for name, settings, rates, steps, expected in RULES:
            with self.subTest(name), self.cr.savepoint() as savepoint:
                seen = Story(self, name, settings, rates).play(steps)
                self.assertEqual(seen, expected)
                savepoint.rollback()
                self.env.invalidate_all()
                self.registry.clear_cache()


class Story:
    """A member who buys, pays, returns and redeems, on one day or another."""

    def __init__(self, case, name, settings, rates):
        self.case, self.birthday = case, None
        self.today = case.program._today()
        self.now = self.today
        case.program.write(settings)
        self.tea = case._product(1000)
        for number, values in enumerate(rates):
            case.env["loyalty.earn.rate"].create(
                self._rate(f"Rate {number}", dict(values))
            )
        self.partner = case.env["res.partner"].create({"name": name})
        self.member = case.Member._enroll(self.partner)

    def _rate(self, name, values):
        if tier := values.pop("tier", None):
            values["tier_ids"] = [(6, 0, getattr(self.case, tier).ids)]
        if values.pop("product", None):
            values["product_ids"] = [(6, 0, self.tea.ids)]
        if values.pop("today", None):
            values.update(date_from=self.today, date_to=self.today)
        return {"name": name, "program_id": self.case.program.id, **values}

    def play(self, steps):
        seen = []
        born = patch.object(
            self.case.registry["loyalty.member"],
            "_birthday",
            lambda member: self.birthday,
        )
        with born:
            for name, *arguments in steps:
                with freeze_time(f"{self.now} 04:00:00"):
                    getattr(self, name.replace(" ", "_"))(*arguments)
                self.case.assertFalse(self.case.Member._prove(self.member))
                seen.append((self.member.pending, self.member.balance))
        return seen

    # -- steps ----------------------------------------------------------------
    def _draft(self, amount):
        # in twentieths, so that a half can be returned
        return self.case._order_of(20, amount / 20, self.partner, confirm=False)

    def buy(self, amount):
        self.order = self._draft(amount)
        self.order.action_confirm()

    def buy_tea(self, amount):
        self.order = self._draft(amount)
        self.order.order_line.product_id = self.tea
        self.order.order_line.write(
            {"product_uom_qty": 1, "price_unit": amount, "tax_ids": False}
        )
        self.order.action_confirm()

    def redeem(self, amount):
        self.order = self._draft(amount)
        self.order._update_programs_and_rewards()
        card = self.member.card_id
        rewards = self.order._get_claimable_rewards().get(card)
        if rewards:
            self.order._apply_program_reward(rewards, card)
            self.order.action_confirm()

    def deliver(self, share):
        line = self.order.order_line
        line.qty_delivered = share * line.product_uom_qty

    def invoice(self):
        self.bill = self.case._invoice(self.order)

    def pay(self):
        self.case._pay(self.bill, self.bill.amount_total)

    def goods_back(self, share):
        self.case._credit(self.bill, share * 20)

    def days(self, number):
        self.now = self.today + timedelta(days=number)
        with freeze_time(f"{self.now} 04:00:00"):
            self.case.Member._release_due()

    def born(self):
        self.birthday = self.today

    def gift(self, points):
        self.member._post_points("gift", points, "gift")
