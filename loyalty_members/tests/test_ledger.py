from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestLedger(MembershipCase):
    def setUp(self):
        super().setUp()
        self.member = self.Member._enroll(self.partner)
        self.order = self._order(self.partner, 0, confirm=False)

    def test_every_kind_has_its_sign(self):
        self.member._post_points("import", 50, "i")
        self.member._post_points("earn", 10, "e")
        self.member._post_points("burn", 5, "b1", source=self.order)
        self.member._post_points("burn", -5, "b2", source=self.order)
        self.member._post_points("reinstate", 4, "r", source=self.order)
        self.member._post_points("adjust", 3, "a1")
        self.member._post_points("adjust", -2, "a2")
        self.member._post_points("reverse", 1, "v")
        self.assertEqual(
            self._kinds(self.member),
            [
                ("import", 50),
                ("earn", 10),
                ("burn", -5),
                ("burn", -5),
                ("reinstate", 4),
                ("adjust", 3),
                ("adjust", -2),
                ("reverse", -1),
            ],
        )
        self.assertPoints(self.member, 54)

    def test_same_key_posts_once(self):
        first = self.member._post_points("earn", 10, "order:1")
        again = self.member._post_points("earn", 10, "order:1")
        self.assertEqual(first, again)
        self.assertPoints(self.member, 10)

    def test_same_key_twice_in_one_batch(self):
        row = {"member": self.member, "kind": "earn", "points": 7, "key": "k"}
        entries = self.Member._post_points_batch([row, dict(row)])
        self.assertEqual(entries[0], entries[1])
        self.assertPoints(self.member, 7)

    def test_batch_returns_known_and_new_in_order(self):
        old = self.member._post_points("earn", 1, "old")
        rows = [
            {"member": self.member, "kind": "earn", "points": 2, "key": "new"},
            {"member": self.member, "kind": "earn", "points": 1, "key": "old"},
        ]
        entries = self.Member._post_points_batch(rows)
        self.assertEqual(entries.mapped("key"), ["new", "old"])
        self.assertEqual(entries[1], old)
        self.assertPoints(self.member, 3)

    def test_key_cannot_stand_for_two_changes(self):
        self.member._post_points("earn", 10, "k")
        other = self._enroll("Other")
        for member, kind, points in [
            (self.member, "earn", 11),
            (self.member, "adjust", 10),
            (other, "earn", 10),
        ]:
            with self.assertRaisesRegex(ValidationError, "another change"):
                member._post_points(kind, points, "k")
        rows = [
            {"member": self.member, "kind": "earn", "points": n, "key": "twice"}
            for n in (1, 2)
        ]
        with self.assertRaisesRegex(ValidationError, "another change"):
            self.Member._post_points_batch(rows)
        self.assertPoints(self.member, 10)

    def test_keys_are_per_program(self):
        other = self.env["res.company"].create({"name": "Second Shop"})
        self.env["loyalty.program"]._create_membership(other)
        there = self.Member.with_company(other)._enroll(self.partner)
        self.member._post_points("earn", 10, "same")
        there._post_points("earn", 20, "same")
        self.assertPoints(self.member, 10)
        self.assertPoints(there, 20)

    def test_bad_values_are_refused_by_name(self):
        for arguments, message in [
            (("steal", 1, "k"), "no kind"),
            (("earn", 1.5, "k"), "whole numbers"),
            (("earn", True, "k"), "whole numbers"),
            (("earn", "5", "k"), "whole numbers"),
            (("earn", -5, "k"), "cannot be negative"),
            (("import", -5, "k"), "cannot be negative"),
            (("earn", 0, "k"), "nothing to post"),
            (("adjust", 0, "k"), "nothing to post"),
            (("earn", 5, ""), "needs a key"),
            (("earn", 5, None), "needs a key"),
            (("reinstate", 5, "k"), "need the document"),
        ]:
            with (
                self.subTest(arguments),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self.member._post_points(*arguments)
        with self.assertRaisesRegex(ValidationError, "no origin"):
            self.member._post_points("earn", 5, "k", origin="stolen")
        with self.assertRaises(TypeError):
            self.member._post_points("earn", 5, "k", color="red")
        self.assertPoints(self.member, 0)

    def test_paid_points_never_expire(self):
        with self.assertRaisesRegex(ValidationError, "may not expire"):
            self.member._post_points(
                "import", 5, "k", origin="paid", expire_on=date(2030, 1, 1)
            )
        self.member._post_points("import", 5, "k", origin="paid")
        self.assertFalse(self.member.lot_ids.expire_on)

    def test_spend_without_points_is_an_entry(self):
        entry = self.member._post_points("earn", 0, "small", qualifying_amount=99)
        self.assertEqual((entry.points, entry.qualifying_amount), (0, 99))
        self.assertFalse(self.member.lot_ids)
        self.assertPoints(self.member, 0)

    def test_frozen_earns_but_cannot_redeem(self):
        self.member._post_points("earn", 10, "e")
        self.member.action_freeze()
        with self.assertRaisesRegex(ValidationError, "not active"):
            self.member._post_points("burn", 1, "b")
        self.member._post_points("earn", 10, "e2")
        self.assertPoints(self.member, 20)
        self.member.action_activate()
        self.member._post_points("burn", 1, "b")
        self.assertPoints(self.member, 19)

    def test_closed_neither_earns_nor_redeems(self):
        self.member._post_points("earn", 10, "e")
        self.member.action_close()
        with self.assertRaisesRegex(ValidationError, "is closed"):
            self.member._post_points("earn", 1, "e2")
        with self.assertRaisesRegex(ValidationError, "not active"):
            self.member._post_points("burn", 1, "b")
        self.member._post_points("earn", 10, "e")
        self.member._post_points("reverse", 4, "v")
        self.assertPoints(self.member, 6)

    def test_batch_of_many_members(self):
        members = self._enroll(*"ABCDEF")
        rows = []
        for index, member in enumerate(members):
            for number in range(3):
                rows.append(
                    {
                        "member": member,
                        "kind": "earn",
                        "points": index + number + 1,
                        "key": f"{member.id}:{number}",
                    }
                )
            rows.append(
                {
                    "member": member,
                    "kind": "burn",
                    "points": index + 2,
                    "key": f"{member.id}:burn",
                }
            )
        self.Member._post_points_batch(rows)
        for index, member in enumerate(members):
            self.assertPoints(member, 3 * (index + 1) + 3 - (index + 2))

    def test_no_message_is_written_per_change(self):
        card = self.member.card_id.with_context(tracking_disable=False)
        before = len(card.message_ids)
        member = self.member.with_context(tracking_disable=False)
        member._post_points("earn", 10, "e")
        self.assertEqual(len(card.message_ids), before)

    def test_entry_knows_who_when_and_why(self):
        entry = self.member._post_points(
            "adjust", 5, "k", source=self.order, explanation="Late delivery"
        )
        self.assertEqual(entry.explanation, "Late delivery")
        self.assertEqual(entry.user_id, self.env.user)
        self.assertEqual(entry.event_date, self.program._today())
        self.assertEqual(entry.source_id, self.order.id)
        action = entry.action_open_source()
        self.assertEqual(action["res_model"], "sale.order")
        self.assertEqual(action["res_id"], self.order.id)
        self.assertEqual(entry.lot_ids.origin, "bonus")

    def test_prove_finds_each_kind_of_disagreement(self):
        self.member._post_points("earn", 10, "e")
        self.member._post_points("burn", 4, "b")
        self.assertFalse(self.Member._prove())
        for statement in (
            "UPDATE loyalty_member SET balance = balance + 1 WHERE id = %s",
            "UPDATE loyalty_member SET balance = 0, debt = 6 WHERE id = %s",
            "UPDATE loyalty_member SET number = 'X' WHERE id = %s",
            "UPDATE loyalty_point_lot SET remaining = 0 WHERE member_id = %s",
            "UPDATE loyalty_point_allocation SET points = 3 WHERE member_id = %s",
            "DELETE FROM loyalty_point_allocation WHERE member_id = %s",
            "UPDATE loyalty_card SET points = 7 WHERE id = (SELECT card_id"
            " FROM loyalty_member WHERE id = %s)",
            "UPDATE loyalty_card SET points = NULL WHERE id = (SELECT card_id"
            " FROM loyalty_member WHERE id = %s)",
        ):
            with self.subTest(statement):
                self.env.flush_all()
                self.env.cr.execute("SAVEPOINT prove")
                self.env.cr.execute(statement, [self.member.id])
                self.assertEqual(self.Member._prove(), self.member)
                self.assertEqual(self.Member._prove(self.member), self.member)
                self.env.cr.execute("ROLLBACK TO SAVEPOINT prove")
        self.assertFalse(self.Member._prove(self.Member.browse()))
