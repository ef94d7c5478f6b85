from odoo import http
from odoo.http import request

from .workbook import page_options, workbook_response


class FunnelWorkbook(http.Controller):
    @http.route("/crm_forecast/funnel.xlsx", type="http", auth="user", methods=["POST"])
    def funnel(self, options="{}"):
        """The table of the page Funnel Diagnosis as a workbook."""
        model = request.env["crm.funnel.page"]
        return workbook_response(*model._workbook(page_options(options)))
