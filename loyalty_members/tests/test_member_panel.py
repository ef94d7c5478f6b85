from datetime import timedelta

from odoo.tests import new_test_user, tagged
from odoo.tests.form import Form

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestMemberPanel(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member, cls.other = cls._enroll("Wang", "Chen")
        cls.today = cls.program._today()

    def _in(self, days):
        return self.today + timedelta(days=days)

    def test_figures(self):
        self.member._post_points("earn", 10, "a", expire_on=self.today)
        self.member._post_points("gift", 20, "b", expire_on=self._in(30))
        self.member._post_points("import", 40, "c", expire_on=self._in(31))
        self.member._post_points("earn", 80, "d", expire_on=None)
        self.member._post_points("reverse", 5, "e")
        self.member._post_points("earn", 7, "f", available_on=self._in(5))
        self.assertEqual(self.member.expiring_points, 25, "5 of the first were taken")
        self.assertEqual(self.member.expiring_on, self.today)
        self.assertEqual(self.member.lifetime_points, 10 + 20 + 80 - 5)
        self.assertEqual(self.member.pending, 7)
        self.assertEqual(self.other.expiring_points, 0)
        self.assertFalse(self.other.expiring_on)

    def test_figures_follow_a_redemption(self):
        self.member._post_points("earn", 10, "a", expire_on=self.today)
        self.assertEqual(self.member.expiring_points, 10)
        self.member._post_points("burn", 4, "b")
        self.assertEqual(self.member.expiring_points, 6)
        self.assertEqual(self.member.lifetime_points, 10)

    def test_points_left(self):
        self.member._post_points("earn", 10, "a", expire_on=self._in(1))
        self.member._post_points("earn", 20, "b", expire_on=self._in(2))
        self.member._post_points("burn", 10, "c")
        self.assertEqual(self.member.open_lot_ids.mapped("remaining"), [20])

    def test_form_opens_for_each_group(self):
        self.member._post_points("earn", 10, "a", expire_on=self._in(1))
        for group in ("viewer", "clerk", "manager"):
            user = new_test_user(
                self.env,
                f"panel_{group}",
                groups=f"loyalty_members.group_{group}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            with self.subTest(group):
                form = Form(self.member.with_user(user))
                self.assertEqual(form.balance, 10)
                self.assertEqual(form.expiring_points, 10)

    def test_contact_and_order_show_number_and_pending(self):
        self.member._post_points("earn", 7, "f", available_on=self._in(5))
        order = self._order(self.member.partner_id, 500, confirm=False)
        for document in (self.member.partner_id, order):
            with self.subTest(document._name):
                self.assertEqual(document.member_number, self.member.number)
                self.assertEqual(document.member_pending, 7)
        form = Form(order)
        self.assertEqual(form.member_number, self.member.number)
        form.partner_id = self.partner
        self.assertFalse(form.member_number)

    def test_statements_do_not_grow_with_members(self):
        def count(members):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            members.read(["expiring_points", "lifetime_points", "expiring_on"])
            return self.env.cr.sql_log_count - before

        many = self._enroll(*(f"M{number}" for number in range(30)))
        count(self.member)
        self.assertLessEqual(count(many), count(self.member))
