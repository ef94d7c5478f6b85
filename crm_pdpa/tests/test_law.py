from datetime import date

import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestLaw(PdpaCase):
    def setUp(self):
        super().setUp()
        self.law = self.env["pdpa.law.profile"]

    def _profile(self, code):
        return self.env.ref(f"crm_pdpa.law_{code}")

    def _param(self, key, on=date(2026, 11, 1)):
        return self.law._param(key, on, self.company)

    def test_the_act_applies_without_a_choice(self):
        self.assertEqual(self._param("access_days"), 15)
        self.assertEqual(self._param("change_extension_days"), 30)
        self.assertEqual(self._param("log_years"), 5)
        self.assertIsNone(self._param("breach_report_hours"))

    def test_unknown_key(self):
        with self.assertRaisesRegex(ValueError, "Unknown law parameter: 'x'"):
            self._param("x")

    def test_strictest_of_several(self):
        self.company.pdpa_law_profile_ids = self._profile("act") | self._profile(
            "retail_2024"
        )
        self.assertEqual(self._param("breach_report_hours"), 72)
        own = self.law.create(
            {
                "name": "Own policy",
                "code": "own",
                "state": "in_force",
                "date_from": "2026-01-01",
                "param_ids": [
                    (0, 0, {"key": "breach_report_hours", "value": 24}),
                    (0, 0, {"key": "log_years", "value": 7}),
                    (0, 0, {"key": "access_days", "value": 20}),
                ],
            }
        )
        self.company.pdpa_law_profile_ids |= own
        self.assertEqual(self._param("breach_report_hours"), 24, "fewer hours bind")
        self.assertEqual(self._param("log_years"), 7, "more years bind")
        self.assertEqual(self._param("access_days"), 15)
        self.assertEqual(
            self.law._strictest("log_years", date(2026, 2, 1), self.company).profile_id,
            own,
        )

    def test_dates(self):
        self.company.pdpa_law_profile_ids = self._profile("retail_2024")
        self.assertEqual(self._param("separate_auditor", date(2024, 11, 13)), 1)
        self.assertIsNone(self._param("separate_auditor", date(2024, 11, 12)))
        self._profile("retail_2024").date_to = "2027-01-01"
        self.assertEqual(self._param("separate_auditor", date(2027, 1, 1)), 1)
        self.assertIsNone(self._param("separate_auditor", date(2027, 1, 2)))

    def test_pending_and_draft_bind_nobody(self):
        pending = self._profile("amendment_2025")
        draft = self._profile("incident_draft_2026")
        self.assertFalse(pending.date_from)
        self.company.pdpa_law_profile_ids = pending | draft
        self.assertIsNone(self._param("access_days"))
        pending.write({"state": "in_force", "date_from": "2027-01-01"})
        self.assertEqual(self._param("access_days", date(2027, 1, 1)), 15)

    def test_pending_has_no_first_day(self):
        with self.assertRaisesRegex(ValidationError, "is pending"):
            self._profile("amendment_2025").date_from = "2027-01-01"

    def test_rules_hold_in_sql(self):
        profile = self._profile("act")
        for vals in (
            {"date_to": "2001-01-01"},
            {"date_from": False},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                profile.write(vals)
                profile.flush_recordset()
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["pdpa.law.param"].create(
                {"profile_id": profile.id, "key": "log_years", "value": 1}
            )

    def test_every_number_says_how_sure_it_is(self):
        params = self.env["pdpa.law.param"].search([])
        self.assertEqual(set(params.mapped("confidence")), {"verified", "counsel"})
        verified = params.filtered(lambda p: p.confidence == "verified")
        self.assertTrue(all(verified.mapped("statute")))
        self.assertTrue(all(params.mapped("unit")))
        self.assertEqual(self._profile("incident_draft_2026").to_confirm_count, 5)

    def test_clock_starts_differ(self):
        self.assertEqual(self._profile("retail_2024").clock_start, "discovered_at")
        self.assertEqual(self._profile("digital_2023").clock_start, "aware_at")
        self.assertEqual(self._profile("manufacturing_2023").clock_start, "aware_at")

    def test_settings(self):
        settings = self.env["res.config.settings"].create({})
        settings.pdpa_law_profile_ids = self._profile("retail_2024")
        settings.execute()
        self.assertEqual(
            self.company.pdpa_law_profile_ids, self._profile("retail_2024")
        )
