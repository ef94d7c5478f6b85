"""Texts on their way between Odoo and LINE."""

import re
import unicodedata

from lxml import html

MAX_TEXT_UNITS = 5000  # UTF-16 code units of one LINE text message
MAX_MESSAGES = 5  # messages of one call
_BLOCKS = {"p", "div", "li", "ul", "ol", "blockquote", "pre", "tr"} | {
    f"h{level}" for level in range(1, 7)
}
_ODOO_LINKS = {"o_mail_redirect", "o_channel_redirect", "o-discuss-mention"}


def utf16_units(text):
    """Length as LINE counts it: characters outside the BMP count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text):
    """Number of characters as a person counts them (grapheme clusters).

    Counts marks, joined emoji and flags once, as LINE does for labels and titles.
    """
    count, joined, flag = 0, False, False
    for char in text:
        is_flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        extends = (
            char in "\u200d\ufe0e\ufe0f"
            or "\U0001f3fb" <= char <= "\U0001f3ff"
            or unicodedata.category(char) in ("Mn", "Me", "Mc")
        )
        if not extends and not joined and not (is_flag and flag):
            count += 1
        flag = is_flag and not flag
        joined = char == "\u200d"
    return max(count, 1) if text else 0


def from_html(body):
    """Plain text of a Discuss message: line breaks kept, links written out."""
    if not body or not str(body).strip():
        return ""
    root = html.fragment_fromstring(str(body), create_parent="div")
    parts = []
    _collect(root, parts)
    text = "".join(parts).replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _collect(element, parts):
    if not isinstance(element.tag, str):  # comments and processing instructions
        _add(parts, element.tail)
        return
    if element.tag == "br":
        _add(parts, "\n")
    elif element.tag in _BLOCKS:
        _end_line(parts)
    _add(parts, element.text)
    for child in element:
        _collect(child, parts)
    address = element.get("href") if element.tag == "a" else None
    if address and not _ODOO_LINKS & set((element.get("class") or "").split()):
        shown = element.text_content().strip()
        if shown != address:
            _add(parts, f" ({address})")
    if element.tag in _BLOCKS:
        _end_line(parts)
    _add(parts, element.tail)


def _add(parts, text):
    if text:
        parts.append(text)


def _end_line(parts):
    if parts and not parts[-1].endswith("\n"):
        parts.append("\n")


def split(text, limit=MAX_TEXT_UNITS):
    """Pieces of at most ``limit`` units, cut at a line or space where possible."""
    pieces = []
    while utf16_units(text) > limit:
        end = _prefix_length(text, limit)
        cut = max(text.rfind("\n", 0, end), text.rfind(" ", 0, end))
        if cut < end // 2:
            cut = end
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    if text:
        pieces.append(text)
    return pieces


def _prefix_length(text, limit):
    """Number of leading characters that fit in ``limit`` units."""
    used = 0
    for position, char in enumerate(text):
        used += 2 if ord(char) > 0xFFFF else 1
        if used > limit:
            return position
    return len(text)


def messages(text):
    """The LINE text messages for ``text``.

    :raise ValueError: empty, or too long for one call
    """
    pieces = split(text.strip())
    if not 1 <= len(pieces) <= MAX_MESSAGES:
        raise ValueError("text does not fit into one call")
    return [{"type": "text", "text": piece} for piece in pieces]


def normalise(text):
    """Full-width to half-width, upper case, no surrounding blanks."""
    return unicodedata.normalize("NFKC", text or "").strip().upper()
