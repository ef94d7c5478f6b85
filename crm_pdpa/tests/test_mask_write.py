"""A mask is never stored, and what a masked user saves is what they typed."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, tagged

from ..tools.masking import TOKEN, mask
from .canary import LEAD, PARTNER, CanaryMixin, switch_masking


@tagged("post_install", "-at_install")
class TestMaskWrite(CanaryMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_canary()
        cls._make_users()
        switch_masking(cls.env)
        cls.seller = cls.users["seller"]
        cls.mine = cls.partner.with_user(cls.seller)
        cls.spec = {"phone": {}, "email": {}, "name": {}}

    def test_an_unchanged_mask_leaves_the_value(self):
        shown = self.mine.web_read(self.spec)[0]
        self.assertEqual(shown["phone"], "+8869•••185")
        self.assertEqual(shown["email"], "z•••@•••.example")
        answer = self.mine.web_save(
            {"phone": shown["phone"], "email": shown["email"], "name": "Lin New"},
            self.spec,
        )
        self.assertEqual(self.partner.phone, PARTNER["phone"])
        self.assertEqual(self.partner.email, PARTNER["email"])
        self.assertEqual(self.partner.name, "Lin New")
        self.assertEqual(answer[0]["phone"], shown["phone"])

    def test_a_mask_typed_into_a_field_is_refused(self):
        for value in ("0912•••999", f"{TOKEN}", "+8869•••186"):
            with self.subTest(value=value), self.assertRaises(ValidationError) as seen:
                self.mine.write({"phone": value, "name": "Half"})
            self.assertIn("Phone", str(seen.exception))
        self.assertEqual(self.partner.phone, PARTNER["phone"])
        self.assertEqual(self.partner.name, PARTNER["name"])
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create({"name": "New", "phone": "0912•••999"})

    def test_a_mask_is_refused_from_programs_and_while_masking_is_off(self):
        switch_masking(self.env, on=False)
        with self.assertRaises(ValidationError):
            self.partner.write({"email": "x•••@•••.com"})

    def test_new_value_replaces_the_masked_one(self):
        self.mine.write({"phone": "0928 111 222"})
        self.assertEqual(self.partner.phone, "0928 111 222")

    def test_through_the_user_of_the_contact(self):
        user = self.env["res.users"].create(
            {"name": "P", "login": "zq@p.example", "partner_id": self.partner.id}
        )
        shown = mask("phone", user.phone)
        user.write({"phone": shown})
        self.assertEqual(self.partner.phone, PARTNER["phone"])

    def test_lead_made_from_a_contact_gets_the_real_values(self):
        Lead = self.env["crm.lead"].with_user(self.seller)
        spec = {"email_from": {}, "phone": {}, "partner_id": {}, "name": {}}
        draft = Lead.onchange(
            {"partner_id": self.partner.id, "email_from": False, "phone": False},
            ["partner_id"],
            spec,
        )["value"]
        self.assertEqual(draft["email_from"], "z•••@•••.example")
        lead = Lead.create({"name": "Deal", "partner_id": self.partner.id, **draft})
        self.assertEqual(lead.email_from, PARTNER["email"])
        self.assertEqual(lead.phone, PARTNER["phone"])

    def test_what_the_user_types_stays_readable(self):
        Partner = self.env["res.partner"].with_user(self.seller)
        value = Partner.onchange(
            {"phone": "0928111222", "country_id": self.env.ref("base.tw").id},
            ["phone"],
            {"phone": {}, "country_id": {}},
        )["value"]
        self.assertNotIn(TOKEN, value.get("phone", ""))

    def test_a_guess_in_a_form_is_not_confirmed(self):
        Lead = self.env["crm.lead"].with_user(self.seller)
        value = Lead.onchange(
            {"partner_id": self.partner.id, "phone": "0900000000"},
            ["partner_id"],
            {"partner_id": {}, "phone": {}, "email_from": {}},
        )["value"]
        self.assertNotIn("734", str(value))

    def test_forms_of_a_masked_salesperson(self):
        with Form(self.mine) as form:
            form.name = "Lin by Form"
        self.assertEqual(self.partner.phone, PARTNER["phone"])
        self.assertEqual(self.partner.street, PARTNER["street"])
        lead = self.lead.with_user(self.seller)
        with Form(lead) as form:
            form.name = "By form"
        self.assertEqual(self.lead.phone, LEAD["phone"])
        self.assertEqual(self.lead.email_from, LEAD["email_from"])

    def test_import_refuses_masks(self):
        Partner = self.env["res.partner"].with_user(self.seller)
        before = Partner.search_count([])
        result = Partner.load(
            ["name", "phone", "child_ids/name", "child_ids/email"],
            [
                ["Good", "0928111222", "", ""],
                ["Bad", "0912•••185", "Kid", "k•••@•••.com"],
            ],
        )
        self.assertFalse(result["ids"])
        self.assertEqual(Partner.search_count([]), before)
        self.assertEqual([m["rows"]["from"] for m in result["messages"]], [1, 1])
        self.assertIn("•••", result["messages"][0]["message"])
        good = Partner.load(["name", "phone"], [["Good", "0928111222"]])
        self.assertTrue(good["ids"])

    def test_copy_keeps_the_values(self):
        copied = self.mine.copy()
        self.assertEqual(copied.phone, PARTNER["phone"])
        self.assertEqual(copied.street, PARTNER["street"])

    def test_merge_keeps_the_values(self):
        target = self.env["res.partner"].create({"name": "Lin Canary"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | target).ids, target)
        self.assertEqual(target.phone, PARTNER["phone"])
