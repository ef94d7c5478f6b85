"""Searching, sorting and grouping tell nothing of masked values."""

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..models.base_masked_search import EXACT_VALUES
from .canary import LEAD, PARTNER, CanaryMixin, switch_masking


@tagged("post_install", "-at_install")
class TestMaskSearch(CanaryMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_canary()
        cls._make_users()
        switch_masking(cls.env)
        cls.seller = cls.users["seller"]
        cls.partners = cls.env["res.partner"].with_user(cls.seller)
        cls.leads = cls.env["crm.lead"].with_user(cls.seller)

    def hits(self, *conditions, model="res.partner"):
        records = self.env[model].with_user(self.seller)
        return records.search(list(conditions)) & (
            self.partner | self.other
            if model == "res.partner"
            else self.lead.browse(self.lead.ids)
        )

    def test_parts_of_a_value_match_nothing(self):
        for name, part in {
            "email": "zqmail",
            "email_normalized": "zqmail",
            "email_formatted": "zqmail",
            "phone": "734",
            "phone_sanitized": "+8869127",
            "phone_mobile_search": "0912734",
            "street": "ZQ",
            "city": "ZQTOWN",
            "zip": "ZQ-115",
            "vat": "ZQVAT",
        }.items():
            for operator in (
                "ilike",
                "like",
                "=like",
                "=ilike",
                ">",
                "<=",
                "not ilike",
            ):
                if (name, operator) in UNSEARCHABLE:
                    continue
                with self.subTest(field=name, operator=operator):
                    value = f"%{part}%" if operator.startswith("=") else part
                    self.assertFalse(self.hits((name, operator, value)))

    def test_comparisons_that_exclude_match_nothing(self):
        for operator in ("!=", "not in"):
            value = PARTNER["email"]
            with self.subTest(operator=operator):
                value = [value] if operator == "not in" else value
                self.assertFalse(self.hits(("email", operator, value)))

    def test_a_negation_tells_nothing(self):
        right = self.hits("!", ("email", "ilike", "zqmail"))
        wrong = self.hits("!", ("email", "ilike", "nobody"))
        self.assertEqual(right, wrong)

    def test_paths_tell_nothing(self):
        child = self.env["res.partner"].create(
            {"name": "Child", "parent_id": self.partner.id, "type": "other"}
        )
        found = self.partners.search([("parent_id.email", "ilike", "zqmail")])
        self.assertNotIn(child, found)
        found = self.partners.search([("parent_id", "any", [("phone", "like", "734")])])
        self.assertNotIn(child, found)

    def test_search_box_and_name_search(self):
        for text in ("zqmail", "zqdomain-one", "ZQVAT"):
            with self.subTest(text=text):
                self.assertFalse(self.partners.name_search(text))
                self.assertFalse(self.hits(("display_name", "ilike", text)))
        self.assertTrue(self.partners.name_search("Canary"))
        self.assertIn(self.partner, self.hits(("display_name", "ilike", "lin can")))

    def test_exact_values_match(self):
        for condition in (
            ("email", "=", PARTNER["email"]),
            ("email", "ilike", PARTNER["email"].upper()),
            ("email", "in", [PARTNER["email"]]),
            ("phone", "=", "0912734185"),
            ("phone", "ilike", "0912-734-185"),
            ("phone_sanitized", "=", "+886912734185"),
            ("phone_mobile_search", "ilike", "0912 734 185"),
        ):
            with self.subTest(condition=condition):
                self.assertEqual(self.hits(condition), self.partner)
        found = self.hits(("email_from", "=", LEAD["email_from"]), model="crm.lead")
        self.assertEqual(found, self.lead)
        self.assertIn(
            (self.partner.id, self.partner.name),
            self.partners.name_search(PARTNER["email"]),
        )

    def test_exact_tax_id_or_street_does_not_match(self):
        self.assertFalse(self.hits(("vat", "=", PARTNER["vat"])))
        self.assertFalse(self.hits(("street", "=", PARTNER["street"])))

    def test_a_list_of_guesses_finds_nothing(self):
        guesses = [f"guess{n}@x.example" for n in range(EXACT_VALUES)]
        self.assertFalse(self.hits(("email", "in", [*guesses, PARTNER["email"]])))
        self.assertTrue(self.hits(("email", "in", [*guesses[1:], PARTNER["email"]])))

    def test_whether_there_is_a_value_is_no_secret(self):
        self.assertIn(self.partner, self.hits(("email", "!=", False)))
        self.assertNotIn(self.partner, self.hits(("phone", "=", False)))

    def test_the_order_tells_nothing(self):
        by_id = self.partners.search([("id", "in", self._pair())], order="id")
        for order in ("phone", "phone desc", "email, id", "street desc, id"):
            with self.subTest(order=order):
                found = self.partners.search([("id", "in", self._pair())], order=order)
                self.assertEqual(set(found), set(by_id))
        ascending = self.partners.search([("id", "in", self._pair())], order="email")
        descending = self.partners.search(
            [("id", "in", self._pair())], order="email desc"
        )
        self.assertEqual(ascending.ids, descending.ids)

    def _pair(self):
        return (self.partner | self.other).ids

    def test_no_grouping(self):
        for spec in ("phone", "email", "street", "vat", "email_normalized"):
            with self.subTest(groupby=spec), self.assertRaises(UserError):
                self.partners.formatted_read_group([], [spec], ["__count"])
        with self.assertRaises(UserError):
            self.leads.formatted_read_group([], ["partner_id.phone"], ["__count"])
        for aggregate in (
            *("email:max", "email:min", "phone:array_agg"),
            "partner_latitude:avg",
        ):
            with self.subTest(aggregate=aggregate), self.assertRaises(UserError):
                self.partners.formatted_read_group([], [], [aggregate])

    def test_counting_is_no_secret(self):
        rows = self.partners.formatted_read_group(
            [("id", "in", self._pair())], [], ["email:count_distinct"]
        )
        self.assertEqual(rows[0]["email:count_distinct"], 2)

    def test_a_user_with_the_clear_group_searches_as_ever(self):
        reader = self._reader()
        found = self.env["res.partner"].with_user(reader)
        self.assertIn(self.partner, found.search([("email", "ilike", "zqmail")]))
        self.assertTrue(found.formatted_read_group([], ["email"], ["__count"]))

    def test_masking_off(self):
        switch_masking(self.env, on=False)
        self.assertTrue(self.hits(("email", "ilike", "zqmail")))
        self.assertTrue(self.partners.formatted_read_group([], ["email"], ["__count"]))
        self.assertEqual(
            self.partner.with_user(self.seller).read(["phone"])[0]["phone"],
            PARTNER["phone"],
        )

    def test_colleagues_are_found_by_part_of_their_address(self):
        found = self.partners.search([("email", "ilike", "manager@ours")])
        self.assertEqual(found, self.users["manager"].partner_id)


UNSEARCHABLE = {
    *(("email_formatted", operator) for operator in (">", "<=")),
    *(("phone_mobile_search", operator) for operator in (">", "<=")),
}
