"""A salesperson who sees masks gets through the day, and the shop's data stay whole."""

from odoo.fields import Command
from odoo.tests import Form, TransactionCase, tagged

from odoo.addons.crm_pdpa.tests.canary import (
    LEAD,
    PARTNER,
    CanaryMixin,
    canaries_in,
    switch_masking,
)
from odoo.addons.mail.tests.common import MailCase

from .common import SuiteMixin


@tagged("post_install", "-at_install")
class TestMaskedSalesperson(CanaryMixin, SuiteMixin, MailCase, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls._make_canary()
        cls._make_users()
        switch_masking(cls.env)
        cls.as_seller = cls.env(user=cls.seller)
        cls.mine = cls.partner.with_user(cls.seller)
        cls.deal = cls.lead.with_user(cls.seller)

    def _whole(self):
        self.assertEqual(self.partner.phone, PARTNER["phone"])
        self.assertEqual(self.partner.email, PARTNER["email"])
        self.assertEqual(self.partner.street, PARTNER["street"])
        self.assertEqual(self.lead.phone, LEAD["phone"])
        self.assertEqual(self.lead.email_from, LEAD["email_from"])

    def test_finds_people_by_part_of_the_name(self):
        names = self.as_seller["res.partner"].name_search("canar")
        self.assertIn(self.partner.id, [partner_id for partner_id, _name in names])

    def test_creates_and_edits_a_contact(self):
        form = Form(self.as_seller["res.partner"])
        form.name = "New customer"
        form.phone = "0928 111 222"
        form.email = "new@example.com"
        partner = form.save()
        self.assertEqual(partner.sudo().phone_sanitized, "+886928111222")
        with Form(self.mine) as form:
            form.name = "Lin, a regular"
            form.comment = "Likes tea"
        self.assertEqual(self.partner.name, "Lin, a regular")
        self._whole()

    def test_creates_edits_and_wins_an_opportunity(self):
        form = Form(self.as_seller["crm.lead"].with_context(default_type="opportunity"))
        form.name = "Wedding gifts"
        form.partner_id = self.mine
        lead = form.save()
        self.assertEqual(lead.email_from, PARTNER["email"])
        self.assertEqual(lead.phone, PARTNER["phone"])
        with Form(self.deal) as form:
            form.expected_revenue = 5000
        self.deal.action_set_won_rainbowman()
        self.assertEqual(self.lead.won_status, "won")
        self._whole()

    def test_sends_a_quotation(self):
        order = self._quotation()
        action = order.action_quotation_send()
        composer = (
            self.as_seller["mail.compose.message"]
            .with_context(**action["context"])
            .create({})
        )
        shown = composer.web_read(
            {
                "partner_ids": {"fields": {"display_name": {}, "email": {}}},
                "subject": {},
                "email_from": {},
            }
        )
        self.assertEqual(canaries_in(shown), [])
        with self.mock_mail_gateway():
            composer.action_send_mail()
        self.assertEqual(order.sudo().state, "sent")
        self.assertIn(
            PARTNER["email"], str([mail["email_to"] for mail in self._mails])
        )

    def test_prints_a_quotation_with_the_real_address(self):
        """A document for the customer: clear by nature, and printing is recorded."""
        html, _type = (
            self.as_seller["ir.actions.report"]
            .with_context(force_report_rendering=False)
            ._render_qweb_html("sale.report_saleorder", self._quotation().ids)
        )
        self.assertIn(PARTNER["street"], html.decode())

    def test_schedules_an_activity_and_logs_a_call(self):
        call = self.env.ref("mail.mail_activity_data_call")
        activity = self.deal.activity_schedule(
            activity_type_id=call.id, summary="Ring about the gifts"
        )
        self.assertEqual(canaries_in(activity.activity_format()), [])
        activity.action_feedback("Talked, will decide on Friday")
        self.deal.message_post(body="Called", subtype_xmlid="mail.mt_note")
        self.assertIn("Talked", self.deal.message_ids.mapped("body")[1])

    def test_imports_contacts(self):
        wizard = self.as_seller["base_import.import"].create(
            {
                "res_model": "res.partner",
                "file": b"Name,Phone\nGood,0928111222\n",
                "file_type": "text/csv",
                "file_name": "contacts.csv",
            }
        )
        options = {
            "has_headers": True,
            "separator": ",",
            "quoting": '"',
            "encoding": "utf-8",
        }
        result = wizard.execute_import(["name", "phone"], ["Name", "Phone"], options)
        self.assertFalse(result["messages"])
        imported = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(imported.phone, "0928111222")
        wizard.file = "Name,Phone\nFine,0928111333\nMasked,0912•••185\n".encode()
        result = wizard.execute_import(["name", "phone"], ["Name", "Phone"], options)
        self.assertFalse(result["ids"])
        self.assertIn("•••", result["messages"][0]["message"])
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Fine")]))

    def test_merges_opportunities(self):
        twin = self.lead.copy({"phone": False, "email_from": False})
        wizard = (
            self.as_seller["crm.merge.opportunity"]
            .with_context(active_ids=(self.lead | twin).ids, active_model="crm.lead")
            .create({})
        )
        action = wizard.action_merge()
        merged = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(merged.phone, LEAD["phone"])
        self.assertEqual(merged.email_from, LEAD["email_from"])

    def test_converts_a_lead_and_finds_its_contact(self):
        lead = self.env["crm.lead"].create(
            {"name": "Asked", "type": "lead", "email_from": PARTNER["email"]}
        )
        wizard = (
            self.as_seller["crm.lead2opportunity.partner"]
            .with_context(active_model="crm.lead", active_id=lead.id, active_ids=lead.ids)
            .create({})
        )
        self.assertEqual(wizard.partner_id, self.partner)
        wizard.action_apply()
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id, self.partner)
        self._whole()

    def _quotation(self):
        form = Form(self.as_seller["sale.order"])
        form.partner_id = self.mine
        with form.order_line.new() as line:
            line.product_id = self.product
        order = form.save()
        order.order_line.sudo().tax_ids = [Command.clear()]
        return order
