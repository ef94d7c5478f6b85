from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestFindMember(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.tw")
        cls.member, cls.other = cls._enroll("Wang Hsiao-ming", "Chen Mei-ling")
        cls.member.partner_id.phone = "0912-345-678"
        cls.other.partner_id.phone = "+886 2 2345 6789"
        cls.viewer = new_test_user(
            cls.env,
            "find_viewer",
            groups="loyalty_members.group_viewer,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            lang="en_US",
        )
        cls.Find = cls.Member.with_user(cls.viewer).with_context(
            allowed_company_ids=cls.company.ids
        )

    def _found(self, text):
        return [found["id"] for found in self.Find.find_member(text)["members"]]

    def test_by_number_phone_and_name(self):
        for text in (
            self.member.number,
            f" {self.member.number}\n",
            "0912345678",
            "0912-345-678",
            "+886912345678",
            "hsiao-ming",
        ):
            with self.subTest(text):
                self.assertEqual(self._found(text), self.member.ids)

    def test_what_is_answered(self):
        self.member._post_points("earn", 12, "e")
        self.member.action_freeze()
        answer = self.Find.find_member(self.member.number)
        self.assertEqual(answer["message"], "")
        self.assertFalse(answer["signed"])
        (found,) = answer["members"]
        self.assertEqual(
            (found["name"], found["tier"], found["points"], found["state_label"]),
            ("Wang Hsiao-ming", "General", 12, "Frozen"),
        )

    def test_several_fit_a_name(self):
        self._enroll(*(f"Wang {number}" for number in range(12)))
        self.assertEqual(len(self._found("wang")), 10)

    def test_parts_of_numbers_find_nobody(self):
        for text in (self.member.number[:-1], "0912345", "345678"):
            with self.subTest(text):
                answer = self.Find.find_member(text)
                self.assertFalse(answer["members"])
                self.assertIn("No member has the number", answer["message"])

    def test_nothing_typed(self):
        for text in ("", "   ", None, False):
            self.assertEqual(
                self.Find.find_member(text)["message"],
                "Scan a card or type a number.",
            )

    def test_by_signed_code(self):
        answer = self.Find.find_member(self.member._signed_qr())
        self.assertTrue(answer["signed"])
        self.assertEqual(answer["members"][0]["id"], self.member.id)

    def test_a_bad_code_says_why(self):
        code = self.member._signed_qr()
        answer = self.Find.find_member(code[:-4] + "0000")
        self.assertIn("not genuine", answer["message"])
        self.assertFalse(answer["members"] or answer["signed"])
        answer = self.Find.find_member("LM1:half a code")
        self.assertIn("not the code of a member card", answer["message"])

    def test_other_companies_stay_apart(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        stranger = new_test_user(
            self.env,
            "find_stranger",
            groups="loyalty_members.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
            lang="en_US",
        )
        Find = self.Member.with_user(stranger).with_context(
            allowed_company_ids=other.ids
        )
        for text in (self.member.number, "0912345678", "Wang"):
            self.assertFalse(Find.find_member(text)["members"])
        code = self.member._signed_qr()
        self.assertIn("another company", Find.find_member(code)["message"])

    def test_members_only_for_viewers(self):
        employee = new_test_user(self.env, "find_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.Member.with_user(employee).find_member(self.member.number)

    def test_search_view(self):
        def search(text):
            return self.Find.search([("search_key", "ilike", text)])

        self.assertEqual(search("0912345678"), self.member)
        self.assertEqual(search(self.other.number), self.other)
        self.assertEqual(search(self.other._signed_qr()), self.other)
        self.assertFalse(search("LM1:wrong"))
        self.assertFalse(search("Wang"))
        both = [self.member.number, self.other.number]
        found = self.Find.search([("search_key", "in", both)])
        self.assertEqual(found, self.member | self.other)

    def test_masked_numbers_are_found_whole(self):
        self.env["ir.config_parameter"].sudo().set_param("crm_pdpa.masking", "True")
        contact = self.member.partner_id.with_user(self.viewer)
        self.assertIn("•", contact.read(["phone"])[0]["phone"])
        self.assertEqual(self._found("0912345678"), self.member.ids)
        self.assertFalse(self._found("0912345"))
