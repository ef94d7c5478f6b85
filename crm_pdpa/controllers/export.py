import json

from odoo.addons.web.controllers.export import CSVExport, ExcelExport
from odoo.http import request
from odoo.tools import osutil


def describe(export, data):
    """Tell the audit which file the export of this request becomes."""
    params = json.loads(data)
    model = params["model"]
    request.pdpa_export = {
        "format": export.extension.lstrip("."),
        "filename": osutil.clean_filename(export.filename(model) + export.extension),
        "domain": request.env["pdpa.audit"]._domain_shape(params.get("domain")),
    }


class AuditedCSVExport(CSVExport):
    """Export to CSV that says so in the audit trail."""

    def base(self, data):
        describe(self, data)
        return super().base(data)


class AuditedExcelExport(ExcelExport):
    """Export to Excel that says so in the audit trail."""

    def base(self, data):
        describe(self, data)
        return super().base(data)
