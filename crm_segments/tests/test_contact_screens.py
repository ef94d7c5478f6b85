from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


@tagged("post_install", "-at_install")
class TestContactScreens(SegmentsCase):
    """Contacts and leads show, filter and group by the state of the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls._create_customer("New")
        cls.existing = cls._create_customer("Existing", is_company=True)
        cls.buyer = cls._create_customer("Buyer", parent_id=cls.existing.id)
        cls.sleeping = cls._create_customer("Sleeping")
        cls.lost = cls._create_customer("Lost")
        for day in (1, 10, 20, 25):
            cls._create_order(cls.buyer, date(2025, 6, day), 3000)
        cls._create_order(cls.sleeping, date(2025, 2, 1), 100)
        cls._create_order(cls.lost, date(2024, 1, 1), 20000)
        cls.stats._refresh(today=TODAY)
        cls.all = cls.new | cls.existing | cls.buyer | cls.sleeping | cls.lost

    def _found(self, domain):
        return self.env["res.partner"].search([("id", "in", self.all.ids), *domain])

    def test_values(self):
        self.assertEqual(self.new.nesl, "new")
        self.assertFalse(self.new.crm_stats_id)
        for partner in (self.existing, self.buyer):
            self.assertEqual(partner.nesl, "existing")
            self.assertTrue(partner.crm_is_main)
            self.assertTrue(partner.crm_is_important)
            self.assertEqual(partner.crm_last_order_date, date(2025, 6, 25))
            self.assertEqual(partner.crm_order_count, 4)
            self.assertEqual(partner.crm_amount_total, 12000)
        self.assertEqual(self.lost.nesl, "lost")

    def test_search(self):
        both = self.existing | self.buyer
        others = self.all - both
        cases = [
            ([("nesl", "=", "new")], self.new),
            ([("nesl", "=", "existing")], both),
            ([("nesl", "=", "sleeping")], self.sleeping),
            ([("nesl", "=", "lost")], self.lost),
            ([("nesl", "in", ["new", "lost"])], self.new | self.lost),
            ([("nesl", "!=", "new")], self.all - self.new),
            ([("nesl", "not in", ["existing", "lost"])], self.new | self.sleeping),
            ([("nesl", "!=", False)], self.all),
            ([("nesl", "=", False)], self.env["res.partner"]),
            ([("crm_is_main", "=", True)], both),
            ([("crm_is_main", "=", False)], others),
            ([("crm_is_important", "=", True)], both | self.lost),
            ([("crm_order_count", ">", 0)], self.all - self.new),
            ([("crm_order_count", "=", 0)], self.new),
            ([("crm_order_count", "<", 4)], others),
            ([("crm_amount_total", ">=", 12000)], both | self.lost),
            ([("crm_last_order_date", "<", "2025-01-01")], self.lost),
            ([("crm_last_order_date", "=", False)], self.new),
            ([("crm_stats_id", "=", False)], self.new),
            ([("crm_stats_id", "!=", False)], self.all - self.new),
            ([("crm_stats_id", "=", self._row(self.lost).id)], self.lost),
        ]
        for domain, expected in cases:
            with self.subTest(domain=domain):
                self.assertEqual(self._found(domain), expected)
                self.assertEqual(self.all.filtered_domain(domain), expected)

    def test_vendors_and_colleagues_are_not_shown_as_new_customers(self):
        vendor = self._create_customer("Vendor", supplier_rank=1)
        both = self._create_customer("Both", supplier_rank=1, customer_rank=1)
        colleague = new_test_user(self.env, "seg_colleague").partner_id
        buying_colleague = new_test_user(self.env, "seg_buyer").partner_id
        self._create_order(buying_colleague, date(2025, 6, 1))
        self.stats._refresh(today=TODAY)
        everyone = self.new | vendor | both | colleague | buying_colleague
        everyone |= self.company.partner_id
        shown = self.new | both | buying_colleague
        self.assertEqual(everyone.filtered("crm_shows_nesl"), shown)
        for wanted, expected in ((True, shown), (False, everyone - shown)):
            found = everyone.search(
                [("id", "in", everyone.ids), ("crm_shows_nesl", "=", wanted)]
            )
            self.assertEqual(found, expected)
        self.assertEqual(vendor.nesl, "new")

    def test_search_is_of_the_current_company(self):
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        partners = self.all.with_company(other)
        self.assertEqual(set(partners.mapped("nesl")), {"new"})
        found = partners.search([("id", "in", self.all.ids), ("nesl", "=", "new")])
        self.assertEqual(found, self.all)

    def test_filters_of_the_search_view(self):
        arch = self.env["res.partner"].get_view(view_type="search")["arch"]
        for name in (
            "nesl_new",
            "nesl_existing",
            "nesl_sleeping",
            "nesl_lost",
            "crm_main",
            "crm_important",
            "group_nesl",
        ):
            self.assertIn(f'name="{name}"', arch)

    def test_group_by_in_the_order_of_life(self):
        groups = self.env["res.partner"].formatted_read_group(
            [("id", "in", self.all.ids)], ["nesl"], ["__count"]
        )
        self.assertEqual(
            [(group["nesl"], group["__count"]) for group in groups],
            [("new", 1), ("existing", 2), ("sleeping", 1), ("lost", 1)],
        )
        stats = self.env["crm.partner.stats"]
        for customer in (self.new,):
            customer.customer_rank = 1
        stats._refresh(today=TODAY)
        [groups, [total]] = stats.formatted_read_grouping_sets(
            [("company_id", "=", self.company.id), ("partner_id", "in", self.all.ids)],
            [["nesl"], []],
            ["__count"],
        )
        self.assertEqual(
            [group["nesl"] for group in groups],
            ["new", "existing", "sleeping", "lost"],
        )
        self.assertEqual(total["__count"], 4)

    def test_pivot_by_salesperson(self):
        user = new_test_user(
            self.env, "seg_seller", groups="sales_team.group_sale_salesman"
        )
        self.existing.user_id = user
        groups = self.stats._read_group(
            [("company_id", "=", self.company.id)], ["user_id", "nesl"], ["__count"]
        )
        self.assertIn((user, "existing", 1), groups)

    def test_form_shows_badge_and_why(self):
        with Form(self.existing) as form:
            self.assertEqual(form.nesl, "existing")
        action = self.buyer.action_open_crm_stats()
        self.assertEqual(action["res_id"], self._row(self.existing).id)
        action = self.new.action_open_crm_stats()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("New", action["params"]["message"])

    def test_lead_shows_the_state_of_its_customer(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "A", "partner_id": self.buyer.id},
                {"name": "B", "partner_id": self.lost.id},
                {"name": "C", "partner_id": self.new.id},
                {"name": "D"},
            ]
        )
        self.assertEqual(leads.mapped("nesl"), ["existing", "lost", "new", False])
        self.assertTrue(leads[0].crm_is_main)
        self.assertFalse(leads[3].crm_is_main)
        for state, expected in (
            ("existing", leads[0]),
            ("lost", leads[1]),
            ("new", leads[2]),
        ):
            found = leads.search([("id", "in", leads.ids), ("nesl", "=", state)])
            self.assertEqual(found, expected)
        groups = leads._read_group([("id", "in", leads.ids)], ["nesl"], ["__count"])
        self.assertEqual(groups, [("new", 1), ("existing", 1), ("lost", 1), (False, 1)])
        action = leads[0].action_open_crm_stats()
        self.assertEqual(action["res_id"], self._row(self.existing).id)

    def test_who_sees_the_state(self):
        salesman = new_test_user(
            self.env,
            "seg_sales",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertEqual(self.existing.with_user(salesman).nesl, "existing")
        clerk = new_test_user(
            self.env,
            "seg_clerk",
            groups="base.group_user,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.existing.with_user(clerk).read(["nesl"])
        with self.assertRaises(AccessError):
            self.existing.with_user(clerk).search([("nesl", "=", "lost")])
        with self.assertRaises(AccessError):
            self.existing.with_user(clerk).search([("crm_amount_total", ">", 5)])
        with self.assertRaises(AccessError):
            self.existing.with_user(clerk)._read_group([], ["nesl"])
        with self.assertRaises(AccessError):
            self.existing.with_user(clerk).search([], order="nesl")
        arch = self.existing.with_user(clerk).get_view(view_type="form")["arch"]
        self.assertNotIn("crm_segments_badges", arch)
        self.assertNotIn('name="nesl"', arch)

    def test_list_of_contacts_costs_the_same_for_one_and_for_many(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Extra {n}"} for n in range(60)]
        )
        self.env.flush_all()
        counts = []
        for some in (partners[:1], partners):
            self.env.invalidate_all()
            some.mapped("commercial_partner_id.name")
            before = self.env.cr.sql_log_count
            some.mapped("nesl")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
