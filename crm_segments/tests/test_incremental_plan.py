from collections import Counter
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from .test_transactions import TransactionsCase

CONTACTS = 20_000
CHANGED = 20
#: tables that grow with the business
LARGE = ("account_move", "crm_lead", "crm_partner_stats", "res_partner", "sale_order")
#: statements that have a plan
WORK = {"CREATE", "INSERT", "UPDATE", "DELETE"}
ROWS = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")


def nodes(plan):
    """Every node of a plan as EXPLAIN (FORMAT JSON) gives it."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@tagged("post_install", "-at_install")
class TestIncrementalPlan(TransactionsCase):
    """The incremental refresh finds its customers by index, however many there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = cls.company._stats_today()
        pattern = cls._create_order(cls.customer, today)
        lead = cls.env["crm.lead"].create(
            {"name": "Pattern", "partner_id": cls.customer.id}
        )
        credit = cls._credit(cls._invoice(pattern, today), today)
        cls.env.flush_all()
        ids = cls._copies("res_partner", pattern.partner_id.id, "commercial_partner_id")
        cls.changed = ids[:: CONTACTS // CHANGED]
        cls._copies("sale_order", pattern.id, "partner_id", ids)
        cls._copies("crm_lead", lead.id, "partner_id", ids)
        cls._copies("account_move", credit.id, "partner_id", ids)
        cls._analyze()
        cls.stats._refresh(full=True)
        cls._analyze()

    @classmethod
    def _analyze(cls):
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
        own |= {"access_token": SQL("NULL"), "name": SQL("'B' || n.id")}
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

    def _rows_read(self):
        """{table: rows that the incremental refresh looks at}, of the large tables."""
        found = Counter()
        run = self.registry["crm.partner.stats"]._run

        def explain(stats, *statements):
            for statement in statements:
                if statement.code.split(None, 1)[0] not in WORK:
                    run(stats, statement)
                    continue
                # ANALYZE: the statement is done, and the rows are real
                [[plans]] = self.env.execute_query(
                    SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", statement)
                )
                for node in nodes(plans[0]["Plan"]):
                    rows = sum(node.get(key, 0) for key in ROWS) * node["Actual Loops"]
                    found[node.get("Relation Name")] += rows
            return 0

        with patch.object(self.registry["crm.partner.stats"], "_run", explain):
            self.stats._refresh()
        return {table: found[table] for table in LARGE}

    def test_few_changed_customers_are_found_by_index(self):
        self.env["crm.stats.queue"]._push(self.changed)
        read = self._rows_read()
        for table, rows in read.items():
            with self.subTest(table=table):
                # a row may be looked at by several statements
                self.assertLessEqual(rows, 10 * len(self.changed))
        self.assertGreaterEqual(read["sale_order"], len(self.changed))

    def test_nothing_changed_reads_nothing(self):
        self.assertEqual(self._rows_read(), dict.fromkeys(LARGE, 0))

    def test_the_guard_sees_a_whole_read(self):
        self.env["crm.stats.queue"]._push(self.changed)
        self.cr.execute("SET LOCAL enable_indexscan = off")
        self.cr.execute("SET LOCAL enable_bitmapscan = off")
        self.cr.execute("SET LOCAL enable_indexonlyscan = off")
        read = self._rows_read()
        for table in ("sale_order", "res_partner", "crm_lead"):
            with self.subTest(table=table):
                self.assertGreaterEqual(read[table], CONTACTS)
