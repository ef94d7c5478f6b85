from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.line_user_offer import _veiled
from .common import LineCase

PHONE = "0912-345-678"


@tagged("post_install", "-at_install")
class TestBindingByPhone(LineCase):
    """An agent finds the contact by telephone, the customer confirms in the chat."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.tw")
        cls.partner.phone = PHONE

    def setUp(self):
        super().setUp()
        self.writes("hi")

    def wizard(self, user=None):
        line_user = self.line_user.with_user(user or self.agent)
        action = line_user.action_bind_by_phone()
        return line_user.env[action["res_model"]].browse(action["res_id"])

    def search(self, phone=PHONE, user=None):
        wizard = self.wizard(user)
        wizard.phone = phone
        wizard.action_search()
        return wizard

    def ask(self):
        wizard = self.search()
        wizard.action_ask()
        self.work()
        self.assertEqual(wizard.state, "asked")

    def last(self):
        return self.simulator.delivered(self.customer.id)[-1]

    # -- the whole way --------------------------------------------------------
    def test_found_asked_and_confirmed(self):
        self.ask()
        self.assertFalse(self.line_user.partner_id, "not before they agree")
        self.assertIn("W○○○ X○○○", self.last()["text"])
        self.assertNotIn("Wang", self.last()["text"])
        self.writes("確認綁定")
        self.assertEqual(self.line_user.partner_id, self.partner)
        self.assertEqual(self.line_user.bound_via, "agent")
        self.assertIn("Welcome", self.last()["text"])
        self.assertIn("解除綁定", self.last()["text"], "told how to unlink")

    def test_number_in_any_writing(self):
        for phone in ("0912345678", "+886 912 345 678", "０９１２３４５６７８"):
            with self.subTest(phone=phone):
                self.assertEqual(self.search(phone).partner_id, self.partner)

    def test_refused(self):
        self.ask()
        self.writes("取消")
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("Nothing was linked", self.last()["text"])
        self.writes("確認")
        self.assertFalse(self.line_user.partner_id, "no way back")

    def test_answer_after_15_minutes(self):
        self.ask()
        with self.later(minutes=16):
            self.writes("確認")
            self.assertFalse(self.line_user.partner_id)
            self.assertIn("expired", self.last()["text"])

    def test_request_is_answered_once(self):
        self.ask()
        self.writes("確認")
        self.writes("解除綁定")
        self.writes("確認")
        self.assertFalse(self.line_user.partner_id)

    def test_only_who_was_asked_can_confirm(self):
        self.ask()
        other = self.new_customer("李小華")
        self.writes("確認", other)
        self.assertFalse(self.line_user_of(other).partner_id)
        self.assertFalse(self.shown(other), "ordinary talk for everybody else")
        self.assertFalse(self.line_user.partner_id)

    def test_confirming_without_a_request_is_ordinary_talk(self):
        for word in ("確認", "取消", "confirm"):
            self.writes(word)
        self.assertFalse(self.shown())

    def test_new_request_replaces_the_old_one(self):
        self.ask()
        other = self.env["res.partner"].create(
            {"name": "Somebody Else", "phone": "0987654321"}
        )
        wizard = self.search("0987654321")
        wizard.action_ask()
        self.work()
        self.writes("確認")
        self.assertEqual(self.line_user.partner_id, other)
        self.writes("解除綁定")
        self.writes("確認")
        self.assertFalse(self.line_user.partner_id, "the first one ended")

    def test_archived_before_the_answer(self):
        self.ask()
        self.partner.active = False
        self.writes("確認")
        self.assertFalse(self.line_user.partner_id)
        self.assertIn("not in use", self.last()["text"])

    # -- searching ------------------------------------------------------------
    def test_not_a_number(self):
        for phone in ("", "12", "abc", "W" * 100):
            with self.subTest(phone=phone):
                wizard = self.search(phone)
                self.assertEqual(wizard.state, "search")
                self.assertIn("not a valid number", wizard.message)
        self.assertFalse(self.line_user.phone_try_count)

    def test_unknown_number_is_counted_and_logged(self):
        wizard = self.search("0911111111")
        self.assertIn("No contact", wizard.message)
        self.assertFalse(wizard.candidate_ids)
        self.assertEqual(self.line_user.phone_try_count, 1)
        row = self.env["pdpa.audit"].search([], order="id DESC", limit=1)
        self.assertEqual((row.operation, row.uid), ("search_exact", self.agent))
        self.assertNotIn("911111111", str(row.read()))

    def test_wrong_numbers_are_limited(self):
        for number in range(5):
            self.search(f"091111111{number}")
        wizard = self.search()
        self.assertIn("Too many wrong numbers", wizard.message)
        self.assertFalse(wizard.candidate_ids)
        with self.later(minutes=16):
            self.assertEqual(self.search().partner_id, self.partner)

    def test_searches_of_an_agent_are_limited(self):
        self.env["ir.config_parameter"].set_param(
            "crm_pdpa.exact_searches_per_hour", "1"
        )
        self.search()
        self.assertIn("searched too often", self.search().message)

    def test_several_contacts_have_the_number(self):
        twin = self.env["res.partner"].create({"name": "Twin", "phone": PHONE})
        wizard = self.search()
        self.assertEqual(wizard.candidate_ids, self.partner | twin)
        self.assertFalse(wizard.partner_id)
        with self.assertRaises(UserError):
            wizard.action_ask()
        wizard.partner_id = twin
        wizard.action_ask()

    def test_only_found_contacts_can_be_chosen(self):
        other = self.env["res.partner"].create({"name": "Not Found"})
        wizard = self.search()
        wizard.partner_id = other
        with self.assertRaises(UserError):
            wizard.action_ask()

    def test_contact_of_another_company_is_not_found(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertIn("No contact", self.search().message)

    def test_bound_user_needs_no_search(self):
        wizard = self.wizard()
        self.bind()
        wizard.phone = PHONE
        with self.assertRaises(UserError):
            wizard.action_search()

    # -- rights ---------------------------------------------------------------
    def test_agents_of_other_accounts(self):
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        with self.assertRaises(AccessError):
            self.line_user.with_user(stranger).action_bind_by_phone()
        wizard = self.wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(stranger).action_search()

    def test_masked_agent_sees_the_mask_only(self):
        self.env["ir.config_parameter"].set_param("crm_pdpa.masking", "True")
        wizard = self.search()
        self.assertEqual(wizard.partner_id, self.partner)
        shown = wizard.candidate_ids.with_user(self.agent).read(["name", "phone"])
        self.assertNotIn("345", shown[0]["phone"])

    def test_veiled_names(self):
        for name, veiled in (
            ("王小明", "王○明"),
            ("王明", "王○"),
            ("歐陽小明", "歐○○明"),
            ("Wang Xiaoming", "W○○○ X○○○"),
            ("Amy", "A○○○"),
            ("台灣生活股份有限公司", "台○○○"),
            ("", ""),
        ):
            with self.subTest(name=name):
                self.assertEqual(_veiled(name), veiled)
