from odoo.tests import Form, tagged

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestContactScreen(PdpaCase):
    def _found(self, operator, value, channel="email"):
        return self.env["res.partner"].search(
            [
                (f"pdpa_marketing_{channel}", operator, value),
                ("id", "in", self.partners.ids),
            ]
        )

    def test_search_for_whom_marketing_may_reach(self):
        self.receipt._record(self.anna, "marketing", "grant", ["email", "line"])
        self.receipt._record(self.ben, "marketing", "grant", ["sms"])
        self.assertEqual(self._found("=", True), self.anna)
        self.assertEqual(self._found("!=", False), self.anna)
        self.assertEqual(self._found("=", False), self.ben | self.chen)
        self.assertEqual(self._found("!=", True), self.ben | self.chen)
        self.assertEqual(self._found("in", [True, False]), self.partners)
        self.assertEqual(self._found("=", True, "line"), self.anna)
        self.assertEqual(self._found("=", True, "sms"), self.ben)

    def test_filters_are_on_the_contact_search(self):
        self.receipt._record(self.anna, "marketing", "grant", ["line"])
        arch = self.env["res.partner"].get_view(view_type="search")["arch"]
        for channel in ("email", "sms", "line"):
            self.assertIn(f'name="pdpa_marketing_{channel}"', arch)

    def test_employee_sees_consents_but_no_receipts(self):
        self.receipt._record(self.anna, "marketing", "grant", ["email"])
        arch = self.env["res.partner"].with_user(self.employee).get_view()["arch"]
        self.assertIn("pdpa_consent_ids", arch)
        for hidden in ("pdpa_receipt_ids", "action_pdpa_record", "pdpa_receipt_count"):
            self.assertNotIn(hidden, arch)
        self.assertTrue(self.anna.with_user(self.employee).pdpa_marketing_email)

    def test_new_contact_form(self):
        manager = self._new_user(
            "contact", "base.group_partner_manager,crm_pdpa.group_pdpa_user"
        )
        with Form(self.env["res.partner"].with_user(manager)) as form:
            form.name = "Dora"
        dora = form.save()
        self.assertFalse(dora.pdpa_receipt_count)
        self.assertFalse(dora.pdpa_marketing_line)

    def test_buttons(self):
        self.receipt._record(self.anna, "marketing", "grant")
        anna = self.anna.with_user(self.user)
        receipts = anna.action_pdpa_receipts()
        self.assertEqual(
            self.env["pdpa.receipt"].search(receipts["domain"]).partner_id, self.anna
        )
        self.assertEqual(anna.pdpa_receipt_count, 1)
        for action, event in (
            (anna.action_pdpa_record(), "grant"),
            (anna.action_pdpa_withdraw(), "withdraw"),
        ):
            self.assertEqual(action["res_model"], "pdpa.consent.wizard")
            self.assertEqual(action["context"]["default_event"], event)
            self.assertEqual(action["context"]["default_partner_ids"], anna.ids)

    def test_why(self):
        self.receipt._record(self.anna, "marketing", "grant", ["email"])
        action = self.anna.with_user(self.employee).action_pdpa_why()
        explanation = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(explanation.partner_id, self.anna)
        lines = {
            (line.purpose_id.code, line.channel_id.code): (line.allowed, line.reason)
            for line in explanation.line_ids
        }
        self.assertEqual(
            lines["marketing", "sms"], (False, "Not allowed: no consent recorded.")
        )
        self.assertTrue(lines["marketing", "email"][0])
        self.assertTrue(lines["service", "post"][0])

    def test_why_shows_the_purpose_that_counts(self):
        own = self.env.ref("crm_pdpa.purpose_service").copy(
            {"code": "service", "company_id": self.company.id}
        )
        action = self.anna.action_pdpa_why()
        lines = self.env[action["res_model"]].browse(action["res_id"]).line_ids
        shown = lines.purpose_id.filtered(lambda p: p.code == "service")
        self.assertEqual(shown, own)
