"""What arrives from LINE, taken apart for the screen."""

import re

MAP = "https://www.google.com/maps?q={latitude:.6f},{longitude:.6f}"
MAX_FILE_NAME = 120
_EMOJI, _MENTION = "emoji", "mention"


def segments(text, content):
    """``text`` in pieces: [(kind, piece)], kind is text, emoji or mention.

    LINE counts UTF-16 code units. A mark that does not fit the text is left out: the
    words themselves are never lost.

    :param dict content: the message object of the webhook
    """
    units = text.encode("utf-16-le", "surrogatepass")
    pieces, done = [], 0
    for start, end, kind in sorted(_marks(content)):
        if start < done or end > len(units) // 2:
            continue
        pieces += [("text", _cut(units, done, start)), (kind, _cut(units, start, end))]
        done = end
    pieces.append(("text", _cut(units, done, len(units) // 2)))
    return [(kind, piece) for kind, piece in pieces if piece]


def _cut(units, start, end):
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def _marks(content):
    mention = content.get("mention")
    mentionees = mention.get("mentionees") if isinstance(mention, dict) else None
    for kind, marks in ((_EMOJI, content.get("emojis")), (_MENTION, mentionees)):
        for mark in marks if isinstance(marks, list) else ():
            if not isinstance(mark, dict):
                continue
            start, length = mark.get("index"), mark.get("length")
            if _is_count(start) and _is_count(length) and length:
                yield start, start + length, kind


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def map_url(content):
    """Address of a map with the place of a location message, or None."""
    latitude, longitude = content.get("latitude"), content.get("longitude")
    for value, limit in ((latitude, 90), (longitude, 180)):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if not -limit <= value <= limit:  # false for NaN as well
            return None
    return MAP.format(latitude=latitude, longitude=longitude)


def sticker_words(content):
    """What a sticker says: its own text, else its first keywords."""
    text = words(content.get("text"))
    if text:
        return text
    keywords = content.get("keywords")
    known = [words(word) for word in keywords] if isinstance(keywords, list) else []
    return ", ".join(word for word in known if word)[:MAX_FILE_NAME]


def as_text(value):
    """``value`` when it is a text, else None: LINE's fields are not trusted."""
    return value if isinstance(value, str) else None


def words(value):
    """``value`` on one line; nothing when it is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def file_name(value):
    """A name without folders and control characters, short enough; may be empty."""
    name = re.split(r"[/\\]", words(value))[-1]
    name = "".join(char for char in name if char.isprintable()).lstrip(".")
    stem, dot, extension = name.rpartition(".")
    if len(name) <= MAX_FILE_NAME:
        return name
    if not dot or len(extension) > 10:
        return name[:MAX_FILE_NAME]
    return f"{stem[: MAX_FILE_NAME - len(extension) - 1]}.{extension}"
