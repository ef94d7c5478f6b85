from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, new_test_user, tagged

from ..models import loyalty_member_qr
from ..tools import signed_code
from .common import MembershipCase

NOW = 1_800_000_000


@tagged("post_install", "-at_install")
class TestMemberQr(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member, cls.other = cls._enroll("Wang", "Chen")

    def setUp(self):
        super().setUp()
        self.clock = patch.object(loyalty_member_qr.time, "time", return_value=NOW)
        self.time = self.clock.start()
        self.addCleanup(self.clock.stop)

    def _refused(self, text, words, **options):
        with self.assertRaises(UserError) as refusal:
            self.Member._verify_qr(text, **options)
        self.assertIn(words, str(refusal.exception))

    def test_a_code_leads_to_its_member(self):
        code = self.member._signed_qr()
        self.assertEqual(self.Member._verify_qr(code), self.member)
        self.assertNotEqual(code, self.other._signed_qr())

    def test_scanners_may_change_case_and_add_space(self):
        code = self.member._signed_qr()
        self.assertEqual(self.Member._verify_qr(f" {code.lower()}\r\n"), self.member)

    def test_valid_for_sixty_seconds(self):
        code = self.member._signed_qr()
        self.time.return_value = NOW + 60
        self.assertEqual(self.Member._verify_qr(code), self.member)
        self.time.return_value = NOW + 61
        self._refused(code, "expired: it is valid for 60 seconds")

    def test_every_changed_part_is_noticed(self):
        mark, system, member_id, expiry, signature = self.member._signed_qr().split(":")
        longer = str(int(expiry) + 3600)
        wrong = "0" * 32
        for parts in (
            (mark, system, str(self.other.id), expiry, signature),
            (mark, system, member_id, longer, signature),
            (mark, system, member_id, expiry, wrong),
        ):
            with self.subTest(parts):
                self._refused(":".join(parts), "not genuine")

    def test_other_systems_and_other_texts(self):
        code = self.member._signed_qr()
        mark, system, rest = code.split(":", 2)
        foreign = "F" * 8 if system != "F" * 8 else "0" * 8
        self._refused(f"{mark}:{foreign}:{rest}", "another system")
        for text in ("", None, "0440000001", "LM1:", code[:-1], f"{code}:1", "x" * 999):
            with self.subTest(text):
                self._refused(text, "not the code of a member card")

    def test_the_secret_of_the_database_signs(self):
        code = self.member._signed_qr()
        parameters = self.env["ir.config_parameter"].sudo()
        with patch.object(
            type(self.Member), "_qr_system", lambda _self: code.split(":")[1]
        ):
            parameters.set_param("database.secret", "another secret")
            self._refused(code, "not genuine")

    def test_member_of_another_company(self):
        code = self.member._signed_qr()
        other = self.env["res.company"].create({"name": "Other Shop"})
        stranger = new_test_user(
            self.env,
            "qr_stranger",
            groups="loyalty_members.group_clerk",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        Member = self.Member.with_user(stranger).with_context(
            allowed_company_ids=other.ids
        )
        with self.assertRaisesRegex(UserError, "another company"):
            Member._verify_qr(code)

    def test_looking_twice_is_no_replay(self):
        code = self.member._signed_qr()
        self.Member._verify_qr(code)
        self.assertEqual(self.Member._verify_qr(code), self.member)

    def test_a_code_pays_once(self):
        code = self.member._signed_qr()
        self.time.return_value = NOW + 5
        later = self.member._signed_qr()
        self.assertEqual(self.Member._verify_qr(code, consume=True), self.member)
        self._refused(code, "used already", consume=True)
        self._refused(code, "used already")
        self.assertEqual(self.Member._verify_qr(later, consume=True), self.member)

    def test_earlier_codes_go_with_a_used_one(self):
        earlier = self.member._signed_qr()
        self.time.return_value = NOW + 5
        self.Member._verify_qr(self.member._signed_qr(), consume=True)
        self._refused(earlier, "used already")
        others = self.other._signed_qr()
        self.assertEqual(self.Member._verify_qr(others, consume=True), self.other)

    def test_used_codes_cannot_be_reset_by_hand(self):
        with self.assertRaisesRegex(UserError, "Last Code Used"):
            self.member.write({"qr_used": False})


@tagged("post_install", "-at_install")
class TestSignedCode(BaseCase):
    def test_round_trip(self):
        code = signed_code.compose("ab12cd34", 7, NOW, lambda text: "f" * 64)
        self.assertEqual(code, f"LM1:AB12CD34:7:{NOW}:{'F' * 32}")
        system, member_id, expiry, signed, signature = signed_code.parse(code)
        self.assertEqual((system, member_id, expiry), ("AB12CD34", 7, NOW))
        self.assertEqual(f"{signed}:{signature}", code)

    def test_the_qr_stays_in_the_alphanumeric_set(self):
        code = signed_code.compose("ab12cd34", 10**17, NOW, lambda text: "f" * 64)
        self.assertRegex(code, r"^[0-9A-Z:]+$")

    def test_what_was_meant_as_a_code(self):
        self.assertTrue(signed_code.is_code(" lm1:broken"))
        self.assertFalse(signed_code.is_code("0440000001"))
