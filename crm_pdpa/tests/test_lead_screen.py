from odoo.tests import tagged

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestLeadScreen(PdpaCase):
    def _lead(self, **vals):
        return self.env["crm.lead"].create({"name": "Lead", **vals})

    def test_summary(self):
        lead = self._lead(partner_id=self.anna.id)
        nobody = self._lead()
        self.assertEqual(lead.pdpa_marketing_summary, "Not allowed")
        self.assertFalse(nobody.pdpa_marketing_summary)
        self.receipt._record(self.anna, "marketing", "grant", ["line", "email"])
        self.assertEqual(lead.pdpa_marketing_summary, "Allowed: E-mail and LINE")
        self.receipt._record(self.anna, "marketing", "withdraw")
        self.assertEqual(lead.pdpa_marketing_summary, "Not allowed")

    def test_salesperson_sees_summary_and_reason(self):
        salesperson = self._new_user("sales", "sales_team.group_sale_salesman")
        lead = self._lead(partner_id=self.anna.id, user_id=salesperson.id)
        lead = lead.with_user(salesperson)
        self.assertEqual(lead.pdpa_marketing_summary, "Not allowed")
        action = lead.action_pdpa_why()
        self.assertEqual(action["res_model"], "pdpa.consent.explanation")
        arch = lead.get_view(view_type="form")["arch"]
        self.assertIn("pdpa_marketing_summary", arch)
        self.assertIn("action_pdpa_why", arch)
