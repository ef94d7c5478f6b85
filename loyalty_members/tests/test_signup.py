from odoo.tests import HttpCase, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestSignup(MembershipCase, HttpCase):
    """Portal users join: on sign-up where the program says so, or by the button."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = cls._user(
            "join_guest", "base.group_portal", name="Guest", lang="en_US"
        )
        cls.person = cls.guest.partner_id

    def _sign_up(self, login):
        self.env["ir.config_parameter"].sudo().set_param(
            "auth_signup.invitation_scope", "b2c"
        )
        Users = self.env["res.users"].sudo()
        Users.signup({"login": login, "name": "New Person", "password": "secret-99"})
        user = Users.search([("login", "=", login)])
        return user

    def test_sign_up(self):
        program = self.env["loyalty.program"]._membership(
            self.env.ref("base.template_portal_user_id").company_id
        )
        program.enroll_on_signup = False
        outside = self._sign_up("outside@example.com")
        self.assertFalse(outside.partner_id.member_ids)
        program.enroll_on_signup = True
        user = self._sign_up("inside@example.com")
        member = user.partner_id.sudo().member_ids
        self.assertEqual((member.channel, member.program_id), ("portal", program))

    def test_sign_up_never_fails_because_of_the_membership(self):
        program = self.env["loyalty.program"]._membership(
            self.env.ref("base.template_portal_user_id").company_id
        )
        program.enroll_on_signup = True
        other = self.env["res.partner"].create({"name": "O", "phone": "+886912345678"})
        self.Member.with_company(program.company_id)._enroll(other)
        partner = self.env["res.partner"].create(
            {"name": "Same", "phone": "0912345678", "email": "same@example.com"}
        )
        partner.signup_prepare()
        Users = self.env["res.users"].sudo()
        Users.signup(
            {"login": "same@example.com", "password": "secret-99"},
            token=partner._generate_signup_token(),
        )
        self.assertTrue(partner.user_ids)
        self.assertFalse(partner.member_ids)

    # -- the button -----------------------------------------------------------
    def _post(self, path="join", **form):
        self.authenticate("join_guest", "join_guest")
        page = self.url_open("/my/membership").text
        token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        return self.url_open(f"/my/membership/{path}", {"csrf_token": token, **form})

    def test_join(self):
        version = self._publish_notice("membership", "marketing")
        self.authenticate("join_guest", "join_guest")
        page = self.url_open("/my/membership").text
        for text in ("Our collector", "I have read the notice: join", "join_marketing"):
            self.assertIn(text, page)
        response = self._post(
            notice=version.id,
            marketing="1",
            marketing_notice=version.id,
            birthdate="1990-05-17",
        )
        member = self.person.sudo().member_ids
        self.assertEqual(member.channel, "portal")
        self.assertIn(member.number, response.text)
        receipt = member.receipt_id
        self.assertEqual(receipt.notice_version_id, version)
        self.assertEqual((receipt.kind, receipt.via), ("explicit", "portal"))
        self.assertTrue(receipt.ip)
        self.assertEqual(str(member.loyalty_birthdate), "1990-05-17")
        self.assertTrue(
            self.env["pdpa.gate"]._filter(self.person, "marketing", "email")
        )

    def test_marketing_is_never_presumed(self):
        version = self._publish_notice("membership", "marketing")
        self._post(notice=version.id, marketing_notice=version.id)
        self.assertTrue(self.person.sudo().member_ids)
        self.assertFalse(
            self.env["pdpa.gate"]._filter(self.person, "marketing", "email")
        )

    def test_join_without_a_notice(self):
        self._post()
        member = self.person.sudo().member_ids
        self.assertTrue(member)
        self.assertFalse(member.receipt_id)

    def test_a_notice_that_was_not_read(self):
        self._publish_notice("membership")
        response = self._post(notice="1")
        self.assertIn("The notice was replaced", response.text)
        self.assertFalse(self.person.sudo().member_ids)

    def test_a_second_click(self):
        self._post()
        number = self.person.sudo().member_ids.number
        response = self._post()
        self.assertIn(number, response.text)
        self.assertEqual(self.person.sudo().member_ids.number, number)

    def test_taken_number_tells_nothing_of_the_other(self):
        self.partner.phone = "+886912345678"
        member = self.Member._enroll(self.partner)
        self.person.phone = "0912345678"
        page = self._post().text
        self.assertIn("another membership with your telephone number", page)
        self.assertNotIn(member.number, page)
        self.assertNotIn(self.partner.name, page)
        self.assertFalse(self.person.sudo().member_ids)

    def test_bad_birthdays_keep_the_person_outside(self):
        for value, message in [("2999-01-01", "future"), ("x", "not a date")]:
            with self.subTest(value):
                self.assertIn(message, self._post(birthdate=value).text)
                self.assertFalse(self.person.sudo().member_ids)

    def test_birthday_is_entered_once(self):
        self.assertIn("not a member yet", self._post("birthday", birthdate="x").text)
        self._post()
        member = self.person.sudo().member_ids
        self._post("birthday", birthdate="1990-05-17")
        member.invalidate_recordset()
        self.assertEqual(str(member.loyalty_birthdate), "1990-05-17")
        page = self.url_open("/my/membership").text
        self.assertNotIn("o_member_birthday", page)

    def test_joining_needs_a_post_with_token_and_a_person(self):
        self.authenticate("join_guest", "join_guest")
        self.assertEqual(self.url_open("/my/membership/join").status_code, 405)
        refused = self.url_open("/my/membership/join", {"csrf_token": "wrong"})
        self.assertEqual(refused.status_code, 400)
        self.authenticate(None, None)
        self.url_open("/my/membership/join", {"x": "1"})
        self.assertFalse(self.person.sudo().member_ids)

    def test_sign_up_page_names_the_membership(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "auth_signup.invitation_scope", "b2c"
        )
        main = self.env["loyalty.program"]._membership(
            self.env.ref("base.public_user").company_id
        )
        main.enroll_on_signup = False
        self.assertNotIn("o_membership_notice", self.url_open("/web/signup").text)
        main.enroll_on_signup = True
        self.assertIn("o_membership_notice", self.url_open("/web/signup").text)
