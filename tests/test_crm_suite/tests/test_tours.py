from odoo.tests import HttpCase, tagged

from .common import SuiteMixin


@tagged("post_install", "-at_install")
class TestSalespersonTour(SuiteMixin, HttpCase):
    """What a salesperson sees and does on the contact form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Chen Yi-Jun", "lang": "en_US", "email": "chen@example.com"}
        )
        cls.order(cls.partner, 2500).action_confirm()
        cls.env["crm.partner.stats"]._refresh()

    def test_contact_form(self):
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "test_crm_suite_contact",
            login=self.seller.login,
        )
        self.env.invalidate_all()
        self.assertTrue(self.partner.member_id)
        self.assertTrue(self.partner.pdpa_marketing_email)

    def test_contact_form_in_chinese(self):
        """The same screens in the users' language: not one button is missing."""
        self.seller.lang = "zh_TW"
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "test_crm_suite_contact",
            login=self.seller.login,
        )


@tagged("post_install", "-at_install")
class TestPortalTour(SuiteMixin, HttpCase):
    """A member opens the card on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.user = cls.card_holder("suite_member")
        cls.order(cls.user.partner_id, 1280).action_confirm()

    def test_card_on_a_telephone(self):
        self.start_tour("/my/home", "test_crm_suite_card", login=self.user.login)
