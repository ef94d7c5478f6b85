"""Many records at once, with a ticket, for hours, reviewed by somebody else."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..tools.masking import TOKEN
from .canary import PARTNER
from .common_reveal import RevealCase

VALUES = {
    "model": "res.partner",
    "reason": "complaint",
    "note": "Recall of lot 7",
    "ticket": "CASE-2026-0412",
}


@tagged("post_install", "-at_install")
class TestBreakGlass(RevealCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.user_admin").group_ids -= cls.env.ref(
            "crm_pdpa.group_pdpa_officer"
        )
        cls.user = cls._new_user("user", "crm_pdpa.group_pdpa_user")
        cls.tag = cls.env["res.partner.category"].create({"name": "Lot 7"})
        (cls.partner | cls.other).category_id = cls.tag
        cls.domain = f"[('category_id', 'in', [{cls.tag.id}])]"

    def wizard(self, user=None, **values):
        return (
            self.env["pdpa.break.glass"]
            .with_user(user or self.user)
            .create({**VALUES, "domain": self.domain, **values})
        )

    def open(self, user=None, **values):
        self.wizard(user, **values).action_break()
        return self.grants(kind="break_glass")[:1]

    def test_opens_the_records_of_the_domain_to_the_user(self):
        wizard = self.wizard()
        self.assertEqual(wizard.record_count, 2)
        self.assertEqual(wizard.hours, 1)
        with self.new_rows() as rows:
            action = wizard.action_break()
        self.assertEqual(action["domain"], [("category_id", "in", [self.tag.id])])
        outside = self.env["res.partner"].create({"name": "X", "phone": "0911222333"})
        self.assertEqual(self.shown(self.user), PARTNER["phone"])
        self.assertEqual(self.shown(self.user, name="street"), PARTNER["street"])
        self.assertEqual(self.shown(self.user, self.other), self.other.phone)
        self.assertIn(TOKEN, self.shown(self.user, outside))
        self.assertIn(TOKEN, self.shown(self.user, name="vat"), "not asked for")
        self.assertIn(TOKEN, self.shown())
        [row] = [row for row in rows if row["operation"] == "break_glass"]
        self.assertEqual(row["ids"], sorted((self.partner | self.other).ids))
        self.assertEqual((row["approval"], row["count"]), ("CASE-2026-0412", 2))
        grant = self.grants(kind="break_glass")
        self.assertEqual(grant.record_count, 2)
        self.assertEqual(grant.state, "active")

    def test_ends_after_its_hours_and_by_revocation(self):
        grant = self.open(hours=2)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=119)):
            self.assertEqual(self.shown(self.user), PARTNER["phone"])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=121)):
            self.assertIn(TOKEN, self.shown(self.user))
            grant.invalidate_recordset(["state"])
            self.assertEqual(grant.state, "to_review")
        grant.invalidate_recordset(["state"])
        grant.with_user(self.officer).action_revoke()
        self.assertIn(TOKEN, self.shown(self.user))
        self.assertEqual(grant.state, "to_review")

    def test_everything_and_one_kind(self):
        self.open(data_kind="vat")
        self.assertEqual(self.shown(self.user, name="vat"), PARTNER["vat"])
        self.assertIn(TOKEN, self.shown(self.user))
        self.open(data_kind="all")
        self.assertEqual(self.shown(self.user), PARTNER["phone"])

    def test_archived_records_are_not_opened(self):
        self.open()
        self.other.active = False
        self.assertIn(TOKEN, self.shown(self.user, self.other))

    def test_bad_requests(self):
        cases = (
            ({"hours": 0}, "Hours"),
            ({"hours": 25}, "Hours"),
            ({"note": "abc"}, "Note"),
            ({"note": "     "}, "Note"),
            ({"ticket": "  "}, "Ticket"),
            ({"domain": "[('id', '=', 0)]"}, "Nothing to open"),
            ({"domain": "nonsense("}, "Which Records"),
            ({"domain": "[('no_such_field', '=', 1)]"}, "Which Records"),
            ({"domain": "[('phone', 'like', '0912')]"}, "personal data"),
            ({"domain": "['!', ('email', '=', 'x')]"}, "personal data"),
            ({"domain": "[('child_ids.phone', 'like', '1')]"}, "personal data"),
            (
                {"domain": "[('child_ids', 'any', [('email', 'ilike', 'a')])]"},
                "personal data",
            ),
            ({"domain": "[('display_name', 'ilike', 'zq')]"}, "personal data"),
            ({"data_kind": "id_number"}, "Nothing to open"),
        )
        for values, message in cases:
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self.open(**values)
        forged = self.wizard()
        forged.model = "ir.config_parameter"
        with self.assertRaisesRegex(ValidationError, "Records of"):
            forged.action_break()
        self.assertFalse(self.grants(kind="break_glass"))
        self.open(domain="[('name', 'ilike', 'Canary')]")
        self.open(domain=f"[('phone', '!=', False), {self.domain[1:]}")

    def test_too_many_records(self):
        self.env["ir.config_parameter"].set_param("crm_pdpa.break_glass_records", "1")
        with self.assertRaisesRegex(ValidationError, "at most 1"):
            self.open()
        self.open(domain=f"[('id', '=', {self.partner.id})]")

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.open(self.seller)
        with self.assertRaises(AccessError):
            self.open(self.auditor)
        choices = dict(
            self.env["pdpa.break.glass"].with_user(self.user)._select_models()
        )
        self.assertIn("crm.lead", choices)
        self.assertNotIn("mail.mail", choices, "not readable for the user")

    def test_form_counts_while_choosing(self):
        form = Form(self.env["pdpa.break.glass"].with_user(self.user))
        form.domain = "[('phone', 'like', '0912')]"
        self.assertEqual(form.record_count, 0)
        form.domain = self.domain
        self.assertEqual(form.record_count, 2)
        self.assertTrue(form.has_reviewer)

    # -- review ---------------------------------------------------------------
    def mails(self):
        return self.env["mail.message"].search(
            [("message_type", "=", "user_notification")], order="id desc"
        )

    def test_officers_are_told_at_once(self):
        self.open(self.officer)
        message = self.mails()[:1]
        self.assertIn("reveal_officer", message.subject)
        self.assertIn("CASE-2026-0412", message.body)
        told = message.notified_partner_ids | message.partner_ids
        self.assertIn(self.second.partner_id, told)
        self.assertNotIn(self.officer.partner_id, told)

    def review(self, grant, user, result="justified", note="Checked the ticket"):
        action = getattr(
            grant.with_user(user),
            "action_justified" if result == "justified" else "action_unjustified",
        )()
        wizard = (
            self.env["pdpa.reveal.review"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"note": note})
        )
        wizard.action_confirm()

    def test_review(self):
        grant = self.open()
        self.review(grant, self.officer, "unjustified", "No such ticket")
        self.assertEqual(grant.review_result, "unjustified")
        self.assertEqual(grant.review_note, "No such ticket")
        self.assertEqual(grant.reviewer_id, self.officer)
        self.assertTrue(grant.reviewed_at)
        with self.assertRaises(ValidationError):
            self.review(grant, self.second)
        self.assertEqual(grant.review_result, "unjustified")

    def test_nobody_reviews_their_own(self):
        grant = self.open(self.officer)
        with self.assertRaises(ValidationError):
            self.review(grant, self.officer)
        wizard = self.env["pdpa.reveal.review"].with_user(self.officer)
        forced = wizard.create({"reveal_ids": grant.ids, "note": "All was well"})
        with self.assertRaises(ValidationError):
            forced.action_confirm()
        self.review(grant, self.second)

    def test_review_needs_a_note_an_officer_and_a_break_glass(self):
        grant = self.open()
        with self.assertRaisesRegex(ValidationError, "Note"):
            self.review(grant, self.officer, note=" ok ")
        with self.assertRaises(AccessError):
            self.review(grant, self.seller)
        with self.assertRaises(UserError):
            self.review(grant, self.user)
        self.reveal()
        with self.assertRaises(ValidationError):
            self.review(self.grants(kind="reveal"), self.officer)

    def test_reminder_after_three_days(self):
        cron = self.env.ref("crm_pdpa.cron_pdpa_reveal_remind")
        grant = self.open()
        before = self.mails()
        cron.with_user(cron.user_id).ir_actions_server_id.run()
        self.assertEqual(self.mails(), before)
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            self.env["pdpa.reveal"]._cron_remind()
        reminder = self.mails() - before
        self.assertEqual(len(reminder), 1)
        self.assertIn(self.officer.partner_id, reminder.partner_ids)
        self.review(grant, self.officer)
        with freeze_time(fields.Datetime.now() + timedelta(days=5)):
            self.env["pdpa.reveal"]._cron_remind()
        self.assertEqual(self.mails() - before, reminder)
