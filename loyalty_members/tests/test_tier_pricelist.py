from odoo.tests import tagged

from .tier_common import TierCase


@tagged("post_install", "-at_install")
class TestTierPricelist(TierCase):
    """A member pays the prices of their tier; contacts are never written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "product.group_product_pricelist"
        )
        Pricelist = cls.env["product.pricelist"]
        cls.public, cls.members_only, cls.special = Pricelist.create(
            [
                {"name": name, "company_id": cls.company.id, "sequence": sequence}
                for sequence, name in enumerate(("Public", "Members", "Special"))
            ]
        )
        cls.gold.pricelist_id = cls.members_only

    def _pricelist(self, partner=None):
        partner = (partner or self.partner).with_company(self.company)
        partner.invalidate_recordset()
        return partner.property_product_pricelist

    def test_follows_the_tier(self):
        self.assertEqual(self._pricelist(), self.public)
        self._buy(30000, self.program._today())
        self.assertEqual(self.partner.property_product_pricelist, self.members_only)
        self.assertFalse(self.partner.specific_property_product_pricelist)
        order = self._order(self.partner, 100, confirm=False)
        self.assertEqual(order.pricelist_id, self.members_only)

    def test_cached_price_list_follows_a_move(self):
        self.assertEqual(self.partner.property_product_pricelist, self.public)
        self.member._move_by_hand(self.gold, "Guest")
        self.assertEqual(self.partner.property_product_pricelist, self.members_only)

    def test_price_list_chosen_by_hand(self):
        self.member._move_by_hand(self.gold, "Guest")
        self.partner.specific_property_product_pricelist = self.special
        self.assertEqual(self._pricelist(), self.special)
        self.program.tier_pricelist_policy = "tier"
        self.assertEqual(self._pricelist(), self.members_only)

    def test_archived_price_lists_do_not_count(self):
        self.member._move_by_hand(self.gold, "Guest")
        self.members_only.active = False
        self.assertEqual(self._pricelist(), self.public)

    def test_person_of_a_member_company(self):
        company = self.env["res.partner"].create(
            {"name": "Tea Ltd", "is_company": True}
        )
        person = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": company.id}
        )
        self.Member._enroll(company)._move_by_hand(self.gold, "Guest")
        self.assertEqual(self._pricelist(person), self.members_only)

    def test_closed_members_pay_the_public_price(self):
        self.member._move_by_hand(self.gold, "Guest")
        self.member.action_close()
        self.assertEqual(self._pricelist(), self.public)

    def test_other_companies(self):
        other = self.env["res.company"].create(
            {"name": "Second Shop", "currency_id": self.company.currency_id.id}
        )
        self.env.user.company_ids += other
        self.member._move_by_hand(self.gold, "Guest")
        here = self.partner.with_context(
            allowed_company_ids=[other.id, self.company.id]
        ).with_company(other)
        self.assertNotEqual(here.property_product_pricelist, self.members_only)

    def test_without_price_lists(self):
        feature = type(self.env["res.groups"])
        self.member._move_by_hand(self.gold, "Guest")
        self.patch(feature, "_is_feature_enabled", lambda _groups, _name: False)
        self.assertFalse(self._pricelist())

    def test_of_many_customers_in_the_same_number_of_statements(self):
        members = self._enroll(*(f"P{number}" for number in range(30)))
        members[::2]._move_by_hand(self.gold, "Guests")
        partners = self.partner.browse(members.partner_id.ids)

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = [p.property_product_pricelist for p in records]
            return self.env.cr.sql_log_count - before, found

        count(partners[:1])
        single, _found = count(partners[:2])
        many, found = count(partners)
        self.assertEqual(found, [self.members_only, self.public] * 15)
        self.assertEqual(many, single)
