from datetime import date

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import loyalty_benefit_give as give
from .common_gift import GiftCase

DAY = date(2026, 5, 17)
BORN = date(1990, 5, 17)


@tagged("post_install", "-at_install")
class TestCoupons(GiftCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coupons = cls.env["loyalty.program"].create(
            {
                "name": "NT$50 off",
                "program_type": "coupons",
                "company_id": cls.company.id,
                "reward_ids": [
                    (5,),
                    (
                        0,
                        0,
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_order",
                            "discount": 50,
                            "required_points": 2,
                        },
                    ),
                ],
            }
        )

    def _give(self, **values):
        benefit = self._benefit("birthday", **values)
        (member,) = self._members(BORN)
        self._run(benefit, DAY)
        return member, member.benefit_issue_ids

    def test_native_coupon(self):
        member, issue = self._give(
            give_as="coupon", coupon_program_id=self.coupons.id, valid_days=10
        )
        card = issue.card_id
        self.assertEqual(card.program_id, self.coupons)
        self.assertEqual(card.partner_id, member.partner_id)
        self.assertEqual(card.company_id, self.company)
        self.assertEqual(card.points, 2, "enough for its reward")
        self.assertEqual(card.expiration_date, date(2026, 5, 27))
        self.assertRegex(card.code, r"^044[0-9a-f]{16}$")
        self.assertPoints(member, 0)

    def test_coupon_without_end(self):
        _member, issue = self._give(
            give_as="coupon", coupon_program_id=self.coupons.id, valid_days=0
        )
        self.assertFalse(issue.card_id.expiration_date)

    def test_coupon_works_on_an_order(self):
        member, issue = self._give(
            give_as="coupon", coupon_program_id=self.coupons.id, valid_days=0
        )
        order = self._order(member.partner_id, 500, confirm=False)
        status = order._try_apply_code(issue.card_id.code)
        reward = next(iter(status.values()))
        order._apply_program_reward(reward, issue.card_id)
        self.assertEqual(order.amount_total, 450)

    def test_free_product_works_on_an_order(self):
        member, issue = self._give(
            give_as="product", product_id=self.product.id, valid_days=0
        )
        order = self._order(member.partner_id, 500, confirm=False)
        status = order._try_apply_code(issue.card_id.code)
        reward = next(iter(status.values()))
        order._apply_program_reward(reward, issue.card_id)
        line = order.order_line.filtered("is_reward_line")
        self.assertEqual(line.product_id, self.product)
        self.assertEqual(order.amount_total, 500)

    def test_void_disables_the_coupon(self):
        member, issue = self._give(
            give_as="coupon", coupon_program_id=self.coupons.id, valid_days=0
        )
        issue._void("Second account")
        self.assertFalse(issue.card_id.active)
        order = self._order(member.partner_id, 500, confirm=False)
        self.assertIn("error", order._try_apply_code(issue.card_id.code))

    def test_used_coupon_is_not_voided(self):
        member, issue = self._give(
            give_as="coupon", coupon_program_id=self.coupons.id, valid_days=0
        )
        order = self._order(member.partner_id, 500, confirm=False)
        status = order._try_apply_code(issue.card_id.code)
        order._apply_program_reward(next(iter(status.values())), issue.card_id)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "has been used"):
            issue._void("Too late")
        self.assertEqual(issue.state, "given")


@tagged("post_install", "-at_install")
class TestExactlyOnce(GiftCase):
    def test_database_refuses_a_second_issue(self):
        benefit = self._benefit("birthday")
        (member,) = self._members(BORN)
        self._run(benefit, DAY)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env.cr.execute(
                """INSERT INTO loyalty_benefit_issue (benefit_id, program_id,
                   company_id, member_id, period_key, state, issued_on, issued_at,
                   mail_state) SELECT benefit_id, program_id, company_id, member_id,
                   period_key, state, issued_on, issued_at, mail_state
                   FROM loyalty_benefit_issue WHERE member_id = %s""",
                [member.id],
            )

    def test_chunks(self):
        benefit = self._benefit("birthday", points=3, started=date(2026, 1, 1))
        members = self._members(*[BORN] * 7)
        with self._on(DAY):
            self.assertTrue(benefit._give_chunk(limit=3))
            self.assertEqual(sum(members.mapped("balance")), 9)
            self.assertEqual(benefit.handled_until, date(2026, 1, 1))
            self.assertTrue(benefit._give_chunk(limit=3))
            self.assertFalse(benefit._give_chunk(limit=3))
        self.assertEqual(benefit.handled_until, DAY)
        self.assertEqual(set(members.mapped("balance")), {3})

    def test_a_crash_between_leaves_nothing_half_done(self):
        benefit = self._benefit("birthday", points=3)
        members = self._members(*[BORN] * 4)

        def crash(*_args):
            raise ZeroDivisionError

        with self._on(DAY):
            self.patch(give.engine, "link_entries", crash)
            with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                benefit._give_chunk(limit=2)
        self.env.invalidate_all()
        self.assertFalse(members.benefit_issue_ids)
        self.assertEqual(set(members.mapped("balance")), {0})

    def test_cron(self):
        self._benefit("birthday", points=3, started=self.program._today())
        today = self.program._today()
        members = self._members(*[today.replace(year=1992)] * 3)
        cron = self.env.ref("loyalty_members.ir_cron_give_benefits")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(set(members.mapped("balance")), {3})
        self.assertEqual(len(members.benefit_issue_ids), 3)

    def test_statements_do_not_grow_with_the_members(self):
        def count(number, **values):
            benefit = self._benefit("birthday", **values)
            members = self._members(*[BORN] * number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self._on(DAY):
                benefit._give_chunk()
            spent = self.env.cr.sql_log_count - before
            self.assertTrue(set(members.ids) <= set(benefit.issue_ids.member_id.ids))
            return spent

        count(1)
        single = count(1)
        self.assertLessEqual(count(60), single + 2)
        self.assertLessEqual(single, 30)
        product = {"give_as": "product", "product_id": self.product.id}
        count(1, **product)
        self.assertLessEqual(count(60, **product), count(1, **product) + 2)


@tagged("post_install", "-at_install")
class TestVoid(GiftCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("gift_manager", "manager")
        cls.clerk = cls._user("gift_clerk", "clerk")

    def _given(self, points=50):
        self._benefit("welcome", points=points)
        member = self.Member._enroll(self.partner)
        return member, member.benefit_issue_ids

    def test_unspent_points_go(self):
        member, issue = self._given()
        wizard = (
            self.env["loyalty.benefit.void"]
            .with_user(self.manager)
            .with_context(active_model=issue._name, active_ids=issue.ids)
            .create({"reason": "Second account"})
        )
        wizard.action_void()
        self.assertPoints(member, 0)
        self.assertEqual(issue.state, "void")
        self.assertEqual(issue.void_reason, "Second account")
        self.assertEqual(issue.voided_by_id, self.manager)
        self.assertTrue(issue.voided_at)
        self.assertIn("Second account", member.message_ids[:1].body)
        wizard.action_void()
        self.assertPoints(member, 0)
        self.assertEqual(len(member.entry_ids), 2)

    def test_spent_points_become_a_debt(self):
        member, issue = self._given()
        member._post_points("burn", 30, "spent")
        issue._void("Second account")
        self.assertPoints(member, 0, debt=30)

    def test_own_points_of_the_gift_go_first(self):
        member, issue = self._given()
        member._post_points("earn", 10, "e", expire_on=date(2026, 1, 1))
        issue._void("Second account")
        self.assertPoints(member, 10)
        self.assertEqual(member.lot_ids.filtered("remaining").entry_id.kind, "earn")

    def test_expired_points_are_not_taken_twice(self):
        member, issue = self._given()
        member._post_points("earn", 100, "e", expire_on=None)
        member._post_points("expire", 20, "x")
        self.assertEqual(issue.entry_id.lot_ids.remaining, 30)
        issue._void("Second account")
        self.assertPoints(member, 100)

    def test_voided_gift_is_not_given_again(self):
        benefit = self._benefit("birthday", points=5)
        (member,) = self._members(BORN)
        self._run(benefit, DAY)
        member.benefit_issue_ids._void("Wrong")
        benefit.handled_until = date(2026, 1, 1)
        self.assertEqual(self._run(benefit, DAY), [self.Member])
        self.assertPoints(member, 0)

    def test_managers_with_a_reason(self):
        _member, issue = self._given()
        with self.assertRaises(AccessError):
            issue.with_user(self.clerk)._void("x")
        with self.assertRaises(AccessError):
            self.env["loyalty.benefit.void"].with_user(self.clerk).create(
                {"reason": "x"}
            )
        for reason in (False, "", "  "):
            with self.assertRaisesRegex(ValidationError, "Reason"):
                issue.with_user(self.manager)._void(reason)

    def test_issues_are_not_edited_by_hand(self):
        _member, issue = self._given()
        for change in (
            lambda: issue.write({"state": "void"}),
            lambda: issue.unlink(),
            lambda: self.Issue.create({"member_id": 1}),
        ):
            with self.assertRaises(UserError):
                change()

    def test_documents_open(self):
        _member, issue = self._given()
        self.assertEqual(issue.action_open_document()["res_id"], issue.entry_id.id)
        self.assertIn("Our welcome gift", issue.display_name)


@tagged("post_install", "-at_install")
class TestGiftMail(GiftCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("loyalty_members.mail_template_gift")
        cls.company.email = "shop@example.com"

    def _given(self, marketing, points=50):
        self._benefit(
            "welcome",
            points=points,
            mail_template_id=self.template.id,
            is_marketing=marketing,
        )
        people = self.env["res.partner"].create(
            [
                {"name": "Agreed", "email": "agreed@example.com", "lang": "en_US"},
                {"name": "Silent", "email": "silent@example.com", "lang": "en_US"},
                {"name": "No Address"},
            ]
        )
        self._publish_notice("membership", "marketing")
        self.env["pdpa.receipt"]._record(people[0], "marketing", "grant")
        return self.Member._enroll(people).benefit_issue_ids.sorted("id")

    def _mails(self, issues):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", issues._name), ("res_id", "in", issues.ids)])
        )

    def test_marketing_mail_goes_through_the_gate(self):
        issues = self._given(marketing=True)
        self.assertEqual(set(issues.mapped("mail_state")), {"waiting"})
        self.assertFalse(self._mails(issues), "nothing is sent with the gift")
        self.assertEqual(self.Issue._queue_mails(), 3)
        self.assertEqual(
            issues.mapped("mail_state"), ["queued", "refused", "no_address"]
        )
        mail = self._mails(issues)
        self.assertEqual(mail.recipient_ids.name, "Agreed")
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.pdpa_purpose_id.code, "marketing")
        self.assertEqual(mail.pdpa_company_id, self.company)
        self.assertIn("50", mail.body_html)
        # the gift itself is given anyway
        self.assertEqual(issues.member_id.mapped("balance"), [50, 50, 50])

    def test_service_mail_needs_no_consent(self):
        issues = self._given(marketing=False)
        self.Issue._queue_mails()
        self.assertEqual(
            issues.mapped("mail_state"), ["queued", "queued", "no_address"]
        )
        self.assertFalse(self._mails(issues).pdpa_purpose_id)

    def test_queued_once(self):
        issues = self._given(marketing=False)
        self.Issue._queue_mails()
        self.assertEqual(self.Issue._queue_mails(), 0)
        self.assertEqual(len(self._mails(issues)), 2)

    def test_voided_before_it_was_queued(self):
        issues = self._given(marketing=False)
        issues._void("Mistake")
        self.Issue._queue_mails()
        self.assertEqual(set(issues.mapped("mail_state")), {"none"})
        self.assertFalse(self._mails(issues))

    def test_job_is_woken_up(self):
        cron = self.env.ref("loyalty_members.ir_cron_give_benefits")
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self._given(marketing=False)
        after = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(after - before)

    def test_without_template_there_is_no_mail(self):
        self._benefit("welcome")
        issue = self._enroll("Quiet").benefit_issue_ids
        self.assertEqual(issue.mail_state, "none")
        self.assertEqual(self.Issue._queue_mails(), 0)
