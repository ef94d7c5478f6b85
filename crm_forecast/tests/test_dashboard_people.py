from odoo.tests import tagged

from .test_dashboard import DashboardCase


@tagged("post_install", "-at_install")
class TestDashboardPeople(DashboardCase):
    """Activities, customers, and whom to talk to."""

    def plan(self, record, day, kind="mail.mail_activity_data_call", user=None):
        return record.activity_schedule(
            kind,
            date_deadline=day,
            summary="Talk",
            user_id=(user or self.seller_north).id,
        )

    def test_activities_overdue_first(self):
        lead = self.new_lead("Lead to call", phone="+886 2 2345 6789")
        partner = self.contact(phone="+886 912 345 678")
        self.plan(lead, "2040-03-07")
        self.plan(partner, "2040-03-01")
        self.plan(lead, "2040-03-08")
        self.plan(lead, "2040-03-01", user=self.seller_south)
        page = self.my_day(self.seller_north)
        rows = self.block(page, "activities")["rows"]
        self.assertEqual(
            [(row[0]["value"], row[2]["value"]) for row in rows],
            [("2040-03-01", "F Customer"), ("2040-03-07", "Lead to call")],
        )
        self.assertEqual(rows[0][0]["tone"], "danger")
        self.assertEqual(rows[0][3], {"value": "+886 912 345 678", "phone": True})
        self.assertEqual(rows[1][2]["open"]["res_id"], lead.id)
        tile = self.tile(page, "activities")
        self.assertEqual((tile["value"], tile["caption"]), (2, "1 overdue"))
        opened = self.opened(tile["open"], self.seller_north)
        self.assertEqual(len(opened), 2)
        self.team_north.member_ids = self.seller_north
        team = self.overview()
        self.assertEqual(self.value(team, "activities_late"), 2)
        cells = self.row(team, "people", self.seller_north.name)
        self.assertEqual(cells["activities_late"]["value"], 1)

    def test_activities_open_what_is_counted(self):
        """By company and team, of salespeople; of a contact, by who is responsible."""
        other = self.new_company("Forecast Osaka", "JPY", "Asia/Tokyo")
        clerk = self.new_user("f_clerk", "sales_team.group_sale_salesman")
        self.team_north.member_ids = self.seller_north
        self.team_south.member_ids = self.seller_south
        foreign = self.contact("Abroad")
        foreign.company_id = other
        expected = {
            self.plan(self.new_lead("North"), "2040-03-01"): self.team_north,
            self.plan(self.contact("Contact"), "2040-03-01"): self.env["crm.team"],
        }
        self.plan(foreign, "2040-03-01")
        self.plan(self.contact("Bill"), "2040-03-01", user=clerk)
        self.plan(self.new_lead("Today"), "2040-03-07")
        overdue = self.env["mail.activity"].browse([each.id for each in expected])
        for activity, team in expected.items():
            self.assertEqual(activity.forecast_company_id, self.company)
            self.assertEqual(activity.forecast_team_id, team)
        for options, wanted in (
            ({}, overdue),
            ({"team_id": self.team_north.id}, overdue[:1]),
            ({"team_id": self.team_south.id}, overdue[:0]),
        ):
            tile = self.tile(self.overview(**options), "activities_late")
            self.assertEqual(tile["value"], len(wanted))
            if wanted:
                self.assertEqual(self.opened(tile["open"]), wanted)
        names = [
            row[0]["value"] for row in self.block(self.overview(), "people")["rows"]
        ]
        self.assertNotIn(clerk.name, names)
        nowhere = self.env["mail.activity"].search([("forecast_team_id", "=", False)])
        self.assertIn(overdue[1], nowhere)
        self.assertNotIn(overdue[0], nowhere)

    def test_calls_before_other_activities_of_the_day(self):
        lead = self.new_lead("Lead")
        self.plan(lead, "2040-03-07", "mail.mail_activity_data_todo")
        self.plan(lead, "2040-03-07")
        rows = self.block(self.my_day(self.seller_north), "activities")["rows"]
        self.assertEqual([row[1]["icon"] for row in rows], ["fa-phone", ""])

    def unvisited(self, user=None):
        page = self.my_day(user or self.seller_north)
        names = [row[0]["value"] for row in self.block(page, "unvisited")["rows"]]
        self.assertEqual(self.value(page, "unvisited"), len(names))
        return names

    def test_unvisited_customers(self):
        own = self.contact("Own", user_id=self.seller_north.id)
        asked = self.contact("Asked")
        self.new_lead("Deal", partner_id=asked.id)
        self.contact("Foreign", user_id=self.seller_south.id)
        self.contact("Nobody's")
        self.assertEqual(self.unvisited(), ["Asked", "Own"])
        self.assertEqual(self.unvisited(self.seller_south), ["Foreign"])
        page = self.my_day(self.seller_north)
        opened = self.opened(self.tile(page, "unvisited")["open"], self.seller_north)
        self.assertEqual(opened, own + asked)

    def test_who_was_turned_to_is_not_unvisited(self):
        planned, met, called, bought, seen = (
            self.contact(name, user_id=self.seller_north.id)
            for name in ("Planned", "Met", "Called", "Bought", "Long ago")
        )
        self.plan(planned, "2040-03-20")
        event = self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": "2040-03-01 02:00:00",
                "stop": "2040-03-01 03:00:00",
                "partner_ids": [(6, 0, met.ids)],
            }
        )
        self.assertIn(met, event.partner_ids)
        self.plan(called, "2040-03-01").action_feedback()
        product = self.env["product.product"].create({"name": "F", "list_price": 5})
        order = self.env["sale.order"].create(
            {
                "partner_id": bought.id,
                "company_id": self.company.id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        order.action_confirm()
        with self.at("2039-12-01"):
            self.plan(seen, "2039-12-01").action_feedback()
            self.env.flush_all()
        self.assertEqual(self.unvisited(), ["Long ago"])
        page = self.my_day(self.seller_north)
        [row] = self.block(page, "unvisited")["rows"]
        self.assertEqual(row[2]["value"], "2039-12-01")
        self.company.forecast_unvisited_days = 120
        self.assertEqual(self.unvisited(), [])

    def test_unvisited_filter_shows_own_customers_only(self):
        own = self.contact("Own", user_id=self.seller_north.id)
        foreign = self.contact("Foreign", user_id=self.seller_south.id)
        both = own + foreign
        partners = self.as_user(self.seller_north, "res.partner")
        users = (self.seller_north + self.seller_south).ids
        domain = [("unvisited_user_ids", "in", users)]
        self.assertEqual(partners.search(domain) & both, own)
        self.assertFalse(partners.browse(foreign.id).unvisited_user_ids)
        everybody = self.as_user(self.manager, "res.partner")
        self.assertEqual(everybody.search(domain) & both, both)
        self.assertEqual(
            everybody.browse(foreign.id).unvisited_user_ids, self.seller_south
        )

    def test_coaching_names_who_stands_out(self):
        third = self.new_user("f_third", "sales_team.group_sale_salesman")
        self.assertFalse(self.block(self.overview(), "coaching")["rows"])
        for user, count in (
            (self.seller_north, 1),
            (self.seller_south, 1),
            (third, 9),
        ):
            lead = self.new_lead("Lead", user_id=user.id)
            for _number in range(count):
                self.plan(lead, "2040-03-01", user=user)
        [row] = self.block(self.overview(), "coaching")["rows"]
        self.assertEqual(row[0]["value"], third.name)
        self.assertEqual(row[1]["value"], "Overdue Activities")
        self.assertEqual((row[2]["value"], row[3]["value"]), ("9", "1"))
        action = row[0]["open"]
        self.assertEqual(action["params"]["user_id"], third.id)
        day = self.as_user(self.manager).my_day(action["params"])
        self.assertEqual(day["title"], f"Day of {third.name}")
