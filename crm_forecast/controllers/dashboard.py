import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import osutil

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DashboardWorkbooks(http.Controller):
    @http.route(
        "/crm_forecast/dashboard.xlsx", type="http", auth="user", methods=["POST"]
    )
    def dashboard(self, page, options="{}"):
        """One dashboard; an audit row may be written."""
        try:
            chosen = json.loads(options)
        except ValueError as error:
            raise UserError(request.env._("The options are not valid.")) from error
        if not isinstance(chosen, dict):
            raise UserError(request.env._("The options are not valid."))
        title, content = request.env["crm.forecast.dashboard"]._workbook(page, chosen)
        filename = f"{osutil.clean_filename(title)}.xlsx"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", MIME_TYPE),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
