from datetime import date

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_gift import GiftCase


@tagged("post_install", "-at_install")
class TestMerge(GiftCase):
    """Merging two contacts merges their memberships with the whole ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keep, cls.gone = cls._enroll("Wang", "Wong")
        cls.stays, cls.goes = cls.keep.partner_id, cls.gone.partner_id

    def _merge(self, partners, into, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = (wizard.with_user(user) if user else wizard).create({})
        wizard._merge(partners.ids, into, extra_checks=False)
        self.env.flush_all()
        self.env.invalidate_all()

    def _merge_both(self, user=None):
        self._merge(self.stays | self.goes, self.stays, user)

    def test_membership_moves_to_the_remaining_contact(self):
        member = self.Member._enroll(self.partner)
        member._post_points("earn", 10, "e")
        target = self.env["res.partner"].create({"name": "Wang Xiaoming"})
        self._merge(self.partner | target, target)
        self.assertEqual(member.partner_id, target)
        self.assertEqual(member.card_id.partner_id, target)
        self.assertPoints(member, 10)

    def test_points_keep_expiry_and_origin(self):
        self.keep._post_points("earn", 5, "k")
        for points, values in [
            (10, {"expire_on": date(2999, 1, 31)}),
            (20, {"expire_on": None, "origin": "paid"}),
            (30, {"expire_on": date(2998, 6, 30), "origin": "bonus"}),
        ]:
            self.gone._post_points("earn", points, f"e{points}", **values)
        self.gone._post_points("burn", 4, "b")
        number = self.gone.number
        self._merge_both()
        self.assertFalse(self.goes.exists())
        self.assertPoints(self.keep, 5 + 10 + 20 + 26)
        self.assertPoints(self.gone, 0)
        lots = self.keep.lot_ids.filtered(
            lambda lot: lot.entry_id.kind == "transfer_in"
        )
        self.assertEqual(
            {(lot.remaining, lot.expire_on, lot.origin) for lot in lots},
            {
                (10, date(2999, 1, 31), "earned"),
                (20, False, "paid"),
                (26, date(2998, 6, 30), "bonus"),
            },
        )
        self.assertEqual((self.gone.state, self.gone.number), ("closed", number))
        self.assertEqual(self.gone.merged_into_id, self.keep)
        self.assertEqual(self.gone._remaining(), self.keep)
        self.assertEqual(self.keep._remaining(), self.keep)
        found = self.Member.search([("number", "=", number)])
        self.assertEqual(found._remaining(), self.keep)
        self.assertFalse(self.gone.card_id.active)
        self.assertEqual(self.stays.member_id, self.keep)

    def test_expired_points_stay_to_expire(self):
        today = self.program._today()
        self.gone._post_points("earn", 7, "old", expire_on=today)
        self.gone._post_points("earn", 3, "new", expire_on=None)
        with self._on(date(today.year + 1, today.month, 1)):
            self._merge_both()
        self.assertPoints(self.keep, 3)
        self.assertPoints(self.gone, 7)

    def test_activity_points_go_on_with_activity(self):
        self.program.expiry_model = "activity"
        self.gone._post_points("earn", 7, "e")
        self.assertTrue(self.gone.lot_ids.idle_expiry)
        self._merge_both()
        self.assertTrue(self.keep.lot_ids.idle_expiry)

    def test_debt_goes_along(self):
        self.gone._post_points("reverse", 30, "r")
        self.keep._post_points("earn", 10, "e")
        self._merge_both()
        self.assertPoints(self.keep, 0, debt=20)
        self.assertPoints(self.gone, 0)

    def test_debt_of_the_remaining_member_is_paid(self):
        self.keep._post_points("reverse", 30, "r")
        self.gone._post_points("earn", 50, "e")
        self._merge_both()
        self.assertPoints(self.keep, 20)

    def test_pending_points_wait_on(self):
        order = self._order(self.goes, 0)
        day = date(2999, 1, 1)
        entry = self.gone._post_points(
            "earn", 9, "p", source=order, available_on=day, qualifying_amount=900
        )
        self.assertEqual(entry.state, "pending")
        self._merge_both()
        self.assertEqual((self.gone.pending, self.keep.pending), (0, 9))
        moved = self.keep.entry_ids.filtered(lambda e: e.state == "pending")
        self.assertEqual((moved.available_on, moved.source_id), (day, order.id))
        self.assertEqual(moved.qualifying_amount, 900)
        self.assertEqual(entry.state, "void")

    def test_spend_counts_for_the_tier(self):
        self._order(self.stays, 6000)
        self._order(self.goes, 5000)
        self.assertEqual(self.keep.tier_id, self.general)
        self._merge_both()
        self.assertEqual(self.keep.tier_id, self.silver)
        self.assertPoints(self.keep, 110)

    def test_the_higher_tier_stays_with_its_reason(self):
        self._order(self.goes, 12000)
        self.assertEqual(self.gone.tier_id, self.silver)
        until = self.gone.tier_until
        self._merge_both()
        self.assertEqual(self.keep.tier_id, self.silver)
        self.assertEqual(self.keep.tier_until, until)
        move = self.keep.move_ids.filtered(lambda m: m.reason == "manual")
        self.assertEqual(
            (move.from_tier_id, move.to_tier_id), (self.general, self.silver)
        )
        self.assertIn(self.gone.number, move.note)

    def test_the_lower_tier_changes_nothing(self):
        self._order(self.stays, 12000)
        self._merge_both()
        self.assertEqual(self.keep.tier_id, self.silver)
        self.assertFalse(self.keep.move_ids.filtered(lambda m: m.reason == "manual"))

    def test_old_orders_go_on_with_the_remaining_member(self):
        order = self._order(self.goes, 1000)
        self.assertPoints(self.gone, 10)
        self._merge_both()
        self.assertPoints(self.keep, 10)
        self.assertEqual(order.partner_id, self.stays)
        order.order_line.product_uom_qty = 3
        self.assertPoints(self.keep, 30)
        self.assertPoints(self.gone, 0)
        self._cancel(order)
        self.assertPoints(self.keep, 0)
        self.assertPoints(self.gone, 0)
        spend = sum(self.keep.entry_ids.mapped("qualifying_amount"))
        self.assertEqual(spend, 0)

    def test_points_redeemed_before_come_back_after(self):
        self.gone._post_points("earn", 300, "e")
        order = self._order(self.goes, 1000, confirm=False)
        self._redeem(order)
        order.action_confirm()
        self.assertPoints(self.gone, 7)
        self._merge_both()
        self.assertPoints(self.keep, 7)
        line = order.order_line.filtered(lambda line: not line.is_reward_line)
        line.product_uom_qty = 2
        self.assertPoints(self.keep, 17)
        self._cancel(order)
        self.assertPoints(self.keep, 300)
        self.assertPoints(self.gone, 0)

    def test_chain_of_merges(self):
        third = self._enroll("Wung")
        third._post_points("earn", 1, "t")
        order = self._order(self.goes, 1000)
        self._merge_both()
        self._merge(self.stays | third.partner_id, third.partner_id)
        self.assertEqual((self.gone | self.keep).merged_into_id, third)
        self.assertPoints(third, 11)
        self._cancel(order)
        self.assertPoints(third, 1)

    def test_three_at_once(self):
        third = self._enroll("Wung")
        for member in self.keep | self.gone | third:
            member._post_points("earn", 10, f"e{member.id}")
        self._merge(self.stays | self.goes | third.partner_id, self.stays)
        self.assertPoints(self.keep, 30)

    def test_an_open_membership_remains(self):
        self.keep._post_points("earn", 5, "k")
        self.keep.action_close()
        self.gone._post_points("earn", 7, "g")
        self._merge_both()
        self.assertEqual(self.keep.merged_into_id, self.gone)
        self.assertEqual(self.gone.partner_id, self.stays)
        self.assertPoints(self.gone, 12)

    def test_two_closed_memberships(self):
        self.gone._post_points("earn", 7, "g")
        (self.keep | self.gone).action_close()
        self._merge_both()
        self.assertEqual(self.gone.merged_into_id, self.keep)
        self.assertPoints(self.gone, 7)
        self.assertPoints(self.keep, 0)

    def test_a_frozen_card_stays_frozen(self):
        self.gone._post_points("earn", 7, "g")
        self.gone.action_freeze()
        self._merge_both()
        self.assertEqual(self.keep.state, "frozen")
        self.assertPoints(self.keep, 7)

    def test_phone_birthday_and_joining(self):
        self.goes.phone = "0912345678"
        self.gone.loyalty_birthdate = date(1990, 5, 17)
        self._joined(self.gone, date(2020, 1, 1))
        self._merge_both()
        self.assertEqual(self.keep.phone_sanitized, "+886912345678")
        self.assertFalse(self.gone.phone_sanitized)
        self.assertEqual(self.keep.loyalty_birthdate, date(1990, 5, 17))
        self.assertEqual(self.keep.joined_on, date(2020, 1, 1))

    def test_own_birthday_wins(self):
        self.gone.loyalty_birthdate = date(1990, 5, 17)
        self.keep.loyalty_birthdate = date(1991, 6, 18)
        self._merge_both()
        self.assertEqual(self.keep.loyalty_birthdate, date(1991, 6, 18))

    def test_gifts_are_not_doubled(self):
        welcome = self._benefit("welcome", points=100)
        birthday = self._benefit("birthday", points=30, valid_days=0)
        day = date(2026, 5, 17)
        first, second = self._enroll("One", "Two")
        self.assertPoints(first, 100)
        second._post_points("burn", 40, "b")
        second.loyalty_birthdate = date(1990, 5, 17)
        self._joined(first | second, date(2020, 1, 1))
        self._run(birthday, day)
        self.assertPoints(second, 90)
        double = second.benefit_issue_ids.filtered(lambda i: i.benefit_id == welcome)
        self._merge(first.partner_id | second.partner_id, first.partner_id)
        # 60 unspent points of the second welcome gift are gone, the birthday's stay
        self.assertPoints(first, 130)
        self.assertPoints(second, 0)
        self.assertEqual(double.state, "void")
        self.assertEqual(
            set(first.benefit_issue_ids.mapped("benefit_id")), {welcome, birthday}
        )
        birthday.handled_until = date(2026, 5, 1)
        self.assertEqual(self._run(birthday, day), [self.Member])
        moved = first.benefit_issue_ids.filtered(lambda i: i.benefit_id == birthday)
        moved._void("Mistake")
        self.assertPoints(first, 100)

    def test_coupons_of_gifts_go_along(self):
        self._benefit("welcome", give_as="product", product_id=self.product.id)
        (member,) = self._enroll("Late")
        card = member.benefit_issue_ids.card_id
        self._merge(self.stays | member.partner_id, self.stays)
        self.assertEqual(card.partner_id, self.stays)
        self.assertTrue(card.active)
        self.assertEqual(self.keep.benefit_issue_ids.card_id, card)

    def test_merged_members_stay_closed(self):
        self._merge_both()
        with self.assertRaisesRegex(UserError, self.keep.number):
            self.gone.action_activate()

    def test_notes(self):
        self._merge_both()
        self.assertIn(self.keep.number, self.gone.message_ids[:1].body)
        bodies = " ".join(self.keep.message_ids.mapped("body"))
        self.assertIn(self.gone.number, bodies)

    def test_a_masked_user_without_membership_rights_merges(self):
        self.env["ir.config_parameter"].sudo().set_param("crm_pdpa.masking", "True")
        self.stays.phone = "0912345678"
        self.gone._post_points("earn", 7, "g")
        user = new_test_user(
            self.env,
            "merge_user",
            groups="base.group_partner_manager,base.group_erp_manager,"
            "account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self._merge_both(user)
        self.assertPoints(self.keep, 7)
        self.assertEqual(self.stays.phone_sanitized or self.stays.phone, "0912345678")
        self.assertEqual(self.keep.phone_sanitized, "+886912345678")

    def test_memberships_of_two_companies_stay_two(self):
        other = self.env["res.company"].create({"name": "Second Shop"})
        self.env["loyalty.program"]._create_membership(other)
        there = self.Member.with_company(other)._enroll(self.goes)
        there._post_points("earn", 3, "t")
        self.gone._post_points("earn", 7, "g")
        self._merge_both()
        self.assertPoints(self.keep, 7)
        self.assertEqual(there.partner_id, self.stays)
        self.assertEqual((there.balance, there.state), (3, "active"))
