from unittest.mock import patch

from odoo import sql_db
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestConfirmCost(MembershipCase):
    """What would make confirming a member's order dear comes to light here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Member._enroll(cls.partner)._post_points("import", 50, "start")

    def _quotation(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    Command.create({"product_id": self._product(100).id})
                    for _line in range(2)
                ],
            }
        )
        order._update_programs_and_rewards()
        self.env.flush_all()
        self.env.invalidate_all()
        return order

    def _statements(self, work):
        """The statements that ``work`` executes, in one line each."""
        found = []
        execute = sql_db.Cursor.execute

        def noted(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            text = text.decode() if isinstance(text, bytes) else str(text)
            found.append(" ".join(text.split()))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", noted):
            work()
            self.env.flush_all()
        return found

    def _count(self, statements, text):
        return sum(text in statement for statement in statements)

    def test_each_row_is_written_once(self):
        order = self._quotation()
        statements = self._statements(order.action_confirm)
        self.assertEqual(order.state, "sale")
        for table in ("sale_order", "sale_order_line", "loyalty_member"):
            name = table if table == "loyalty_member" else f'"{table}"'
            self.assertEqual(self._count(statements, f"UPDATE {name} "), 1, table)

    def test_large_statement_of_tiers_is_not_planned_for_nothing(self):
        self.gold.threshold, self.silver.threshold = 90000, 80000
        statements = self._statements(self._quotation().action_confirm)
        self.assertFalse(self._count(statements, "loyalty_tier_move"))
        self.silver.threshold, self.gold.threshold = 20, 30
        statements = self._statements(self._quotation().action_confirm)
        self.assertEqual(self._count(statements, "INTO loyalty_tier_move"), 1)
        self.assertEqual(self.partner.member_id.tier_id, self.gold)

    def test_held_points_are_asked_for_once(self):
        statements = self._statements(self._quotation().action_confirm)
        self.assertEqual(self._count(statements, "CEIL(line.points_cost"), 1)

    def test_held_points_follow_reward_lines_alone(self):
        order, other = self._quotation(), self._quotation()
        card = self.partner.member_id.card_id
        self.assertEqual(card.held_points, 0)
        order.order_line[0].price_unit = 90
        self.assertTrue(self.env.cache.contains(card, card._fields["held_points"]))
        order._apply_program_reward(self.program.reward_ids, card)
        self.assertEqual(card.held_points, 50)
        self.assertEqual(other._unusable_points(card), (50, 0))
        reward_line = order.order_line.filtered("reward_id")
        reward_line.points_cost = 20
        self.assertEqual(other._unusable_points(card), (20, 0))
        reward_line.unlink()
        self.assertEqual(other._unusable_points(card), (0, 0))
