import datetime

from odoo.tests import freeze_time, tagged

from .test_session import SessionCase

AWAY = "We are closed."
# Taipei is UTC+8 all year: 09:00 to 18:00 there is 01:00 to 10:00 UTC
MOMENTS = [
    ("2026-11-30 00:59:59", False),  # Monday, a second before opening
    ("2026-11-30 01:00:00", True),
    ("2026-11-30 09:59:58", True),
    ("2026-11-30 10:00:00", False),
    ("2026-11-29 03:00:00", False),  # Sunday
    ("2026-12-25 03:00:00", True),  # no holiday in Taiwan
    ("2027-01-01 03:00:00", False),  # a day off in the calendar
    ("2026-06-15 01:00:00", True),  # no summer time
    ("2026-06-15 00:59:59", False),
    ("2026-06-14 16:30:00", False),  # Monday 00:30 in Taipei, Sunday in UTC
]


@tagged("post_install", "-at_install")
class TestSessionHours(SessionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Shop",
                "company_id": cls.company.id,
                "tz": "Asia/Taipei",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 18,
                            "day_period": "morning",
                        },
                    )
                    for day in range(5)
                ],
            }
        )
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "New Year",
                "calendar_id": cls.calendar.id,
                "company_id": cls.company.id,
                "date_from": "2026-12-31 16:00:00",
                "date_to": "2027-01-01 15:59:59",
            }
        )
        cls.account.write({"calendar_id": cls.calendar.id, "away_text": AWAY})

    def at(self, moment):
        """Context: it is ``moment`` (UTC)."""
        return freeze_time(datetime.datetime.fromisoformat(moment))

    def test_business_hours_in_taipei(self):
        for moment, expected in MOMENTS:
            with self.subTest(moment):
                at = datetime.datetime.fromisoformat(moment)
                self.assertEqual(self.account._is_open_at(at), expected)

    def test_without_a_calendar_always_open(self):
        self.account.calendar_id = False
        at = datetime.datetime(2026, 11, 29, 3)
        self.assertTrue(self.account._is_open_at(at))

    def test_answer_outside_business_hours(self):
        with self.at("2026-11-30 12:00:00"):
            self.writes("anybody there?")
            self.assertEqual(self.shown(), [AWAY])
            row = self.rows()
            self.assertEqual((row.lane, row.transport), ("reply", "reply"))
            self.assertTrue(self.session().unanswered_since, "still unanswered")

    def test_no_answer_within_business_hours(self):
        with self.at("2026-11-30 03:00:00"):
            self.writes("anybody there?")
        self.assertFalse(self.shown())

    def test_at_most_once_in_four_hours(self):
        for moment, count in (
            ("2026-11-30 12:00:00", 1),
            ("2026-11-30 12:30:00", 1),
            ("2026-11-30 15:59:00", 1),
            ("2026-11-30 16:00:01", 2),
        ):
            with self.at(moment):
                self.writes("hello?")
                self.assertEqual(len(self.shown()), count, moment)

    def test_a_new_session_is_told_again(self):
        with self.at("2026-11-30 12:00:00"):
            self.writes("hello?")
            self.session()._close(self.agent)
            self.writes("hello again?")
            self.assertEqual(self.shown().count(AWAY), 2)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.account.with_context(lang="zh_TW").away_text = "現在休息中"
        customer = self.new_customer("林小姐", language="zh-TW")
        with self.at("2026-11-30 12:00:00"):
            self.writes("在嗎", customer)
        self.assertEqual(self.shown(customer), ["現在休息中"])

    def test_nothing_to_say(self):
        self.account.away_text = "  "
        with self.at("2026-11-30 12:00:00"):
            self.writes("hello?")
        self.assertFalse(self.rows())

    def test_standby_and_late_events_are_not_answered(self):
        with self.at("2026-11-30 12:00:00"):
            standby = self.simulator.text(self.customer, "a")
            standby["mode"] = "standby"
            late = self.simulator.text(self.customer, "b")
            moment = datetime.datetime(2026, 11, 30, 11, 49, tzinfo=datetime.UTC)
            late["timestamp"] = int(moment.timestamp() * 1000)
            self.receive(standby, late)
            self.work()
        self.assertFalse(self.rows())
        self.assertTrue(self.session())

    def test_a_command_that_was_answered_is_enough(self):
        with self.at("2026-11-30 12:00:00"):
            self.writes("解除綁定")
            self.assertEqual(len(self.rows()), 1)
            self.assertNotIn(AWAY, self.shown())
