from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .workbook import workbook_response


class CallsWorkbook(http.Controller):
    @http.route(
        "/crm_forecast/calls.xlsx",
        type="http",
        auth="user",
        methods=["POST"],
        readonly=True,
    )
    def calls(self, company_id, period_id, kind=""):
        """The grid of the Forecast Calls screen."""
        try:
            scope = int(company_id), kind, int(period_id)
        except ValueError as error:
            raise UserError(
                request.env._("The company or the period is not valid.")
            ) from error
        return workbook_response(*request.env["crm.forecast.calls"]._workbook(*scope))
