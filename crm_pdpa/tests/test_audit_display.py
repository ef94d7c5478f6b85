"""The trail keeps technical names and shows them in the reader's own words."""

from odoo.tests import tagged

from .common import PdpaCase, publish_notice


@tagged("post_install", "-at_install")
class TestAuditDisplay(PdpaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        publish_notice(cls.env)
        cls.env["res.lang"]._activate_lang("zh_TW")

    def logged(self, operation, model, fields, note=None):
        self.env["pdpa.audit"]._log(operation, model, [1], fields, note=note)
        return self.env["pdpa.audit"].search([("operation", "=", operation)], limit=1)

    def test_fields_have_labels(self):
        row = self.logged("read", "res.partner", ["email", "phone"])
        self.assertEqual(row.field_names, "email,phone")
        self.assertEqual(row.fields_label, "Email, Phone")

    def test_paths_and_unknown_names(self):
        names = ["partner_id/email", "gone", "partner_id/gone/more"]
        row = self.logged("export", "crm.lead", names)
        self.assertEqual(
            row.fields_label.split(", "),
            ["gone", "Contact / Email", "Contact / gone / more"],
        )
        row = self.logged("print", "no.such.model", ["email"])
        self.assertEqual(
            (row.model_label, row.fields_label), ("no.such.model", "email")
        )

    def test_a_label_is_named_once(self):
        row = self.logged("read", "res.partner", ["email", "email_normalized", "phone"])
        labels = row.fields_label.split(", ")
        self.assertEqual(len(labels), len(set(labels)))

    def test_groups_by_name(self):
        group = self.env.ref("crm_pdpa.group_pdpa_clear")
        row = self.logged(
            "group_change", "res.users", ["crm_pdpa.group_pdpa_clear"], "added"
        )
        self.assertEqual(row.fields_label, group.full_name)
        self.assertEqual(row.note_label, "Joined the group")
        gone = self.logged("group_change", "res.users", ["crm_pdpa.gone"], "removed")
        self.assertEqual(gone.fields_label, "crm_pdpa.gone")

    def test_settings(self):
        row = self.logged(
            "setting_change", "ir.config_parameter", ["value"], "write crm_pdpa.masking"
        )
        self.assertEqual(row.note_label, "Changed crm_pdpa.masking")

    def test_consent_in_both_languages(self):
        partner = self.env["res.partner"].create({"name": "Anna"})
        self.env["pdpa.receipt"]._record(partner, "marketing", "grant", ["email"])
        row = self.env["pdpa.audit"].search([("operation", "=", "consent")], limit=1)
        self.assertEqual(row.note, "grant marketing: email")
        purpose = self.env["pdpa.purpose"]._get("marketing")
        self.assertEqual(row.note_label, f"Consent: {purpose.name} (E-mail)")
        chinese = row.with_context(lang="zh_TW")
        name = purpose.with_context(lang="zh_TW").name
        self.assertEqual(chinese.note_label, f"同意: {name} (電子郵件)")

    def test_what_people_wrote_stays(self):
        for operation, note in (("reveal", "order S00042"), ("consent", "typed")):
            row = self.logged(operation, "res.partner", ["phone"], note)
            self.assertEqual(row.note_label, note)
        self.assertFalse(self.logged("verify", "pdpa.audit.seal", []).note_label)

    def test_reasons(self):
        audit = self.env["pdpa.audit"]
        for reason, label in (("complaint", "Complaint"), ("as typed", "as typed")):
            audit._log("reveal", "res.partner", [1], ["phone"], reason=reason)
            row = audit.search([("operation", "=", "reveal")], limit=1)
            self.assertEqual(row.reason_label, label)

    def test_grants_name_their_fields(self):
        grant = self.env["pdpa.reveal"].new(
            {"model": "res.partner", "field_names": "email,phone"}
        )
        self.assertEqual(grant.fields_label, "Email, Phone")
