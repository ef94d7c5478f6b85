import re
from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .common_gift import GiftCase


@tagged("post_install", "-at_install")
class TestPortalGifts(GiftCase, HttpCase):
    """What a member reads about gifts on the card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.program._today()
        cls.user = new_test_user(
            cls.env,
            "gifts_wang",
            name="Wang",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            lang="en_US",
        )
        cls.coffee = cls.env["product.product"].create({"name": "Coffee"})

    def _welcomed(self, **values):
        """A member with the welcome gift, and what was given."""
        self._benefit("welcome", **values)
        member = self.Member._enroll(self.user.partner_id)
        return member, member.benefit_issue_ids

    def _gifts(self):
        """Words of the gifts of the card, blanks collapsed; empty without any."""
        self.authenticate("gifts_wang", "gifts_wang")
        page = self.url_open("/my/membership").text
        found = re.search(r"<ul[^>]*o_member_gifts.*?</ul>", page, re.DOTALL)
        if not found:
            return ""
        return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())

    def test_points(self):
        self._welcomed(give_as="points", points=1200)
        words = self._gifts()
        self.assertIn("Our welcome gift", words)
        self.assertIn("1,200 points", words)
        self.assertIn(f"Given on {self.today:%m/%d/%Y}", words)

    def test_coupon_that_can_be_used(self):
        _member, issue = self._welcomed(
            give_as="product", product_id=self.coffee.id, valid_days=10
        )
        words = self._gifts()
        last_day = self.today + timedelta(days=10)
        self.assertIn(issue.card_id.code, words)
        self.assertIn(f"Can be used through {last_day:%m/%d/%Y}", words)

    def test_coupon_without_end(self):
        self._welcomed(give_as="product", product_id=self.coffee.id, valid_days=0)
        self.assertIn("Can be used at any time", self._gifts())

    def test_coupon_that_cannot_be_used(self):
        _member, issue = self._welcomed(
            give_as="product", product_id=self.coffee.id, valid_days=10
        )
        card = issue.card_id
        card.expiration_date = self.today - timedelta(days=1)
        words = self._gifts()
        self.assertIn("Expired", words)
        self.assertNotIn(card.code, words)
        card.points = 0
        words = self._gifts()
        self.assertIn("Used", words)
        self.assertNotIn(card.code, words)

    def test_what_can_be_used_comes_first_and_the_past_is_short(self):
        member, _issue = self._welcomed(
            give_as="product", product_id=self.coffee.id, valid_days=10
        )
        tiers = [
            self._benefit("tier_up", name=f"Gift {n}", points=n + 1) for n in range(7)
        ]
        self._order(self.user.partner_id, 50000)
        self.assertGreaterEqual(len(member.benefit_issue_ids), len(tiers))
        gifts = member._card_values()["gifts"]
        self.assertEqual(len(gifts), 6, "one coupon and five of the last gifts")
        self.assertTrue(gifts[0]["code"])
        self.assertFalse(any(gift["code"] for gift in gifts[1:]))

    def test_voided_gifts_are_not_shown(self):
        _member, issue = self._welcomed(give_as="points", points=50)
        issue._void("By mistake")
        self.assertEqual(self._gifts(), "")

    def test_nothing_without_gifts(self):
        self.Member._enroll(self.user.partner_id)
        self.assertEqual(self._gifts(), "")
