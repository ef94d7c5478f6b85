import datetime
import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from ..tools.workbook import Workbook
from .common import ForecastCase

PAGES = (
    ("crm.forecast.calls", (False, "month", False)),
    ("crm.forecast.change", ({},)),
    ("crm.forecast.dashboard", ("my_day", {})),
    ("crm.funnel.page", ({},)),
)


@tagged("post_install", "-at_install")
class TestWorkbook(BaseCase):
    def cells(self, rows, unit="text", **values):
        book = Workbook()
        book.sheet("Sheet", [["Head", unit]], rows, **values)
        self.sheet = load_workbook(io.BytesIO(book.content())).active
        return [row[0] for row in self.sheet.iter_rows(min_row=2)]

    def test_dates_are_dates(self):
        day = datetime.datetime(2040, 3, 7)
        noon = datetime.datetime(2040, 3, 7, 12)
        found = self.cells(
            [[day.date()], ["2040-03-07"], [noon], ["2040-03-07 12:00:00"]], "date"
        )
        self.assertEqual([cell.value for cell in found], [day, day, noon, noon])
        self.assertEqual({cell.number_format for cell in found}, {"yyyy-mm-dd"})

    def test_what_is_no_date(self):
        found = self.cells([["some day"], [False], [None], [("2040", "text")]], "date")
        self.assertEqual([c.value for c in found], ["some day", None, None, "2040"])
        (found,) = self.cells([["2040-03-07"]])
        self.assertEqual(found.value, "2040-03-07", "a name that looks like a date")

    def test_a_date_among_other_things(self):
        (found,) = self.cells([[datetime.date(2040, 3, 7)]])
        self.assertEqual(found.value, datetime.datetime(2040, 3, 7))

    def test_formulas_are_texts(self):
        (found,) = self.cells([["=1+1"]])
        self.assertEqual((found.value, found.data_type), ("=1+1", "s"))

    def test_what_stays_when_scrolled(self):
        self.cells([["x"]])
        self.assertEqual(self.sheet.freeze_panes, "B2")
        self.cells([["x"]], freeze=(3, 2))
        self.assertEqual(self.sheet.freeze_panes, "C4")


@tagged("post_install", "-at_install")
class TestExport(ForecastCase):
    def test_all_pages_refuse_alike(self):
        self.period()
        self.new_lead()
        self.Snapshot._take()
        export = self.env.ref("base.group_allow_export")
        self.seller_north.group_ids = [Command.unlink(export.id)]
        for model, args in PAGES:
            with (
                self.subTest(model),
                self.assertRaisesRegex(AccessError, "You may not export data"),
            ):
                self.env[model].with_user(self.seller_north)._workbook(*args)
        self.seller_north.group_ids = [Command.link(export.id)]
        for model, args in PAGES:
            with self.subTest(model):
                page = self.env[model].with_user(self.seller_north)
                title, content = page._workbook(*args)
                self.assertTrue(title)
                self.assertTrue(load_workbook(io.BytesIO(content)).sheetnames)
