"""A table as an xlsx workbook, without Odoo."""

import io

import xlsxwriter

FORMATS = {
    "text": {},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "month": {"num_format": "yyyy-mm", "align": "left"},
    "integer": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0.00"},
    "ratio": {"num_format": "0.0%"},
}
# characters of a column, at least and at most
WIDTHS = (10, 40)
# what Excel refuses in the name of a sheet
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def workbook(title, columns, rows, totals=()):
    """One sheet with a heading row, a filter and a row of totals.

    Texts are written as texts: a value that starts with ``=`` is no formula.

    :param str title: name of the sheet
    :param list columns: ``(label, kind)``; see ``FORMATS`` for the kinds
    :param list rows: values in the order of the columns; ``None`` or ``False``: empty
    :param totals: indexes of the columns that are added up
    :return: the file as bytes
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet(title.translate(FORBIDDEN)[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    kinds = [book.add_format(FORMATS[kind]) for _label, kind in columns]
    for index, (label, kind) in enumerate(columns):
        sheet.write_string(0, index, label, bold)
        texts = [str(row[index]) for row in rows[:200]] if kind == "text" else []
        width = max([2 * len(label), *(2 * len(text) for text in texts)])
        sheet.set_column(index, index, min(max(width, WIDTHS[0]), WIDTHS[1]))
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            _write(sheet, number, index, value, columns[index][1], kinds[index])
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        for index in totals:
            style = {**FORMATS[columns[index][1]], "bold": True, "top": 1}
            total = sum(row[index] or 0 for row in rows)
            sheet.write_number(len(rows) + 1, index, total, book.add_format(style))
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def _write(sheet, row, column, value, kind, style):
    if value is None or value is False:
        sheet.write_blank(row, column, None, style)
    elif kind == "text":
        sheet.write_string(row, column, str(value), style)
    elif kind in ("date", "month"):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
