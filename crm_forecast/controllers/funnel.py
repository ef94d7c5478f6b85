import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import osutil

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FunnelWorkbook(http.Controller):
    @http.route("/crm_forecast/funnel.xlsx", type="http", auth="user", methods=["POST"])
    def funnel(self, options="{}"):
        """The table of the page Funnel Diagnosis as a workbook."""
        try:
            options = json.loads(options)
            if not isinstance(options, dict):
                raise ValueError(options)
        except ValueError as error:
            raise UserError(
                request.env._("The options of the page are not valid.")
            ) from error
        title, content = request.env["crm.funnel.page"]._workbook(options)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", MIME_TYPE),
                (
                    "Content-Disposition",
                    content_disposition(f"{osutil.clean_filename(title)}.xlsx"),
                ),
            ],
        )
