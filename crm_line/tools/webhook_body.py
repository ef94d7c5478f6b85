"""Reading a webhook body that comes from outside."""

import hashlib
import json


def storable(value):
    """``value`` with only what PostgreSQL's jsonb and text can hold.

    JSON allows NUL characters and lone surrogates; PostgreSQL does not. An event
    with such a text must be kept all the same.
    """
    if isinstance(value, str):
        text = value.replace("\x00", "")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [storable(entry) for entry in value]
    if isinstance(value, dict):
        return {storable(name): storable(entry) for name, entry in value.items()}
    return value


def parse(body):
    """(destination, events) of a webhook body.

    :raise ValueError: not a JSON object with a list of event objects
    """
    content = json.loads(body)
    if not isinstance(content, dict):
        raise ValueError("the body is not an object")
    events = content.get("events")
    if not isinstance(events, list) or not all(isinstance(e, dict) for e in events):
        raise ValueError("events is not a list of objects")
    return content.get("destination"), storable(events)


def event_id(event):
    """The webhookEventId, or a digest of the event where LINE sent none."""
    given = event.get("webhookEventId")
    if isinstance(given, str) and given:
        return given
    canonical = json.dumps(event, sort_keys=True).encode()
    return "sha256:" + hashlib.sha256(canonical).hexdigest()


def sender(event):
    """The LINE user id of a one-to-one event, or None (groups, no consent)."""
    source = event.get("source")
    if not isinstance(source, dict) or source.get("type") != "user":
        return None
    identifier = source.get("userId")
    return identifier if isinstance(identifier, str) and identifier else None
