from datetime import date, timedelta
from itertools import product

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import SegmentsCase

TODAY = date(2025, 6, 30)
STEPS = range(1, 6)


@tagged("post_install", "-at_install")
class TestRfmNames(SegmentsCase):
    """Each RFM cell has one name; customers are found and grouped by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = cls.env["crm.rfm.name"]
        cls.customers = cls.env["res.partner"]
        for n in range(10):
            customer = cls._create_customer(f"C{n}")
            cls.customers |= customer
            for _order in range(n + 1):
                cls._create_order(
                    customer, TODAY - timedelta(days=100 - 10 * n), 10 * (n + 1)
                )
        cls.prospect = cls._create_customer("Prospect", customer_rank=1)
        cls.stats._refresh(today=TODAY)
        cls.rows = cls.stats.search([("company_id", "=", cls.company.id)])

    def _named(self, name):
        return self.env.ref(f"crm_segments.rfm_name_{name}")

    def test_125_cells_once(self):
        boxes = self.names._boxes()
        for cell in product(STEPS, STEPS, STEPS):
            owners = [
                name_id
                for name_id, *box in boxes
                if all(a <= s <= b for s, (a, b) in zip(cell, box, strict=True))
            ]
            self.assertEqual(len(owners), 1, cell)
        self.assertEqual(sum(self.names.search([]).mapped("cells")), 125)

    def test_known_cells(self):
        for cell, name in (
            ("555", "champions"),
            ("453", "loyal"),
            ("421", "promising"),
            ("515", "recent"),
            ("335", "attention"),
            ("325", "about_to_sleep"),
            ("134", "cannot_lose"),
            ("243", "at_risk"),
            ("111", "hibernating"),
        ):
            self.assertEqual(
                self.names._of_scores(*map(int, cell)), self._named(name), cell
            )
        self.assertFalse(self.names._of_scores(0, 0, 0))

    def test_computed_searched_and_grouped_agree(self):
        computed = {row: row.rfm_name_id for row in self.rows}
        for name in self.names.search([]):
            found = self.rows.search(
                [("id", "in", self.rows.ids), ("rfm_name_id", "=", name.id)]
            )
            self.assertEqual(
                set(found), {row for row, own in computed.items() if own == name}
            )
        groups = self.stats._read_group(
            [("id", "in", self.rows.ids)], ["rfm_name_id"], ["__count"]
        )
        self.assertEqual(sum(count for _name, count in groups), 11)
        for name, count in groups:
            self.assertEqual(count, list(computed.values()).count(name))
        self.assertIn(
            (self._named("champions"), 4), groups, "scores 444 and 555, two each"
        )

    def test_groups_come_in_the_order_of_the_names(self):
        groups = self.stats.formatted_read_group(
            [("id", "in", self.rows.ids)],
            ["rfm_name_id"],
            ["__count"],
            order="rfm_name_id",
        )
        found = [group["rfm_name_id"][0] for group in groups if group["rfm_name_id"]]
        self.assertEqual(found, self.names.browse(found).sorted().ids)
        self.assertGreater(len(found), 1)

    def test_groupable_and_sortable_for_the_client(self):
        field = self.stats.fields_get(["rfm_name_id"])["rfm_name_id"]
        self.assertTrue(field["groupable"])
        self.assertEqual(
            self.stats.search([("id", "in", self.rows.ids)], order="rfm_name_id")[
                0
            ].rfm_name_id,
            self._named("champions"),
        )

    def test_without_scores_no_name(self):
        row = self._row(self.prospect)
        self.assertFalse(row.rfm_name_id)
        self.assertEqual(
            self.rows.search(
                [("id", "in", self.rows.ids), ("rfm_name_id", "=", False)]
            ),
            row,
        )
        self.assertNotIn(
            row,
            self.rows.search(
                [("id", "in", self.rows.ids), ("rfm_name_id", "!=", False)]
            ),
        )

    def test_name_follows_the_scores(self):
        self.assertEqual(
            self._row(self.customers[9]).rfm_name_id, self._named("champions")
        )
        self.stats._refresh(full=True, today=date(2026, 12, 31))
        row = self._row(self.customers[9])
        self.assertEqual(row.rfm_cell, "511")
        self.assertEqual(row.rfm_name_id, self._named("recent"))

    def test_overlap_is_refused(self):
        box = {f"{score}_{end}": 5 for score in "rfm" for end in ("min", "max")}
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.ExclusionViolation),
        ):
            self.names.create({"name": "Second", **box})

    def test_scores_within_one_and_five(self):
        champions = self._named("champions")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.env.cr.execute(
                "UPDATE crm_rfm_name SET r_max = 6 WHERE id = %s", [champions.id]
            )

    def test_cells_are_fixed_and_names_are_not(self):
        manager = new_test_user(
            self.env, "seg_namer", groups="crm_segments.group_crm_segments_manager"
        )
        champions = self._named("champions").with_user(manager)
        with self.assertRaisesRegex(UserError, "are fixed"):
            champions.r_min = 3
        champions.write({"name": "Best friends", "r_min": champions.r_min})
        self.assertEqual(self._row(self.customers[9]).rfm_name_id.name, "Best friends")
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self._named("champions").unlink()

    def test_customers_of_a_name(self):
        action = self._named("champions").action_open_customers()
        self.assertEqual(action["res_model"], "crm.partner.stats")
        found = self.stats.search(action["domain"]) & self.rows
        self.assertEqual(
            found.partner_id, self.customers[6:], "scores 4 and 5 in all three"
        )
