"""Checks of request bodies: what LINE refuses, in LINE's own answer format.

Only text messages are known to this simulator. The limits come from the
Messaging API reference; lengths of texts count UTF-16 code units.
"""

MAX_MESSAGES = 5
MAX_TEXT_UNITS = 5000
KNOWN_TYPES = ("text",)
TEXT_FIELDS = {"type", "text", "quoteToken", "quickReply", "sender"}
PUSH_FIELDS = {"to", "messages", "notificationDisabled", "customAggregationUnits"}
REPLY_FIELDS = {"replyToken", "messages", "notificationDisabled"}


def utf16_units(text):
    """Length as LINE counts it (a character outside the BMP counts twice)."""
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def _error(message, path):
    return {"message": message, "property": path}


def _check_text(message, path):
    errors = [
        _error("Unknown property", f"{path}.{name}")
        for name in sorted(set(message) - TEXT_FIELDS)
    ]
    text = message.get("text")
    if text is None or text == "":
        errors.append(_error("May not be empty", f"{path}.text"))
    elif not isinstance(text, str):
        errors.append(_error("Must be a string", f"{path}.text"))
    elif utf16_units(text) > MAX_TEXT_UNITS:
        errors.append(
            _error(f"Length must be between 0 and {MAX_TEXT_UNITS}", f"{path}.text")
        )
    return errors


def check_messages(messages):
    """Problems of a ``messages`` list: [{message, property}], empty when right."""
    if not isinstance(messages, list):
        return [_error("May not be empty", "messages")]
    if not 1 <= len(messages) <= MAX_MESSAGES:
        return [_error(f"Size must be between 1 and {MAX_MESSAGES}", "messages")]
    errors = []
    for index, message in enumerate(messages):
        path = f"messages[{index}]"
        if not isinstance(message, dict):
            errors.append(_error("Must be an object", path))
        elif message.get("type") not in KNOWN_TYPES:
            known = ", ".join(KNOWN_TYPES)
            errors.append(
                _error(
                    f"Must be one of the following values: [{known}]", f"{path}.type"
                )
            )
        else:
            errors += _check_text(message, path)
    return errors


def check_body(body, target, known_fields):
    """Problems of a push or reply body whose addressee is in ``target``."""
    if not isinstance(body, dict):
        return [_error("Must be an object", "")]
    errors = [
        _error("Unknown property", name) for name in sorted(set(body) - known_fields)
    ]
    if not isinstance(body.get(target), str) or not body[target]:
        errors.append(_error("May not be empty", target))
    return errors + check_messages(body.get("messages"))


def check_push(body):
    return check_body(body, "to", PUSH_FIELDS)


def check_reply(body):
    return check_body(body, "replyToken", REPLY_FIELDS)


def refusal(errors):
    """The body of a 400 answer."""
    return {
        "message": f"The request body has {len(errors)} error(s)",
        "details": errors,
    }
