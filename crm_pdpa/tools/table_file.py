"""Rows of an uploaded or pasted table: CSV (comma, semicolon or tab) and XLSX."""

import csv
import datetime
import io
import zipfile

import openpyxl

MAX_ROWS = 20000


class TableError(ValueError):
    """The file is not a table that can be read; ``reason`` says why in one word."""

    def __init__(self, reason, detail=""):
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def read_table(content, columns, required, max_rows=MAX_ROWS):
    """Read a table whose first row names its columns.

    :param bytes content: the file
    :param dict columns: lower-case header to column name; other columns are ignored
    :param required: names of the columns that must be there
    :param int max_rows: longer tables are refused
    :return: list of (line number in the file, {column name: text}) without empty rows
    :raise TableError: ``unreadable``, ``encoding``, ``empty``, ``too_long``, or
        ``column`` with the missing column as detail
    """
    rows = _xlsx_rows(content) if content[:2] == b"PK" else _csv_rows(content)
    rows = [(n, [_text(cell) for cell in row]) for n, row in rows]
    rows = [(n, row) for n, row in rows if any(row)]
    if not rows:
        raise TableError("empty")
    if len(rows) > max_rows + 1:
        raise TableError("too_long", str(max_rows))
    header = [columns.get(cell.lower()) for cell in rows[0][1]]
    missing = [name for name in required if name not in header]
    if missing:
        raise TableError("column", missing[0])
    return [
        (n, {name: cell for name, cell in zip(header, row, strict=False) if name})
        for n, row in rows[1:]
    ]


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _xlsx_rows(content):
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        rows = book.worksheets[0].iter_rows(values_only=True)
        return list(enumerate(rows, start=1))
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError) as error:
        raise TableError("unreadable") from error


def _csv_rows(content):
    for encoding in ("utf-8-sig", "cp950"):  # Excel in Taiwan writes Big5
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableError("encoding")
    if "\x00" in text:
        raise TableError("unreadable")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    return [(reader.line_num, row) for row in reader]
