import io

import xlsxwriter

from odoo import api, models
from odoo.exceptions import AccessError, UserError


class CrmForecastCalls(models.AbstractModel):
    """The Forecast Calls screen as a workbook."""

    _inherit = "crm.forecast.calls"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _workbook(self, company_id, kind, period_id):
        """:return: (file name without extension, content) of the grid as xlsx"""
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._("You may not export. Ask an administrator for the right.")
            )
        page = self.calls_page(company_id, kind, period_id)
        if not page["period"]:
            raise UserError(self.env._("There is no forecast period to export."))
        title = self.env._("Forecast Calls %(period)s", period=page["period"]["name"])
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
            self._fill_sheet(workbook, page, title)
        return title, output.getvalue()

    def _fill_sheet(self, workbook, page, title):
        bold = workbook.add_format({"bold": True})
        formats = {
            "amount": workbook.add_format({"num_format": "#,##0.00"}),
            "ratio": workbook.add_format({"num_format": "0.0%"}),
        }
        sheet = workbook.add_worksheet(self.env._("Forecast Calls"))
        sheet.write_string(0, 0, title, bold)
        heads = [
            self.env._("Sales Team"),
            self.env._("Salesperson"),
            *[column["label"] for column in page["columns"]],
            self.env._("Lower Bound"),
            self.env._("Upper Bound"),
            self.env._("Reason of the Override"),
        ]
        for number, head in enumerate(heads):
            sheet.write_string(2, number, head, bold)
        for number, column in enumerate(page["columns"], start=2):
            sheet.write_comment(2, number, column["help"])
        for line, (team, name, row) in enumerate(self._sheet_rows(page), start=3):
            sheet.write_string(line, 0, team)
            sheet.write_string(line, 1, name)
            for number, column in enumerate(page["columns"], start=2):
                value = row.get(column["name"])
                if value is not None:
                    sheet.write_number(line, number, value, formats[column["unit"]])
            bounds = len(page["columns"]) + 2
            for number, bound in enumerate(("low", "high"), start=bounds):
                if row.get(bound) is not None:
                    sheet.write_number(line, number, row[bound], formats["amount"])
            reason = row["said"].get("override", {}).get("reason", "")
            sheet.write_string(line, bounds + 2, reason)
        sheet.set_column(0, 1, 22)
        sheet.set_column(2, len(heads) - 1, 16)
        sheet.freeze_panes(3, 2)

    def _sheet_rows(self, page):
        """(team, salesperson, values): persons, then the sum of their team."""
        for group in page["groups"]:
            for row in group["rows"]:
                yield group["name"], row["name"], row
            if group["total"]:
                yield group["name"], self.env._("Total"), group["total"]
        if page["total"]:
            yield self.env._("Company"), self.env._("Total"), page["total"]
