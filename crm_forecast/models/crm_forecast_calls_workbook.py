from odoo import api, models
from odoo.exceptions import UserError

# rows and columns that stay: the heads, team and salesperson
FROZEN = (1, 2)


class CrmForecastCalls(models.AbstractModel):
    """The Forecast Calls screen as a workbook."""

    _inherit = "crm.forecast.calls"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _workbook(self, company_id, kind, period_id):
        """The grid and what its columns mean.

        :return: (title, file as bytes)
        """
        workbook = self.env["crm.forecast.workbook"]
        book = workbook._new()
        page = self.calls_page(company_id, kind, period_id)
        if not page["period"]:
            raise UserError(self.env._("There is no forecast period to export."))
        title = self.env._("Forecast Calls %(period)s", period=page["period"]["name"])
        book.sheet(
            title,
            [
                [self.env._("Sales Team"), "text"],
                [self.env._("Salesperson"), "text"],
                *[[column["label"], column["unit"]] for column in page["columns"]],
                [self.env._("Lower Bound"), "amount"],
                [self.env._("Upper Bound"), "amount"],
                [self.env._("Overridden By"), "text"],
                [self.env._("Reason of the Override"), "text"],
            ],
            [
                [team, name, *self._sheet_values(page, row)]
                for team, name, row in self._sheet_rows(page)
            ],
            freeze=FROZEN,
        )
        workbook._add_definitions(book, page["columns"])
        return title, book.content()

    def _sheet_values(self, page, row):
        override = row["said"].get("override", {})
        return [
            *[row.get(column["name"]) for column in page["columns"]],
            row.get("low"),
            row.get("high"),
            override.get("author"),
            override.get("reason"),
        ]

    def _sheet_rows(self, page):
        """(team, salesperson, values): persons, then the sum of their team."""
        for group in page["groups"]:
            for row in group["rows"]:
                yield group["name"], row["name"], row
            if group["total"]:
                yield group["name"], self.env._("Total"), group["total"]
        if page["total"]:
            yield self.env._("Company"), self.env._("Total"), page["total"]
