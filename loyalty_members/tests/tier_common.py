from itertools import count

from .common import MembershipCase

RESET = {
    "up_match": "any",
    "window_kind": "rolling",
    "window_months": 12,
    "threshold": 0,
}


class TierCase(MembershipCase):
    """Purchases and refunds on chosen days, with documents of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.Member._enroll(cls.partner)
        cls._keys = count()

    def _document(self):
        return self.env["res.partner"].create({"name": "Till slip"})

    def _buy(self, amount, day, member=None, document=None, points=None, tiers=True):
        """Post a purchase, bring the tier up to date as of that day.

        :return: its document
        """
        member = member or self.member
        document = document or self._document()
        member._post_points(
            "earn" if amount > 0 else "reverse",
            points if points is not None else int(amount / 100),
            f"tier:{next(self._keys)}",
            source=document,
            qualifying_amount=amount,
            event_date=day,
        )
        if tiers:
            member._upgrade_tiers(today=day)
        return document

    def _refund(self, amount, document, bought, day, member=None):
        """Take a purchase back: the entry has the day of the purchase."""
        member = member or self.member
        self._buy(-amount, bought, member, document, tiers=False)
        member._upgrade_tiers(today=day)

    def _review(self, day, member=None):
        """What the daily job does on ``day``, as often as there is something to do."""
        member = member or self.member
        moves = self.env["loyalty.tier.move"]
        while member.review_on and member.review_on <= day:
            moves += member._review_tiers(today=day)
        return moves

    def assertTier(self, tier, until="?", member=None, message=None):
        member = member or self.member
        self.assertEqual(member.tier_id.name, tier.name, message)
        if until != "?":
            self.assertEqual(member.tier_until or None, until, message)
