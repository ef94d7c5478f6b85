from odoo import http
from odoo.http import request

from .workbook import page_options, workbook_response


class ForecastChangeWorkbook(http.Controller):
    @http.route(
        "/crm_forecast/changes.xlsx", type="http", auth="user", methods=["POST"]
    )
    def changes(self, options="{}"):
        """The waterfall as chosen on the page, with the leads of every part."""
        model = request.env["crm.forecast.change"]
        return workbook_response(*model._workbook(page_options(options)))
