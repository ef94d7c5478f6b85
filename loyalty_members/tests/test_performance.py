from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import loyalty_member_facts
from ..models.loyalty_earning_engine import order_facts
from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPerformance(MembershipCase):
    """The number of statements does not grow with the number of records."""

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _unposted_orders(self, count):
        """Confirmed orders of as many members that have not been reconciled."""
        names = [f"P{number}" for number in range(count)]
        partners = self.env["res.partner"].create([{"name": n} for n in names])
        orders = self.env["sale.order"]
        for partner in partners:
            orders += self._order(partner, 12000, confirm=False)
        orders.write({"state": "sale"})
        self.Member._enroll(partners)
        return orders

    def test_reconcile_of_50_orders_takes_the_statements_of_one(self):
        warm, one, fifty = map(self._unposted_orders, (1, 1, 50))
        self._count(lambda: self.Member._reconcile(warm))
        single = self._count(lambda: self.Member._reconcile(one))
        many = self._count(lambda: self.Member._reconcile(fifty))
        members = fifty.partner_id.member_ids
        self.assertEqual(set(members.mapped("balance")), {120})
        self.assertEqual(members.tier_id, self.silver)
        self.assertLessEqual(many, single + 3)
        self.assertLessEqual(single, 32)

    def test_reconcile_with_nothing_to_do(self):
        one, twenty = map(self._unposted_orders, (1, 20))
        self.Member._reconcile(one | twenty)
        counts = [
            self._count(lambda o=orders: self.Member._reconcile(o))
            for orders in (one, twenty)
        ]
        # with nothing in the cache: what the orders are about, and what they posted
        self.assertLessEqual(counts[0], 17)
        self.assertLessEqual(counts[1], counts[0])
        with patch.object(loyalty_member_facts, "FEW", 0):
            self.assertLessEqual(self._count(lambda: self.Member._reconcile(twenty)), 1)

    def test_claw_back_and_debt_of_many(self):
        warm, one, many = map(self._unposted_orders, (1, 1, 30))
        (warm | one | many)._reconcile_points()
        counts = []
        for orders in (warm, one, many):
            for member in orders.partner_id.member_ids:
                member._post_points("burn", 50, f"b{member.id}")
            orders.with_context(tracking_disable=True).flush_recordset()
            self.env.cr.execute(
                "UPDATE sale_order SET state = 'cancel' WHERE id = ANY(%s)",
                [orders.ids],
            )
            orders.invalidate_recordset(["state"])
            counts.append(self._count(lambda o=orders: self.Member._reconcile(o)))
            self.assertEqual(set(orders.partner_id.member_ids.mapped("debt")), {50})
        self.assertLessEqual(counts[2], counts[1] + 3)
        self.assertFalse(self.Member._prove())

    def test_contact_fields_of_a_list(self):
        partners = self.env["res.partner"].browse(
            self._unposted_orders(30).partner_id.ids
        )

        def read(records):
            records.read(["member_id", "member_tier_id", "member_points"])

        single = self._count(lambda: read(partners[:1]))
        self.assertLessEqual(self._count(lambda: read(partners)), single + 1)

    def test_plan_of_the_facts_when_statistics_are_old(self):
        """After an import, before the planner has heard of it: every large table is
        still read by an index."""
        order = self._unposted_orders(1)
        other = self._order(self.partner, 100)
        self.env["loyalty.member"]._reconcile(order | other)
        self.env.flush_all()
        self._copy_rows("sale_order_line", "order_id", {}, order.id)
        keys = {"key": "'import' || number"}
        self._copy_rows("loyalty_point_entry", "source_id", keys, order.id)
        query = order_facts(other.ids, "Asia/Taipei")
        plan = "\n".join(
            row for (row,) in self.env.execute_query(SQL("EXPLAIN %s", query))
        )
        for table in ("sale_order_line", "loyalty_point_entry"):
            self.assertNotRegex(plan, rf"Seq Scan on {table}\b")

    def _copy_rows(self, table, where, values, order_id):
        """20,000 copies of the first row that belongs to an order."""
        columns = [
            name
            for (name,) in self.env.execute_query(
                SQL(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
                    " AND attnum > 0 AND NOT attisdropped AND attname <> 'id'",
                    table,
                )
            )
        ]
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM (SELECT * FROM %s WHERE %s = %s"
                " LIMIT 1) old, generate_series(1, 20000) number RETURNING 1",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(
                    SQL(values[name]) if name in values else SQL.identifier("old", name)
                    for name in columns
                ),
                SQL.identifier(table),
                SQL.identifier(where),
                order_id,
            )
        )
