"""Checks of request bodies: what LINE refuses, in LINE's own answer format."""

import json
import re
import urllib.parse

from . import limits, measure
from .rules import RULES
from .schema import FIELDS, FIXED_TYPES, TYPED, VARIANTS

LOOPBACK = ("127.0.0.1", "localhost", "::1")
URI_SCHEMES = ("http", "https", "line", "tel")
ADDRESS = re.compile(r"[!-~]+")  # an address is written in ASCII, without spaces
# where an action stands decides how long its label may be
CONTEXTS = {
    "ButtonsTemplate": "template",
    "ConfirmTemplate": "template",
    "CarouselColumn": "template",
    "ImageCarouselColumn": "image_carousel",
    "QuickReplyItem": "quick",
    "FlexBubble": "flex",
    "RichMenuArea": "richmenu",
}
# with a picture or a title there is less room for the text
LOOKS = ("ButtonsTemplate", "CarouselColumn")
COLOR = re.compile(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")


def _look(template):
    decorated = template.get("title") or template.get("thumbnailImageUrl")
    return "decorated" if decorated else "plain"


class Checker:
    """Collects the problems of one body as [{message, property}]."""

    def __init__(self):
        self.errors = []

    def error(self, message, path):
        self.errors.append({"message": message, "property": path})

    # -- shapes ---------------------------------------------------------------
    def value(self, kind, value, path, context):
        if kind.startswith("["):
            self.items(kind[1:-1], value, path, context)
        elif kind.startswith("{"):
            self.map(kind[1:-1], value, path, context)
        elif kind.startswith("("):
            words = kind[1:-1].split("|")
            if value not in words:
                known = ", ".join(words)
                self.error(f"Must be one of the following values: [{known}]", path)
        elif kind in VARIANTS:
            self.variant(kind, value, path, context)
        elif kind in FIELDS:
            self.object(kind, value, path, context)
        else:
            getattr(self, f"_{kind}")(value, path)

    def items(self, kind, value, path, context):
        if not isinstance(value, list):
            self.error("Must be an array", path)
            return
        for index, item in enumerate(value):
            self.value(kind, item, f"{path}[{index}]", context)

    def map(self, kind, value, path, context):
        if not isinstance(value, dict):
            self.error("Must be an object", path)
            return
        for name, item in value.items():
            self.value(kind, item, f"{path}.{name}", context)

    def variant(self, kind, value, path, context):
        if not isinstance(value, dict):
            self.error("Must be an object", path)
            return
        known = VARIANTS[kind]
        name = value.get("type")
        if not isinstance(name, str) or name not in known:
            words = ", ".join(known)
            self.error(
                f"Must be one of the following values: [{words}]", f"{path}.type"
            )
            return
        self.object(known[name], value, path, context)

    def object(self, name, value, path, context):
        if not isinstance(value, dict):
            self.error("Must be an object", path)
            return
        fields = FIELDS[name]
        known = set(fields) | ({"type"} if name in TYPED else set())
        for unknown in sorted(set(value) - known):
            self.error("Unknown property", _join(path, unknown))
        if name in FIXED_TYPES and value.get("type") != FIXED_TYPES[name]:
            self.error(
                f"Must be one of the following values: [{FIXED_TYPES[name]}]",
                _join(path, "type"),
            )
        inner = CONTEXTS.get(name, context)
        look = _look(value) if name in LOOKS else inner
        for field_name, field in fields.items():
            place = _join(path, field_name)
            if value.get(field_name) is None:
                if field.required:
                    self.error("May not be empty", place)
                continue
            before = len(self.errors)
            self.value(field.kind, value[field_name], place, inner)
            if len(self.errors) == before:
                self.limit(f"{name}.{field_name}", value[field_name], place, look)
        self.limit(name, value, path, "")
        for message, field_name in RULES.get(name, _no_rule)(value, inner):
            self.error(message, _join(path, field_name))

    # -- values ---------------------------------------------------------------
    def _str(self, value, path):
        if not isinstance(value, str):
            self.error("Must be a string", path)

    def _color(self, value, path):
        if not isinstance(value, str) or not COLOR.fullmatch(value):
            self.error("Invalid color", path)

    def _bool(self, value, path):
        if not isinstance(value, bool):
            self.error("Must be a boolean", path)

    def _int(self, value, path):
        if not isinstance(value, int) or isinstance(value, bool):
            self.error("Must be an integer", path)

    def _num(self, value, path):
        if measure.size(value, "number") is None:
            self.error("Must be a number", path)

    def _https(self, value, path):
        """Where LINE fetches something: https, plain http on this machine only."""
        parts = _address(value)
        if parts is None or not parts.hostname:
            self.error("Invalid URI", path)
        elif parts.scheme != "https" and not (
            parts.scheme == "http" and parts.hostname in LOOPBACK
        ):
            self.error("Invalid URI scheme", path)

    def _uri(self, value, path):
        parts = _address(value)
        if parts is None:
            self.error("Invalid URI", path)
        elif parts.scheme not in URI_SCHEMES:
            self.error("Invalid action URI scheme", path)

    # -- limits ---------------------------------------------------------------
    def limit(self, place, value, path, context):
        limit = limits.of(place, context)
        size = limit and measure.size(value, limit.unit)
        if size is None:
            return
        low, high = limit.minimum, limit.maximum
        if low <= size <= high and not (limit.step > 1 and size % limit.step):
            return
        if limit.unit in ("items", "bytes"):
            self.error(f"Size must be between {low} and {high}", path)
        elif limit.unit == "number":
            self.error(f"Must be between {low} and {high}", path)
        elif size == 0:
            self.error("May not be empty", path)
        else:
            self.error(f"Length must be between {low} and {high}", path)


def _join(path, name):
    return f"{path}.{name}" if path else name


def _address(value):
    """The parts of an address, or None when it is not one."""
    if not isinstance(value, str) or not ADDRESS.fullmatch(value):
        return None
    try:
        parts = urllib.parse.urlsplit(value)
        return parts if parts.scheme and parts.port != 0 else None
    except ValueError:
        return None


def _no_rule(_value, _context):
    return ()


def check(kind, body):
    """Problems of a body of this kind: [{message, property}], empty when right."""
    checker = Checker()
    try:
        checker.object(kind, body, "", "")
    except RecursionError:
        checker.error("Nested too deeply", "")
    return checker.errors


def check_messages(messages):
    """Problems of a ``messages`` list alone."""
    return check("Validate", {"messages": messages})


def parse(raw):
    """The JSON of a request body; ValueError when there is none."""
    try:
        return json.loads(raw)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def refusal(errors):
    """The body of a 400 answer."""
    return {
        "message": f"The request body has {len(errors)} error(s)",
        "details": errors,
    }
