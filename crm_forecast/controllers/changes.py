import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import osutil

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ForecastChangeWorkbook(http.Controller):
    @http.route(
        "/crm_forecast/changes.xlsx", type="http", auth="user", methods=["POST"]
    )
    def changes(self, options="{}"):
        """The waterfall as chosen on the page, with the leads of every part."""
        try:
            options = json.loads(options)
        except ValueError as error:
            raise UserError(request.env._("The choice is not valid.")) from error
        if not isinstance(options, dict):
            raise UserError(request.env._("The choice is not valid."))
        title, content = request.env["crm.forecast.change"]._workbook(options)
        filename = f"{osutil.clean_filename(title)}.xlsx"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", MIME_TYPE),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
