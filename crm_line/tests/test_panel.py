from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import LineCase, publish_notice


@tagged("post_install", "-at_install")
class TestPanel(LineCase):
    """The panel beside a conversation and the records made from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._new_user(
            "seller",
            "crm_line.group_line_agent,sales_team.group_sale_salesman_all_leads,"
            "base.group_partner_manager",
            "Sally Seller",
        )
        cls.account.agent_ids |= cls.seller
        cls.partner.write({"phone": "+886912345678", "email": "wang@example.com"})
        cls.product = cls.env["product.product"].create(
            {"name": "Chair", "list_price": 100, "taxes_id": False}
        )

    def setUp(self):
        super().setUp()
        self.writes("hi")

    @property
    def channel(self):
        return self.line_user.channel_id.with_user(self.seller)

    def panel(self, user=None):
        return self.channel.with_user(user or self.seller).get_line_panel()

    def order(self, amount, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [
                    (0, 0, {"product_id": self.product.id, "price_unit": amount})
                ],
                **values,
            }
        )
        order.state = "sale"
        return order

    # -- what it shows --------------------------------------------------------
    def test_a_guest_has_no_contact(self):
        panel = self.panel()
        self.assertEqual(panel["user"]["name"], "王小明")
        self.assertEqual(panel["user"]["account"], "Formosa Living")
        self.assertFalse(panel["contact"])
        self.assertFalse(panel["orders"])
        self.assertEqual(panel["consents"], [])
        self.assertEqual(panel["session"]["state"], "waiting")
        self.assertTrue(panel["may"]["create_contact"])
        self.assertFalse(panel["may"]["create_quotation"])

    def test_orders_with_their_total(self):
        self.bind()
        for amount in range(1, 8):
            self.order(amount)
        self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": self.company.id}
        )
        orders = self.panel()["orders"]
        self.assertEqual(orders["count"], 7)
        self.assertEqual(len(orders["rows"]), 5)
        self.assertIn("28", orders["total"])
        self.assertFalse(orders["is_partial"])

    def test_consents_say_why(self):
        self.bind()
        publish_notice(self.env, company=self.company)
        by_name = {row["name"]: row for row in self.panel()["consents"]}
        marketing = self.env["pdpa.purpose"]._get("marketing", self.company)
        self.assertFalse(by_name[marketing.display_name]["allowed"])
        self.env["pdpa.receipt"].with_company(self.company)._record(
            self.partner, "marketing", "grant", ["line"], via="line"
        )
        by_name = {row["name"]: row for row in self.panel()["consents"]}
        self.assertTrue(by_name[marketing.display_name]["allowed"])
        self.assertTrue(by_name[marketing.display_name]["reason"])

    def test_masks_hold_in_the_panel_and_in_the_store(self):
        self.bind()
        self.env["ir.config_parameter"].set_param("crm_pdpa.masking", "True")
        contact = self.panel()["contact"]
        (read,) = self.partner.with_user(self.seller).read(["phone", "email"])
        self.assertEqual(contact["phone"], read["phone"])
        self.assertEqual(contact["email"], read["email"])
        self.assertNotIn("912345678", str(self.panel()), "the mask is on")
        data = str(Store().add(self.channel).get_result())
        for value in ("912345678", "wang@example.com"):
            self.assertNotIn(value, data)

    def test_what_the_user_may_not_read_is_left_out(self):
        self.bind()
        self.order(10)
        panel = self.panel(self.agent)  # an agent who sells nothing
        self.assertFalse(panel["orders"])
        self.assertFalse(panel["leads"])
        self.assertFalse(panel["may"]["create_lead"])

    def test_strangers_get_nothing(self):
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        with self.assertRaises(AccessError):
            self.panel(stranger)
        group = self.env["discuss.channel"].create({"name": "x"})
        self.assertEqual(group.get_line_panel(), {})

    # -- contacts -------------------------------------------------------------
    def test_create_contact_binds_it(self):
        action = self.channel.action_line_create_contact()
        partner = self.env["res.partner"].browse(action["res_id"])
        self.assertEqual(partner.name, "王小明")
        self.assertEqual(partner.company_id, self.company)
        self.assertEqual(self.line_user.partner_id, partner)
        self.assertEqual(self.panel()["contact"]["display_name"], "王小明")
        with self.assertRaises(UserError):
            self.channel.action_line_create_contact()
        opened = self.channel.action_line_open_contact()
        self.assertEqual(opened["res_id"], partner.id)

    def test_buttons_need_a_contact(self):
        for method in (
            "action_line_open_contact",
            "action_line_orders",
            "action_line_create_quotation",
        ):
            with self.assertRaises(UserError):
                getattr(self.channel, method)()

    def test_orders_and_quotation_of_the_contact(self):
        self.bind()
        action = self.channel.action_line_orders()
        self.assertEqual(action["domain"], [("partner_id", "=", self.partner.id)])
        context = self.channel.action_line_create_quotation()["context"]
        self.assertEqual(context["default_partner_id"], self.partner.id)

    def test_only_agents_make_records(self):
        salesman = self._new_user("salesman", "sales_team.group_sale_salesman")
        self.line_user.channel_id._add_members(partners=salesman.partner_id)
        channel = self.channel.with_user(salesman)
        for method in ("action_line_create_lead", "action_line_create_contact"):
            with self.assertRaises(AccessError):
                getattr(channel, method)()

    # -- leads ----------------------------------------------------------------
    def lead(self):
        action = self.channel.action_line_create_lead()
        return self.env["crm.lead"].browse(action["res_id"])

    def test_lead_keeps_the_conversation(self):
        event = self.writes("<b>secretword</b>\nsecond line")
        self.agent_posts("our answer")
        lead = self.lead()
        self.assertEqual(lead.line_channel_id, self.line_user.channel_id)
        self.assertEqual(lead.contact_name, "王小明")
        self.assertEqual(lead.user_id, self.seller)
        note = lead.message_ids.filtered(lambda m: "our answer" in m.body)
        self.assertIn("&lt;b&gt;secretword&lt;/b&gt;<br>second line", note.body)
        self.assertIn(f"discuss.channel_{self.channel.id}", note.body)
        self.assertEqual([row["id"] for row in self.panel()["leads"]], lead.ids)
        unsend = self.simulator.events.unsend(self.customer, event["message"]["id"])
        self.receive(unsend)
        self.work()
        self.assertNotIn("secretword", note.body)
        self.assertIn("our answer", note.body)

    def test_notes_of_the_team_are_not_copied(self):
        self.channel.execute_command_line_note(body="/note internal")
        lead = self.lead()
        self.assertFalse(lead.message_ids.filtered(lambda m: "internal" in m.body))

    def test_lead_of_a_bound_customer(self):
        self.bind()
        lead = self.lead()
        self.assertEqual(lead.partner_id, self.partner)
        lead.action_set_lost()
        self.assertEqual(self.panel()["leads"], [])

    def test_lead_opens_its_conversation(self):
        lead = self.lead().with_user(self.seller)
        self.assertEqual(lead.line_message_count, 1)
        active = lead.action_line_history()["context"]["active_id"]
        self.assertEqual(active, f"discuss.channel_{self.channel.id}")
        other = self.env["crm.lead"].create({"name": "x"}).with_user(self.seller)
        self.assertEqual(other.line_message_count, 0)
        with self.assertRaises(UserError):
            other.action_line_history()

    # -- history --------------------------------------------------------------
    def test_history_on_the_contact(self):
        partner = self.partner.with_user(self.seller)
        self.assertEqual(partner.line_message_count, 0)
        self.assertFalse(partner.line_last_message_at)
        self.bind()
        self.agent_posts("answer")
        self.work()
        partner.invalidate_recordset()
        self.assertEqual(partner.line_message_count, 2)
        self.assertEqual(partner.line_last_message_at, self.line_user.last_message_at)
        stranger = self._new_user(
            "stranger", "crm_line.group_line_agent,base.group_partner_manager"
        )
        self.assertEqual(self.partner.with_user(stranger).line_message_count, 0)
