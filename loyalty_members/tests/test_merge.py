from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestMerge(MembershipCase):
    def _merge(self, partners, into):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(partners.ids, into, extra_checks=False)
        self.env.invalidate_all()

    def test_membership_moves_to_the_remaining_contact(self):
        member = self.Member._enroll(self.partner)
        member._post_points("earn", 10, "e")
        target = self.env["res.partner"].create({"name": "Wang Xiaoming"})
        self._merge(self.partner | target, target)
        self.assertEqual(member.partner_id, target)
        self.assertEqual(member.card_id.partner_id, target)
        self.assertPoints(member, 10)

    def test_two_memberships_are_not_merged(self):
        members = self._enroll("Wang", "Wong")
        partners = members.partner_id
        with self.assertRaisesRegex(UserError, "two memberships"):
            self._merge(partners, partners[0])
        self.assertEqual(len(partners.exists()), 2)
