from odoo.tests import HttpCase, new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestPortal(MembershipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
            "groups": "base.group_portal",
            "lang": "en_US",
        }
        cls.user = new_test_user(cls.env, "portal_wang", name="Wang", **company)
        cls.other = new_test_user(cls.env, "portal_chen", name="Chen", **company)
        cls.guest = new_test_user(cls.env, "portal_guest", name="Guest", **company)
        cls.member, cls.other_member = cls.Member._enroll(
            cls.user.partner_id | cls.other.partner_id
        )
        cls.member._post_points("earn", 1234, "e", explanation="1,234 = test")
        cls.other_member._post_points("earn", 77, "o", explanation="seventy-seven")

    def _page(self, login, path="/my/membership"):
        self.authenticate(login, login)
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_own_card(self):
        page = self._page("portal_wang")
        for text in (
            "Wang",
            self.member.number,
            "1,234",
            "General",
            "Membership Test Shop",
            "Spend NT$10,000 more to reach Silver",
            "1,234 = test",
            self.general.color,
        ):
            self.assertIn(text, page)
        self.assertEqual(page.count("<svg"), 2, "Code 128 and QR")
        self.assertIn("o_member_barcode", page)
        self.assertIn("o_member_qr", page)

    def test_nobody_sees_the_card_of_another(self):
        page = self._page("portal_wang")
        for text in ("Chen", self.other_member.number, "seventy-seven"):
            self.assertNotIn(text, page)
        page = self._page(
            "portal_wang", f"/my/membership?member_id={self.other_member.id}"
        )
        self.assertNotIn(self.other_member.number, page)

    def test_not_a_member(self):
        page = self._page("portal_guest")
        self.assertIn("You are not a member yet", page)
        self.assertIn("/my/membership/join", page)
        self.assertNotIn("o_member_barcode", page)
        self.program.enroll_on_first_order = True
        self.assertIn("with your next order", self._page("portal_guest"))

    def test_no_membership_at_all(self):
        self.program.active = False
        self.assertIn("no membership at present", self._page("portal_wang"))

    def test_signed_out_visitors_are_sent_to_the_login(self):
        self.authenticate(None, None)
        response = self.url_open("/my/membership", allow_redirects=False)
        self.assertIn(response.status_code, (302, 303))
        self.assertIn("/web/login", response.headers["Location"])

    def test_frozen_closed_and_owing(self):
        self.member.action_freeze()
        self.assertIn("Your card is frozen", self._page("portal_wang"))
        self.member.action_close()
        page = self._page("portal_wang")
        self.assertIn("Your membership has ended", page)
        self.assertNotIn("o_member_barcode", page)
        self.other_member._post_points("reverse", 100, "v")
        page = self._page("portal_chen")
        self.assertIn("23 points were used before their order was changed", page)

    def test_reasons_of_staff_stay_inside(self):
        self.member._post_points("adjust", 5, "a", explanation="Suspected fraud")
        self.member._post_points("earn", 0, "small", qualifying_amount=99)
        page = self._page("portal_wang")
        self.assertIn("+5", page)
        self.assertNotIn("Suspected fraud", page)
        self.assertNotIn("+0", page)

    def test_highest_tier(self):
        self._order(self.user.partner_id, 50000)
        self.assertIn("highest tier", self._page("portal_wang"))

    def test_home_has_the_tile_but_not_the_native_card(self):
        page = self._page("portal_wang", "/my")
        self.assertIn("/my/membership", page)
        self.assertNotIn("o_loyalty_card", page)

    def test_names_are_escaped(self):
        self.user.partner_id.name = "<script>alert(1)</script>"
        page = self._page("portal_wang")
        self.assertNotIn("<script>alert(1)</script>", page)
