from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestDiscrepancy(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        here = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        cls.clerk, cls.manager = (
            new_test_user(
                cls.env,
                f"proof_{name}",
                groups=f"loyalty_members.group_{name}",
                **here,
            )
            for name in ("clerk", "manager")
        )
        cls.member, cls.right = cls._enroll("Chen", "Lin")
        for member in cls.member | cls.right:
            member._post_points("earn", 10, f"e{member.id}")
        cls.Discrepancy = cls.env["loyalty.point.discrepancy"]

    def _tamper(self, points=17):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE loyalty_card SET points = %s WHERE id = %s",
            [points, self.member.card_id.id],
        )
        self.env.invalidate_all()

    def _prove_all(self, limit=1000):
        after_id = 0
        while after_id := self.Discrepancy._prove_chunk(after_id, limit):
            pass
        return self.Discrepancy.search([("member_id.program_id", "=", self.program.id)])

    def _found(self):
        self._tamper()
        return self._prove_all()

    def test_nothing_is_found_when_all_is_right(self):
        self.assertFalse(self._prove_all())
        self.assertEqual(self.member.state, "active")

    def test_account_is_frozen_and_not_repaired(self):
        found = self._found()
        self.assertEqual(found.member_id, self.member)
        self.assertEqual(
            (found.expected, found.balance, found.lots, found.card), (10, 10, 10, 17)
        )
        self.assertEqual((found.state, found.company_id), ("open", self.company))
        self.assertEqual(self.member.state, "frozen")
        self.assertEqual(self.member.frozen_because, "discrepancy")
        self.assertEqual(self.member.card_id.points, 17)
        self.assertEqual(self.right.state, "active")
        with self.assertRaisesRegex(ValidationError, "not active"):
            self.member._post_points("burn", 1, "b")
        self.assertIn(self.manager, found.activity_ids.user_id)
        self.assertNotIn(self.clerk, found.activity_ids.user_id)

    def test_found_once_while_open(self):
        found = self._found()
        self.assertEqual(self._prove_all(), found)

    def test_chunks_cover_all_members(self):
        self._tamper()
        self.assertEqual(self._prove_all(limit=1).member_id, self.member)

    def test_closed_members_stay_closed(self):
        self.member.action_close()
        found = self._found()
        self.assertTrue(found)
        self.assertEqual(self.member.state, "closed")

    def test_release_needs_note_manager_and_proof(self):
        found = self._found()
        with self.assertRaises(AccessError):
            found.with_user(self.clerk).action_resolve()
        by_manager = found.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "Note"):
            by_manager.action_resolve()
        by_manager.note = "Changed by a script; set right."
        with self.assertRaisesRegex(UserError, "still disagree"):
            by_manager.action_resolve()
        self.assertEqual(by_manager.action_prove()["params"]["type"], "warning")
        for user in (self.clerk, self.manager):
            with self.assertRaisesRegex(UserError, "Discrepancies"):
                self.member.with_user(user).action_activate()
        self._tamper(points=10)
        self.assertEqual(by_manager.action_prove()["params"]["type"], "success")
        by_manager.action_resolve()
        self.assertEqual(found.state, "resolved")
        self.assertEqual(found.resolved_by_id, self.manager)
        self.assertEqual(self.member.state, "active")
        self.assertFalse(self.member.frozen_because)
        self.assertFalse(found.activity_ids)
        with self.assertRaisesRegex(UserError, "has been resolved"):
            by_manager.action_resolve()
        with self.assertRaisesRegex(UserError, "has been resolved"):
            by_manager.note = "Rewritten"
        self._tamper()
        self.assertEqual(len(self._prove_all()), 2)

    def test_release_leaves_a_card_that_staff_had_frozen(self):
        self.member.action_freeze()
        self.assertEqual(self.member.frozen_because, "staff")
        found = self._found()
        self._tamper(points=10)
        found.note = "Set right."
        found.action_resolve()
        self.assertEqual(self.member.state, "frozen")

    def test_records_are_kept(self):
        found = self._found()
        with self.assertRaisesRegex(UserError, "nightly proof"):
            self.Discrepancy.create({"member_id": self.right.id})
        with self.assertRaisesRegex(UserError, "Only the note"):
            found.write({"state": "resolved"})
        with self.assertRaisesRegex(UserError, "Only the note"):
            found.write({"expected": 17})
        with self.assertRaisesRegex(UserError, "not deleted"):
            found.unlink()

    def test_cron(self):
        self._tamper()
        with self.enter_registry_test_mode():
            self.env.ref("loyalty_members.ir_cron_prove").method_direct_trigger()
        self.assertEqual(self.member.state, "frozen")

    def test_pending_points_and_lots_are_reported(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE loyalty_member SET pending = 3 WHERE id = %s", [self.member.id]
        )
        self.env.cr.execute(
            "UPDATE loyalty_point_lot SET remaining = 9 WHERE member_id = %s",
            [self.right.id],
        )
        self.env.invalidate_all()
        found = {row.member_id: row for row in self._prove_all()}
        waiting, lots = found[self.member], found[self.right]
        self.assertEqual((waiting.pending, waiting.pending_expected), (3, 0))
        self.assertEqual((lots.lots, lots.wrong_lots), (9, True))
