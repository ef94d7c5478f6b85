"""Tables of figures as an xlsx workbook, without Odoo."""

import io

import xlsxwriter

FORMATS = {
    "text": {},
    "count": {"num_format": "#,##0"},
    "days": {"num_format": "#,##0.0"},
    "ratio": {"num_format": "0.0%"},
}
# characters of a column, at least and at most
WIDTHS = (10, 60)
# what Excel refuses in the name of a sheet
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def workbook(table, definitions):
    """A sheet with the table and one that says what its columns mean.

    Texts are written as texts: a value that starts with ``=`` is no formula.

    :param dict table: ``title``, ``columns`` with ``label``, ``help`` and ``unit``
        (see ``FORMATS``; another unit is text) and ``rows`` of values
    :param tuple definitions: title of the second sheet and its two headings
    :return: the file as bytes
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    styles = {unit: book.add_format(style) for unit, style in FORMATS.items()}
    bold = book.add_format({"bold": True, "bottom": 1})
    columns = table["columns"]
    sheet = book.add_worksheet(_sheet_name(table["title"]))
    units = [column["unit"] for column in columns]
    values = table["rows"]
    _write_table(sheet, [column["label"] for column in columns], values, units, styles)
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column["label"], bold)
    sheet.freeze_panes(1, 1)
    title, *headings = definitions
    meanings = {column["label"]: column["help"] for column in columns if column["help"]}
    sheet = book.add_worksheet(_sheet_name(title))
    _write_table(sheet, headings, list(meanings.items()), ["text", "text"], styles)
    for index, label in enumerate(headings):
        sheet.write_string(0, index, label, bold)
    book.close()
    return buffer.getvalue()


def _sheet_name(title):
    return title.translate(FORBIDDEN)[:31]


def _write_table(sheet, labels, rows, units, styles):
    for index, label in enumerate(labels):
        texts = [str(row[index]) for row in rows] if units[index] == "text" else []
        width = max([2 * len(label), *(2 * len(text) for text in texts)])
        sheet.set_column(index, index, min(max(width, WIDTHS[0]), WIDTHS[1]))
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            _write(sheet, number, index, value, units[index], styles)


def _write(sheet, row, column, value, unit, styles):
    style = styles.get(unit, styles["text"])
    if value is None or value is False:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
