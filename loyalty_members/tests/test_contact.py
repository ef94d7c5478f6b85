from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestContact(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.Member._enroll(cls.partner)
        cls.member._post_points("earn", 50, "e")
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger"})
        company = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        for name in ("viewer", "clerk", "manager"):
            user = new_test_user(
                cls.env,
                f"contact_{name}",
                groups=f"loyalty_members.group_{name},sales_team.group_sale_salesman_all_leads",
                **company,
            )
            setattr(cls, name, user)

    def test_contact_shows_tier_and_points(self):
        self.assertEqual(self.partner.member_id, self.member)
        self.assertEqual(self.partner.member_tier_id, self.general)
        self.assertEqual(self.partner.member_points, 50)
        self.member._post_points("earn", 5, "e2")
        self.assertEqual(self.partner.member_points, 55)
        self._order(self.partner, 12000)
        self.assertEqual(self.partner.member_tier_id, self.silver)
        self.assertFalse(self.stranger.member_id)
        self.assertEqual(self.stranger.member_points, 0)

    def test_contact_search(self):
        Partner = self.env["res.partner"]
        both = [("id", "in", (self.partner | self.stranger).ids)]
        for domain, expected in [
            ([("member_id", "!=", False)], self.partner),
            ([("member_id", "=", False)], self.stranger),
            ([("member_id", "=", self.member.id)], self.partner),
            ([("member_tier_id", "=", self.general.id)], self.partner),
            ([("member_tier_id", "=", False)], self.stranger),
            ([("member_tier_id", "ilike", "gener")], self.partner),
            ([("member_tier_id", "in", self.gold.ids)], Partner),
            ([("member_points", ">=", 50)], self.partner),
            ([("member_points", ">", 50)], Partner),
            ([("member_points", "=", 50)], self.partner),
        ]:
            with self.subTest(domain):
                self.assertEqual(Partner.search(both + domain), expected)

    def test_lead_and_order_show_the_membership(self):
        lead = self.env["crm.lead"].create(
            {"name": "Tea", "partner_id": self.partner.id}
        )
        order = self._order(self.partner, 100, confirm=False)
        for record in (lead, order):
            self.assertEqual(record.member_id, self.member)
            self.assertEqual(record.member_tier_id, self.general)
            self.assertEqual(record.member_points, 50)
            found = record.search([("member_id", "!=", False), ("id", "=", record.id)])
            self.assertEqual(found, record)
            found = record.search(
                [("member_id.tier_id", "ilike", "gener"), ("id", "=", record.id)]
            )
            self.assertEqual(found, record)
            record.partner_id = self.stranger
            self.assertFalse(record.member_id)

    def test_forms_open_for_a_viewer(self):
        order = self._order(self.partner, 100, confirm=False)
        for record in (self.partner, self.member, order):
            with self.subTest(record._name):
                Form(record.with_user(self.viewer))

    def test_enrol_button(self):
        with self.assertRaisesRegex(AccessError, "clerks"):
            self.stranger.with_user(self.viewer).action_enroll()
        action = self.stranger.with_user(self.clerk).action_enroll()
        self.assertEqual(action["res_model"], "loyalty.member")
        self.assertEqual(action["res_id"], self.stranger.member_id.id)
        self.assertEqual(
            self.stranger.action_open_member()["res_id"], self.stranger.member_id.id
        )

    def test_freeze_is_for_clerks(self):
        with self.assertRaises(AccessError):
            self.member.with_user(self.viewer).action_freeze()
        self.member.with_user(self.clerk).action_freeze()
        self.assertEqual(self.member.state, "frozen")
        with self.assertRaises(AccessError):
            self.member.with_user(self.clerk).action_close()
        self.member.with_user(self.manager).action_close()
        self.assertEqual(self.member.state, "closed")
        with self.assertRaises(AccessError):
            self.member.with_user(self.clerk).action_freeze()

    def test_smart_buttons(self):
        order = self._order(self.partner, 100)
        member = self.member.with_user(self.viewer)
        self.assertEqual(member.entry_count, 2)
        self.assertEqual(member.open_lot_count, 2)
        self.assertEqual(self.member.order_count, 1)
        for action, model, expected in [
            (member.action_open_entries(), "loyalty.point.entry", member.entry_ids),
            (member.action_open_lots(), "loyalty.point.lot", member.lot_ids),
            (self.member.action_open_orders(), "sale.order", order),
            (order.action_open_member_entries(), "loyalty.point.entry", None),
        ]:
            found = self.env[model].search(action["domain"])
            if expected is None:
                expected = self.Entry.search([("source_id", "=", order.id)])
            self.assertEqual(found, expected)

    def test_names(self):
        self.assertEqual(
            self.member.display_name, f"{self.partner.name} ({self.member.number})"
        )
        self.assertIn(
            self.member.id, [r[0] for r in self.Member.name_search(self.member.number)]
        )
        self.assertIn(
            self.member.id, [r[0] for r in self.Member.name_search(self.partner.name)]
        )
        self.assertIn("+50", self.member.entry_ids[-1:].display_name)
        self.assertIn("General", self.member.move_ids.display_name)

    def test_group_by_tier_shows_empty_tiers(self):
        Member = self.Member.with_context(read_group_expand=True)
        groups = Member.web_read_group(
            [("id", "=", self.member.id)], ["tier_id"], ["__count"]
        )["groups"]
        names = [group["tier_id"][1] for group in groups if group["tier_id"]]
        self.assertIn("Gold", names)
