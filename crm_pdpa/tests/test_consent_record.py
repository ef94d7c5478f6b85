import json

from odoo.tests import tagged

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestConsentRecord(PdpaCase):
    def test_sections(self):
        receipt = self.receipt._record(
            self.anna,
            "marketing",
            "grant",
            ["email"],
            via="link",
            wording="I agree.",
            ip="203.0.113.7",
            user_agent="Phone",
        )
        record = json.loads(receipt.with_user(self.user)._json_file())
        self.assertEqual(
            list(record), ["header", "pii_processing", "party_identification", "event"]
        )
        self.assertEqual(record["header"]["record_id"], receipt.uuid)
        self.assertIn("27560:2023", record["header"]["schema_version"])
        processing = record["pii_processing"]
        self.assertEqual(processing["privacy_notice"]["sha256"], self.version.sha256)
        (purpose,) = processing["purposes"]
        self.assertEqual(purpose["purpose_type"], ["040", "152"])
        self.assertEqual(purpose["processing_methods"], ["email"])
        self.assertEqual(purpose["pii_information"][0]["pii_type"], "C001")
        self.assertEqual(
            record["party_identification"][0]["party_name"], "Formosa Living"
        )
        event = record["event"]
        self.assertEqual(event["event_state"], "consent given")
        self.assertEqual(event["ip_address"], "203.0.113.7")
        self.assertTrue(event["event_time"].endswith("Z"))

    def test_refusal_without_notice(self):
        self.version.action_retire()
        receipt = self.receipt._record(self.anna, "marketing", "deny", ["sms"])
        record = json.loads(receipt._json_file())
        self.assertIsNone(record["pii_processing"]["privacy_notice"])
        self.assertEqual(record["event"]["event_state"], "consent refused")

    def test_record_names_no_personal_value(self):
        self.anna.write({"name": "Canary Name", "email": "canary@example.com"})
        text = self.receipt._record(self.anna, "marketing", "grant")._json_file()
        self.assertNotIn("Canary", text)
        self.assertNotIn("canary", text)

    def test_download_button(self):
        receipt = self.receipt._record(self.anna, "marketing", "grant")
        action = receipt.with_user(self.user).action_download_json()
        self.assertEqual(action["url"], f"/pdpa/receipt/{receipt.uuid}.json")
