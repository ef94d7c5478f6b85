from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LineCase

TEXT = "odoo.addons.crm_line.models.sale_order.SaleOrder._line_confirmation_text"


@tagged("post_install", "-at_install")
class TestOrderNotice(LineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Tea", "list_price": 1234, "taxes_id": False}
        )

    def setUp(self):
        super().setUp()
        self.writes("hi")

    def order(self, partner=None):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.partner).id,
                "company_id": self.company.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
        )

    def test_bound_customer_is_told_once(self):
        self.bind()
        order = self.order()
        order.action_confirm()
        row = self.rows()
        self.assertEqual((row.lane, row.state), ("service", "queued"))
        self.work()
        self.assertEqual(len(self.shown()), 1)
        self.assertIn(order.name, self.shown()[0])
        self.assertIn("1,234", self.shown()[0])
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.work()
        self.assertEqual(len(self.shown()), 1)

    def test_agents_see_what_was_sent(self):
        self.bind()
        order = self.order()
        order.action_confirm()
        message = self.rows().mail_message_id
        self.assertEqual(message.res_id, self.line_user.channel_id.id)
        self.assertIn(order.name, message.body)
        self.assertEqual(message.author_id, self.env.ref("base.partner_root"))

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.partner.lang = "zh_TW"
        self.bind()
        self.order().action_confirm()
        self.work()
        self.assertIn("訂單", self.shown()[0])

    def test_link_to_the_order_is_counted(self):
        self.bind()
        order = self.order()
        order.action_confirm()
        self.work()
        self.assertIn("/line/r/", self.shown()[0])
        link = self.env["line.click"].search([("line_user_id", "=", self.line_user.id)])
        self.assertIn(order.access_token, link.url)
        self.assertIn(order.get_portal_url(), link.url)
        self.assertIn("/my/orders/", self.rows().mail_message_id.body)

    def test_text_of_the_account_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.account.order_text = "Order {{ object.name }}: {{ object.line_amount }}"
        self.account.with_context(lang="zh_TW").order_text = "訂單 {{ object.name }}"
        self.bind()
        first = self.order()
        first.action_confirm()
        self.partner.lang = "zh_TW"
        second = self.order()
        second.action_confirm()
        self.work()
        self.assertIn(f"Order {first.name}: ", self.shown()[0])
        self.assertIn("1,234", self.shown()[0])
        self.assertEqual(self.shown()[1], f"訂單 {second.name}")

    def test_unknown_placeholder_is_refused(self):
        for text in (
            "{{ object.env['res.users'].search([]) }}",
            "{{ env.user.name }}",
            "{{ object.partner_id.phone }}",
        ):
            with self.assertRaises(ValidationError):
                self.account.order_text = text
        with self.assertRaises(ValidationError):
            self.env["res.lang"]._activate_lang("zh_TW")
            self.account.order_text = "fine"
            translated = self.account.with_context(lang="zh_TW")
            translated.order_text = "{{ env.user.name }}"

    def test_unbound_customer_gets_nothing(self):
        self.order().action_confirm()
        self.assertFalse(self.rows())

    def test_switched_off(self):
        self.bind()
        self.account.notify_order_confirmed = False
        self.order().action_confirm()
        self.assertFalse(self.rows())

    def test_a_notice_needs_no_consent(self):
        self.bind()
        self.env["pdpa.receipt"]._record(self.partner, "service", "deny", ["line"])
        self.order().action_confirm()
        self.assertEqual(self.rows().state, "queued")

    def test_refused_notice_is_not_shown_as_sent(self):
        user = self.bind()
        user._unbind("staff")
        row = user._send_text("Your order is ready.", "service", "order:ready")
        self.assertEqual(row.state, "cancelled")
        self.assertIn("Not bound", row.reason)
        self.assertFalse(row.mail_message_id)

    def test_salesperson_without_line_rights(self):
        self.bind()
        seller = self._new_user("seller", "sales_team.group_sale_salesman_all_leads")
        order = self.order()
        order.with_user(seller).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(len(self.rows()), 1)

    @mute_logger("odoo.addons.crm_line.models.sale_order")
    def test_never_stands_in_the_way(self):
        self.bind()
        order = self.order()
        with patch(TEXT, side_effect=ValueError("template")):
            order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.rows())

    def test_other_company(self):
        self.bind()
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create({"partner_id": self.partner.id, "company_id": other.id})
        )
        order.action_confirm()
        self.assertFalse(self.rows())
