import hashlib
import json

from odoo import models
from odoo.exceptions import UserError
from odoo.http import request


class Base(models.AbstractModel):
    """Exports of documents with personal data: limited by group, and audited."""

    _inherit = "base"

    def export_data(self, fields_to_export):
        audit = self.env["pdpa.audit"]
        if self.env.su or not audit._is_personal(self._name, fields_to_export):
            return super().export_data(fields_to_export)
        # what the web client said about the file; a request cannot set this itself
        details = getattr(request, "pdpa_export", None) if request else None
        details = details or {"format": "rpc"}
        self._pdpa_check_export(fields_to_export, details)
        result = super().export_data(fields_to_export)
        content = json.dumps(result["datas"], default=str).encode()
        audit._log(
            "export",
            self._name,
            self.ids,
            fields_to_export,
            digest=hashlib.sha256(content).hexdigest(),
            **details,
        )
        return result

    def _pdpa_check_export(self, names, details):
        limit = self.env["pdpa.export.limit"]._of_user()
        if len(self) <= limit:
            return
        self.env["pdpa.audit"]._log(
            "export",
            self._name,
            self.ids,
            names,
            denied=True,
            note=f"limit {limit}",
            **details,
        )
        officer = self.env.ref("crm_pdpa.group_pdpa_officer").sudo().all_user_ids
        raise UserError(
            self.env._(
                "You asked to export %(rows)s records with personal data; your limit "
                "is %(limit)s at once. Select fewer records, or ask the personal data "
                "officer (%(officers)s) for a higher limit.",
                rows=len(self),
                limit=limit,
                officers=", ".join(officer.filtered("active").mapped("name")[:3])
                or "-",
            )
        )
