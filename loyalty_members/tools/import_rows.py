"""Reading the cells of a member import. Plain Python: no ORM, no database."""

from datetime import date, datetime

DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")
HIGHEST_POINTS = 2**31 - 1
ORIGINS = {
    "": "earned",
    "earned": "earned",
    "bonus": "bonus",
    "paid": "paid",
    "消費累點": "earned",
    "贈點": "bonus",
    "贈送": "bonus",
    "付費": "paid",
    "儲值": "paid",
}


def parse_date(text):
    """A date as spreadsheets of Taiwan write it; ``None`` for an empty cell.

    :raise ValueError: not a date
    """
    text = (text or "").strip()
    if not text:
        return None
    for layout in DATE_FORMATS:
        try:
            return datetime.strptime(text, layout).date()
        except ValueError:
            continue
    raise ValueError(text)


def parse_points(text):
    """Whole points, zero for an empty cell; thousands separators are understood.

    :raise ValueError: not whole, negative, or more than the ledger can hold
    """
    text = (text or "").strip().replace(",", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    points = int(text)
    if points > HIGHEST_POINTS:
        raise ValueError(text)
    return points


def parse_origin(text):
    """Origin of the points: earned, bonus or paid.

    :raise ValueError: none of these words
    """
    try:
        return ORIGINS[(text or "").strip().casefold()]
    except KeyError as error:
        raise ValueError(text) from error


def is_past(day, today):
    """Whether points with this last day could not be used any more."""
    return isinstance(day, date) and day < today
