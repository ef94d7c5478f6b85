import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import osutil

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PerformanceWorkbooks(http.Controller):
    @http.route(
        "/crm_segments/performance.xlsx", type="http", auth="user", methods=["POST"]
    )
    def performance(self, block, company_id, months, options="{}"):
        """One block of the customer performance page; an audit row may be written."""
        try:
            scope = int(company_id), int(months)
            options = json.loads(options)
            if not isinstance(options, dict):
                raise ValueError(options)
        except ValueError as error:
            raise UserError(
                request.env._("The company, the period or an option is not valid.")
            ) from error
        report = request.env["crm.customer.performance"]
        title = report._block_titles().get(block, block)
        filename = f"{osutil.clean_filename(title)}.xlsx"
        # what the audit trail says about the file
        request.pdpa_export = {"format": "xlsx", "filename": filename}
        _title, content = report._workbook(block, *scope, options)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", MIME_TYPE),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
