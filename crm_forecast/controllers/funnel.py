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
            title, content = request.env["crm.funnel.page"]._workbook(options)
        except (ValueError, TypeError) as error:
            raise UserError(
                request.env._("The company or the period is not valid.")
            ) from error
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
