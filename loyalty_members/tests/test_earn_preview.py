from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestEarnPreview(MembershipCase):
    """The order form says what the order will earn, line by line as it is written."""

    def _rate(self, **values):
        values = {"name": "Tea week", "program_id": self.program.id, **values}
        return self.env["loyalty.earn.rate"].create(values)

    def test_follows_the_lines_before_saving(self):
        self._rate(factor=2)
        self.Member._enroll(self.partner)
        product = self._product(500)
        with Form(self.env["sale.order"]) as form:
            self.assertFalse(form.member_earn_explanation)
            form.partner_id = self.partner
            self.assertEqual(form.member_earn_preview, 0)
            with form.order_line.new() as line:
                line.product_id = product
            self.assertEqual(form.member_earn_preview, 10)
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 3
            self.assertEqual(form.member_earn_preview, 30)
            self.assertEqual(form.member_earn_explanation, "30 = 15 x 2 Tea week")
            form.partner_id = self.env["res.partner"].create({"name": "Nobody"})
            self.assertFalse(form.member_earn_explanation)
            form.partner_id = self.partner
        self.assertEqual(form.record.member_earn_preview, 30)

    def test_is_what_the_order_earns(self):
        member = self.Member._enroll(self.partner)
        member._post_points("import", 100, "start")
        self._rate(factor=1.5, cap_order=20, tier_ids=[Command.set(self.general.ids)])
        self._rate(effect="fixed", points=7, first_order=True)
        self.program.earn_stack = "sum"
        for amount in (999, 1280, 20000):
            order = self._order(self.partner, amount, confirm=False)
            order._update_programs_and_rewards()
            if amount == 1280:
                self._redeem(order)
            preview, why = order.member_earn_preview, order.member_earn_explanation
            order.action_confirm()
            entry = self.Entry.search([("source_id", "=", order.id)], limit=1)
            self.assertEqual((entry.points, entry.explanation), (preview, why))
            self.assertFalse(order.member_earn_preview)

    def test_customers_who_will_join(self):
        order = self._order(self.partner, 1000, confirm=False)
        self.assertFalse(order.member_earn_explanation)
        self.program.enroll_on_first_order = True
        self._rate(name="Welcome", effect="fixed", points=5, first_order=True)
        self._rate(name="Birthday", factor=9, birthday_month=True)
        self.program.earn_stack = "sum"
        order.invalidate_recordset()
        self.assertEqual(order.member_earn_preview, 15)

    def test_closed_members_earn_nothing(self):
        self.Member._enroll(self.partner).action_close()
        order = self._order(self.partner, 1000, confirm=False)
        self.assertFalse(order.member_earn_explanation)

    def test_usable_and_held(self):
        member = self.Member._enroll(self.partner)
        member._post_points("import", 300, "start")
        first = self._order(self.partner, 200, confirm=False)
        second = self._order(self.partner, 500, confirm=False)
        self._redeem(first)
        for order, usable, held in [(first, 300, 0), (second, 100, 200)]:
            self.assertEqual(order.member_usable_points, usable)
            self.assertEqual(order.member_held_points, held)

    def test_salespeople_see_it(self):
        salesman = new_test_user(
            self.env,
            "preview_salesman",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._rate(factor=2)
        self.Member._enroll(self.partner)
        order = self._order(self.partner, 1000, confirm=False).with_user(salesman)
        self.assertEqual(order.member_earn_preview, 20)
        self.assertEqual(order.member_usable_points, 0)

    def test_no_query_per_line_or_order(self):
        self._rate(factor=2, first_order=True, cap_day=100)
        self.Member._enroll(self.partner)
        counts = []
        for lines, orders in [(1, 1), (1, 1), (40, 1), (1, 10)]:
            ids = []
            for _number in range(orders):
                order = self._order(self.partner, 100, confirm=False)
                for _line in range(lines - 1):
                    order.order_line[0].copy(
                        {"order_id": order.id, "product_id": self._product(9).id}
                    )
                ids += order.ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["sale.order"].browse(ids).mapped("member_earn_preview")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts[2:]), counts[1] + 1)

    # -- explanations ---------------------------------------------------------
    def test_explanations_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        rate = self._rate(name="Birthday month", factor=1.5)
        rate.with_context(lang="zh_TW").name = "生日月"
        self.Member._enroll(self.partner)
        self._order(self.partner, 12000)
        entry = self.Entry.search([], limit=1)
        self.assertEqual(entry.why, "180 = 120 x 1.5 Birthday month")
        chinese = entry.with_context(lang="zh_TW")
        self.assertEqual(chinese.why, "180 = 120 x 1.5 生日月")
        rate.unlink()
        entry.invalidate_recordset()
        self.assertEqual(entry.why, "180 = 120 x 1.5 Birthday month")

    def test_step_by_step(self):
        self.program.earn_stack = "sum"
        self._rate(name="Double", factor=2, cap_order=5)
        self._rate(name="Opening", effect="fixed", points=30)
        gift_cards = [Command.set(self.product.ids)]
        self._rate(name="Gift cards", effect="none", product_ids=gift_cards)
        member = self.Member._enroll(self.partner)
        order = self._order(self.partner, 1280, confirm=False)
        order.order_line.copy(
            {"order_id": order.id, "product_id": self.product.id, "price_unit": 500}
        )
        order.action_confirm()
        self.assertEqual(
            member.entry_ids.why_details.split("\n"),
            [
                "NT$1,280 at NT$100 per point: 12.8",
                "NT$500 does not earn",
                "Double, x 2 on 12.8: +5 (7.8 more are over the limit)",
                "Opening: +30",
                "47.8, rounded down: 47",
            ],
        )

    def test_entries_without_details_say_what_they_said(self):
        member = self.Member._enroll(self.partner)
        entry = member._post_points("adjust", 5, "a", explanation="Sorry")
        self.assertEqual((entry.why, entry.why_details), ("Sorry", False))
