from odoo import api, models
from odoo.exceptions import UserError

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
        workbook = self.env["crm.forecast.workbook"]
        book = workbook._new()
        answer = getattr(self.with_context(crm_dashboard_export=True), page)(options)
        self._sheet_of_tiles(book, answer)
        for block in answer["blocks"]:
            self._sheet_of_block(book, block)
        self._sheet_of_chart(book, answer["chart"])
        columns = [column for block in answer["blocks"] for column in block["columns"]]
        workbook._add_definitions(book, [*answer["tiles"], *columns])
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
