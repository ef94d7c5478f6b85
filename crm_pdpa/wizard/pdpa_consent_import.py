from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.pdpa_receipt import EVENTS, KINDS
from .pdpa_consent_import_rows import COLUMNS, REQUIRED, RowReader


class PdpaConsentImport(models.TransientModel):
    """Import consents that were given on paper: checked first, then all or nothing."""

    _name = "pdpa.consent.import"
    _inherit = ["pdpa.table.import"]
    _description = "Import Paper Consents"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    evidence = fields.Binary(
        string="Scan of the Forms",
        attachment=False,
        help="PDF or ZIP, kept as the evidence of every line; needed when a line is "
        "written.",
    )
    evidence_name = fields.Char(string="File Name of the Scan")
    line_ids = fields.One2many("pdpa.consent.import.line", "import_id", string="Lines")
    invalid_count = fields.Integer(string="Invalid", compute="_compute_counts")
    valid_count = fields.Integer(string="Ready", compute="_compute_counts")

    @api.depends("line_ids.error")
    def _compute_counts(self):
        for wizard in self:
            invalid = len(wizard.line_ids.filtered("error"))
            wizard.invalid_count = invalid
            wizard.valid_count = len(wizard.line_ids) - invalid

    def action_check(self):
        """Look up every line and show what is wrong with it."""
        self.ensure_one()
        rows = self._rows(COLUMNS, REQUIRED)
        company = self.company_id
        reader = RowReader(
            self.with_company(company).env, company, rows, bool(self.evidence)
        )
        lines = [reader.line(number, row) for number, row in rows]
        self.sudo().line_ids.unlink()
        self.write(
            {
                "checked": True,
                "line_ids": [fields.Command.create(line) for line in lines],
            }
        )
        return self._reopen()

    def action_import(self):
        """Record every line, or none when one of them is refused."""
        self.ensure_one()
        if not self.checked or not self.line_ids:
            raise UserError(self.env._("Check the file first."))
        invalid = self.line_ids.filtered("error")
        if invalid:
            raise UserError("\n".join(invalid[:10].mapped("error")))
        self.line_ids.partner_id.check_access("read")
        receipts = self.env["pdpa.receipt"].with_company(self.company_id)
        evidence = self._evidence_file()
        for lines in self.line_ids.grouped(lambda line: line._group_key()).values():
            line = lines[0]
            receipts._record(
                lines.partner_id,
                line.purpose_id.code,
                line.event,
                line.channels.split(","),
                kind=line.kind,
                via="import",
                version=line.notice_version_id or None,
                wording=line.wording,
                evidence=evidence,
                occurred_at=line.occurred_at,
            )
        return {"type": "ir.actions.act_window_close"}

    def _evidence_file(self):
        if not self.evidence:
            return None
        name = self.evidence_name or self.env._("scan of the forms")
        return name, self._decoded("evidence")


class PdpaConsentImportLine(models.TransientModel):
    """One line of the file, looked up."""

    _name = "pdpa.consent.import.line"
    _description = "Import Paper Consents: Line"
    _order = "number"

    import_id = fields.Many2one(
        "pdpa.consent.import", required=True, ondelete="cascade"
    )
    number = fields.Integer(string="Line")
    contact = fields.Char(help="As written in the file.")
    partner_id = fields.Many2one("res.partner", string="Found Contact")
    purpose_id = fields.Many2one("pdpa.purpose")
    channels = fields.Char()
    event = fields.Selection(EVENTS)
    kind = fields.Selection(KINDS)
    occurred_at = fields.Datetime(string="Answered On")
    notice_version_id = fields.Many2one("pdpa.notice.version", string="Notice")
    wording = fields.Text()
    error = fields.Char()

    def _group_key(self):
        """Lines with the same key make one call; a person is in a call only once."""
        self.ensure_one()
        return (
            self.purpose_id.id,
            self.event,
            self.channels,
            self.kind,
            self.occurred_at,
            self.notice_version_id.id,
            self.wording,
        )
