"""A page as an xlsx workbook, without Odoo."""

import datetime
import io

import xlsxwriter

FORMATS = {
    "text": {},
    "date": {"num_format": "yyyy-mm-dd"},
    "number": {},
    "count": {"num_format": "#,##0"},
    "amount": {"num_format": "#,##0.00"},
    "days": {"num_format": "#,##0.0"},
    "ratio": {"num_format": "0.0%"},
}
# characters of a column, at least and at most
WIDTHS = (10, 60)
# what Excel refuses in the name of a sheet
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class Workbook:
    """Sheets of tables. A text that starts with ``=`` is written as a text."""

    def __init__(self):
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self._styles = {
            unit: self._book.add_format(style) for unit, style in FORMATS.items()
        }
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._names = set()

    def sheet(self, title, columns, rows, freeze=(1, 1)):
        """Add a table.

        :param columns: (label, unit), with a unit of FORMATS
        :param rows: values, one list per row; a value may be (value, unit) where the
            column holds several units; a date is a date or a text like 2026-03-31
        :param freeze: number of rows and columns that stay when the sheet is scrolled
        """
        sheet = self._book.add_worksheet(self._sheet_name(title))
        for index, (label, unit) in enumerate(columns):
            sheet.write_string(0, index, label, self._bold)
            texts = [label, *(str(row[index]) for row in rows if unit == "text")]
            width = 2 * max(map(len, texts))
            sheet.set_column(index, index, min(max(width, WIDTHS[0]), WIDTHS[1]))
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                unit = columns[index][1]
                if isinstance(value, tuple):
                    value, unit = value
                self._write(sheet, number, index, value, unit)
        sheet.freeze_panes(*freeze)

    def content(self):
        """Close the workbook. :return: the file as bytes"""
        self._book.close()
        return self._buffer.getvalue()

    def _write(self, sheet, row, column, value, unit):
        style = self._styles.get(unit, self._styles["text"])
        if unit == "date" and isinstance(value, str):
            value = _moment(value)
        if value is None or value is False:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(row, column, value, self._styles["date"])
        elif isinstance(value, str):
            sheet.write_string(row, column, value, style)
        else:
            sheet.write_number(row, column, value, style)

    def _sheet_name(self, title):
        """At most 31 characters, each name once."""
        base = name = title.translate(FORBIDDEN).strip()[:31] or "-"
        number = 1
        while name.lower() in self._names:
            number += 1
            name = f"{base[:27]} ({number})"
        self._names.add(name.lower())
        return name


def _moment(text):
    """The moment of an ISO text, with or without time; any other text as it is."""
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
