from datetime import date
from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SegmentsCase

NOON = "2025-06-{:02} 04:00:00"


@tagged("post_install", "-at_install")
class TestTagRule(SegmentsCase):
    """A rule gives and takes only its own; people win over rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["crm.tag.rule"]
        cls.rows = cls.env["crm.tag.assignment"]
        cls.tag = cls.env["res.partner.category"].create({"name": "Taipei"})
        cls.rule = cls._create_rule("Lives in Taipei")
        cls.fits = cls._create_customer("Lin", city="Taipei")
        cls.other = cls._create_customer("Wu", city="Tainan")

    @classmethod
    def _create_rule(cls, name, **values):
        return cls.rules.create(
            {
                "name": name,
                "tag_id": cls.tag.id,
                "partner_domain": "[('city', '=', 'Taipei')]",
                **values,
            }
        )

    def _run(self, day=1, rule=None):
        with freeze_time(NOON.format(day)):
            (rule or self.rule)._apply()

    def _open(self, partner=None):
        domain = [("tag_id", "=", self.tag.id), ("ended_on", "=", False)]
        return self.rows.search(
            [*domain, ("partner_id", "=", (partner or self.fits).id)]
        )

    def _last(self):
        return self.rows.search(
            [("tag_id", "=", self.tag.id)], order="id DESC", limit=1
        )

    def test_gives_with_a_reason(self):
        self._run()
        self.assertEqual(self.fits.category_id, self.tag)
        self.assertFalse(self.other.category_id)
        row = self._open()
        self.assertEqual(row.rule_id, self.rule)
        self.assertEqual(row.source, "rule")
        self.assertEqual(row.reason, "Lives in Taipei")
        self.assertEqual(row.since, date(2025, 6, 1))
        self.assertEqual(row.company_id, self.company)
        self.assertFalse(row.expires_on)
        self.assertEqual(self.rule.last_added, 1)
        self.assertEqual(self.rule.tagged_count, 1)

    def test_second_run_changes_nothing(self):
        self._run()
        row = self._open()
        self._run(2)
        self.assertEqual(self._open(), row)
        self.assertEqual(row.since, date(2025, 6, 1))
        self.assertEqual((self.rule.last_added, self.rule.last_removed), (0, 0))

    def test_takes_back_what_no_longer_fits(self):
        self._run()
        self.fits.city = "Tainan"
        self._run(5)
        self.assertFalse(self.fits.category_id)
        self.assertFalse(self._open())
        row = self._last()
        self.assertEqual(row.ended_on, date(2025, 6, 5))
        self.assertEqual(row.end_reason, "unfit")
        self.assertEqual(self.rule.last_removed, 1)
        self.fits.city = "Taipei"
        self._run(6)
        self.assertEqual(self.fits.category_id, self.tag)

    def test_keeps_what_no_longer_fits_when_told(self):
        self.rule.remove_unfit = False
        self._run()
        self.fits.city = "Tainan"
        self._run(5)
        self.assertEqual(self.fits.category_id, self.tag)

    def test_manual_tags_are_never_touched(self):
        self.fits.category_id = self.tag
        self.other.category_id = self.tag
        self._run()
        self.assertEqual(self.rule.last_added, 0)
        self.fits.city = "Tainan"
        self._run(2)
        self.assertEqual(self.fits.category_id, self.tag)
        self.assertEqual(self.other.category_id, self.tag)
        self.assertEqual(self._open().source, "manual")

    def test_tags_from_before_the_log_are_never_touched(self):
        """No row tells about them: they were there when the module came."""
        self.fits.category_id = self.tag
        self._open().unlink()
        self._run()
        self.fits.city = "Tainan"
        self._run(2)
        self.assertEqual(self.fits.category_id, self.tag)

    def test_a_tag_taken_off_by_hand_stays_off(self):
        self._run()
        self.fits.category_id = False
        self.assertEqual(self._last().end_reason, "hand")
        self._run(2)
        self.assertFalse(self.fits.category_id)

    def test_a_tag_taken_off_behind_the_log_stays_off(self):
        self._run()
        self.tag.partner_ids = False
        self._run(2)
        self.assertFalse(self.fits.category_id)
        self.assertEqual(self._last().end_reason, "hand")

    def test_two_rules_one_tag(self):
        """The tag stays until the last rule lets go."""
        second = self._create_rule("Is Lin", partner_domain="[('name', '=', 'Lin')]")
        self._run()
        self._run(rule=second)
        self.assertEqual(self._open().rule_id, self.rule | second)
        self.fits.city = "Tainan"
        self._run(2)
        self.assertEqual(self.fits.category_id, self.tag)
        self.fits.name = "Lim"
        self._run(3, second)
        self.assertFalse(self.fits.category_id)

    def test_expiry_counts_from_the_last_fit(self):
        self.rule.write({"remove_unfit": False, "expiry_days": 10})
        self._run(1)
        self.assertEqual(self._open().expires_on, date(2025, 6, 11))
        self._run(3)
        self.assertEqual(self._open().expires_on, date(2025, 6, 13))
        self.fits.city = "Tainan"
        self._run(13)
        self.assertEqual(self.fits.category_id, self.tag)
        self._run(14)
        self.assertFalse(self.fits.category_id)
        self.assertEqual(self._last().end_reason, "expired")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.rule.expiry_days = -1
            self.env.flush_all()

    def test_archiving_takes_its_tags_off(self):
        self.other.category_id = self.tag
        self._run()
        self.rule.action_archive()
        self.assertFalse(self.fits.category_id)
        self.assertEqual(self.other.category_id, self.tag)
        self.assertEqual(self._last().end_reason, "stopped")

    def test_deleting_takes_its_tags_off(self):
        self._run()
        self.rule.unlink()
        self.assertFalse(self.fits.category_id)
        self.assertEqual(self._last().reason, "Lives in Taipei")

    def test_sees_states_of_its_company(self):
        """The domain may ask for what the statistics say, in the rule's company."""
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        self._create_order(self.fits, date(2025, 6, 1))
        self.stats._refresh(today=date(2025, 6, 1))
        domain = "[('nesl', '=', 'existing')]"
        here = self._create_rule("Bought", partner_domain=domain)
        there = self._create_rule("Bought", partner_domain=domain, company_id=other.id)
        self._run(rule=there)
        self.assertFalse(self.fits.category_id)
        self._run(rule=here)
        self.assertEqual(self.fits.category_id, self.tag)
        self.assertFalse(self.other.category_id)

    def test_contacts_of_other_companies_are_left_alone(self):
        other = self._create_company("Sister")
        self.env.user.company_ids |= other
        theirs = self._create_customer("Ho", city="Taipei", company_id=other.id)
        self._run()
        self.assertFalse(theirs.category_id)

    def test_relative_dates_are_days_of_the_company(self):
        self.rule.partner_domain = "[('write_date', '>=', 'today -1d')]"
        self.assertIn(self.fits, self.rule._partners().search(self.rule._domain()))

    def test_bad_domains_are_refused_in_words(self):
        for domain in ("[('no_such_field', '=', 1)]", "nonsense(", "[('name',)]", "7"):
            with (
                self.subTest(domain=domain),
                self.assertRaises(ValidationError) as told,
            ):
                self.rule.partner_domain = domain
            self.assertIn("Lives in Taipei", str(told.exception))

    def test_a_broken_domain_is_marked_and_changes_nothing(self):
        """A field may go with its module long after the rule was written."""
        self._run()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_tag_rule SET partner_domain = %s WHERE id = %s",
            ["[('gone_field', '=', 1)]", self.rule.id],
        )
        self.rule.invalidate_recordset()
        self._run(2)
        self.assertIn("gone_field", self.rule.last_error)
        self.assertIn("gone_field", self.rule.fitting_error)
        self.assertEqual(self.fits.category_id, self.tag)
        self.rule.partner_domain = "[]"
        self._run(3)
        self.assertFalse(self.rule.last_error)

    def test_tag_and_company_are_fixed_once_given(self):
        second = self.tag.copy({"name": "Other"})
        self.rule.tag_id = second
        self.rule.tag_id = self.tag
        self._run()
        with self.assertRaises(ValidationError):
            self.rule.tag_id = second

    def test_form_counts(self):
        self.assertEqual(
            self.rule.fitting_count,
            self.env["res.partner"].search_count(
                [
                    ("city", "=", "Taipei"),
                    ("company_id", "in", [False, self.company.id]),
                ]
            ),
        )
        action = self.rule.action_view_fitting()
        self.assertIn(self.fits, self.env["res.partner"].search(action["domain"]))
        self._run()
        action = self.rule.action_view_assignments()
        self.assertEqual(self.rows.search(action["domain"]).partner_id, self.fits)

    def test_run_button(self):
        manager, user = (
            new_test_user(
                self.env,
                f"tag_{role}",
                groups=f"crm_segments.group_crm_segments_{role}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for role in ("manager", "user")
        )
        with self.assertRaises(AccessError):
            self.rule.with_user(user).action_run()
        self.rule.with_user(manager).action_run()
        self.assertEqual(self.fits.category_id, self.tag)
        self.assertEqual(self._open().create_uid, manager)

    def test_job(self):
        broken = self._create_rule("Broken", sequence=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_tag_rule SET partner_domain = 'x' WHERE id = %s", [broken.id]
        )
        broken.invalidate_recordset()
        self.other.category_id = self.tag
        row = self._open(self.other)
        row.expires_on = date(2025, 1, 1)
        with self.enter_registry_test_mode():
            self.env.ref("crm_segments.ir_cron_tag_rules").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.fits.category_id, self.tag)
        self.assertFalse(self.other.category_id)
        self.assertEqual(row.end_reason, "expired")
        self.assertTrue(broken.last_error)

    def test_job_goes_on_later_when_time_is_up(self):
        with (
            patch.object(self.registry["ir.cron"], "_commit_progress", return_value=0),
        ):
            self.rules._cron_apply()
        self.assertFalse(self.rule.last_run)
