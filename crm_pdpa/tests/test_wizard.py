import base64
from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestWizard(PdpaCase):
    def _form(self, partners=None, user=None, **defaults):
        context = {
            "default_partner_ids": (partners or self.anna).ids,
            **{f"default_{name}": value for name, value in defaults.items()},
        }
        model = self.env["pdpa.consent.wizard"].with_user(user or self.user)
        return Form(model.with_context(**context))

    def test_form_is_prefilled_from_the_notice(self):
        form = self._form()
        self.assertEqual(form.purpose_id.code, "marketing")
        self.assertEqual(form.notice_version_id, self.version)
        self.assertIn("used for “Marketing”.", form.wording)
        self.assertTrue(form.wording.endswith(self.version.purposes_text))
        form.event = "withdraw"
        self.assertFalse(form.wording)

    def test_channels_of_a_required_consent_are_ticked_by_hand(self):
        form = self._form()
        self.assertFalse(form.channel_ids[:])
        form.event = "withdraw"
        self.assertEqual(form.channel_ids[:], form.purpose_id.channel_ids)
        form.event = "grant"
        form.purpose_id = self.env.ref("crm_pdpa.purpose_service")
        self.assertEqual(form.channel_ids[:], form.purpose_id.channel_ids)

    def test_record(self):
        form = self._form(self.anna | self.ben)
        form.channel_ids.add(self.env.ref("crm_pdpa.channel_line"))
        form.via = "paper"
        form.kind = "written"
        form.evidence = base64.b64encode(b"signed form").decode()
        form.wording = "I agree to offers by LINE."
        form.occurred_at = datetime(2026, 2, 3, 4, 5)
        form.save().action_record()
        receipts = (self.anna | self.ben).pdpa_receipt_ids
        self.assertEqual(receipts.partner_id, self.anna | self.ben)
        receipt = receipts[0]
        self.assertEqual(
            (receipt.channels, receipt.via, receipt.kind, receipt.wording),
            ("line", "paper", "written", "I agree to offers by LINE."),
        )
        self.assertEqual(receipt.occurred_at, datetime(2026, 2, 3, 4, 5))
        self.assertEqual(receipt.user_id, self.user)
        self.assertEqual(receipt.notice_version_id, self.version)

    def test_withdraw(self):
        form = self._form()
        form.channel_ids.add(self.env.ref("crm_pdpa.channel_sms"))
        form.save().action_record()
        self.assertTrue(self.gate._filter(self.anna, "marketing", "sms"))
        self._form(event="withdraw").save().action_record()
        self.assertFalse(self.gate._filter(self.anna, "marketing", "sms"))

    def test_without_notice(self):
        self.version.action_retire()
        form = self._form()
        self.assertFalse(form.notice_version_id)
        form.channel_ids.add(self.env.ref("crm_pdpa.channel_sms"))
        with self.assertRaisesRegex(ValidationError, "no published notice"):
            form.save().action_record()

    def test_list_selection_is_taken_over(self):
        model = self.env["pdpa.consent.wizard"].with_context(
            active_model="res.partner", active_ids=self.partners.ids
        )
        self.assertEqual(
            model.new(model.default_get(["partner_ids"])).partner_ids.ids,
            self.partners.ids,
        )

    def test_no_contact(self):
        wizard = self._form(event="withdraw").save()
        wizard.partner_ids = False
        with self.assertRaisesRegex(UserError, "at least one contact"):
            wizard.action_record()

    def test_employee_may_not_record(self):
        with self.assertRaises(AccessError):
            self._form(user=self.employee)
