import random
from datetime import date, timedelta

from odoo.tests import tagged

from ..models.crm_stats_engine_store import FACTS
from .common import SegmentsCase

START = date(2024, 1, 1)
STEPS = 60


@tagged("post_install", "-at_install")
class TestIncrementalEqualsFull(SegmentsCase):
    """Random operations on random days: both refreshes give the same rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company("Sister")
        cls.env.user.company_ids |= cls.other
        cls.firm = cls._create_customer("Firm", is_company=True)
        cls.partners = [cls._create_customer(f"Customer {n}") for n in range(6)]
        cls.partners.append(cls._create_customer("Buyer", parent_id=cls.firm.id))
        cls.orders = []

    def _snapshot(self):
        names = ("partner_id", "company_id", "computed_on", *FACTS)
        rows = self.stats.search(
            [("company_id", "in", (self.company | self.other).ids)]
        )
        return sorted(tuple(str(row[name]) for name in names) for row in rows)

    @staticmethod
    def _without_day(snapshot):
        return [row[:2] + row[3:] for row in snapshot]

    def _add(self, rng, today):
        when = today + timedelta(days=rng.randint(-400, 40))
        order = self._create_order(
            rng.choice(self.partners),
            when,
            rng.choice([100, 2500, 4000, 12000]),
            confirm=False,
            company_id=rng.choice([self.company, self.other]).id,
        )
        order.state = rng.choice(["sale", "sale", "sale", "draft"])
        self.orders.append(order)

    def _cancel(self, rng, today):
        rng.choice(self.orders).state = "cancel"

    def _confirm(self, rng, today):
        rng.choice(self.orders).state = "sale"

    def _reprice(self, rng, today):
        rng.choice(self.orders).order_line.price_unit = rng.randint(1, 20000)

    def _redate(self, rng, today):
        day = today - timedelta(days=rng.randint(0, 400))
        rng.choice(self.orders).date_order = f"{day} 20:00:00"

    def _reassign(self, rng, today):
        rng.choice(self.orders).partner_id = rng.choice(self.partners)

    def _reparent(self, rng, today):
        rng.choice(self.partners[:3]).parent_id = rng.choice(
            [self.firm, self.env["res.partner"]]
        )

    def _rank(self, rng, today):
        partner = rng.choice(self.partners)
        partner.customer_rank = 1 - partner.customer_rank

    def _delete(self, rng, today):
        order = self.orders.pop(rng.randrange(len(self.orders)))
        order.state = "cancel"
        order.unlink()

    def test_random_operations(self):
        for seed in (1, 2):
            with self.subTest(seed=seed):
                self._play(random.Random(seed))

    def _play(self, rng):
        operations = [
            self._add,
            self._add,
            self._cancel,
            self._confirm,
            self._reprice,
            self._redate,
            self._reassign,
            self._reparent,
            self._rank,
            self._delete,
        ]
        today = START
        for _n in range(8):
            self._add(rng, today)
        for step in range(STEPS):
            for _n in range(rng.randint(0, 3)):
                if len(self.orders) < 3:
                    self._add(rng, today)
                rng.choice(operations)(rng, today)
            # mostly forward, sometimes back
            today += timedelta(days=rng.choice([0, 1, 1, 5, 31, 60, -3, -40]))
            self.stats._refresh(today=today)
            if step % 5 == 4:
                incremental = self._snapshot()
                self.assertEqual(self.stats._refresh(full=True, today=today), 0)
                # and computed anew, each row on this day
                self._recompute_all(today)
                computed = self._without_day(self._snapshot())
                self.assertEqual(computed, self._without_day(incremental))
        # and from nothing
        expected = self._without_day(self._snapshot())
        self.env.cr.execute("DELETE FROM crm_partner_stats")
        self.stats.invalidate_model()
        self.stats._refresh(full=True, today=today)
        self.assertEqual(self._without_day(self._snapshot()), expected)
