"""Reading a webhook body that comes from outside.

Whoever signs may send anything; whatever it is must be kept. What PostgreSQL cannot
hold is replaced by something that says what stood there.
"""

import hashlib
import json
import math
import re

MAX_DEPTH = 100  # deeper parts are kept as JSON text; PostgreSQL has a stack, too
MAX_DIGITS = 300  # longer numbers are kept as text
MAX_ID_LENGTH = 64  # of what is indexed; LINE's ids have 26 and 33 characters
UNREADABLE = "unreadable"  # event type of what is no event object
_USER_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_ID_LENGTH}}}")


def storable(value, depth=0):
    """``value`` with only what PostgreSQL's jsonb and text can hold.

    JSON allows NUL characters, lone surrogates and any depth; PostgreSQL does not.
    An event with such a text must be kept all the same.
    """
    if isinstance(value, str):
        text = value.replace("\x00", "\ufffd")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, (list, dict)) and depth >= MAX_DEPTH:
        return storable(json.dumps(value))
    if isinstance(value, list):
        return [storable(entry, depth + 1) for entry in value]
    if isinstance(value, dict):
        return {
            storable(name): storable(entry, depth + 1) for name, entry in value.items()
        }
    return value


def parse(body):
    """(destination, events) of a webhook body.

    Entries that are no objects, and bodies that cannot be read, become events of
    the type ``unreadable``. The destination of the latter is None.
    """
    try:
        content = json.loads(
            body, parse_int=_integer, parse_float=_number, parse_constant=str
        )
        if not isinstance(content, dict) or not isinstance(content.get("events"), list):
            return None, [_keep(content)]
        destination = storable(content.get("destination"))
        return destination, [_event(entry) for entry in content["events"]]
    except (ValueError, RecursionError):
        return None, [_keep(body.decode("utf-8", "backslashreplace"))]


def _event(entry):
    return storable(entry) if isinstance(entry, dict) else _keep(entry)


def _keep(value):
    return {"type": UNREADABLE, "content": storable(value)}


def _integer(digits):
    return digits if len(digits) > MAX_DIGITS else int(digits)


def _number(digits):
    number = float(digits)
    return number if len(digits) <= MAX_DIGITS and math.isfinite(number) else digits


def event_id(event):
    """The webhookEventId, or a digest of the event where LINE sent no usable one."""
    given = event.get("webhookEventId")
    if isinstance(given, str) and 0 < len(given) <= MAX_ID_LENGTH:
        return given
    canonical = json.dumps(event, sort_keys=True).encode()
    return "sha256:" + hashlib.sha256(canonical).hexdigest()


def sender(event):
    """The LINE user id of a one-to-one event, or None (groups, no consent)."""
    source = event.get("source")
    if not isinstance(source, dict) or source.get("type") != "user":
        return None
    identifier = source.get("userId")
    usable = isinstance(identifier, str) and _USER_ID.fullmatch(identifier)
    return identifier if usable else None


def short(value, length=255):
    """``value`` when it is a text that a column with an index can hold."""
    return value if isinstance(value, str) and len(value) <= length else None
