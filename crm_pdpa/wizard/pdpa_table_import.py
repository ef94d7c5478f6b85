import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.table_file import MAX_ROWS, TableError, read_table


class PdpaTableImport(models.AbstractModel):
    """A wizard that reads an uploaded or pasted table, shows it, then imports it."""

    _name = "pdpa.table.import"
    _description = "Import of a Table"
    _max_rows = MAX_ROWS

    file = fields.Binary(string="CSV or XLSX File", attachment=False)
    file_name = fields.Char()
    pasted = fields.Text(
        string="Or Paste the Table",
        help="Rows as copied from a spreadsheet; the first row has the column names.",
    )
    checked = fields.Boolean()

    def _rows(self, columns, required):
        """The rows of the table, see ``read_table``.

        :raise UserError: no table, or one that cannot be read
        """
        if self.file:
            content = self._decoded("file")
        elif (self.pasted or "").strip():
            content = self.pasted.encode()
        else:
            raise UserError(
                self.env._("Choose a “CSV or XLSX File”, or paste the table.")
            )
        try:
            return read_table(content, columns, required, self._max_rows)
        except TableError as error:
            raise UserError(self._table_error(error, columns)) from error

    def _decoded(self, name):
        """The bytes of an uploaded file."""
        return base64.b64decode(self.with_context(bin_size=False)[name])

    def _table_error(self, error, columns):
        if error.reason == "column":
            names = [n for n, column in columns.items() if column == error.detail]
            return self.env._(
                "Line 1: the column “%(column)s” is missing. Name it in the first row.",
                column=names[0],
            )
        return {
            "empty": self.env._("The table has no rows. Choose another file."),
            "encoding": self.env._(
                "The file is neither UTF-8 nor Big5. Save it as CSV UTF-8 or as XLSX."
            ),
            "too_long": self.env._(
                "The table has more than %s rows. Import it in parts.", error.detail
            ),
        }.get(error.reason) or self.env._(
            "The file cannot be read. Save it as CSV UTF-8 or as XLSX."
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(self._name).name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
