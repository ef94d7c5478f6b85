from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.workbook import Workbook

PAGES = ("my_day", "team_overview")


class CrmForecastDashboard(models.AbstractModel):
    """The dashboards as xlsx workbooks."""

    _inherit = "crm.forecast.dashboard"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _workbook(self, page, options):
        """The figures of a page, its tables and chart, and what they mean.

        Names of contacts and opportunities pass Odoo's own export; there are no phone
        numbers.

        :return: (title, file as bytes)
        """
        if page not in PAGES:
            raise UserError(self.env._("There is no such page: %(name)s", name=page))
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._(
                    "You may not export data. Ask an administrator for the right "
                    "“Access to export feature”."
                )
            )
        answer = getattr(self.with_context(crm_dashboard_export=True), page)(options)
        book = Workbook()
        self._sheet_of_tiles(book, answer)
        for block in answer["blocks"]:
            self._sheet_of_block(book, block)
        self._sheet_of_chart(book, answer["chart"])
        self._sheet_of_definitions(book, answer)
        return f"{answer['title']} {answer['period']['name']}", book.content()

    @api.model
    def _sheet_of_tiles(self, book, answer):
        book.sheet(
            answer["title"],
            [
                [self.env._("Figure"), "text"],
                [answer["period"]["name"], "amount"],
                [self.env._("Period Before"), "amount"],
                [self.env._("Lower Bound"), "amount"],
                [self.env._("Upper Bound"), "amount"],
            ],
            [
                [
                    tile["label"],
                    (tile["value"], tile["unit"]),
                    (tile["before"], tile["unit"]),
                    tile.get("low"),
                    tile.get("high"),
                ]
                for tile in answer["tiles"]
            ],
        )

    @api.model
    def _sheet_of_block(self, book, block):
        kept = [
            index
            for index, column in enumerate(block["columns"])
            if column["unit"] != "phone"
        ]
        columns = [block["columns"][index] for index in kept]
        book.sheet(
            block["title"],
            [[column["label"], column["unit"]] for column in columns],
            [[row[index].get("value") for index in kept] for row in block["rows"]],
        )

    @api.model
    def _sheet_of_chart(self, book, chart):
        series = chart["series"]
        book.sheet(
            chart["title"],
            [
                [self.env._("Day of the Period"), "count"],
                *[[line["label"], "amount"] for line in series],
            ],
            [
                [day, *(line["values"][index] for line in series)]
                for index, day in enumerate(chart["days"])
            ],
        )

    @api.model
    def _sheet_of_definitions(self, book, answer):
        """Each figure once, with its definition and unit."""
        units = self.env["crm.forecast.definition"]._unit_names()
        columns = [column for block in answer["blocks"] for column in block["columns"]]
        meanings = {
            part["label"]: (part["help"], units.get(part["unit"], ""))
            for part in (*answer["tiles"], *columns)
            if part["help"]
        }
        book.sheet(
            self.env._("Definitions"),
            [
                [self.env._("Figure"), "text"],
                [self.env._("Definition"), "text"],
                [self.env._("Unit"), "text"],
            ],
            [[label, *meaning] for label, meaning in meanings.items()],
        )
