from datetime import datetime, timedelta

from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import SQL

from ..models import crm_stats_engine as engine
from ..tools.time_zone import fixed_offset

TAIPEI, PARIS = "Asia/Taipei", "Europe/Paris"


@tagged("post_install", "-at_install")
class TestFixedOffset(BaseCase):
    """Only years without a change of clocks have one offset."""

    def test_taipei(self):
        self.assertEqual(fixed_offset(TAIPEI, range(1980, 2031)), timedelta(hours=8))
        self.assertIsNone(
            fixed_offset(TAIPEI, range(1979, 1981)), "summer time of 1979"
        )

    def test_a_change_of_clocks(self):
        self.assertIsNone(fixed_offset(PARIS, [2025]))
        self.assertIsNone(fixed_offset("Pacific/Apia", [2011]), "skipped 30 December")

    def test_a_change_at_new_year_belongs_to_both_years(self):
        # Pyongyang went from +08:30 to +09:00 on 5 May 2018, and Singapore from
        # +07:30 to +08:00 at the end of 1981
        self.assertIsNone(fixed_offset("Asia/Singapore", [1981]))
        self.assertEqual(
            fixed_offset("Asia/Singapore", [1982, 1983]), timedelta(hours=8)
        )

    def test_no_years(self):
        self.assertIsNone(fixed_offset(TAIPEI, ()))


@tagged("post_install", "-at_install")
class TestLocalDate(TransactionCase):
    """Adding the offset gives the days that PostgreSQL's time zones give."""

    def _dates(self, zones, years):
        moments = [
            datetime(year, month, day, hour, minute)
            for year, month, day in ((1979, 7, 1), (2024, 3, 31), (2025, 12, 31))
            for hour, minute in ((0, 0), (15, 59), (16, 0), (23, 59))
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM unnest(%s::timestamp[]) at, unnest(ARRAY[1, 2]) company"
                " ORDER BY at, company",
                engine.local_date(SQL("at"), SQL("company"), zones, years),
                moments,
            )
        )
        return [day for [day] in rows]

    def test_same_days_either_way(self):
        for zones in (
            {1: TAIPEI, 2: TAIPEI},
            {1: TAIPEI, 2: "Asia/Kolkata"},
            {1: TAIPEI, 2: PARIS},
        ):
            with self.subTest(zones=zones):
                exact = self._dates(zones, ())
                # 1979 is among the moments, so it must be among the years
                self.assertEqual(self._dates(zones, range(1979, 2026)), exact)
                if PARIS not in zones.values():
                    later = self._dates(zones, range(2024, 2026))
                    self.assertEqual(later[8:], exact[8:])
