import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .test_submission import CallsCase


@tagged("post_install", "-at_install")
class TestCallsWorkbook(CallsCase):
    def sheet(self, user=None):
        user = user or self.manager
        user.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        title, content = self.Calls.with_user(user)._workbook(
            self.company.id, "month", self.march.id
        )
        self.book = load_workbook(io.BytesIO(content))
        heads, *rows = self.book.worksheets[0].values
        return title, [dict(zip(heads, row, strict=True)) for row in rows]

    def test_the_grid_as_a_file(self):
        self.new_lead(forecast_category="commit")
        self.call(80_000)
        self.override(30_000, "=HYPERLINK(1)")
        title, rows = self.sheet()
        self.assertIn("2040/03", title)
        (north,) = (r for r in rows if r["Salesperson"] == self.seller_north.name)
        self.assertEqual(north["Sales Team"], "F North")
        self.assertEqual(north["Commit"], 100_000)
        self.assertEqual(north["Call"], 80_000)
        self.assertEqual(north["Override"], 30_000)
        self.assertEqual(north["Forecast"], 30_000)
        self.assertEqual(north["Overridden By"], self.manager.name)
        self.assertEqual(north["Reason of the Override"], "=HYPERLINK(1)")
        self.assertEqual(rows[-1]["Sales Team"], "Company")
        self.assertEqual(rows[-1]["Forecast"], 30_000)

    def test_columns_are_defined(self):
        self.sheet()
        grid = self.book.worksheets[0]
        self.assertEqual(grid.title, "Forecast Calls 2040 03")
        self.assertEqual(grid.freeze_panes, "C2")
        listed = {row[0]: row[1:] for row in self.book["Definitions"].values}
        for column in self.Calls.with_user(self.manager)._columns():
            self.assertEqual(listed[column["label"]][0], column["help"])
        self.assertEqual(listed["Won"][1], "Amount in company currency")

    def test_nobody_has_no_reason(self):
        self.new_lead("Nobody", user_id=False)
        self.override(1, "Reason of South", team_id=self.team_south.id)
        _title, rows = self.sheet()
        reasons = {r["Salesperson"]: r["Reason of the Override"] for r in rows}
        self.assertIsNone(reasons["Nobody"])

    def test_it_holds_what_the_screen_shows_the_user(self):
        self.call(5, user=self.seller_south)
        _title, rows = self.sheet(self.seller_north)
        self.assertEqual([r["Salesperson"] for r in rows], [self.seller_north.name])

    def test_exporting_is_a_right(self):
        self.seller_north.group_ids = [
            Command.unlink(self.env.ref("base.group_allow_export").id)
        ]
        with self.assertRaises(AccessError):
            self.Calls.with_user(self.seller_north)._workbook(
                self.company.id, "month", self.march.id
            )
