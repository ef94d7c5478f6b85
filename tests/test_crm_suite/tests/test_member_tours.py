from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import SuiteMixin


@tagged("post_install", "-at_install")
class TestMemberTour(SuiteMixin, HttpCase):
    """Enrol, buy, earn, redeem, return on the screens of staff."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Chen Yi-Jun", "user_id": cls.seller.id}
        )
        for amount in (12800, 1000):
            cls.order(cls.partner, amount).user_id = cls.seller

    def _buy_and_return(self):
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "test_crm_suite_member",
            login=self.seller.login,
        )
        self.env.invalidate_all()
        member = self.partner.member_id
        kinds = [(e.kind, e.points) for e in member.entry_ids.sorted("id")]
        self.assertEqual(kinds[0], ("earn", 128))
        self.assertCountEqual(
            kinds[1:],
            [("burn", -128), ("earn", 8), ("reinstate", 128), ("reverse", -8)],
        )
        self.assertEqual(member.balance, 128)
        self.assertFalse(member._prove(member))

    def test_buy_and_return(self):
        self._buy_and_return()

    def test_buy_and_return_in_chinese(self):
        self.seller.lang = "zh_TW"
        self._buy_and_return()

    def test_find_at_the_counter(self):
        self.partner.phone = "0912-345-678"
        self.env["loyalty.member"]._enroll(self.partner)
        self.start_tour(
            "/odoo/find-member",
            "test_crm_suite_find_member",
            login=self.seller.login,
        )


@tagged("post_install", "-at_install")
class TestMemberPortalTour(SuiteMixin, HttpCase):
    """The card on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.user = cls.card_holder("suite_card")
        cls.member = cls.user.partner_id.member_id
        soon = cls.program._today() + timedelta(days=20)
        cls.member._post_points("earn", 120, "tour:1", expire_on=soon)
        cls.member._post_points("earn", 30, "tour:2", available_on=soon)

    def test_card(self):
        self.start_tour("/my", "test_crm_suite_member_portal", login=self.user.login)

    def test_card_in_chinese(self):
        self.user.lang = "zh_TW"
        self.start_tour("/my", "test_crm_suite_member_portal", login=self.user.login)
