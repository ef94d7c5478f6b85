from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import loyalty_report_engine as engine
from .common import MembershipCase


@tagged("post_install", "-at_install")
class TestLiability(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["loyalty.point.liability"]
        cls.today = cls.program._today()
        cls.one, cls.two = cls._enroll("One", "Two")

    def _rows(self, **values):
        domain = [("program_id", "=", self.program.id)]
        self.env.invalidate_all()
        return self.Report.search(
            domain + [(name, "=", value) for name, value in values.items()]
        )

    def _matured(self, member, key, granted, used, expired=0):
        """A lot whose last day has passed, of which ``used`` points were redeemed."""
        day = self.today - timedelta(days=1)
        member._post_points("earn", granted, f"e{key}", expire_on=self.today)
        if used:
            member._post_points("burn", used, f"b{key}")
        if expired:
            member._post_points("expire", expired, f"x{key}")
        lot = member.lot_ids.sorted("id")[-1]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE loyalty_point_lot SET expire_on = %s WHERE id = %s", [day, lot.id]
        )
        self.env.invalidate_all()

    def test_points_are_the_balances(self):
        self.one._post_points("earn", 100, "a", expire_on=None)
        self.one._post_points("burn", 30, "b")
        self.two._post_points("gift", 50, "c", expire_on=self.today)
        rows = self._rows(status="available")
        self.assertEqual(sum(rows.mapped("points")), 120)
        self.assertEqual(
            sum(rows.mapped("points")), sum((self.one | self.two).mapped("balance"))
        )

    def test_value_breakage_and_liability(self):
        self.program.write({"point_value": 0.5, "breakage_ratio": 0.2})
        self.one._post_points("earn", 100, "a", expire_on=None)
        row = self._rows()
        self.assertEqual(row.value, 50)
        self.assertEqual(row.breakage, 10)
        self.assertEqual(row.liability, 40)
        self.assertEqual(row.breakage_source, "fixed")
        self.assertEqual(row.currency_id, self.company.currency_id)

    def test_nothing_set(self):
        """A membership from before these settings, and one that has just been made."""
        self.one._post_points("earn", 100, "a", expire_on=None)
        row = self._rows()
        self.assertEqual((row.value, row.breakage, row.liability), (100, 0, 100))
        self.env.cr.execute(
            "UPDATE loyalty_program SET breakage_ratio = NULL WHERE id = %s",
            [self.program.id],
        )
        row = self._rows()
        self.assertEqual((row.value, row.breakage, row.liability), (100, 0, 100))

    def test_lines_by_origin_month_and_tier(self):
        month = self.today.replace(day=1) + timedelta(days=62)
        self.one._post_points("earn", 1, "a", expire_on=month)
        self.one._post_points("earn", 2, "b", expire_on=month.replace(day=28))
        self.one._post_points("gift", 4, "c", expire_on=None)
        self.two._post_points("import", 8, "d", origin="paid")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE loyalty_member SET tier_id = %s WHERE id = %s",
            [self.gold.id, self.two.id],
        )
        found = {
            (row.origin, row.expiry_month, row.tier_id, row.points)
            for row in self._rows()
        }
        self.assertEqual(
            found,
            {
                ("earned", month.replace(day=1), self.general, 3),
                ("bonus", False, self.general, 4),
                ("paid", False, self.gold, 8),
            },
        )

    def test_paid_points_are_owed_in_full(self):
        self.program.breakage_ratio = 0.5
        self.one._post_points("import", 10, "p", origin="paid")
        row = self._rows()
        self.assertEqual((row.liability, row.breakage_ratio), (10, 0))
        self.assertEqual(row.breakage_source, "paid")

    def test_pending_points_are_shown_apart(self):
        later = self.today + timedelta(days=7)
        self.one._post_points("earn", 9, "p", available_on=later)
        self.one._post_points("earn", 1, "q")
        self.assertEqual(self._rows(status="pending").points, 9)
        self.assertEqual(self._rows(status="available").points, 1)

    def test_used_up_and_voided_points_are_no_liability(self):
        later = self.today + timedelta(days=7)
        entry = self.one._post_points("earn", 9, "p", available_on=later)
        self.Member._void_pending(entry)
        self.one._post_points("earn", 5, "q")
        self.one._post_points("burn", 5, "r")
        self.assertFalse(self._rows())

    def test_measured_breakage_needs_enough_lots(self):
        self.program.write({"breakage_method": "history", "breakage_ratio": 0.1})
        self._matured(self.one, 1, 100, 60)
        self._matured(self.one, 2, 100, 100)
        self.two._post_points("earn", 50, "open", expire_on=self.today)
        row = self._rows(tier_id=self.general.id).filtered(
            lambda r: r.expiry_month and r.points == 90
        )
        self.assertTrue(row, "40 left over and 50 open points expire this month")
        self.assertEqual((row.breakage_source, row.breakage_ratio), ("fixed", 0.1))
        self.assertIn("only 2 of the 100 lots", self.program.breakage_text)
        with patch.object(engine, "MATURED_LOTS", 2):
            row = self._rows(expiry="day")
            self.assertEqual(row.breakage_source, "history")
            self.assertAlmostEqual(row.breakage_ratio, 40 / 200)
            self.program.invalidate_recordset()
            self.assertIn("20.0 %, measured from 2 lots", self.program.breakage_text)

    def test_expired_entries_are_measured_as_unused(self):
        self.program.breakage_method = "history"
        self._matured(self.one, 1, 100, 25, expired=75)
        with patch.object(engine, "MATURED_LOTS", 1):
            self.two._post_points("earn", 50, "open", expire_on=self.today)
            self.assertAlmostEqual(self._rows().breakage_ratio, 0.75)

    def test_a_measured_share_says_nothing_about_points_without_a_last_day(self):
        self.program.breakage_method = "history"
        self._matured(self.one, 1, 100, 25)
        self.two._post_points("earn", 50, "never", expire_on=None)
        with patch.object(engine, "MATURED_LOTS", 1):
            row = self._rows(expiry="never")
            self.assertEqual((row.breakage_source, row.liability), ("unmeasured", 50))

    def test_setting_in_force_is_told(self):
        self.program.breakage_ratio = 0.125
        self.assertEqual(self.program.breakage_text, "12.5 %, as set here")

    def test_settings_out_of_range(self):
        for values in (
            {"point_value": -1},
            {"breakage_ratio": -0.1},
            {"breakage_ratio": 1.1},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.program.write(values)
                self.program.flush_recordset()

    def test_groups_and_totals_of_the_pivot(self):
        self.program.breakage_ratio = 0.5
        self.one._post_points("earn", 100, "a")
        self.one._post_points("gift", 10, "b")
        groups = self.Report._read_group(
            [("program_id", "=", self.program.id)],
            ["origin"],
            ["points:sum", "liability:sum"],
            order="origin",
        )
        self.assertEqual(groups, [("bonus", 10, 5), ("earned", 100, 50)])

    def test_download_button(self):
        action = self.Report.action_export_xlsx()
        self.assertEqual(action["url"], "/loyalty_members/liability.xlsx")
