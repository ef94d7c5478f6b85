from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.gift_dates import (
    DAYS_BEFORE,
    MONTH_START,
    ON_DAY,
    Due,
    due_dates,
    due_years,
    nth_weekday,
    occurrence,
    years_before,
)


def _days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@tagged("post_install", "-at_install")
class TestGiftDates(BaseCase):
    def test_29_february(self):
        self.assertEqual(occurrence(2, 29, 2028), date(2028, 2, 29))
        self.assertEqual(occurrence(2, 29, 2027), date(2027, 2, 28))
        self.assertEqual(occurrence(2, 29, 2100), date(2100, 2, 28))
        self.assertEqual(years_before(date(2028, 2, 29), 1), date(2027, 2, 28))
        with self.assertRaises(ValueError):
            occurrence(4, 31, 2027)

    def test_mothers_day_in_taiwan(self):
        for year, day in [(2024, 12), (2025, 11), (2026, 10), (2027, 9), (2028, 14)]:
            self.assertEqual(nth_weekday(year, 5, 6, 2), date(year, 5, day))

    def test_nth_weekday(self):
        self.assertEqual(nth_weekday(2026, 11, 6, 1), date(2026, 11, 1))
        self.assertEqual(nth_weekday(2026, 11, 0, 5), date(2026, 11, 30))
        self.assertEqual(nth_weekday(2026, 11, 1, 5), date(2026, 11, 24))
        self.assertEqual(nth_weekday(2027, 2, 0, 4), date(2027, 2, 22))

    def test_on_the_day(self):
        day = date(2027, 3, 5)
        self.assertEqual(due_dates(ON_DAY, 0, day, day), [Due(3, 5, 2027)])
        self.assertEqual(due_dates(ON_DAY, 0, day, day - timedelta(days=1)), [])

    def test_28_february_serves_both_in_common_years_only(self):
        common, leap = date(2027, 2, 28), date(2028, 2, 28)
        self.assertEqual(
            due_dates(ON_DAY, 0, common, common), [Due(2, 28, 2027), Due(2, 29, 2027)]
        )
        self.assertEqual(due_dates(ON_DAY, 0, leap, leap), [Due(2, 28, 2028)])
        leap_day = date(2028, 2, 29)
        self.assertEqual(due_dates(ON_DAY, 0, leap_day, leap_day), [Due(2, 29, 2028)])

    def test_days_before_crosses_the_year(self):
        today = date(2026, 12, 28)
        found = due_dates(DAYS_BEFORE, 7, today, today)
        self.assertEqual(found[0], Due(1, 1, 2027))
        self.assertIn(Due(12, 28, 2026), found)
        self.assertIn(Due(1, 4, 2027), found)
        self.assertNotIn(Due(1, 5, 2027), found)
        self.assertEqual(len(found), 8)

    def test_month_start_is_open_for_the_whole_month(self):
        for today in (date(2027, 2, 1), date(2027, 2, 28)):
            found = due_dates(MONTH_START, 0, today, today)
            self.assertEqual(len(found), 29)
            self.assertEqual({due.month for due in found}, {2})
        found = due_dates(MONTH_START, 0, date(2027, 1, 31), date(2027, 2, 1))
        self.assertEqual(len(found), 31 + 29)

    def test_missed_days_are_caught_up_once(self):
        """Whatever days the job ran on, every day of the year is named by its year."""
        first, last = date(2027, 1, 1), date(2028, 12, 31)
        expected = {
            Due(day.month, day.day, year)
            for year in (2027, 2028)
            for day in _days(date(2028, 1, 1), date(2028, 12, 31))
        }
        for when, before in [(ON_DAY, 0), (DAYS_BEFORE, 10), (MONTH_START, 0)]:
            for step in (1, 3, 40, 400):
                found = set()
                start = first
                while start <= last:
                    today = min(start + timedelta(days=step - 1), last)
                    found.update(due_dates(when, before, start, today))
                    start = today + timedelta(days=1)
                inside = {due for due in found if due.year in (2027, 2028)}
                with self.subTest(when=when, step=step):
                    self.assertEqual(inside, expected)

    def test_festivals(self):
        def mothers_day(year):
            return nth_weekday(year, 5, 6, 2)

        for when, before, first, today, expected in [
            (ON_DAY, 0, date(2027, 5, 9), date(2027, 5, 9), [2027]),
            (ON_DAY, 0, date(2027, 5, 10), date(2027, 5, 12), []),
            (ON_DAY, 0, date(2027, 5, 8), date(2027, 5, 12), [2027]),
            (DAYS_BEFORE, 5, date(2027, 5, 4), date(2027, 5, 4), [2027]),
            (DAYS_BEFORE, 5, date(2027, 5, 3), date(2027, 5, 3), []),
            (MONTH_START, 0, date(2027, 5, 1), date(2027, 5, 1), [2027]),
            (ON_DAY, 0, date(2026, 1, 1), date(2028, 1, 1), [2026, 2027]),
            (ON_DAY, 0, date(2027, 6, 1), date(2027, 5, 1), []),
        ]:
            with self.subTest(first=first, today=today, when=when):
                found = due_years(when, before, first, today, mothers_day)
                self.assertEqual(found, expected)
        new_year = due_years(
            DAYS_BEFORE,
            7,
            date(2026, 12, 26),
            date(2026, 12, 26),
            lambda y: date(y, 1, 1),
        )
        self.assertEqual(new_year, [2027])
