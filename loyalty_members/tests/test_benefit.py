from datetime import date, timedelta

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_gift import GiftCase


@tagged("post_install", "-at_install")
class TestBirthdayGift(GiftCase):
    def test_on_the_day_as_points(self):
        benefit = self._benefit("birthday", points=50, valid_days=30)
        amy, ben = self._members(date(1990, 5, 17), date(1985, 5, 18))
        days = [date(2026, 5, day) for day in (16, 17, 18, 19)]
        none = self.Member
        self.assertEqual(self._run(benefit, *days), [none, amy, ben, none])
        self.assertPoints(amy, 50)
        entry = amy.entry_ids
        self.assertEqual((entry.kind, entry.origin), ("gift", "bonus"))
        self.assertEqual(entry.explanation, "Our birthday gift")
        self.assertEqual(amy.lot_ids.expire_on, date(2026, 6, 16))
        issue = amy.benefit_issue_ids
        self.assertEqual((issue.period_key, issue.state), ("2026", "given"))
        self.assertEqual((issue.entry_id, issue.points), (entry, 50))
        self.assertEqual(amy.benefit_issue_count, 1)

    def test_every_year_once(self):
        benefit = self._benefit("birthday", points=10)
        (amy,) = self._members(date(1990, 5, 17))
        for year in (2026, 2027, 2028):
            self._run(benefit, *[date(year, 5, 17)] * 3)
        self.assertPoints(amy, 30)

    def test_29_february(self):
        benefit = self._benefit("birthday", points=1)
        leap, day_before = self._members(date(1992, 2, 29), date(1991, 2, 28))
        common = self._run(benefit, date(2027, 2, 28), date(2027, 3, 1))
        self.assertEqual(common, [leap | day_before, self.Member])
        in_leap_year = self._run(benefit, date(2028, 2, 28), date(2028, 2, 29))
        self.assertEqual(in_leap_year, [day_before, leap])
        self.assertPoints(leap, 2)

    def test_missed_days_are_caught_up_without_doubling(self):
        benefit = self._benefit("birthday", points=1)
        members = self._members(*(date(1990, 5, day) for day in range(10, 20)))
        self._run(benefit, date(2026, 5, 11))
        (given,) = self._run(benefit, date(2026, 5, 17))
        self.assertEqual(given, members[2:8])
        self.assertEqual(self._run(benefit, date(2026, 5, 17)), [self.Member])
        self._run(benefit, date(2027, 5, 31))
        balances = members.mapped("balance")
        # the job stood still for a year: both birthdays are given
        self.assertEqual(balances, [2] * 10)

    def test_days_before_and_over_new_year(self):
        benefit = self._benefit("birthday", when="days_before", days_before=7, points=1)
        (amy,) = self._members(date(1990, 1, 3))
        self.assertEqual(
            self._run(benefit, date(2026, 12, 26), date(2026, 12, 27)),
            [self.Member, amy],
        )
        self.assertEqual(amy.benefit_issue_ids.period_key, "2027")
        self.assertEqual(self._run(benefit, date(2027, 1, 3)), [self.Member])

    def test_first_of_the_month_serves_late_joiners(self):
        benefit = self._benefit("birthday", when="month_start", points=1)
        amy, ben = self._members(date(1990, 5, 1), date(1990, 5, 31))
        self.assertEqual(
            self._run(benefit, date(2026, 4, 30), date(2026, 5, 1)),
            [self.Member, amy | ben],
        )
        late = self._members(date(1990, 5, 3), joined=date(2026, 5, 20))
        self.assertEqual(self._run(benefit, date(2026, 5, 21)), [late])
        self.assertEqual(self._run(benefit, date(2026, 6, 1)), [self.Member])

    def test_who_joined_after_the_birthday_waits_a_year(self):
        benefit = self._benefit("birthday", points=1, started=date(2026, 5, 1))
        late = self._members(date(1990, 5, 3), joined=date(2026, 5, 4))
        self.assertEqual(self._run(benefit, date(2026, 5, 6)), [self.Member])
        self.assertEqual(self._run(benefit, date(2027, 5, 3)), [late])

    def test_who_enters_the_birthday_on_the_day_gets_it(self):
        benefit = self._benefit("birthday", points=1)
        day = date(2026, 5, 17)
        (member,) = self._members(False)
        self._run(benefit, day)
        member.loyalty_birthdate = date(1990, 5, 17)
        self.assertEqual(self._run(benefit, day), [member])

    def test_changed_birthday_gives_no_second_gift_in_the_year(self):
        benefit = self._benefit("birthday", points=1)
        (amy,) = self._members(date(1990, 5, 17))
        self._run(benefit, date(2026, 5, 17))
        amy._correct_birthdate(date(1990, 9, 1), "Typing mistake")
        self.assertEqual(self._run(benefit, date(2026, 9, 1)), [self.Member])
        self.assertEqual(self._run(benefit, date(2027, 9, 1)), [amy])

    def test_closed_and_other_tiers_are_left_out(self):
        benefit = self._benefit("birthday", points=1)
        benefit.tier_ids = self.silver | self.gold
        general, silver, closed, frozen = self._members(*[date(1990, 5, 17)] * 4)
        self._set_tier(silver | closed | frozen, self.silver)
        closed.action_close()
        frozen.action_freeze()
        self.assertEqual(self._run(benefit, date(2026, 5, 17)), [silver | frozen])
        self.assertFalse(general.benefit_issue_ids)

    def _set_tier(self, members, tier):
        self.env.cr.execute(
            "UPDATE loyalty_member SET tier_id = %s WHERE id = ANY(%s)",
            [tier.id, members.ids],
        )
        members.invalidate_recordset(["tier_id"])

    def test_by_tier_with_different_gifts(self):
        """Birthday credit by tier: one benefit per tier."""
        small = self._benefit("birthday", points=100, tier_ids=self.general.ids)
        large = self._benefit("birthday", points=500, tier_ids=self.gold.ids)
        amy, ben = self._members(*[date(1990, 5, 17)] * 2)
        self._set_tier(ben, self.gold)
        for benefit in (small, large):
            self._run(benefit, date(2026, 5, 17))
        self.assertEqual((amy.balance, ben.balance), (100, 500))

    def test_other_memberships_are_separate(self):
        second = self.env["res.company"].create({"name": "Second Shop"})
        program = self.env["loyalty.program"]._create_membership(second)
        benefit = self._benefit("birthday", points=1)
        (here,) = self._members(date(1990, 5, 17))
        there = self.Member.with_company(second)._enroll(here.partner_id)
        there.loyalty_birthdate = date(1990, 5, 17)
        self.assertEqual(self._run(benefit, date(2026, 5, 17)), [here])
        self.assertEqual(there.program_id, program)

    def test_gift_pays_a_debt_first(self):
        benefit = self._benefit("birthday", points=30)
        (amy,) = self._members(date(1990, 5, 17))
        amy._post_points("reverse", 40, "debt")
        self._run(benefit, date(2026, 5, 17))
        self.assertPoints(amy, 0, debt=10)


@tagged("post_install", "-at_install")
class TestOtherOccasions(GiftCase):
    def test_anniversary(self):
        benefit = self._benefit("anniversary", points=1)
        members = self._members(False, False)
        first, leap = members
        self._joined(first, date(2026, 3, 10))
        self._joined(leap, date(2024, 2, 29))
        for day, expected in [
            (date(2026, 3, 10), self.Member),  # the day of joining is none
            (date(2027, 2, 28), leap),
            (date(2027, 3, 10), first),
            (date(2028, 2, 29), leap),
        ]:
            with self.subTest(day):
                benefit.handled_until = day - timedelta(days=1)
                self.assertEqual(self._run(benefit, day), [expected])

    def test_mothers_day(self):
        benefit = self._benefit(
            "festival",
            festival_rule="weekday",
            festival_week="2",
            festival_weekday="6",
            festival_month="5",
            points=1,
        )
        member = self._members(False)
        for year, day in [(2026, 10), (2027, 9), (2028, 14)]:
            before, on = date(year, 5, day - 1), date(year, 5, day)
            self.assertEqual(self._run(benefit, before, on), [self.Member, member])

    def test_fathers_day_a_week_before(self):
        benefit = self._benefit(
            "festival",
            festival_month="8",
            festival_day=8,
            when="days_before",
            days_before=7,
            points=1,
        )
        member = self._members(False)
        days = [date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 8)]
        self.assertEqual(self._run(benefit, *days), [self.Member, member, self.Member])
        late = self._members(False, joined=date(2026, 8, 9))
        self.assertNotIn(late, self._run(benefit, date(2026, 8, 10))[0])

    def test_welcome(self):
        benefit = self._benefit("welcome", points=100)
        member = self.Member._enroll(self.partner)
        self.assertPoints(member, 100)
        self.assertEqual(member.benefit_issue_ids.period_key, "once")
        self.Member._enroll(self.partner)
        self.assertPoints(member, 100)
        benefit.active = False
        self.assertPoints(self._enroll("After"), 0)

    def test_welcome_is_not_for_members_of_an_old_system(self):
        self._benefit("welcome", points=100)
        self.assertPoints(self.Member._enroll(self.partner, "import"), 0)

    def test_welcome_for_tiers(self):
        self._benefit("welcome", points=100, tier_ids=self.gold.ids)
        self.assertPoints(self.Member._enroll(self.partner), 0)

    def test_tier_up_once_per_tier(self):
        self._benefit("tier_up", points=20)
        member = self.Member._enroll(self.partner)
        self.assertPoints(member, 0)
        order = self._order(self.partner, 12000)
        self.assertEqual(member.tier_id, self.silver)
        self.assertPoints(member, 140)
        self._order(self.partner, 30000)
        self.assertEqual(member.tier_id, self.gold)
        self.assertPoints(member, 460)
        keys = set(member.benefit_issue_ids.mapped("period_key"))
        self.assertEqual(keys, {f"tier:{self.silver.id}", f"tier:{self.gold.id}"})
        # back down and up again: no second upgrade gift
        self.env.cr.execute(
            "UPDATE loyalty_member SET tier_id = %s WHERE id = %s",
            [self.general.id, member.id],
        )
        member.invalidate_recordset(["tier_id"])
        member._upgrade_tiers()
        self.assertEqual(member.tier_id, self.gold)
        self.assertPoints(member, 460)
        self.assertTrue(order)

    def test_tier_up_for_one_tier_only(self):
        self._benefit("tier_up", points=20, tier_ids=self.gold.ids)
        member = self.Member._enroll(self.partner)
        self._order(self.partner, 12000)
        self.assertPoints(member, 120)
        self._order(self.partner, 30000)
        self.assertPoints(member, 440)

    def test_earlier_upgrades_give_nothing_later(self):
        member = self.Member._enroll(self.partner)
        self._order(self.partner, 12000)
        self._benefit("tier_up", points=20)
        self._order(self.partner, 30000)
        self.assertEqual(
            member.benefit_issue_ids.mapped("period_key"), [f"tier:{self.gold.id}"]
        )


@tagged("post_install", "-at_install")
class TestBenefitSettings(GiftCase):
    def test_shipped_gifts_are_switched_off(self):
        shipped = self.Benefit.with_context(active_test=False).search(
            [("program_id", "=", self.program.id)]
        )
        self.assertEqual(
            set(shipped.mapped("kind")), {"welcome", "birthday", "tier_up"}
        )
        self.assertFalse(any(shipped.mapped("active")))
        welcome = shipped.filtered(lambda b: b.kind == "welcome")
        self.assertEqual((welcome.give_as, welcome.points), ("points", 100))
        self.assertPoints(self.Member._enroll(self.partner), 0)
        welcome.active = True
        self.assertPoints(self._enroll("Next"), 100)

    def test_shipped_gifts_are_not_made_twice(self):
        self.env["loyalty.program"]._create_membership(self.company)
        count = self.Benefit.with_context(active_test=False).search_count(
            [("program_id", "=", self.program.id)]
        )
        self.assertEqual(count, 3)

    def test_switching_on_starts_now(self):
        benefit = self._benefit("birthday", points=1)
        (amy,) = self._members(date(1990, 5, 17))
        benefit.active = False
        with self._on(date(2026, 6, 1)):
            benefit.active = True
        self.assertEqual(benefit.handled_until, date(2026, 6, 1))
        self.assertEqual(self._run(benefit, date(2026, 6, 2)), [self.Member])
        self.assertEqual(self._run(benefit, date(2027, 5, 17)), [amy])

    def test_impossible_settings(self):
        coupons = self._coupons()
        loyalty = self.env["loyalty.program"].create(
            {"name": "Stamps", "program_type": "promotion"}
        )
        other = self.env["loyalty.program"]._create_membership(
            self.env["res.company"].create({"name": "Other"})
        )
        for values, message in [
            ({"kind": "festival", "festival_month": "2", "festival_day": 30}, "no day"),
            ({"kind": "festival", "festival_day": 0}, "no day"),
            ({"give_as": "coupon"}, "Fill in “Coupon”"),
            ({"give_as": "product"}, "Fill in “Coupon”"),
            ({"give_as": "coupon", "coupon_program_id": loyalty.id}, "type “Coupons”"),
            ({"program_id": coupons.id}, "belongs to a membership"),
            ({"tier_ids": other.tier_ids.ids}, "tiers to the same one"),
        ]:
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                self._benefit(values.pop("kind", "birthday"), **values)
        leap_day = self._benefit("festival", festival_month="2", festival_day=29)
        self.assertTrue(leap_day)

    def test_database_refuses_impossible_numbers(self):
        for values in (
            {"points": 0},
            {"points": -5},
            {"days_before": 91},
            {"days_before": -1},
            {"valid_days": -1},
            {"valid_days": 3661},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._benefit("birthday", **values)

    def _coupons(self):
        return self.env["loyalty.program"].create(
            {
                "name": "NT$50 off",
                "program_type": "coupons",
                "company_id": self.company.id,
            }
        )

    def test_given_gifts_are_archived_not_deleted(self):
        benefit = self._benefit("welcome")
        self._enroll("A")
        with self.assertRaisesRegex(UserError, "archive them"):
            benefit.unlink()
        self._benefit("welcome").unlink()

    def test_in_words(self):
        for values, text in [
            ({"kind": "welcome"}, "Welcome"),
            ({"kind": "birthday"}, "Birthday, On the Day"),
            (
                {"kind": "birthday", "when": "days_before", "days_before": 3},
                "Birthday, 3 days before",
            ),
            (
                {"kind": "festival", "festival_rule": "weekday"},
                "Second Sunday of May, On the Day",
            ),
            (
                {"kind": "festival", "festival_month": "8", "festival_day": 8},
                "August 8, On the Day",
            ),
        ]:
            with self.subTest(values):
                benefit = self._benefit(values.pop("kind"), **values)
                self.assertEqual(benefit.rule_text, text)

    def test_preview_of_30_days(self):
        benefit = self._benefit("birthday")
        today = self.program._today()
        soon, today_born, far = (today + timedelta(days=days) for days in (30, 0, 31))
        members = self._members(
            *(day.replace(year=1992) for day in (soon, today_born, far))
        )
        benefit.handled_until = today
        benefit.invalidate_recordset(["upcoming_count"])
        self.assertEqual(benefit.upcoming_count, 2)
        shown = self.Member.search(benefit.action_preview()["domain"])
        self.assertEqual(shown, members[:2].sorted(lambda m: -m.id))
        self._run(benefit, today)
        benefit.invalidate_recordset(["upcoming_count"])
        self.assertEqual(benefit.upcoming_count, 1)
        welcome = self._benefit("welcome")
        self.assertEqual(welcome.upcoming_count, 0)
        self.assertFalse(welcome._upcoming_members())

    def test_form_makes_a_product_gift(self):
        with Form(self.Benefit) as form:
            form.name = "Tea"
            form.kind = "birthday"
            form.give_as = "product"
            form.product_id = self.product
        benefit = self.Benefit.search([("name", "=", "Tea")])
        coupons = benefit.coupon_program_id
        self.assertEqual(coupons.program_type, "coupons")
        self.assertEqual(coupons.reward_ids.reward_product_id, self.product)
        again = self._benefit("welcome", give_as="product", product_id=self.product.id)
        self.assertEqual(again.coupon_program_id, coupons)
        other = self._product(30)
        benefit.product_id = other
        self.assertEqual(benefit.coupon_program_id.reward_ids.reward_product_id, other)
