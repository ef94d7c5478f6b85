from odoo import http
from odoo.http import content_disposition, request

from ..tools.xlsx import workbook

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# column of the report: how it is written
LIABILITY = {
    "company_id": "text",
    "program_id": "text",
    "status": "text",
    "origin": "text",
    "tier_id": "text",
    "expiry": "text",
    "expiry_month": "month",
    "currency_id": "text",
    "points": "integer",
    "value": "money",
    "breakage_ratio": "ratio",
    "breakage_source": "text",
    "breakage": "money",
    "liability": "money",
}
EXPIRY = {
    "company_id": "text",
    "program_id": "text",
    "expire_on": "date",
    "members": "integer",
    "currency_id": "text",
    "points": "integer",
    "value": "money",
}
TOTALS = ("points", "value", "breakage", "liability")


class MembershipWorkbooks(http.Controller):
    """Reports as xlsx. They hold no personal data, so no row of theirs is audited;
    the list of members is exported by Odoo's own export, which is."""

    @http.route(
        "/loyalty_members/liability.xlsx", type="http", auth="user", readonly=True
    )
    def liability(self):
        """The points liability, line by line."""
        return self._download("loyalty.point.liability", LIABILITY)

    @http.route("/loyalty_members/expiry.xlsx", type="http", auth="user", readonly=True)
    def expiry(self):
        """The points that expire, day by day."""
        return self._download("loyalty.expiry.day", EXPIRY)

    def _download(self, model, kinds):
        report = request.env[model]
        report.check_access("read")
        labels = report.fields_get(list(kinds), ["string", "selection", "type"])
        columns = [(labels[name]["string"], kind) for name, kind in kinds.items()]
        rows = [
            [self._cell(line, name, labels[name]) for name in kinds]
            for line in report.search([])
        ]
        totals = [index for index, name in enumerate(kinds) if name in TOTALS]
        title = request.env["ir.model"]._get(model).name
        return request.make_response(
            workbook(title, columns, rows, totals),
            headers=[
                ("Content-Type", MIME_TYPE),
                ("Content-Disposition", content_disposition(f"{title}.xlsx")),
            ],
        )

    def _cell(self, line, name, description):
        value = line[name]
        if description["type"] == "many2one":
            return value.display_name if value else None
        if description["type"] == "selection":
            return dict(description["selection"]).get(value)
        return value
