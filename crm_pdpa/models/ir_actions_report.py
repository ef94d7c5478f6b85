from odoo import api, models
from odoo.http import request

# In the context of a rendering that is logged already: a PDF renders its own HTML.
LOGGED = object()


class IrActionsReport(models.Model):
    """Printed documents show real addresses, so printing is audited instead of masked."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        return super(
            IrActionsReport, self._pdpa_audited(report_ref, res_ids, "pdf")
        )._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        return super(
            IrActionsReport, self._pdpa_audited(report_ref, docids, "html")
        )._render_qweb_html(report_ref, docids, data=data)

    @api.model
    def _render_qweb_text(self, report_ref, docids, data=None):
        return super(
            IrActionsReport, self._pdpa_audited(report_ref, docids, "text")
        )._render_qweb_text(report_ref, docids, data=data)

    def _pdpa_audited(self, report_ref, ids, report_format):
        """Log a print by a person, once; returns ``self`` that is not logged again."""
        if (
            not request
            or self.env.context.get("pdpa_print") is LOGGED
            or not self.env.user._is_internal()
        ):
            return self
        report_sudo = self._get_report(report_ref)
        audit = self.env["pdpa.audit"]
        if report_sudo.model in self.env and audit._is_personal(report_sudo.model):
            ids = [ids] if isinstance(ids, int) else ids
            audit._log(
                "print",
                report_sudo.model,
                ids,
                (),
                format=report_format,
                note=report_sudo.report_name,
            )
        return self.with_context(pdpa_print=LOGGED)
