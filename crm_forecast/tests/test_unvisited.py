from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_dashboard import DashboardCase


class UnvisitedCase(DashboardCase):
    def unvisited(self, user=None):
        """{name: open amount} of the list, which opens the same customers."""
        user = user or self.seller_north
        page = self.my_day(user)
        rows = self.block(page, "unvisited")["rows"]
        tile = self.tile(page, "unvisited")
        self.assertEqual(tile["value"], len(rows))
        names = [row[0]["value"] for row in rows]
        opened = self.opened(tile["open"], user)
        self.assertEqual(sorted(opened.mapped("display_name")), sorted(names))
        return {row[0]["value"]: row[3]["value"] for row in rows}


@tagged("post_install", "-at_install")
class TestUnvisitedCompany(UnvisitedCase):
    """A company and all its contacts and addresses are one customer."""

    def setUp(self):
        super().setUp()
        self.firm = self.contact("Firm", is_company=True, user_id=self.seller_north.id)
        self.buyer, self.boss, self.store = (
            self.contact(
                name,
                parent_id=self.firm.id,
                type=kind,
                user_id=self.seller_north.id,
            )
            for name, kind in (
                ("Buyer", "contact"),
                ("Boss", "contact"),
                ("Store", "delivery"),
            )
        )

    def test_counts_once(self):
        self.assertEqual(self.unvisited(), {"Firm": 0})

    def test_amounts_of_all_contacts(self):
        self.new_lead("One", partner_id=self.buyer.id, expected_revenue=100)
        self.new_lead("Two", partner_id=self.firm.id, expected_revenue=20)
        self.assertEqual(self.unvisited(), {"Firm": 120})

    def test_of_each_salesperson_with_a_contact(self):
        self.new_lead("South", partner_id=self.boss.id, user_id=self.seller_south.id)
        self.assertEqual(self.unvisited(), {"Firm": 0})
        self.assertEqual(self.unvisited(self.seller_south), {"Firm": 100_000})

    def test_contact_without_a_company(self):
        self.contact("Alone", user_id=self.seller_north.id)
        self.assertEqual(self.unvisited(), {"Firm": 0, "Alone": 0})

    def test_a_contact_alone_is_assigned(self):
        (self.firm + self.boss + self.store).user_id = False
        self.assertEqual(self.buyer.user_id, self.seller_north)
        self.assertEqual(self.unvisited(), {"Firm": 0})

    def test_archived_company_is_no_customer(self):
        self.firm.active = False
        self.assertEqual(self.unvisited(), {})

    def test_meeting_with_any_contact(self):
        self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": "2040-03-01 02:00:00",
                "stop": "2040-03-01 03:00:00",
                "partner_ids": [(6, 0, self.boss.ids)],
            }
        )
        self.assertEqual(self.unvisited(), {})

    def test_activity_with_any_contact(self):
        activity = self.buyer.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline="2040-03-20",
            user_id=self.seller_north.id,
        )
        self.assertEqual(self.unvisited(), {}, "planned")
        activity.action_feedback()
        self.env.flush_all()
        self.assertEqual(self.unvisited(), {}, "done")

    def test_order_of_any_address(self):
        product = self.env["product.product"].create({"name": "F", "list_price": 5})
        self.env["sale.order"].create(
            {
                "partner_id": self.store.id,
                "company_id": self.company.id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        ).action_confirm()
        self.assertEqual(self.unvisited(), {})


@tagged("post_install", "-at_install")
class TestUnvisitedFilter(UnvisitedCase):
    def setUp(self):
        super().setUp()
        self.own = self.contact("Own", user_id=self.seller_north.id)
        self.foreign = self.contact("Foreign", user_id=self.seller_south.id)
        self.rest = self.contact("Nobody's")
        self.all = self.own + self.foreign + self.rest

    def found(self, user, operator, value):
        partners = self.as_user(user, "res.partner")
        found = partners.search([("unvisited_user_ids", operator, value)])
        return (found & self.all).sorted("name").mapped("name")

    def assert_found(self, user, cases):
        for operator, value, names in cases:
            with self.subTest(user=user.login, operator=operator, value=value):
                self.assertEqual(self.found(user, operator, value), names)

    def test_manager(self):
        north, south = self.seller_north.id, self.seller_south.id
        self.assert_found(
            self.manager,
            [
                ("=", north, ["Own"]),
                ("!=", north, ["Foreign", "Nobody's"]),
                ("in", [north, south], ["Foreign", "Own"]),
                ("not in", [north, south], ["Nobody's"]),
                ("in", [], []),
                ("=", False, ["Nobody's"]),
                ("!=", False, ["Foreign", "Own"]),
                ("in", [False, north], ["Nobody's", "Own"]),
                ("not in", [False, north], ["Foreign"]),
            ],
        )

    def test_salesperson(self):
        """Whom others neglect is not found out by what the filter leaves away."""
        north, south = self.seller_north.id, self.seller_south.id
        rest = ["Foreign", "Nobody's"]
        self.assert_found(
            self.seller_north,
            [
                ("=", north, ["Own"]),
                ("=", south, []),
                ("!=", north, rest),
                ("!=", south, [*rest, "Own"]),
                ("in", [north, south], ["Own"]),
                ("not in", [north, south], rest),
                ("=", False, rest),
                ("!=", False, ["Own"]),
            ],
        )

    def test_other_operators_are_refused(self):
        with self.assertRaises(UserError):
            self.found(self.manager, ">", 1)
