from odoo import http
from odoo.http import request

from .workbook import page_options, workbook_response


class DashboardWorkbooks(http.Controller):
    @http.route(
        "/crm_forecast/dashboard.xlsx", type="http", auth="user", methods=["POST"]
    )
    def dashboard(self, page, options="{}"):
        """One dashboard; an audit row may be written."""
        model = request.env["crm.forecast.dashboard"]
        return workbook_response(*model._workbook(page, page_options(options)))
