import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestProgram(MembershipCase):
    def _native(self, **values):
        return self.env["loyalty.program"].create(
            {
                "name": "Native",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "company_id": self.company.id,
                "rule_ids": [Command.create({"reward_point_mode": "money"})],
                "reward_ids": [Command.create({"discount": 5, "required_points": 9})],
                "communication_plan_ids": [],
                **values,
            }
        )

    def test_main_company_has_a_membership(self):
        program = self.env.ref("loyalty_members.membership_program")
        self.assertTrue(program.is_membership)
        self.assertEqual(program.company_id, self.env.ref("base.main_company"))
        self.assertEqual(self.env.ref("loyalty_members.tier_gold").program_id, program)

    def test_helper_makes_one_program_per_company(self):
        program = self.program
        self.assertEqual(
            (program.program_type, program.applies_on, program.trigger),
            ("loyalty", "both", "auto"),
        )
        self.assertFalse(program.rule_ids)
        self.assertEqual(program.base_tier_id, self.general)
        self.assertEqual(self.program.tier_ids.mapped("threshold"), [0, 10000, 30000])
        again = self.env["loyalty.program"]._create_membership(self.company)
        self.assertEqual(again, program)
        self.assertEqual(self.company.membership_program_id, program)

    def test_texts_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        other = self.env["res.company"].create({"name": "Shop"})
        program = self.env["loyalty.program"]._create_membership(other)
        self.assertEqual(program.portal_point_name, "Points")
        chinese = program.with_context(lang="zh_TW")
        self.assertEqual(chinese.portal_point_name, "點數")
        self.assertEqual(
            chinese.tier_ids.mapped("name"), ["一般會員", "銀卡會員", "金卡會員"]
        )

    @mute_logger("odoo.sql_db")
    def test_one_active_membership_per_company(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self._native(is_membership=True, rule_ids=[])
            self.env.flush_all()

    def test_archived_membership_makes_room(self):
        self.program.active = False
        self.env.flush_all()
        program = self._native(is_membership=True, rule_ids=[])
        self.assertTrue(program.number_sequence_id)
        self.assertTrue(program.base_tier_id)

    def test_set_up_is_checked(self):
        for values, message in [
            ({"company_id": False}, "belongs to one company"),
            ({"applies_on": "current"}, "current and future"),
            (
                {"rule_ids": [Command.create({"reward_point_mode": "money"})]},
                "conditional rules",
            ),
        ]:
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self.program.write(values)
            self.program.invalidate_recordset(flush=False)

    @mute_logger("odoo.sql_db")
    def test_amount_per_point_is_positive(self):
        with self.assertRaises(psycopg2.errors.CheckViolation):
            self.program.earn_amount = 0
            self.env.flush_all()

    def test_program_with_cards_keeps_its_nature(self):
        self.Member._enroll(self.partner)
        with self.assertRaisesRegex(UserError, "Programs with cards"):
            self.program.is_membership = False
        native = self._native()
        self.env["loyalty.card"].create({"program_id": native.id})
        with self.assertRaisesRegex(UserError, "Programs with cards"):
            native.is_membership = True

    def test_form_removes_the_conditional_rules(self):
        self.program.active = False
        native = self._native()
        with Form(native, "loyalty.loyalty_program_view_form") as form:
            form.is_membership = True
        self.assertTrue(native.is_membership)
        self.assertFalse(native.rule_ids)

    def test_settings(self):
        manager = new_test_user(
            self.env,
            "settings_manager",
            groups="loyalty_members.group_manager,base.group_system",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        Settings = self.env["res.config.settings"].with_user(manager)
        settings = Settings.create(
            {"membership_earn_amount": 50, "membership_enroll_on_first_order": True}
        )
        settings.execute()
        self.assertEqual(self.program.earn_amount, 50)
        self.assertTrue(self.program.enroll_on_first_order)
        action = settings.action_open_membership()
        self.assertEqual(action["res_id"], self.program.id)

    def test_settings_create_the_membership_of_a_company(self):
        other = self.env["res.company"].create({"name": "Shop"})
        settings = self.env["res.config.settings"].with_company(other).create({})
        self.assertFalse(settings.membership_program_id)
        action = settings.action_create_membership()
        program = self.env["loyalty.program"].browse(action["res_id"])
        self.assertEqual(program.company_id, other)

    def test_members_of_the_program(self):
        member = self.Member._enroll(self.partner)
        self.assertEqual(self.program.member_count, 1)
        domain = self.program.action_open_members()["domain"]
        self.assertEqual(self.Member.search(domain), member)
