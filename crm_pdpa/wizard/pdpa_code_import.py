import re

from odoo import api, fields, models
from odoo.exceptions import UserError

COLUMNS = {
    "kind": "kind",
    "code": "code",
    "label": "label",
    "種類": "kind",
    "類型": "kind",
    "代號": "code",
    "名稱": "label",
    "項目": "label",
}
KIND_WORDS = {
    "purpose": "purpose",
    "特定目的": "purpose",
    "category": "category",
    "個人資料類別": "category",
    "個人資料之類別": "category",
}
MODELS = {"purpose": "pdpa.purpose.code", "category": "pdpa.category"}
FORMATS = {"purpose": r"\d{3}", "category": r"C\d{3}"}


class PdpaCodeImport(models.TransientModel):
    """Import lines of the official code lists: shown first, never overwritten silently.

    A line that differs from what is stored is changed only when its box is ticked.
    """

    _name = "pdpa.code.import"
    _inherit = ["pdpa.table.import"]
    _description = "Import Official Codes"

    line_ids = fields.One2many("pdpa.code.import.line", "import_id", string="Lines")
    update_changed = fields.Boolean(
        string="Replace Changed Labels",
        help="Checked: labels that differ from the file are replaced by the file's. "
        "Unchecked: they stay as they are.",
    )
    new_count = fields.Integer(string="New", compute="_compute_counts")
    changed_count = fields.Integer(string="Changed", compute="_compute_counts")
    invalid_count = fields.Integer(string="Invalid", compute="_compute_counts")

    @api.depends("line_ids.status")
    def _compute_counts(self):
        for wizard in self:
            statuses = wizard.line_ids.mapped("status")
            wizard.new_count = statuses.count("new")
            wizard.changed_count = statuses.count("changed")
            wizard.invalid_count = statuses.count("invalid")

    def action_check(self):
        """Show what the file would change."""
        self.ensure_one()
        rows = self._rows(COLUMNS, ("kind", "code", "label"))
        stored = {
            kind: {
                record.code: record.name_official
                for record in self.env[model]
                .with_context(active_test=False)
                .search_fetch([], ["code", "name_official"])
            }
            for kind, model in MODELS.items()
        }
        seen = set()
        lines = [self._line_vals(n, row, stored, seen) for n, row in rows]
        self.sudo().line_ids.unlink()
        self.write(
            {
                "checked": True,
                "line_ids": [fields.Command.create(line) for line in lines],
            }
        )
        return self._reopen()

    def _line_vals(self, number, row, stored, seen):
        word = row.get("kind", "")
        kind = KIND_WORDS.get(word.lower())
        code = row.get("code", "").upper()
        if kind == "purpose" and code.isdecimal():
            code = code.zfill(3)  # spreadsheets drop leading zeros
        label = row.get("label", "")
        vals = {"number": number, "kind": kind, "code": code, "label": label}
        message = self._line_error(
            number, word, kind, code, label, (kind, code) in seen
        )
        seen.add((kind, code))
        if message:
            return {**vals, "status": "invalid", "message": message}
        before = stored[kind].get(code)
        if before is None:
            return {**vals, "status": "new"}
        if before == label:
            return {**vals, "status": "same"}
        return {**vals, "status": "changed", "message": before}

    def _line_error(self, number, word, kind, code, label, repeated):
        if not kind:
            return self.env._(
                "Line %(line)s: kind “%(kind)s” is unknown. Write purpose or category.",
                line=number,
                kind=word,
            )
        if not re.fullmatch(FORMATS[kind], code):
            return self.env._(
                "Line %(line)s: code “%(code)s” has the wrong form. A purpose has "
                "three digits, a category C and three digits.",
                line=number,
                code=code,
            )
        if not label:
            return self.env._(
                "Line %(line)s: the label of %(code)s is empty. Fill it in.",
                line=number,
                code=code,
            )
        if repeated:
            return self.env._(
                "Line %(line)s: %(code)s is in the file more than once. Remove one.",
                line=number,
                code=code,
            )
        return False

    def action_import(self):
        """Add the new lines, and the changed ones when asked to."""
        self.ensure_one()
        if not self.checked:
            raise UserError(self.env._("Check the file first."))
        invalid = self.line_ids.filtered(lambda line: line.status == "invalid")
        if invalid:
            raise UserError("\n".join(invalid[:10].mapped("message")))
        for kind, model in MODELS.items():
            lines = self.line_ids.filtered(lambda line, k=kind: line.kind == k)
            self._import_kind(self.env[model].with_context(active_test=False), lines)
        return {"type": "ir.actions.act_window_close"}

    def _import_kind(self, codes, lines):
        new = lines.filtered(lambda line: line.status == "new")
        codes.create(
            [
                {
                    "code": line.code,
                    "name": line.label,
                    "name_official": line.label,
                    "confidence": "official",
                }
                for line in new
            ]
        )
        if not self.update_changed:
            return
        labels = {line.code: line.label for line in lines if line.status == "changed"}
        for record in codes.search([("code", "in", list(labels))]):
            record.write(
                {"name_official": labels[record.code], "confidence": "official"}
            )
        same = lines.filtered(lambda line: line.status == "same").mapped("code")
        codes.search([("code", "in", same)]).write({"confidence": "official"})


class PdpaCodeImportLine(models.TransientModel):
    """One line of the file and what would become of it."""

    _name = "pdpa.code.import.line"
    _description = "Import Official Codes: Line"
    _order = "number"

    import_id = fields.Many2one("pdpa.code.import", required=True, ondelete="cascade")
    number = fields.Integer(string="Line")
    kind = fields.Selection([("purpose", "Purpose"), ("category", "Category")])
    code = fields.Char()
    label = fields.Char()
    status = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changed"),
            ("same", "Unchanged"),
            ("invalid", "Invalid"),
        ],
        required=True,
    )
    message = fields.Char(string="Stored Label or Error")
