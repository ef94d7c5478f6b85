from datetime import date

from odoo.tests import tagged

from .common_gift import GiftCase

BORN = date(1990, 5, 17)
# Published rules of merchants in Taiwan, each by settings alone: gifts (values of
# loyalty.benefit; tiers by name), tier of the member, days on which the job runs,
# points after the last one and the last days of the points.
RULES = [
    (
        "Birthday credit by tier, valid for 30 days: basic tier",
        [
            {"kind": "birthday", "tiers": "general", "points": 50, "valid_days": 30},
            {"kind": "birthday", "tiers": "gold", "points": 500, "valid_days": 30},
        ],
        "general",
        [date(2027, 5, 17)],
        50,
        [date(2027, 6, 16)],
    ),
    (
        "Birthday credit by tier, valid for 30 days: highest tier",
        [
            {"kind": "birthday", "tiers": "general", "points": 50, "valid_days": 30},
            {"kind": "birthday", "tiers": "gold", "points": 500, "valid_days": 30},
        ],
        "gold",
        [date(2027, 5, 17)],
        500,
        [date(2027, 6, 16)],
    ),
    (
        "Birthday gift on the first of the month, once a year",
        [{"kind": "birthday", "when": "month_start", "points": 100, "valid_days": 31}],
        "general",
        [date(2027, 4, 30), date(2027, 5, 1), date(2027, 5, 17), date(2027, 6, 1)],
        100,
        [date(2027, 6, 1)],
    ),
    (
        "Birthday gift a week before",
        [{"kind": "birthday", "when": "days_before", "days_before": 7, "points": 9}],
        "general",
        [date(2027, 5, 10), date(2027, 5, 17)],
        9,
        [date(2027, 6, 9)],
    ),
    (
        "Mother's Day is computed",
        [
            {
                "kind": "festival",
                "festival_rule": "weekday",
                "festival_month": "5",
                "festival_week": "2",
                "festival_weekday": "6",
                "points": 20,
            }
        ],
        "general",
        [date(2027, 5, 8), date(2027, 5, 9), date(2027, 5, 10), date(2028, 5, 14)],
        40,
        [date(2027, 6, 8), date(2028, 6, 13)],
    ),
    (
        "Father's Day for one tier only",
        [
            {
                "kind": "festival",
                "festival_month": "8",
                "festival_day": 8,
                "tiers": "gold",
                "points": 20,
            }
        ],
        "general",
        [date(2027, 8, 8)],
        0,
        [],
    ),
    (
        "Anniversary of joining",
        [{"kind": "anniversary", "points": 12, "valid_days": 90}],
        "general",
        [date(2027, 1, 1), date(2028, 1, 1)],
        24,
        [date(2027, 4, 1), date(2028, 3, 31)],
    ),
]


@tagged("post_install", "-at_install")
class TestGiftMerchantRules(GiftCase):
    def test_rules_of_merchants(self):
        for name, gifts, tier, days, points, last_days in RULES:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                benefits = [self._benefit_of(values) for values in gifts]
                (member,) = self._members(BORN)
                self._put_into(member, getattr(self, tier))
                for benefit in benefits:
                    self._run(benefit, *days)
                self.assertPoints(member, points)
                lots = member.lot_ids.sorted("expire_on")
                self.assertEqual(lots.mapped("expire_on"), last_days)
                savepoint.rollback()
                self.env.invalidate_all()

    def _benefit_of(self, values):
        values = dict(values)
        tier = values.pop("tiers", None)
        if tier:
            values["tier_ids"] = getattr(self, tier).ids
        return self._benefit(values.pop("kind"), **values)

    def _put_into(self, member, tier):
        self.env.cr.execute(
            "UPDATE loyalty_member SET tier_id = %s WHERE id = %s",
            [tier.id, member.id],
        )
        member.invalidate_recordset(["tier_id"])

    def test_the_birthday_is_set_once(self):
        """Correcting it after the gift gives no second one in the year."""
        benefit = self._benefit("birthday", points=10)
        (member,) = self._members(BORN)
        self._run(benefit, date(2027, 5, 17))
        member._correct_birthdate(date(1990, 6, 1), "Typing mistake")
        self.assertEqual(self._run(benefit, date(2027, 6, 1)), [self.Member])

    def test_no_second_upgrade_gift(self):
        self._benefit("tier_up", points=20, valid_days=0)
        member = self.Member._enroll(self.partner)
        self._order(self.partner, 12000)
        self._put_into(member, self.general)
        self._order(self.partner, 100)
        self.assertEqual(member.tier_id, self.silver)
        gifts = member.entry_ids.filtered(lambda entry: entry.kind == "gift")
        self.assertEqual(gifts.mapped("points"), [20])
