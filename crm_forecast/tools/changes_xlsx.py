"""The waterfall as a workbook. Plain Python: no ORM, no database."""

import io

import xlsxwriter

WIDTH = 18


def workbook(sheets):
    """A file with tables.

    :param sheets: (title, header, rows) of each sheet; dates are `datetime.date`
    :return: bytes of the xlsx file
    """
    stream = io.BytesIO()
    # text stays text: a name that begins with = is no formula
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(stream, {**options, "default_date_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    for title, header, rows in sheets:
        sheet = book.add_worksheet(title[:31])
        sheet.set_column(0, len(header) - 1, WIDTH)
        sheet.write_row(0, 0, header, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [_cell(value) for value in row])
        sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def _cell(value):
    return "" if value is None or value is False else value
