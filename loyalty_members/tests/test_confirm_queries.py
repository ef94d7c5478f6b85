from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCase

# statements that confirming may take beyond native loyalty; 46 to 51 were counted
MORE = 5


@tagged("post_install", "-at_install")
class TestConfirmQueries(MembershipCase):
    """Statements of confirming an order, beside a native program of the same kind.

    Both shops are in one database, so what this module asks about orders that are not
    of members counts on both sides; ./setup/bench loyalty compares with a database
    without it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Member._enroll(cls.partner)._post_points("import", 50, "start")
        cls.native_shop = cls.env["res.company"].create(
            {"name": "Native Shop", "currency_id": cls.env.ref("base.TWD").id}
        )
        cls.env.user.company_ids += cls.native_shop
        native = cls.env["loyalty.program"].create(
            {
                "name": "Native",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "company_id": cls.native_shop.id,
                "currency_id": cls.native_shop.currency_id.id,
                "communication_plan_ids": [],
                "rule_ids": [
                    Command.create(
                        {"reward_point_mode": "money", "reward_point_amount": 0.01}
                    )
                ],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": 1,
                            "required_points": 1,
                        }
                    )
                ],
            }
        )
        cls.env["loyalty.card"].create(
            {"program_id": native.id, "partner_id": cls.partner.id, "points": 50}
        )
        cls.products = [cls._product(100 + number) for number in range(50)]

    def _statements(self, company, lines):
        order = (
            self.env["sale.order"]
            .with_context(allowed_company_ids=company.ids)
            .create(
                {
                    "partner_id": self.partner.id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create({"product_id": product.id})
                        for product in self.products[:lines]
                    ],
                }
            )
        )
        order._update_programs_and_rewards()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        order.action_confirm()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _counts(self, company):
        self._statements(company, 1)
        return [self._statements(company, lines) for lines in (1, 10, 50)]

    def test_confirm_beside_native(self):
        native = self._counts(self.native_shop)
        ours = self._counts(self.company)
        self.assertEqual(self.partner.member_id.entry_count, 5)
        for one, other in zip(ours, native, strict=True):
            self.assertLessEqual(one, other + MORE)
        # none per line
        self.assertEqual(len(set(ours)), 1)

    def test_rates_cost_no_statement_per_order(self):
        for tier in self.program.tier_ids.sorted("sequence", reverse=True):
            tier.threshold *= 1000  # nobody moves up, which costs statements as well
        before = self._counts(self.company)
        self.env["loyalty.earn.rate"].create(
            [
                {
                    "name": f"Rate {number}",
                    "program_id": self.program.id,
                    "product_ids": [Command.set(self.products[number].ids)],
                    "tier_ids": [Command.set(self.silver.ids)],
                }
                for number in range(20)
            ]
        )
        self.assertEqual(self._counts(self.company), before)
