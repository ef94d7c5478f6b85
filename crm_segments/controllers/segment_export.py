from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request
from odoo.tools import osutil

from odoo.addons.web.controllers.export import ExcelExport

COLUMNS = (
    "display_name",
    "email",
    "phone",
    "city",
    "state_id/name",
    "category_id/name",
    "user_id/name",
    "nesl",
    "crm_last_order_date",
    "crm_order_count",
    "crm_amount_total",
)


class SegmentExport(http.Controller):
    """The contacts of a segment as a file, by the way of Odoo's own export.

    ``export_data`` masks, limits by group and audits (crm_pdpa).
    """

    @http.route("/crm_segments/segment/<int:segment_id>.xlsx", type="http", auth="user")
    def workbook(self, segment_id):
        """Contacts of one segment."""
        segment = request.env["crm.segment"].browse(segment_id)
        segment.check_access("read")
        if not request.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                request.env._("You may not export. Ask an administrator for the right.")
            )
        name = osutil.clean_filename(segment.name)
        request.pdpa_export = {
            "format": "xlsx",
            "filename": f"{name}.xlsx",
            "domain": "crm_segment_ids in",
        }
        contacts = segment._partners()
        rows = contacts.export_data(list(COLUMNS))["datas"]
        about = contacts.fields_get([path.split("/")[0] for path in COLUMNS])
        columns = [
            {"name": path, "type": about[path.split("/")[0]]["type"]}
            for path in COLUMNS
        ]
        labels = [about[path.split("/")[0]]["string"] for path in COLUMNS]
        writer = ExcelExport()
        return request.make_response(
            writer.from_data(columns, labels, rows),
            headers=[
                ("Content-Type", writer.content_type),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )
