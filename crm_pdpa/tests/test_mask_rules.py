"""Who sees what: groups, own customers, colleagues, companies."""

from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..tools.masking import TOKEN
from .canary import LEAD, PARTNER, CanaryMixin, switch_masking


@tagged("post_install", "-at_install")
class TestMaskRules(CanaryMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_canary()
        cls._make_users()
        switch_masking(cls.env)
        cls.seller = cls.users["seller"]
        cls.own_rule = cls.env.ref("crm_pdpa.mask_rule_own_customers")

    def phone(self, user=None, record=None):
        record = record or self.partner
        return record.with_user(user or self.seller).read(["phone"])[0]["phone"]

    def test_nobody_sees_clear_values_by_default(self):
        for user in self.users.values():
            self.assertIn(TOKEN, self.phone(user))

    def test_the_clear_group_sees_everything(self):
        reader = self._reader()
        self.assertEqual(self.phone(reader), PARTNER["phone"])
        self.assertEqual(
            self.lead.with_user(reader).read(["street"])[0]["street"], LEAD["street"]
        )

    def test_removal_from_the_group_takes_effect_at_once(self):
        reader = self._reader()
        self.assertEqual(self.phone(reader), PARTNER["phone"])
        reader.group_ids -= self.env.ref("crm_pdpa.group_pdpa_clear")
        self.assertIn(TOKEN, self.phone(reader))

    def test_superuser_mode_is_the_program(self):
        sudo = self.partner.with_user(self.seller).sudo()
        self.assertEqual(sudo.read(["phone"])[0]["phone"], PARTNER["phone"])

    def test_own_customers(self):
        self.own_rule.active = True
        self.assertIn(TOKEN, self.phone())
        self.partner.user_id = self.seller
        self.assertEqual(self.phone(), PARTNER["phone"])
        vat = self.partner.with_user(self.seller).read(["vat"])[0]["vat"]
        self.assertIn(TOKEN, vat, "the rule does not open tax IDs")
        self.assertIn(TOKEN, self.phone(record=self.other))

    def test_own_leads_and_those_of_the_team(self):
        self.own_rule.active = True
        self.assertIn(TOKEN, self.phone(record=self.lead))
        self.lead.user_id = self.seller
        self.assertEqual(self.phone(record=self.lead), LEAD["phone"])
        manager = self.users["manager"]
        self.assertIn(TOKEN, self.phone(manager, self.lead))
        self.lead.team_id = self.env["crm.team"].create(
            {"name": "T", "user_id": manager.id}
        )
        self.assertEqual(self.phone(manager, self.lead), LEAD["phone"])

    def test_own_customers_are_searched_by_parts(self):
        self.own_rule.active = True
        self.partner.user_id = self.seller
        Partner = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(Partner.search([("email", "ilike", "zqmail")]), self.partner)
        self.assertFalse(Partner.search([("email", "ilike", "o@x")]) & self.other)

    def test_rule_for_all_customers_of_one_kind(self):
        self.env["pdpa.mask.rule"].create(
            {
                "name": "Callers",
                "group_ids": self.env.ref("sales_team.group_sale_salesman").ids,
                "scope": "all",
                "kind_email": False,
            }
        )
        row = self.partner.with_user(self.seller).read(["phone", "email"])[0]
        self.assertEqual(row["phone"], PARTNER["phone"])
        self.assertIn(TOKEN, row["email"])

    def test_rule_of_another_company_does_not_count(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.own_rule.write({"active": True, "scope": "all", "company_id": company.id})
        self.assertIn(TOKEN, self.phone())

    def test_a_rule_that_opens_nothing_is_refused(self):
        with self.assertRaises(ValidationError):
            self.own_rule.write(
                {"kind_phone": False, "kind_email": False, "kind_address": False}
            )

    def test_contacts_made_by_sql_are_customers(self):
        """A bulk import leaves the stored flag of colleagues empty."""
        self.env.cr.execute(
            "UPDATE res_partner SET partner_share = NULL WHERE id = %s",
            [self.partner.id],
        )
        self.partner.invalidate_recordset(["partner_share"])
        self.assertIn(TOKEN, self.phone())

    def test_long_lists_exempt_the_same_records(self):
        """Thousands of rows are compared in Python, a screenful in SQL."""
        colleague = self.users["manager"].partner_id
        company = self.env.company.partner_id
        people = colleague | company | self.seller.partner_id | self.partner
        module = "odoo.addons.crm_pdpa.models.res_partner_masking"
        of_screen = people.with_user(self.seller)._pdpa_exempt()
        with patch(f"{module}.SCREENFUL", 0):
            of_list = people.with_user(self.seller)._pdpa_exempt()
        self.assertEqual(of_screen, set((people - self.partner).ids))
        self.assertEqual(of_list, of_screen)

    def test_colleagues_companies_and_oneself_are_not_masked(self):
        colleague = self.users["manager"].partner_id
        colleague.phone = "02 2345 6789"
        self.assertEqual(self.phone(record=colleague), "02 2345 6789")
        company = self.env.company.partner_id
        company.phone = "02 8765 4321"
        self.assertEqual(self.phone(record=company), "02 8765 4321")
        portal = new_test_user(
            self.env, login="canary_portal", groups="base.group_portal"
        )
        portal.partner_id.phone = "0928 111 222"
        self.assertEqual(self.phone(portal, portal.partner_id), "0928 111 222")
        self.assertIn(TOKEN, self.phone(record=portal.partner_id))

    def test_preview(self):
        self.own_rule.active = True
        clerk = new_test_user(self.env, login="canary_clerk", groups="base.group_user")
        reader = self._reader()
        preview = self.env["pdpa.mask.rule"]._preview(clerk | self.seller | reader)
        self.assertEqual(preview[clerk.id]["phone"], "masked")
        self.assertEqual(preview[self.seller.id]["phone"], "own")
        self.assertEqual(preview[self.seller.id]["vat"], "masked")
        self.assertEqual(set(preview[reader.id].values()), {"clear"})

    def test_contact_without_a_name_is_not_its_address(self):
        unnamed = self.env["res.partner"].create(
            {"name": "zqtyped@x.example", "email": "zqtyped@x.example"}
        )
        order = self.env["crm.lead"].create({"name": "L", "partner_id": unnamed.id})
        mine = order.with_user(self.seller)
        self.assertNotIn("zqtyped", str(mine.read(["partner_id", "contact_name"])))
        self.assertNotIn(
            "zqtyped", str(mine.partner_id.read(["name", "complete_name"]))
        )
        rows = mine.partner_id._export_rows([["name"]])
        self.assertNotIn("zqtyped", str(rows))
        self.assertEqual(unnamed.name, "zqtyped@x.example")


@tagged("post_install", "-at_install")
class TestCatalogue(TransactionCase):
    def test_related_copies_are_covered(self):
        known = self.env["pdpa.field"]._masked_map()
        for model, name in (
            ("res.users", "phone"),
            ("res.users", "email"),
            ("mail.followers", "email"),
            ("calendar.attendee", "phone"),
        ):
            with self.subTest(model=model, field=name):
                self.assertIn(name, known[model])
        self.assertNotIn("res.company", known)

    def test_name_of_a_record_that_is_a_personal_value(self):
        entry = self.env["mail.blacklist"].create({"email": "zqblack@x.example"})
        switch_masking(self.env)
        admin = self.env.ref("base.user_admin")
        row = entry.with_user(admin).read(["display_name", "email"])[0]
        self.assertNotIn("zqblack", str(row))
        pairs = (
            self.env["mail.blacklist"].with_user(admin).name_search("zqblack@x.example")
        )
        self.assertNotIn("zqblack", str(pairs))

    def test_entry_of_an_app_that_is_not_installed(self):
        self.env["pdpa.field"].create(
            {"model": "no.such.model", "name": "phone", "kind": "phone"}
        )
        self.assertNotIn("no.such.model", self.env["pdpa.field"]._masked_map())

    def test_a_link_cannot_be_masked(self):
        with self.assertRaises(ValidationError):
            self.env["pdpa.field"].create(
                {"model": "res.partner", "name": "parent_id", "kind": "other"}
            )

    def test_a_wrong_name_is_refused_from_the_screen(self):
        officer = new_test_user(
            self.env, login="canary_dpo", groups="crm_pdpa.group_pdpa_officer"
        )
        with self.assertRaises(ValidationError):
            self.env["pdpa.field"].with_user(officer).create(
                {"model": "res.partner", "name": "no_such_field", "kind": "other"}
            )

    def test_uncatalogued_fields_are_reported(self):
        Field = self.env["pdpa.field"]
        Candidate = self.env["pdpa.field.candidate"]
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_mobile_phone",
                "model_id": self.env["ir.model"]._get("crm.lead").id,
                "ttype": "char",
                "field_description": "Second Phone",
            }
        )
        found = Candidate.search([("name", "=", field.name)])
        self.assertEqual((found.model, found.kind), ("crm.lead", "phone"))
        found.action_mask()
        self.assertFalse(Candidate.search([("name", "=", field.name)]))
        self.assertIn("x_mobile_phone", Field._masked_map()["crm.lead"])

    def test_reviewed_as_not_personal(self):
        candidate = self.env["pdpa.field.candidate"].search([], limit=1)
        self.assertTrue(candidate, "core has stored fields that look personal")
        model, name = candidate.model, candidate.name
        candidate.action_not_personal()
        known = self.env["pdpa.field"]._masked_map()
        self.assertNotIn(name, known.get(model, {}))

    def test_unchecking_shows_the_value(self):
        entry = self.env["pdpa.field"].search(
            [("model", "=", "res.partner"), ("name", "=", "city")]
        )
        entry.masked = False
        known = self.env["pdpa.field"]._masked_map()
        self.assertNotIn("city", known["res.partner"])
        self.assertNotIn("city", known["res.users"])
