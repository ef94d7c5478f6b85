from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import MembershipCase

DAY = date(1990, 5, 17)


@tagged("post_install", "-at_install")
class TestBirthday(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.Member._enroll(cls.partner)
        cls.clerk = cls._user("birthday_clerk", "clerk")
        cls.manager = cls._user("birthday_manager", "manager")

    def test_a_clerk_enters_it_once(self):
        member = self.member.with_user(self.clerk)
        self.assertFalse(member.has_birthdate)
        member.loyalty_birthdate = DAY
        self.assertTrue(member.has_birthdate)
        member.loyalty_birthdate = DAY  # the same again is no change
        for value in (DAY + timedelta(days=1), False):
            with self.assertRaisesRegex(UserError, "has been recorded"):
                member.loyalty_birthdate = value

    def test_a_viewer_does_not(self):
        with self.assertRaises(AccessError):
            self.member.with_user(self._user("v", "viewer")).loyalty_birthdate = DAY

    def test_a_manager_needs_the_wizard_and_a_reason(self):
        self.member.loyalty_birthdate = DAY
        with self.assertRaisesRegex(UserError, "has been recorded"):
            self.member.with_user(self.manager).loyalty_birthdate = date(1991, 1, 1)
        Wizard = self.env["loyalty.member.birthday"]
        values = {"member_id": self.member.id, "birthdate": date(1991, 1, 1)}
        with self.assertRaises(AccessError):
            Wizard.with_user(self.clerk).create({**values, "reason": "x"})
        with self.assertRaisesRegex(AccessError, "managers"):
            self.member.with_user(self.clerk)._correct_birthdate(DAY, "x")
        wizard = Wizard.with_user(self.manager).create({**values, "reason": "  "})
        with self.assertRaisesRegex(ValidationError, "Reason"):
            wizard.action_correct()
        wizard.reason = "Seen on the card"
        wizard.action_correct()
        self.assertEqual(self.member.loyalty_birthdate, date(1991, 1, 1))
        note = self.member.message_ids[:1]
        self.assertIn("Seen on the card", note.body)
        self.assertEqual(note.author_id, self.manager.partner_id)

    def test_a_client_cannot_open_the_door(self):
        self.member.loyalty_birthdate = DAY
        for value in (True, "door", {}):
            with self.assertRaises(UserError):
                self.member.with_context(
                    loyalty_birthday_door=value
                ).loyalty_birthdate = date(1991, 1, 1)

    def test_impossible_dates(self):
        today = self.program._today()
        for value, message in [
            (today + timedelta(days=1), "future"),
            (today - relativedelta(years=120, days=1), "120 years"),
        ]:
            with (
                self.subTest(value),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self.member.loyalty_birthdate = value
        self.member.loyalty_birthdate = today

    def test_oldest_possible_birthday(self):
        oldest = self.program._today() - relativedelta(years=120)
        self.member.loyalty_birthdate = oldest
        self.assertEqual(self.member.loyalty_birthdate, oldest)

    def test_form(self):
        form = Form(self.member.with_user(self.clerk))
        form.loyalty_birthdate = DAY
        form.save()
        self.assertEqual(self.member.loyalty_birthdate, DAY)
        form = Form(self.member.with_user(self.clerk))
        with self.assertRaises(AssertionError):
            form.loyalty_birthdate = date(1991, 1, 1)  # read-only by now
