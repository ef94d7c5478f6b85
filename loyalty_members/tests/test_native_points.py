"""Native code and users that write ``loyalty.card.points``."""

from odoo.exceptions import (
    AccessError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.tests import new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestNativePoints(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        cls.salesman = new_test_user(
            cls.env,
            "native_salesman",
            groups="sales_team.group_sale_salesman_all_leads",
            **company,
        )
        cls.manager = new_test_user(
            cls.env,
            "native_manager",
            groups="loyalty_members.group_manager,sales_team.group_sale_manager",
            **company,
        )
        cls.member = cls.Member._enroll(cls.partner)
        cls.member._post_points("earn", 100, "start")

    def _wizard(self, user, balance):
        return (
            self.env["loyalty.card.update.balance"]
            .with_user(user)
            .create(
                {
                    "card_id": self.member.card_id.id,
                    "new_balance": balance,
                    "description": "Counted again",
                }
            )
        )

    def test_salesman_cannot_set_points(self):
        card = self.member.card_id.with_user(self.salesman)
        with self.assertRaisesRegex(AccessError, "Adjust Points"):
            card.points = 777
        with self.assertRaisesRegex(AccessError, "Adjust Points"):
            card.write({"points": 777})
        self.assertPoints(self.member, 100)

    def test_salesman_cannot_forge_the_reconciled_door(self):
        card = self.member.card_id.with_user(self.salesman)
        for value in (True, "reconciled"):
            with self.assertRaises(AccessError):
                card.with_context(loyalty_members_reconciled=value).points = 777

    def test_balance_wizard_leads_to_the_adjustment_form(self):
        for user in (self.manager, self.salesman):
            with self.assertRaises(RedirectWarning) as refused:
                self._wizard(user, 130).action_update_card_point()
            action = self.env["ir.actions.act_window"].browse(refused.exception.args[1])
            self.assertEqual(action.res_model, "loyalty.point.adjust")
            context = refused.exception.args[3]
            self.assertEqual(context, {"default_member_id": self.member.id})
        self.assertPoints(self.member, 100)

    def test_managers_do_not_mint_points_by_hand_either(self):
        card = self.member.card_id.with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "Adjust Points"):
            card.write({"points": 110, "active": True})
        self.assertPoints(self.member, 100)

    def test_native_server_code_earns_and_redeems(self):
        self.member.card_id.sudo().points -= 40
        self.assertEqual(self._kinds(self.member)[-1], ("burn", -40))
        self.member.card_id.sudo().points += 5
        self.assertEqual(self._kinds(self.member)[-1], ("earn", 5))
        self.assertPoints(self.member, 65)

    def test_other_values_are_written_with_the_points(self):
        self.member.card_id.sudo().write({"points": 110, "active": True})
        self.assertPoints(self.member, 110)

    def test_same_points_are_no_entry(self):
        self.member.card_id.sudo().points = 100
        self.assertEqual(len(self.member.entry_ids), 1)

    def test_fractions_and_overdraft_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "whole numbers"):
            self.member.card_id.sudo().points = 99.5
        with self.assertRaisesRegex(ValidationError, "has 100 points"):
            self.member.card_id.sudo().points = -1
        self.assertPoints(self.member, 100)

    def test_member_cards_are_not_made_or_renumbered_by_hand(self):
        Card = self.env["loyalty.card"].sudo()
        values = {"program_id": self.program.id, "partner_id": self.partner.id}
        with self.assertRaisesRegex(UserError, "Enrol"):
            Card.create(values)
        with self.assertRaisesRegex(UserError, "Enrol"):
            Card.with_context(active_id=self.program.id).create({"points": 5})
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.member.card_id.sudo().code = "044X"
        wizard = self.env["loyalty.generate.wizard"].create(
            {
                "program_id": self.program.id,
                "mode": "selected",
                "customer_ids": [(6, 0, self.partner.ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "Enrol"):
            wizard.generate_coupons()

    def test_cards_of_other_programs_stay_native(self):
        program = self.env["loyalty.program"].create(
            {
                "name": "Wallet",
                "program_type": "ewallet",
                "company_id": self.company.id,
            }
        )
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.partner.id}
        )
        card.points = 12.5
        card.write({"points": 13.5, "code": "MINE"})
        self.assertEqual((card.points, card.code), (13.5, "MINE"))
        both = card | self.member.card_id
        both.sudo().write({"points": 90})
        self.assertEqual(card.points, 90)
        self.assertPoints(self.member, 90)
