import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestEnroll(MembershipCase):
    def test_enrol_makes_one_card_and_one_member(self):
        member = self.Member._enroll(self.partner)
        self.assertEqual(member.partner_id, self.partner)
        self.assertEqual(member.program_id, self.program)
        self.assertEqual(member.company_id, self.company)
        self.assertEqual(member.number, member.card_id.code)
        self.assertEqual(member.card_id.partner_id, self.partner)
        self.assertEqual(member.card_id.company_id, self.company)
        self.assertEqual((member.state, member.channel), ("active", "staff"))
        self.assertEqual(member.tier_id, self.general)
        self.assertEqual(member.joined_on, self.program._today())
        self.assertEqual(self.partner.member_id, member)
        self.assertPoints(member, 0)

    def test_enrol_again_finds_the_member(self):
        member = self.Member._enroll(self.partner)
        self.assertEqual(self.Member._enroll(self.partner), member)
        self.assertEqual(self.Member._enroll(self.partner | self.partner), member)
        cards = self.env["loyalty.card"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(len(cards), 1)

    def test_enrol_keeps_the_order_of_the_contacts(self):
        first = self.Member._enroll(self.partner)
        others = self.env["res.partner"].create([{"name": n} for n in "ABC"])
        mixed = others[2] | self.partner | others[0] | others[1]
        members = self.Member._enroll(mixed)
        self.assertEqual(members.mapped("partner_id.id"), mixed.ids)
        self.assertIn(first, members)
        self.assertEqual(len(set(members.mapped("number"))), 4)

    def test_enrol_nobody(self):
        self.assertFalse(self.Member._enroll(self.env["res.partner"]))

    def test_number_follows_prefix_and_digits(self):
        self.assertTrue(self.program.number_sequence_id)
        self.program.number_prefix = "VIP-"
        self.program.number_padding = 4
        member = self.Member._enroll(self.partner)
        self.assertRegex(member.number, r"^VIP-\d{4}$")

    def test_default_number_is_read_by_the_native_point_of_sale(self):
        # pos_loyalty's barcode rule: pattern 043|044, type coupon
        self.assertRegex(self.Member._enroll(self.partner).number, r"^044\d{7}$")

    def test_joining_is_the_first_tier_move(self):
        move = self.Member._enroll(self.partner).move_ids
        self.assertEqual((move.reason, move.to_tier_id), ("enrol", self.general))
        self.assertFalse(move.from_tier_id)

    def test_channel(self):
        self.assertEqual(self.Member._enroll(self.partner, "portal").channel, "portal")
        with self.assertRaisesRegex(ValidationError, "no way to join"):
            self.Member._enroll(self.partner, "pigeon")

    def test_company_without_membership(self):
        other = self.env["res.company"].create({"name": "No Membership Ltd"})
        with self.assertRaisesRegex(UserError, "no membership program"):
            self.Member.with_company(other)._enroll(self.partner)

    def test_contact_of_another_company(self):
        self.partner.company_id = self.env.ref("base.main_company")
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.Member._enroll(self.partner)

    def test_public_user_cannot_join(self):
        with self.assertRaisesRegex(ValidationError, "not signed in"):
            self.Member._enroll(self.env.ref("base.public_partner"))

    def test_members_of_two_companies_are_separate(self):
        other = self.env["res.company"].create({"name": "Second Shop"})
        self.env["loyalty.program"]._create_membership(other)
        here = self.Member._enroll(self.partner)
        there = self.Member.with_company(other)._enroll(self.partner)
        self.assertNotEqual(here, there)
        self.assertEqual(self.partner.with_company(other).member_id, there)
        self.assertEqual(self.partner.member_id, here)

    def test_numbers_that_a_card_has_are_skipped(self):
        """Companies with the same prefix, or numbers of an old system."""
        other = self.env["res.company"].create({"name": "Second Shop"})
        self.env["loyalty.program"]._create_membership(other)
        partners = self.env["res.partner"].create([{"name": n} for n in "ABCD"])
        here = self.Member._enroll(partners)
        there = self.Member.with_company(other)._enroll(partners)
        numbers = (here | there).mapped("number")
        self.assertEqual(len(set(numbers)), 8)

    def test_database_refuses_a_second_member(self):
        member = self.Member._enroll(self.partner)
        other_card = self._enroll("Other").card_id
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env.cr.execute(
                """INSERT INTO loyalty_member
                   (program_id, company_id, partner_id, card_id, number, state)
                   VALUES (%s, %s, %s, %s, 'X1', 'active')""",
                [
                    member.program_id.id,
                    self.company.id,
                    self.partner.id,
                    other_card.id,
                ],
            )

    def test_many_contacts_take_the_statements_of_one(self):
        def count(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Member._enroll(partners)
            return self.env.cr.sql_log_count - before

        partners = self.env["res.partner"].create([{"name": str(i)} for i in range(62)])
        count(partners[:1])
        self.assertLessEqual(count(partners[2:]), count(partners[1:2]) + 2)

    def test_wizard_enrols_and_shows_the_members(self):
        clerk = new_test_user(
            self.env,
            "enrol_clerk",
            groups="loyalty_members.group_clerk",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        partners = self.env["res.partner"].create([{"name": n} for n in "DE"])
        wizard = (
            self.env["loyalty.member.enroll"]
            .with_user(clerk)
            .with_context(active_model="res.partner", active_ids=partners.ids)
            .create({})
        )
        self.assertEqual(wizard.partner_ids, partners)
        action = wizard.action_enroll()
        members = self.Member.search(action["domain"])
        self.assertEqual(members.partner_id, partners)


@tagged("post_install", "-at_install")
class TestNotice(MembershipCase):
    """Joining under a published notice about personal data leaves a receipt."""

    def test_without_notice_no_receipt_and_a_warning(self):
        member = self.Member._enroll(self.partner)
        self.assertFalse(member.receipt_id)
        self.assertTrue(member.without_notice)
        found = self.Member.search([("receipt_id", "=", False)])
        self.assertIn(member, found)

    def test_with_notice_every_new_member_gets_a_presumed_receipt(self):
        early = self.Member._enroll(self.partner)
        version = self._publish_notice("membership")
        partners = self.env["res.partner"].create([{"name": n} for n in "AB"])
        members = self.Member._enroll(partners | self.partner, "pos")
        for member in members - early:
            receipt = member.receipt_id.sudo()
            self.assertEqual(receipt.partner_id, member.partner_id)
            self.assertEqual(receipt.purpose_id.code, "membership")
            self.assertEqual((receipt.event, receipt.kind), ("grant", "presumed"))
            self.assertEqual(receipt.via, "pos")
            self.assertEqual(receipt.notice_version_id, version)
            self.assertFalse(member.without_notice)
        self.assertFalse(early.receipt_id, "joined before the notice")

    def test_explicit_consent_is_never_presumed(self):
        self._publish_notice("membership")
        purpose = self.env["pdpa.purpose"]._get("membership")
        purpose.requires_consent = True
        self.assertFalse(self.Member._enroll(self.partner).receipt_id)
