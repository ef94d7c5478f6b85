import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipCase

PHONE = "+886912345678"


@tagged("post_install", "-at_install")
class TestMemberPhone(MembershipCase):
    """The telephone number in E.164 is the key of one open membership."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.phone = "0912-345-678"

    def _contact(self, name, phone, **values):
        return self.env["res.partner"].create({"name": name, "phone": phone, **values})

    def test_numbers_are_kept_in_international_form(self):
        japan = self.env.ref("base.jp").id
        for phone, values, expected in [
            ("0912 345 679", {}, "+886912345679"),
            ("+886 912 345 670", {}, "+886912345670"),
            ("090-1234-5678", {"country_id": japan}, "+819012345678"),
            ("+81 90 1234 5679", {}, "+819012345679"),
            ("12", {}, False),
            (False, {}, False),
        ]:
            with self.subTest(phone):
                contact = self._contact("X", phone, **values)
                self.assertEqual(self.Member._enroll(contact).phone_sanitized, expected)

    def test_the_company_country_is_the_default(self):
        self.company.country_id = self.env.ref("base.jp")
        member = self.Member._enroll(self._contact("X", "090-1234-5678"))
        self.assertEqual(member.phone_sanitized, "+819012345678")

    def test_taken_number_names_the_other_member_only(self):
        member = self.Member._enroll(self.partner)
        other = self._contact("Other", PHONE)
        with self.assertRaises(ValidationError) as caught:
            self.Member._enroll(other)
        message = str(caught.exception)
        self.assertIn(member.number, message)
        self.assertNotIn(self.partner.name, message)
        self.assertNotIn("912", message)
        self.assertFalse(other.member_id)

    def test_two_contacts_with_one_number_in_one_call(self):
        other = self._contact("Twin", PHONE)
        with self.assertRaisesRegex(ValidationError, "same telephone number"):
            self.Member._enroll(self.partner | other)
        self.assertFalse(self.partner.member_id)

    def test_a_sale_is_never_refused_because_of_a_number(self):
        self.program.enroll_on_first_order = True
        self.Member._enroll(self.partner)
        other = self._contact("Spouse", PHONE)
        self._order(other, 500)
        self.assertPoints(other.member_id, 5)
        self.assertFalse(other.member_id.phone_sanitized)

    def test_other_memberships_do_not_count(self):
        second = self.env["res.company"].create({"name": "Second Shop"})
        self.env["loyalty.program"]._create_membership(second)
        self.Member._enroll(self.partner)
        other = self._contact("Other", PHONE)
        there = self.Member.with_company(second)._enroll(other)
        self.assertEqual(there.phone_sanitized, PHONE)

    def test_database_refuses_a_second_key(self):
        self.Member._enroll(self.partner)
        other = self._enroll("Other")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env.cr.execute(
                "UPDATE loyalty_member SET phone_sanitized = %s WHERE id = %s",
                [PHONE, other.id],
            )

    def test_key_follows_the_contact(self):
        member = self.Member._enroll(self.partner)
        self.partner.phone = "0988 111 222"
        self.assertEqual(member.phone_sanitized, "+886988111222")
        self.partner.phone = False
        self.assertFalse(member.phone_sanitized)
        self.partner.write({"phone": "0912345678"})
        self.assertEqual(member.phone_sanitized, PHONE)

    def test_a_contact_may_have_the_number_of_a_member_but_not_the_key(self):
        owner = self.Member._enroll(self.partner)
        other = self._enroll("Other")
        other.partner_id.phone = PHONE
        self.assertFalse(other.phone_sanitized)
        self.assertEqual(owner.phone_sanitized, PHONE)
        note = other.message_ids[:1].body
        self.assertIn(owner.number, note)
        self.assertNotIn("912", note.replace(owner.number, ""))

    def test_numbers_can_be_swapped(self):
        first = self.Member._enroll(self.partner)
        second = self.Member._enroll(self._contact("Other", "0988111222"))
        both = first.partner_id | second.partner_id
        self.env.cr.execute(
            """UPDATE res_partner SET phone = CASE WHEN id = %s THEN '0988111222'
                ELSE '0912345678' END, phone_sanitized = NULL WHERE id = ANY(%s)""",
            [first.partner_id.id, both.ids],
        )
        both.invalidate_recordset()
        # one of the two must give its number away first
        second._write_phones({second.id: None})
        first._sync_phones()
        second._sync_phones()
        self.assertEqual(first.phone_sanitized, "+886988111222")
        self.assertEqual(second.phone_sanitized, PHONE)

    def test_a_closed_member_frees_the_number(self):
        old = self.Member._enroll(self.partner)
        old.action_close()
        new = self.Member._enroll(self._contact("New Owner", PHONE))
        self.assertEqual(new.phone_sanitized, PHONE)
        with self.assertRaisesRegex(ValidationError, new.number):
            old.action_activate()
        new.action_close()
        old.action_activate()
        self.assertEqual(old.state, "active")

    def test_key_is_not_written_by_hand(self):
        member = self.Member._enroll(self.partner)
        with self.assertRaisesRegex(Exception, "cannot be changed by hand"):
            member.phone_sanitized = "+886900000000"

    def test_statements_do_not_grow(self):
        def count(number):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"N{i}", "phone": f"+88691{number:03d}{i:04d}"}
                    for i in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            members = self.Member._enroll(partners)
            spent = self.env.cr.sql_log_count - before
            self.assertEqual(len(set(members.mapped("phone_sanitized"))), number)
            return spent

        count(2)
        self.assertLessEqual(count(60), count(3) + 2)


@tagged("post_install", "-at_install")
class TestMasking(MembershipCase):
    """Who may not see personal data sees neither number nor birthday of a member."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.phone = PHONE
        cls.member = cls.Member._enroll(cls.partner)
        cls.member.loyalty_birthdate = "1990-05-17"
        cls.env["ir.config_parameter"].sudo().set_param("crm_pdpa.masking", "True")
        cls.viewer = cls._user("phone_viewer", "viewer")
        cls.clerk = cls._user("phone_clerk", "clerk")

    def test_values_are_masked(self):
        for user in (self.viewer, self.clerk):
            row = self.member.with_user(user).read(
                ["phone_sanitized", "loyalty_birthdate", "has_birthdate"]
            )[0]
            self.assertEqual(row["phone_sanitized"], "+8869•••678")
            self.assertFalse(row["loyalty_birthdate"])
            self.assertTrue(row["has_birthdate"])

    def test_search_does_not_tell_the_birthday(self):
        members = self.Member.with_user(self.viewer)
        for domain in (
            [("loyalty_birthdate", "=", "1990-05-17")],
            [("loyalty_birthdate", ">", "1990-01-01")],
            [("phone_sanitized", "like", "5678")],
        ):
            with self.subTest(domain):
                self.assertNotIn(self.member, members.search(domain))

    def test_whole_number_finds_the_member(self):
        members = self.Member.with_user(self.clerk)
        self.assertEqual(members.search([("phone_sanitized", "=", PHONE)]), self.member)

    def test_messages_hold_no_values(self):
        manager = self._user("phone_manager", "manager")
        self.member.with_user(manager)._correct_birthdate("1991-06-18", "Identity card")
        bodies = " ".join(self.member.message_ids.mapped("body"))
        self.assertIn("Identity card", bodies)
        for text in ("1990", "1991", "05-17", "06-18", "05/17", "06/18"):
            self.assertNotIn(text, bodies)
        tracked = self.member.message_ids.sudo().tracking_value_ids
        self.assertNotIn("loyalty_birthdate", tracked.field_id.mapped("name"))
