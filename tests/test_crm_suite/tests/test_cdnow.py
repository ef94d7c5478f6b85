import datetime
import tempfile
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..sample import cdnow
from ..sample.oracle import Oracle

# half of the customers have not bought yet; all have; in the middle; a year after the
# first purchases, where they leave the 12 months; after the log
TODAYS = (
    datetime.date(1997, 2, 15),
    datetime.date(1997, 4, 15),
    datetime.date(1997, 12, 31),
    datetime.date(1998, 2, 28),
    datetime.date(1998, 7, 15),
)
RATE = 30
EARN_AMOUNT = 100


@tagged("post_install", "-at_install")
class TestCdnow(TransactionCase):
    """The real purchase log through the modules, against plain Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.env["loyalty.program"]._create_membership(cls.env.company)
        cls.program.earn_amount = EARN_AMOUNT
        cls.partners = cdnow.import_log(cls.env, cdnow.read_log(), rate=RATE)
        cls.everybody = cls.env["res.partner"].union(*cls.partners.values())
        cls.oracle = Oracle(cdnow.log_file(), rate=RATE)

    def _members(self):
        members = self.env["loyalty.member"].search(
            [
                ("program_id", "=", self.program.id),
                ("partner_id", "in", self.everybody.ids),
            ]
        )
        return {member.partner_id: member for member in members}

    def test_import_is_complete(self):
        self.assertEqual(len(self.partners), 2357)
        orders = self.env["sale.order"].search(
            [("partner_id", "in", self.everybody.ids)]
        )
        self.assertEqual(len(orders), 6919)
        self.assertEqual(set(orders.mapped("state")), {"sale"})

    def test_order_is_what_the_log_says(self):
        """Customer 1, 12 December 1997: 2 CDs for US$ 26.48."""
        order = self.env["sale.order"].search(
            [("partner_id", "=", self.partners[1].id)], order="date_order DESC", limit=1
        )
        self.assertEqual(order.date_order, datetime.datetime(1997, 12, 12, 4, 0))
        self.assertEqual(order.amount_untaxed, 794)
        self.assertEqual(order.amount_total, 794)
        self.assertEqual(order.order_line.name, "2 CD, US$26.48")

    def test_statistics_of_every_customer(self):
        Stats = self.env["crm.partner.stats"]
        for today in TODAYS:
            Stats._refresh(full=True, today=today)
            rows = Stats.search(
                [
                    ("partner_id", "in", self.everybody.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
            found = {
                row.partner_id: (
                    row.order_count,
                    row.last_order_date or None,
                    round(row.amount_total, 2),
                    row.nesl,
                    row.is_main,
                )
                for row in rows
            }
            expected = {}
            for customer, partner in self.partners.items():
                facts = self.oracle.facts(customer, today)
                expected[partner] = (
                    facts.order_count,
                    facts.last_date,
                    facts.amount,
                    facts.nesl,
                    facts.is_main,
                )
            with self.subTest(today=today):
                self.assertEqual(len(found), 2357)
                self._assert_same(found, expected)
                self.assertEqual(
                    {partner: partner.nesl for partner in self.everybody},
                    {partner: facts[3] for partner, facts in expected.items()},
                )

    def test_twelve_months_and_scores_of_every_customer(self):
        Stats = self.env["crm.partner.stats"]
        for today in TODAYS:
            Stats._refresh(full=True, today=today)
            found = {
                row.partner_id: (
                    row.first_order_date or None,
                    row.order_count_12m,
                    round(row.amount_12m, 2),
                    row.rfm_cell or "",
                )
                for row in self._rows()
            }
            expected = {
                self.partners[customer]: (
                    year.first_date,
                    year.order_count,
                    year.amount,
                    year.rfm,
                )
                for customer, year in self.oracle.years(today).items()
            }
            with self.subTest(today=today):
                self.assertEqual(len(expected), 2357)
                self._assert_same(found, expected)
                scores = {cell[0] for *_, cell in expected.values() if cell}
                self.assertEqual(scores, set("12345"))

    def test_every_state_occurs(self):
        """The dates are chosen well: each state is put to the test."""
        seen = {
            self.oracle.facts(customer, today).nesl
            for today in TODAYS
            for customer in self.partners
        }
        self.assertEqual(seen, {"new", "existing", "sleeping", "lost"})
        self.assertTrue(
            any(
                self.oracle.facts(customer, TODAYS[1]).is_main
                for customer in self.partners
            )
        )

    def test_incremental_refresh_follows_the_calendar(self):
        """Day by day, touching only what is due, gives what a full refresh gives."""
        Stats = self.env["crm.partner.stats"]
        Stats._refresh(full=True, today=TODAYS[2])
        Stats._refresh(today=datetime.date(1998, 1, 20))
        step = {row.partner_id: row.nesl for row in self._rows()}
        Stats._refresh(full=True, today=datetime.date(1998, 1, 20))
        self._assert_same(step, {row.partner_id: row.nesl for row in self._rows()})

    def _rows(self):
        return self.env["crm.partner.stats"].search(
            [
                ("partner_id", "in", self.everybody.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )

    def test_points_of_every_member(self):
        members = self._members()
        self.assertEqual(len(members), 2357)
        self._assert_same(
            {partner: member.balance for partner, member in members.items()},
            {
                partner: self.oracle.points(customer, per=EARN_AMOUNT)
                for customer, partner in self.partners.items()
            },
        )

    def test_ledger_agrees_with_itself(self):
        """Sum of lots = balance = points of the card, for each member."""
        members = self.env["loyalty.member"].union(*self._members().values())
        lots = dict(
            self.env["loyalty.point.lot"]._read_group(
                [("member_id", "in", members.ids)], ["member_id"], ["remaining:sum"]
            )
        )
        for member in members:
            self.assertEqual(
                lots.get(member, 0), member.balance, member.partner_id.name
            )
            self.assertEqual(member.card_id.points, member.balance)
        self.assertFalse(self.env["loyalty.member"]._prove())

    def test_reconciling_again_changes_nothing(self):
        entries = self.env["loyalty.point.entry"].search_count([])
        orders = self.env["sale.order"].search(
            [("partner_id", "in", self.everybody[:100].ids)]
        )
        self.env["loyalty.member"]._reconcile(orders)
        self.assertEqual(self.env["loyalty.point.entry"].search_count([]), entries)

    def _assert_same(self, found, expected):
        """Compare two mappings by partner and show only the first differences."""
        wrong = {
            partner.name: (found.get(partner), value)
            for partner, value in expected.items()
            if found.get(partner) != value
        }
        self.assertFalse(
            dict(list(wrong.items())[:5]), f"{len(wrong)} differ (found, expected)"
        )


@tagged("post_install", "-at_install")
class TestCdnowFile(TransactionCase):
    """A missing or broken log is told, and nothing is imported."""

    def test_package_is_missing(self):
        with (
            patch.object(cdnow.importlib.util, "find_spec", return_value=None),
            self.assertRaisesRegex(FileNotFoundError, "pip install"),
        ):
            cdnow.log_file()

    def test_broken_line_is_named(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as log:
            log.write(" 00004 0001 19970101  2   29.33\n 00004 0001 1997\n")
            log.flush()
            with self.assertRaisesRegex(ValueError, "Line 2"):
                cdnow.read_log(log.name)

    @mute_logger("odoo.addons.test_crm_suite.sample.cdnow")
    def test_small_slice(self):
        """A test that needs a few real customers takes a few."""
        rows = cdnow.read_log(customers={1, 2, 3})
        self.env["loyalty.program"]._create_membership(self.env.company)
        partners = cdnow.import_log(self.env, rows)
        self.assertEqual(sorted(partners), [1, 2, 3])
        orders = self.env["sale.order"].search(
            [("partner_id", "in", [partner.id for partner in partners.values()])]
        )
        self.assertEqual(len(orders), len(rows))
