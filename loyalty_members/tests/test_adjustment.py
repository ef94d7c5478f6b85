from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestAdjustment(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        here = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        cls.users = {
            name: new_test_user(
                cls.env,
                f"adjust_{name}",
                groups=f"loyalty_members.group_{name.split('_')[0]}",
                **here,
            )
            for name in ("viewer", "clerk", "manager", "approver", "approver_2")
        }
        cls.program.write(
            {
                "adjust_clerk_line": 50,
                "adjust_clerk_document": 80,
                "adjust_manager_line": 500,
                "adjust_manager_document": 800,
            }
        )
        cls.member, cls.other = cls._enroll("Chen", "Lin")
        cls.reason = cls.env.ref("loyalty_members.reason_correction")

    def _document(self, user, *points, **values):
        members = [self.member, self.other] * len(points)
        lines = [
            Command.create({"member_id": member.id, "points": number})
            for member, number in zip(members, points, strict=False)
        ]
        return (
            self.env["loyalty.point.adjustment"]
            .with_user(self.users[user])
            .create({"reason_id": self.reason.id, "line_ids": lines, **values})
        )

    def _as(self, document, user):
        return document.with_user(self.users[user])

    def _submitted(self, user, *points):
        document = self._document(user, *points)
        document.action_submit()
        return document

    # -- limits ---------------------------------------------------------------
    def test_limits_by_group(self):
        for user, points, state in [
            ("clerk", [50], "approved"),
            ("clerk", [51], "submitted"),
            ("clerk", [-51], "submitted"),
            ("clerk", [40, 40], "approved"),
            ("clerk", [41, 40], "submitted"),
            ("clerk", [41, -40], "submitted"),
            ("manager", [500], "approved"),
            ("manager", [501], "submitted"),
            ("manager", [400, 400], "approved"),
            ("manager", [401, 400], "submitted"),
            ("approver", [500], "approved"),
            ("approver", [501], "submitted"),
        ]:
            with self.subTest(user=user, points=points):
                self.assertEqual(self._submitted(user, *points).state, state)

    def test_zero_means_always_an_approver(self):
        self.program.adjust_clerk_line = 0
        self.assertEqual(self._submitted("clerk", 1).state, "submitted")

    @mute_logger("odoo.sql_db")
    def test_negative_limits_are_refused(self):
        with self.assertRaises(psycopg2.errors.CheckViolation):
            self.program.adjust_clerk_line = -1
            self.env.flush_all()

    def test_form_says_whether_approval_is_needed(self):
        document = self._document("clerk", 10)
        with Form(document) as form:
            self.assertFalse(form.needs_approval)
            with form.line_ids.edit(0) as line:
                line.points = 60
            self.assertTrue(form.needs_approval)

    # -- posting --------------------------------------------------------------
    def test_posts_each_line_once(self):
        document = self._submitted("manager", 300, 200)
        self.assertPoints(self.member, 300)
        self.assertPoints(self.other, 200)
        entry = self.member.entry_ids
        self.assertEqual((entry.kind, entry.points), ("adjust", 300))
        self.assertEqual(entry.reason_id, self.reason)
        self.assertEqual(entry.explanation, self.reason.name)
        self.assertEqual(entry.user_id, self.users["manager"])
        self.assertEqual(entry.key, f"adjustment:{document.line_ids[0].id}")
        self.assertEqual(entry.source_id, document.id)
        self.assertEqual(entry.details["requester_id"], self.users["manager"].id)
        self.assertFalse(document.approver_id)
        with self.assertRaisesRegex(UserError, "“Posted” already"):
            document.action_submit()
        document._post()
        self.assertPoints(self.member, 300)
        self.assertEqual(document.action_open_entries()["domain"][1][2], document.id)

    def test_values_of_a_line(self):
        day = self.program._today() + timedelta(days=40)
        document = self._document("manager", 10, 20)
        document.line_ids[0].write({"expire_on": day, "note": "Late delivery"})
        document.line_ids[1].origin = "paid"
        document.action_submit()
        self.assertEqual(self.member.lot_ids.expire_on, day)
        self.assertEqual(
            self.member.entry_ids.explanation, f"{self.reason.name}: Late delivery"
        )
        self.assertEqual(self.other.lot_ids.origin, "paid")

    def test_all_lines_or_none(self):
        document = self._document("manager", 10, -20)
        with (
            self.assertRaisesRegex(ValidationError, "has 0 points; 20 are needed"),
            self.env.cr.savepoint(),
        ):
            document.action_submit()
        self.assertEqual(document.state, "draft")
        self.assertPoints(self.member, 0)

    def test_bad_documents(self):
        with self.assertRaisesRegex(ValidationError, "has no lines"):
            self._submitted("manager")
        document = self._document("manager", 10)
        document.line_ids.expire_on = self.program._today() - timedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "has passed"):
            document.action_submit()
        self.reason = self.env.ref("loyalty_members.reason_abuse")
        with self.assertRaisesRegex(ValidationError, "does not fit"):
            self._submitted("manager", 10)

    @mute_logger("odoo.sql_db")
    def test_database_checks(self):
        document = self._document("manager", 10)
        for values in ({"points": 0}, {"origin": "paid", "expire_on": "2090-01-01"}):
            with (
                self.subTest(values),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                document.line_ids.write(values)
                self.env.flush_all()
        self.env.flush_all()
        with self.assertRaises(psycopg2.errors.CheckViolation):
            self.env.cr.execute(
                "UPDATE loyalty_point_adjustment"
                " SET requester_id = 1, approver_id = 1 WHERE id = %s",
                [document.id],
            )

    # -- four eyes ------------------------------------------------------------
    def test_a_second_person_approves(self):
        document = self._submitted("manager", 600)
        self.assertPoints(self.member, 0)
        self.assertTrue(self._as(document, "approver").may_decide)
        self._as(document, "approver").action_approve()
        self.assertEqual(document.state, "approved")
        self.assertEqual(document.requester_id, self.users["manager"])
        self.assertEqual(document.approver_id, self.users["approver"])
        self.assertPoints(self.member, 600)
        entry = self.member.entry_ids
        self.assertEqual(entry.user_id, self.users["approver"])
        self.assertEqual(entry.details["approver_id"], self.users["approver"].id)
        with self.assertRaisesRegex(UserError, "already"):
            self._as(document, "approver_2").action_approve()
        self.assertPoints(self.member, 600)

    def test_nobody_approves_their_own(self):
        document = self._submitted("approver", 600)
        self.assertFalse(self._as(document, "approver").may_decide)
        for action in ("action_approve", "action_reject"):
            with self.subTest(action), self.assertRaisesRegex(AccessError, "own"):
                getattr(self._as(document, "approver"), action)()
        self.assertEqual(document.state, "submitted")
        self._as(document, "approver_2").action_approve()
        self.assertPoints(self.member, 600)

    def test_who_wrote_it_does_not_approve_it_either(self):
        document = self._document("approver", 600)
        self._as(document, "clerk").action_submit()
        with self.assertRaisesRegex(AccessError, "own"):
            self._as(document, "approver").action_approve()

    def test_only_approvers_decide(self):
        document = self._submitted("clerk", 60)
        for user in ("viewer", "clerk", "manager"):
            for action in ("action_approve", "action_reject"):
                with self.subTest(user=user, action=action):
                    with self.assertRaises(AccessError):
                        getattr(self._as(document, user), action)()
        with self.assertRaises(AccessError):
            self._as(self._document("clerk", 1), "viewer").action_submit()

    def test_approvers_get_an_activity(self):
        document = self._submitted("manager", 600)
        users = document.sudo().activity_ids.user_id
        self.assertIn(self.users["approver"], users)
        self.assertIn(self.users["approver_2"], users)
        self.assertNotIn(self.users["manager"], users)
        self._as(document, "approver").action_approve()
        self.assertFalse(document.sudo().activity_ids)
        own = self._submitted("approver", 600)
        self.assertNotIn(self.users["approver"], own.sudo().activity_ids.user_id)

    def test_somebody_must_be_able_to_approve(self):
        group = self.env.ref("loyalty_members.group_approver")
        group.user_ids -= group.user_ids - self.users["approver"]
        document = self._document("approver", 600)
        with self.assertRaisesRegex(UserError, "nobody else"), self.env.cr.savepoint():
            document.action_submit()
        self.assertEqual(document.state, "draft")

    def test_reject_and_cancel(self):
        document = self._submitted("manager", 600)
        self._as(document, "approver").action_reject()
        self.assertEqual(document.state, "rejected")
        self.assertEqual(document.approver_id, self.users["approver"])
        with self.assertRaisesRegex(UserError, "“Rejected” already"):
            self._as(document, "approver_2").action_approve()
        document = self._submitted("manager", 600)
        with self.assertRaisesRegex(AccessError, "of others"):
            self._as(document, "clerk").action_cancel()
        self._as(document, "manager").action_cancel()
        self.assertEqual(document.state, "cancelled")
        self.assertFalse(document.sudo().activity_ids)
        self.assertPoints(self.member, 0)

    # -- guards ---------------------------------------------------------------
    def test_state_changes_by_buttons_only(self):
        document = self._document("manager", 600)
        for name, value in [
            ("state", "approved"),
            ("approver_id", self.users["approver"].id),
            ("requester_id", self.users["clerk"].id),
            ("name", "ADJ/1"),
        ]:
            with self.subTest(name), self.assertRaisesRegex(UserError, "its buttons"):
                document.write({name: value})
            with self.subTest(name), self.assertRaisesRegex(UserError, "its buttons"):
                self._document("manager", 1, **{name: value})
        forged = self.env["loyalty.point.adjustment"].with_context(
            default_state="submitted", default_requester_id=self.users["clerk"].id
        )
        forged = forged.create({"reason_id": self.reason.id})
        self.assertEqual((forged.state, bool(forged.requester_id)), ("draft", False))

    def test_only_drafts_change(self):
        document = self._submitted("manager", 600)
        line = document.line_ids
        for change in (
            lambda: document.write({"reason_id": self.reason.id}),
            lambda: document.write({"line_ids": [Command.clear()]}),
            lambda: line.write({"points": 1}),
            lambda: line.copy(),
            lambda: line.unlink(),
            lambda: document.unlink(),
            lambda: self._document("manager", 1).line_ids.write(
                {"adjustment_id": document.id}
            ),
        ):
            with (
                self.assertRaisesRegex(UserError, "Only a draft"),
                self.env.cr.savepoint(),
            ):
                change()
        document.note = "Colleagues may still write here"
        copy = document.copy()
        self.assertEqual((copy.state, copy.line_ids.points), ("draft", 600))
        self.assertFalse(copy.requester_id)
        self.assertNotEqual(copy.name, document.name)
        copy.unlink()

    def test_members_of_another_company_are_refused(self):
        shop = self.env["res.company"].create({"name": "Elsewhere"})
        program = self.env["loyalty.program"]._create_membership(shop)
        program.number_prefix = "0449"
        there = self.Member.with_company(shop)._enroll(self.partner)
        with self.assertRaises(UserError):
            self._document("manager", 1).sudo().line_ids.member_id = there

    # -- ways in --------------------------------------------------------------
    def test_import_of_many_lines(self):
        Adjustment = self.env["loyalty.point.adjustment"].with_user(
            self.users["manager"]
        )
        rows = [
            ["CORRECTION", self.member.number, "30", "Counted"],
            ["", self.other.number, "40", ""],
        ]
        result = Adjustment.load(
            ["reason_id", "line_ids/member_id", "line_ids/points", "line_ids/note"],
            rows,
        )
        self.assertFalse(result["messages"])
        document = Adjustment.browse(result["ids"])
        self.assertEqual(document.state, "draft")
        document.action_submit()
        self.assertPoints(self.member, 30)
        self.assertPoints(self.other, 40)
        result = Adjustment.load(["reason_id", "state"], [["CORRECTION", "approved"]])
        self.assertTrue(result["messages"])

    def _wizard(self, user, points):
        return (
            self.env["loyalty.point.adjust"]
            .with_user(self.users[user])
            .create(
                {
                    "member_id": self.member.id,
                    "points": points,
                    "reason_id": self.reason.id,
                    "note": "Counted again",
                }
            )
        )

    def test_short_form_posts_within_the_limit(self):
        wizard = self._wizard("clerk", 20)
        self.assertEqual(wizard.action_adjust()["tag"], "soft_reload")
        wizard.action_adjust()  # a double click
        self.assertPoints(self.member, 20)
        self.assertEqual(
            self.member.entry_ids.explanation, f"{self.reason.name}: Counted again"
        )

    def test_short_form_waits_above_the_limit(self):
        wizard = self._wizard("clerk", 60)
        action = wizard.action_adjust()
        self.assertIn(wizard.adjustment_id.name, action["params"]["message"])
        self.assertEqual(wizard.adjustment_id.state, "submitted")
        self.assertPoints(self.member, 0)
