from datetime import date

from odoo.tests import tagged

from .tier_common import TierCase

ONE_YEAR = {"validity": "months", "validity_months": 12}
# Published rules of Taiwanese merchants as settings of a tier, and what happens then.
# A story is a list of (day, amount spent or None for the daily job, tier, last day).
MERCHANTS = {
    "8,000 to reach, 5,000 to keep (fineherbs, go-fresh2u)": (
        {
            "silver": {
                "threshold": 8000,
                "keep_rule": "own",
                "keep_threshold": 5000,
                **ONE_YEAR,
            }
        },
        [
            (date(2026, 1, 10), 7999, "General", None),
            (date(2026, 2, 10), 1, "Silver", date(2027, 2, 9)),
            (date(2027, 2, 9), 5000, "Silver", date(2027, 2, 9)),
            (date(2027, 2, 10), None, "Silver", date(2028, 2, 9)),
            (date(2028, 2, 9), 4999, "Silver", date(2028, 2, 9)),
            (date(2028, 2, 10), None, "General", None),
        ],
    ),
    "200k to reach, 150k to keep, one year from the upgrade (whiple95)": (
        {
            "gold": {
                "threshold": 200000,
                "keep_rule": "own",
                "keep_threshold": 150000,
                **ONE_YEAR,
            }
        },
        [
            (date(2026, 3, 1), 199999, "Silver", None),
            (date(2026, 3, 2), 1, "Gold", date(2027, 3, 1)),
            (date(2027, 3, 1), 149999, "Gold", date(2027, 3, 1)),
            (date(2027, 3, 2), None, "Silver", None),
        ],
    ),
    "daily evaluation: the upgrade is immediate, the end one year later": (
        {"silver": {"threshold": 10000, **ONE_YEAR}},
        [
            (date(2028, 2, 29), 10000, "Silver", date(2029, 2, 28)),
            (date(2029, 2, 28), None, "Silver", date(2029, 2, 28)),
        ],
    ),
    "excess of the upgrade does not count for the renewal (korena)": (
        {
            "silver": {
                "threshold": 8000,
                "keep_rule": "own",
                "keep_threshold": 8000,
                "keep_window_kind": "since",
                **ONE_YEAR,
            }
        },
        [
            (date(2026, 1, 10), 20000, "Silver", date(2027, 1, 9)),
            (date(2027, 1, 10), None, "General", None),
        ],
    ),
    "excess counts for the renewal": (
        {
            "silver": {
                "threshold": 8000,
                "keep_rule": "own",
                "keep_threshold": 8000,
                "carry_over": True,
                **ONE_YEAR,
            }
        },
        [
            (date(2026, 1, 10), 16000, "Silver", date(2027, 1, 9)),
            (date(2027, 1, 10), None, "Silver", date(2028, 1, 9)),
            (date(2028, 1, 10), None, "General", None),
        ],
    ),
    "counter resets on upgrade (solforgood, harvestfun)": (
        {
            "silver": {"threshold": 5000, "window_kind": "since"},
            "gold": {"threshold": 10000, "window_kind": "since"},
        },
        [
            (date(2026, 1, 10), 9000, "Silver", None),
            (date(2026, 1, 10), 9999, "Silver", None),
            (date(2026, 5, 1), 1, "Gold", None),
        ],
    ),
    "reaching it again extends the validity (hikari)": (
        {"silver": {"threshold": 6000, "extend_on_reach": True, **ONE_YEAR}},
        [
            (date(2026, 1, 10), 6000, "Silver", date(2027, 1, 9)),
            (date(2026, 6, 1), 5999, "Silver", date(2027, 1, 9)),
            (date(2026, 7, 1), 1, "Silver", date(2027, 6, 30)),
        ],
    ),
    "calendar year: spend of this year decides about all of the next": (
        {
            "silver": {
                "threshold": 10000,
                "window_kind": "calendar",
                "validity": "next_year",
            },
            "gold": {
                "threshold": 30000,
                "window_kind": "calendar",
                "validity": "next_year",
                "downgrade": "evaluate",
            },
        },
        [
            (date(2026, 12, 31), 9999, "General", None),
            (date(2027, 1, 1), 9999, "General", None),
            (date(2027, 6, 1), 20001, "Gold", date(2028, 12, 31)),
            (date(2028, 12, 31), 12000, "Gold", date(2028, 12, 31)),
            (date(2029, 1, 1), None, "General", None),
        ],
    ),
    "reset at the end of the year, whatever was spent": (
        {
            "silver": {
                "threshold": 10000,
                "window_kind": "calendar",
                "validity": "year",
                "keep_rule": "never",
                "downgrade": "base",
            }
        },
        [
            (date(2027, 3, 1), 25000, "Silver", date(2027, 12, 31)),
            (date(2027, 12, 31), None, "Silver", date(2027, 12, 31)),
            (date(2028, 1, 1), None, "General", None),
            (date(2028, 1, 1), 9999, "General", None),
            (date(2028, 1, 2), 1, "Silver", date(2028, 12, 31)),
        ],
    ),
    "a single order of 3,000 or three orders": (
        {"silver": {"threshold": 0, "up_single": 3000, "up_orders": 3}},
        [
            (date(2027, 3, 1), 2999, "General", None),
            (date(2027, 3, 1), 10, "General", None),
            (date(2027, 3, 1), 10, "Silver", None),
        ],
    ),
    "a month of grace, then one level down": (
        {
            "gold": {
                "threshold": 30000,
                "keep_rule": "own",
                "keep_threshold": 20000,
                "grace_days": 30,
                **ONE_YEAR,
            }
        },
        [
            (date(2027, 1, 1), 30000, "Gold", date(2027, 12, 31)),
            (date(2028, 1, 1), None, "Gold", date(2027, 12, 31)),
            (date(2028, 1, 30), None, "Gold", date(2027, 12, 31)),
            (date(2028, 1, 30), 20000, "Gold", date(2028, 12, 31)),
        ],
    ),
    "for ever once reached": (
        {"silver": {"threshold": 10000, "validity": "none"}},
        [
            (date(2020, 1, 1), 10000, "Silver", None),
            (date(2030, 1, 1), None, "Silver", None),
        ],
    ),
}


@tagged("post_install", "-at_install")
class TestTierMerchants(TierCase):
    def test_published_rules_are_settings(self):
        for index, (name, (settings, story)) in enumerate(MERCHANTS.items()):
            with self.subTest(name):
                member = self._membership_of(index, settings)
                for day, amount, tier, until in story:
                    if amount:
                        self._buy(amount, day, member)
                    else:
                        self._review(day, member)
                    found = (member.tier_id.name, member.tier_until or None)
                    self.assertEqual(found, (tier, until), (day, amount))

    def _membership_of(self, index, settings):
        """A member of a shop of its own with these settings."""
        shop = self.env["res.company"].create(
            {"name": f"Shop {index}", "currency_id": self.company.currency_id.id}
        )
        program = self.env["loyalty.program"]._create_membership(shop)
        # card codes are unique over all companies
        program.number_prefix = f"044-{index}-"
        _general, silver, gold = program.tier_ids.sorted("sequence")
        if "gold" in settings:
            gold.write(settings["gold"])
        else:
            gold.active = False
        silver.write(settings.get("silver", {}))
        partner = self.env["res.partner"].create({"name": f"Customer {index}"})
        member = self.Member.with_company(shop)._enroll(partner)
        return member.with_context(allowed_company_ids=shop.ids)
