from odoo.tests import tagged

from .common import PdpaCase, publish_notice


@tagged("post_install", "-at_install")
class TestCompany(PdpaCase):
    """Each company is a collector of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Co"})
        cls.env.user.company_ids |= cls.other
        publish_notice(cls.env, cls.other)

    def test_consent_counts_for_one_company(self):
        self.receipt._record(self.anna, "marketing", "grant")
        elsewhere = self.gate.with_company(self.other)
        self.assertTrue(self.gate._filter(self.anna, "marketing", "email"))
        self.assertFalse(elsewhere._filter(self.anna, "marketing", "email"))
        self.assertTrue(self.anna.pdpa_marketing_email)
        self.assertFalse(self.anna.with_company(self.other).pdpa_marketing_email)

    def test_own_purpose_replaces_the_shared_one(self):
        self.receipt._record(self.anna, "marketing", "grant")
        self.env.ref("crm_pdpa.purpose_marketing").copy(
            {"code": "marketing", "company_id": self.company.id}
        )
        self.assertFalse(self.gate._filter(self.anna, "marketing", "email"))
        self.receipt._record(self.anna, "marketing", "grant")
        self.assertTrue(self.gate._filter(self.anna, "marketing", "email"))

    def test_records_of_other_companies_are_hidden(self):
        self.receipt._record(self.anna, "marketing", "grant")
        self.receipt.with_company(self.other)._record(self.ben, "marketing", "grant")
        self.env["pdpa.purpose"].create(
            {"name": "Other", "code": "test_other", "company_id": self.other.id}
        )
        for model in (
            "pdpa.notice",
            "pdpa.notice.version",
            "pdpa.receipt",
            "pdpa.consent",
            "pdpa.purpose",
        ):
            with self.subTest(model=model):
                seen = self.env[model].with_user(self.officer).search([]).company_id
                self.assertEqual(seen, self.company & seen)
                hidden = self.env[model].search([("company_id", "=", self.other.id)])
                self.assertTrue(hidden)
        self.assertFalse(self.ben.with_user(self.user).pdpa_consent_ids)

    def test_local_date(self):
        moment = self.version.published_at.replace(2026, 6, 30, 16, 30, 0)
        for tz, day in ((False, 1), ("Asia/Taipei", 1), ("Europe/London", 30)):
            self.company.partner_id.tz = tz
            with self.subTest(tz=tz):
                self.assertEqual(self.company._pdpa_local_date(moment).day, day)
