"""How LINE counts: UTF-16 code units, grapheme clusters, bytes of JSON."""

import json
import unicodedata

JOINER = 0x200D
REGIONAL = range(0x1F1E6, 0x1F200)
SKIN = range(0x1F3FB, 0x1F400)
SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0020, 0xE0080))


def utf16_units(text):
    """A character outside the basic plane counts twice."""
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def graphemes(text):
    """What a reader sees as one sign: marks, joined emoji and flags count once.

    Enough of the Unicode rules for Chinese, Latin letters and emoji.
    """
    count = 0
    joined = False
    flags = 0  # regional letters so far in this run: two make a flag
    for char in text:
        code = ord(char)
        if code in REGIONAL:
            flags += 1
            count += flags % 2
            joined = False
            continue
        flags = 0
        if code == JOINER:
            joined = True
        elif joined:
            joined = False
        elif not _extends(char, code):
            count += 1
    return count


def _extends(char, code):
    return (
        code in SKIN or code in SELECTORS or unicodedata.category(char) in ("Mn", "Me")
    )


def json_bytes(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode("utf-8", "surrogatepass"))


def size(value, unit):
    """``value`` measured in a unit of the limits table; None: not measurable."""
    if unit == "bytes":
        return json_bytes(value)
    if unit == "items":
        return len(value) if isinstance(value, (list, dict)) else None
    if unit == "number":
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value if number else None
    if not isinstance(value, str):
        return None
    return {"utf16": utf16_units, "graphemes": graphemes, "chars": len}[unit](value)
