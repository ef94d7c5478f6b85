from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from ..tools import expiry
from .common import MembershipCase


class TestExpiryTools(BaseCase):
    def test_rolling(self):
        for day, months, period, end in [
            (date(2026, 3, 15), 12, None, date(2027, 3, 15)),
            (date(2026, 3, 15), 12, "month", date(2027, 3, 31)),
            (date(2026, 4, 1), 12, "quarter", date(2027, 6, 30)),
            (date(2026, 3, 31), 12, "quarter", date(2027, 3, 31)),
            (date(2026, 3, 15), 12, "year", date(2027, 12, 31)),
            (date(2026, 1, 31), 1, None, date(2026, 2, 28)),
            (date(2028, 2, 29), 12, None, date(2029, 2, 28)),
            (date(2026, 12, 31), 1, "year", date(2027, 12, 31)),
        ]:
            with self.subTest(day=day, months=months, period=period):
                self.assertEqual(expiry.rolling(day, months, period), end)

    def test_fixed(self):
        for day, month, number, years, end in [
            (date(2026, 3, 15), 12, 31, 1, date(2027, 12, 31)),
            (date(2026, 3, 15), 12, 31, 0, date(2026, 12, 31)),
            (date(2026, 6, 30), 6, 30, 0, date(2026, 6, 30)),
            (date(2026, 7, 1), 6, 30, 0, date(2027, 6, 30)),
            (date(2026, 1, 1), 2, 29, 0, date(2026, 2, 28)),
            (date(2027, 3, 1), 2, 29, 0, date(2028, 2, 29)),
            (date(2026, 2, 1), 6, 30, 1, date(2027, 6, 30)),
        ]:
            with self.subTest(day=day, month=month, years=years):
                self.assertEqual(expiry.fixed(day, month, number, years), end)


@tagged("post_install", "-at_install")
class TestExpirySettings(MembershipCase):
    def _granted(self, kind="earn", **values):
        member = self._enroll("Somebody")
        entry = member._post_points(kind, 10, f"k{member.id}", **values)
        self.assertEqual(entry.lot_ids.expire_on, entry.expire_on)
        self.assertEqual(entry.lot_ids.idle_expiry, entry.idle_expiry)
        return entry.expire_on

    def test_points_never_expire_unless_set(self):
        self.assertFalse(self._granted())

    def test_program_decides_the_last_day(self):
        day = date(2090, 3, 15)
        for values, end in [
            ({"expiry_model": "rolling"}, date(2091, 3, 15)),
            (
                {"expiry_model": "rolling", "expiry_round_up": "month"},
                date(2091, 3, 31),
            ),
            ({"expiry_model": "fixed"}, date(2091, 12, 31)),
            (
                {
                    "expiry_model": "fixed",
                    "expiry_month": "6",
                    "expiry_day": 30,
                    "expiry_years": "0",
                },
                date(2090, 6, 30),
            ),
            ({"expiry_model": "activity"}, False),
            ({"expiry_model": "none"}, False),
        ]:
            with self.subTest(values):
                self.program.write(values)
                self.assertEqual(self._granted(event_date=day), end)

    def test_the_callers_day_wins(self):
        self.program.expiry_model = "rolling"
        self.assertEqual(self._granted(expire_on=date(2090, 1, 1)), date(2090, 1, 1))
        self.assertFalse(self._granted(expire_on=None))
        self.program.expiry_model = "activity"
        self.assertFalse(
            self._enroll("A")._post_points("earn", 1, "a", expire_on=None).idle_expiry
        )

    def test_validity_starts_when_the_points_count(self):
        self.program.expiry_model = "rolling"
        member = self._enroll("Somebody")
        entry = member._post_points(
            "earn", 10, "k", event_date=date(2090, 1, 1), available_on=date(2090, 1, 15)
        )
        self.assertEqual(entry.expire_on, date(2091, 1, 15))

    def test_late_points_of_an_old_document_can_be_used(self):
        self.program.expiry_model = "rolling"
        today = self.program._today()
        end = self._granted(event_date=date(2020, 1, 1))
        self.assertEqual(end, expiry.rolling(today, 12))

    def test_paid_points_never_expire(self):
        for model in ("rolling", "fixed", "activity"):
            self.program.expiry_model = model
            member = self._enroll(model)
            entry = member._post_points("import", 10, model, origin="paid")
            self.assertFalse(entry.lot_ids.expire_on)
            self.assertFalse(entry.lot_ids.idle_expiry)

    def test_inactivity_marks_the_lot(self):
        self.program.expiry_model = "activity"
        entry = self._enroll("A")._post_points("gift", 10, "k")
        self.assertEqual(entry.origin, "bonus")
        self.assertTrue(entry.lot_ids.idle_expiry)

    def test_impossible_days_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "between 1 and 30"):
            self.program.write({"expiry_month": "6", "expiry_day": 31})
        with self.assertRaisesRegex(ValidationError, "between 1 and 29"):
            self.program.write({"expiry_month": "2", "expiry_day": 30})
        with self.assertRaisesRegex(ValidationError, "Expiry Day"):
            self.program.expiry_day = 0
        self.program.write({"expiry_month": "2", "expiry_day": 29})
