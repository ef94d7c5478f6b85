from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import barcode, dates, explanation


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_money_is_written_as_people_write_it(self):
        self.assertEqual(explanation.money(1280, "NT$"), "NT$1,280")
        self.assertEqual(explanation.money(Decimal("9.50"), "€", False), "9.50 €")
        self.assertEqual(explanation.money(-30, "NT$"), "-NT$30")

    def test_explanations(self):
        for value, text in [(1280, "1,280"), (12.8, "12.8"), (0, "0"), (-0.001, "0")]:
            self.assertEqual(explanation.number(value), text)
        self.assertEqual(explanation.redeeming(0, 50, "Tea"), "0 → 50: Tea")
        self.assertEqual(explanation.redeeming(50, 0), "50 → 0")

    def test_whole_points_ignores_float_noise(self):
        self.assertEqual(explanation.whole_points(12.0000000001), 12)
        self.assertEqual(explanation.whole_points(12.2), 13)

    def test_today_is_a_date_in_the_time_zone(self):
        late = datetime(2026, 12, 31, 17, 0)
        self.assertEqual(dates.today_in("Asia/Taipei", late), date(2027, 1, 1))
        self.assertEqual(dates.today_in(None, late), date(2027, 1, 1))
        self.assertEqual(dates.today_in("UTC", late), date(2026, 12, 31))

    def test_barcodes_are_clean_inline_svg(self):
        for svg in (barcode.code128_svg("0440000001"), barcode.qr_svg("0440000001")):
            self.assertTrue(svg.startswith("<svg"))
            self.assertIn('viewBox="0 0 ', svg)
            self.assertIn('aria-hidden="true"', svg)
            for unwanted in ("<?xml", "<!DOCTYPE", "<title", "<script", "mm"):
                self.assertNotIn(unwanted, svg)

    def test_code128_has_the_modules_of_the_standard(self):
        # ten digits in code set C: start, five pairs, check symbol of 11 modules each,
        # a stop of 13 modules, and ten modules of quiet zone at both ends
        svg = barcode.code128_svg("0440000001")
        self.assertIn(f'viewBox="0 0 {11 * 7 + 13 + 20} ', svg)
