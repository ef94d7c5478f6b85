import json
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import crm_stats_engine_store as store
from .common import SegmentsCase

CONTACTS = 30_000
CHANGED = 50
#: large tables, which the refresh of a few customers must not read from end to end
LARGE = {
    "account_move",
    "account_move_line",
    "crm_lead",
    "crm_partner_stats",
    "res_partner",
    "sale_order",
}


def nodes(plan):
    """Every node of a plan as EXPLAIN (FORMAT JSON) gives it."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@tagged("post_install", "-at_install")
class TestIncrementalPlan(SegmentsCase):
    """The incremental refresh finds its customers by index, however many there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pattern = cls._create_order(cls._create_customer("Pattern"), "2025-06-01")
        cls.env["crm.lead"].create(
            {"name": "Pattern", "partner_id": pattern.partner_id.id}
        )
        cls.stats._refresh()
        cls.env.flush_all()
        ids = cls._copies("res_partner", pattern.partner_id.id, "commercial_partner_id")
        cls.changed = ids[:: CONTACTS // CHANGED]
        cls._copies("sale_order", pattern.id, "partner_id", ids)
        lead = cls.env["crm.lead"].search([("partner_id", "=", pattern.partner_id.id)])
        cls._copies("crm_lead", lead.id, "partner_id", ids)
        cls.stats._refresh(full=True)
        for table in LARGE:
            cls.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    @classmethod
    def _copies(cls, table, row_id, column, partner_ids=None):
        """Copy a row, once per contact; :return: the ids of the copies"""
        cls.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s"
            " AND is_generated = 'NEVER'",
            [table],
        )
        names = [name for [name] in cls.cr.fetchall()]
        own = {"id": SQL("n.id"), column: SQL("COALESCE(n.partner_id, n.id)")}
        own |= dict.fromkeys(("access_token", "signup_type"), SQL("NULL"))
        cls.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (%(names)s)
                SELECT %(values)s FROM %(table)s pattern, (
                       SELECT nextval(pg_get_serial_sequence(%(name)s, 'id')) AS id,
                              (%(partners)s::int[])[i] AS partner_id
                         FROM generate_series(1, %(count)s) i) n
                 WHERE pattern.id = %(row)s
                RETURNING id
                """,
                table=SQL.identifier(table),
                name=table,
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=SQL(", ").join(
                    own.get(name) or SQL.identifier("pattern", name) for name in names
                ),
                partners=partner_ids or [],
                count=CONTACTS,
                row=row_id,
            )
        )
        return [row_id for [row_id] in cls.cr.fetchall()]

    def _whole_reads(self, **kwargs):
        """{(table, statement)} that a refresh reads from end to end."""
        found = set()
        run = self.registry["crm.partner.stats"]._run

        def explain(stats, *statements):
            rows = 0
            for statement in statements:
                if statement.code.split(None, 1)[0] in {"CREATE", "INSERT", "DELETE"}:
                    [[plan]] = self.env.execute_query(
                        SQL("EXPLAIN (FORMAT JSON) %s", statement)
                    )
                    plan = plan if isinstance(plan, list) else json.loads(plan)
                    found.update(
                        (node["Relation Name"], " ".join(statement.code.split())[:60])
                        for node in nodes(plan[0]["Plan"])
                        if node["Node Type"] == "Seq Scan"
                    )
                rows += run(stats, statement)
            return rows

        # the cut-points are of all customers: one pass over the rows, on purpose
        same = SQL("SELECT 1 WHERE FALSE")
        with (
            patch.object(self.registry["crm.partner.stats"], "_run", explain),
            patch.object(store, "upsert_cuts", lambda table: same),
        ):
            self.stats._refresh(**kwargs)
        return {(table, code) for table, code in found if table in LARGE}

    def test_few_changed_customers_are_found_by_index(self):
        self.env["crm.stats.queue"]._push(self.changed)
        self.cr.execute("UPDATE sale_order SET amount_untaxed = 5 WHERE TRUE")
        self.assertEqual(self._whole_reads(), set())

    def test_the_guard_sees_a_whole_read(self):
        self.env["crm.stats.queue"]._push(self.changed)
        self.cr.execute("SET LOCAL enable_indexscan = off")
        self.cr.execute("SET LOCAL enable_bitmapscan = off")
        tables = {table for table, _code in self._whole_reads()}
        self.assertLessEqual({"sale_order", "res_partner", "crm_lead"}, tables)
