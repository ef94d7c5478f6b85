from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import COUNTER, SuiteMixin


@tagged("post_install", "-at_install")
class TestSegmentTour(SuiteMixin, MailCase, HttpCase):
    """Build a segment on its screens and mail it; only those who agree get it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_suite()
        cls.marketer = new_test_user(
            cls.env,
            login="suite_marketer",
            name="Mei",
            lang="en_US",
            email="mei@example.com",
            groups=f"{COUNTER},mass_mailing.group_mass_mailing_user",
        )
        cls.anna, cls.ben, cls.vendor = cls.env["res.partner"].create(
            [
                {"name": "Tour Anna", "email": "anna@tour.example.com"},
                {"name": "Tour Ben", "email": "ben@tour.example.com"},
                {"name": "Tour Vendor", "supplier_rank": 1},
            ]
        )
        for partner in (cls.anna, cls.ben):
            cls.order(partner, 100).action_confirm()
        cls.env["crm.partner.stats"]._refresh()
        cls.env["pdpa.receipt"]._record(cls.anna, "marketing", "grant")
        everybody = (cls.anna | cls.ben | cls.vendor).ids
        cls.env["crm.segment"].create(
            {"name": "Tour tea lovers", "domain": repr([("id", "in", everybody)])}
        )

    def _build_and_mail(self):
        self.start_tour(
            "/odoo/segments",
            "test_crm_suite_segment",
            login=self.marketer.login,
            timeout=120,
        )
        self.env.invalidate_all()
        segment = self.env["crm.segment"].search([("name", "=", "Tour firms")])
        self.assertEqual(segment.user_id, self.marketer)
        mailing = segment.mailing_ids
        self.assertEqual(mailing.state, "in_queue")
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref(
                "mass_mailing.ir_cron_mass_mailing_queue"
            ).method_direct_trigger()
        self.assertEqual(
            [mail["email_to"] for mail in self._mails],
            [['"Tour Anna" <anna@tour.example.com>']],
        )
        self.assertEqual((mailing.sent, mailing.canceled), (1, 1))

    def test_build_and_mail(self):
        self._build_and_mail()

    def test_build_and_mail_in_chinese(self):
        self.marketer.lang = "zh_TW"
        self._build_and_mail()
