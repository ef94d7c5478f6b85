"""What confirming an order of a member costs beside native loyalty.

Both databases have the same modules but for loyalty_members, and a program of the same
kind: points by amount, one reward.
"""

from statistics import median

from .measure import Budget, Row, Variant, cpu, interleave, wall

DATABASES = ("native", "loyalty")
LINES = (1, 10, 50)
ROUNDS = 60
WARM = 3
POINTS = 50
CONFIRM = Budget(1.10)


def confirming_rows(bench):
    shops = {alias: Shop(bench, alias) for alias in DATABASES}
    for lines in LINES:
        yield from confirm_rows(bench, shops, lines)


class Shop:
    """A company with a program, products, and a customer with a card and points."""

    def __init__(self, bench, alias):
        self.bench, self.alias = bench, alias
        bench.say(f"Making a shop in {bench.databases[alias]}")
        with bench.request(alias) as env:
            # no journal to post to, no mail to send: as cheap as confirming gets
            env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
            self.partner_id = env["res.partner"].create({"name": "Customer"}).id
            self.product_ids = (
                env["product.product"]
                .create(
                    [
                        {"name": f"Tea {number}", "list_price": 100, "taxes_id": [(5,)]}
                        for number in range(max(LINES))
                    ]
                )
                .ids
            )
            getattr(self, f"_make_{alias}")(env)

    def _make_native(self, env):
        program = env["loyalty.program"].create(
            {
                "name": "Native",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "communication_plan_ids": [],
                "rule_ids": [
                    (0, 0, {"reward_point_mode": "money", "reward_point_amount": 0.01})
                ],
                "reward_ids": [
                    (
                        0,
                        0,
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": 1,
                            "required_points": 1,
                        },
                    )
                ],
            }
        )
        env["loyalty.card"].create(
            {
                "program_id": program.id,
                "partner_id": self.partner_id,
                "points": POINTS,
            }
        )

    def _make_loyalty(self, env):
        partner = env["res.partner"].browse(self.partner_id)
        member = env["loyalty.member"]._enroll(partner)
        member._post_points("import", POINTS, "bench")

    def quotation(self, lines):
        """:return: id of a new quotation, as a salesperson has just saved it"""
        with self.bench.request(self.alias) as env:
            order = env["sale.order"].create(
                {
                    "partner_id": self.partner_id,
                    "order_line": [
                        (0, 0, {"product_id": product_id, "product_uom_qty": 1})
                        for product_id in self.product_ids[:lines]
                    ],
                }
            )
            order._update_programs_and_rewards()
            return order.id

    def points(self):
        query = "SELECT sum(points) FROM loyalty_card WHERE partner_id = %s"
        return self.bench.sql(self.alias, query, [self.partner_id])[0][0]


class Confirming:
    """Confirms a quotation made just before, and counts the statements."""

    def __init__(self, shop, lines):
        self.shop, self.lines, self.statements = shop, lines, []

    def before(self):
        self.order_id = self.shop.quotation(self.lines)

    def run(self):
        with self.shop.bench.request(self.shop.alias) as env:
            env["sale.order"].browse(self.order_id).action_confirm()
            env.flush_all()
            self.statements.append(env.cr.sql_log_count)


def confirm_rows(bench, shops, lines):
    bench.say(f"Confirming orders of {lines} lines")
    work = {alias: Confirming(shop, lines) for alias, shop in shops.items()}
    before = {alias: shop.points() for alias, shop in shops.items()}
    rounds = bench.size(ROUNDS)
    samples = interleave(
        {alias: Variant(one.run, one.before) for alias, one in work.items()},
        rounds,
        warm=WARM,
    )
    for alias, shop in shops.items():
        # a point for NT$100, and each line is one
        earned = shop.points() - before[alias]
        if earned != (rounds + WARM) * lines:
            raise AssertionError(f"{alias}: {earned} points of {rounds + WARM} orders")
    ours, native = samples["loyalty"], samples["native"]
    name = f"confirm {lines} line{'s' if lines > 1 else ''} : native loyalty"
    yield Row(name, wall(ours), "s", wall(native), CONFIRM)
    yield Row("  in CPU of Odoo's process", cpu(ours), "s", cpu(native))
    yield Row(
        "  statements",
        median(work["loyalty"].statements),
        "",
        median(work["native"].statements),
    )
