from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.crm_pdpa.tests.common import publish_notice

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestReminders(MembershipCase):
    def setUp(self):
        super().setUp()
        self.program.expiry_reminders = True
        self.partner.email = "wang@example.com"
        self.member = self.Member._enroll(self.partner)
        self.today = self.program._today()
        self.Reminder = self.env["loyalty.point.reminder"]

    def _grant(self, points, days, member=None):
        member = member or self.member
        return member._post_points(
            "earn",
            points,
            f"{member.id}:{days}:{len(member.entry_ids)}",
            expire_on=self.today + timedelta(days=days),
        )

    def _run(self):
        """One run; the mails that it queued."""
        before = self.env["mail.mail"].search([])
        after_id = 0
        while after_id := self.Reminder._remind(self.program, after_id):
            pass
        return self.env["mail.mail"].search([]) - before

    def test_one_message_per_member_and_run(self):
        self._grant(10, 60)
        self._grant(5, 60)
        self._grant(20, 37)
        self.assertFalse(self._run())
        self._days_pass(30)  # 30 days before the first, 7 before the second
        mail = self._run()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.partner)
        self.assertIn("20", mail.body_html)
        self.assertIn("15", mail.body_html)
        self.assertEqual(
            self.Reminder.search([("member_id", "=", self.member.id)])
            .sorted("expire_on")
            .mapped(lambda row: (row.days, row.points)),
            [(7, 20), (30, 15)],
        )
        self.assertFalse(self._run(), "once per day of expiry and reminder")

    def test_thirty_seven_and_one_day_before(self):
        self._grant(10, 40)
        sent = []
        for day in range(41):
            if day:
                self._days_pass(1)
            if self._run():
                sent.append(40 - day)
        self.assertEqual(sent, [30, 7, 1])

    def test_a_missed_run_is_made_up_for(self):
        self._grant(10, 40)
        self._days_pass(15)
        self.assertEqual(len(self._run()), 1)
        self._days_pass(20)
        self.assertEqual(len(self._run()), 1)
        self.assertEqual(
            self.Reminder.search([]).sorted("id").mapped("days")[-2:], [30, 7]
        )

    def test_used_points_and_new_short_lived_ones_are_not_announced(self):
        self._grant(10, 30)
        self.member._post_points("burn", 10, "b")
        self._grant(10, 5)
        self.assertFalse(self._run())

    def test_who_gets_no_message(self):
        silent = self._enroll("No e-mail")
        frozen = self._enroll("Frozen")
        frozen.partner_id.email = "frozen@example.com"
        for member in (silent, frozen):
            self._grant(10, 31, member=member)
        frozen.action_freeze()
        self._grant(10, 31)
        self._days_pass(1)
        self.assertEqual(self._run().recipient_ids, self.partner)
        self.program.expiry_reminders = False
        self._days_pass(24)
        self.assertFalse(self._run())

    def test_idle_members_are_reminded_too(self):
        self.program.write({"expiry_model": "activity", "expiry_months": 2})
        self.member._post_points("earn", 10, "e")
        lot = self.member.lot_ids
        self._days_pass((lot.last_day - self.today).days - 7)
        self.assertEqual(len(self._run()), 1)
        self.assertEqual(self.Reminder.search([], limit=1).expire_on, lot.last_day)

    def test_refusal_of_the_purpose_is_respected(self):
        publish_notice(self.env)
        self._grant(10, 31)
        self.env["pdpa.receipt"]._record(
            self.partner, "membership", "deny", ["email"], kind="explicit", via="staff"
        )
        self._days_pass(1)
        self.assertFalse(self._run())
        self.assertFalse(self.Reminder.search([("member_id", "=", self.member.id)]))

    def test_marketing_needs_consent(self):
        self.program.reminder_purpose_id = self.env.ref("crm_pdpa.purpose_marketing")
        publish_notice(self.env)
        self._grant(10, 31)
        self._days_pass(1)
        self.assertFalse(self._run())
        self.env["pdpa.receipt"]._record(
            self.partner, "marketing", "grant", ["email"], kind="explicit", via="staff"
        )
        mail = self._run()
        self.assertEqual(mail.pdpa_purpose_id.code, "marketing")
        self.assertEqual(mail.pdpa_company_id, self.company)
        self.assertEqual(mail.pdpa_partner_id, self.partner)

    def test_in_portions(self):
        members = self._enroll(*"ABCDE")
        for member in members:
            member.partner_id.email = f"{member.id}@example.com"
            self._grant(10, 31, member=member)
        self._days_pass(1)
        first = self.Reminder._remind(self.program, limit=2)
        self.assertEqual(first, members.sorted("id")[1].id)
        second = self.Reminder._remind(self.program, first, limit=2)
        third = self.Reminder._remind(self.program, second, limit=2)
        self.assertEqual(third, members.sorted("id")[4].id)
        self.assertEqual(self.Reminder._remind(self.program, third, limit=2), 0)
        self.assertEqual(self.Reminder.search_count([("points", "=", 10)]), 5)

    def test_cron(self):
        self._grant(10, 31)
        self._days_pass(1)
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_members.ir_cron_remind").method_direct_trigger()
        self.assertEqual(
            self.Reminder.search([("member_id", "=", self.member.id)]).days, 30
        )

    def test_days_are_numbers(self):
        for words in ("30, soon", "-1", "1.5", "999", "30;7"):
            with (
                self.subTest(words),
                self.assertRaisesRegex(ValidationError, "Days Before"),
            ):
                self.program.reminder_days = words
        self.program.reminder_days = "7,30 ,, 7"
        self.assertEqual(self.program._reminder_stages(), [30, 7])
        self.program.reminder_days = False
        self.assertEqual(self.program._reminder_stages(), [])

    def test_chinese_members_read_chinese_dates(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.partner.lang = "zh_TW"
        self._grant(10, 31)
        self._days_pass(1)
        mail = self._run()
        day = self.today + timedelta(days=31)
        self.assertIn(f"{day:%Y/%m/%d}", mail.body_html)
