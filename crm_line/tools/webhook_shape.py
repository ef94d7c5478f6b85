"""The documented shape of webhook events: what the handlers may rely on.

LINE adds fields and values without notice, so unknown ones are left alone. A known
field of another type than documented is put aside, and an event without a field that
its type needs is not worked on.
"""

PUT_ASIDE = "unreadable"  # where fields of a wrong type are kept in the event
MAX_INTEGER = 2**53 - 1  # what JSON numbers hold exactly
MAX_ENTRIES = 1000  # of a list in an event; LINE's own lists have at most 100


class _Number:
    """A number that is no bool."""


_MEMBERS = {"members": [{"type": str, "userId": str}]}
_CONTENT_PROVIDER = {
    "type": str,
    "originalContentUrl": str,
    "previewImageUrl": str,
}
_MESSAGE = {
    "id": str,
    "type": str,
    "text": str,
    "quoteToken": str,
    "quotedMessageId": str,
    "markAsReadToken": str,
    "emojis": [{"index": int, "length": int, "productId": str, "emojiId": str}],
    "mention": {
        "mentionees": [
            {"index": int, "length": int, "type": str, "userId": str, "isSelf": bool}
        ]
    },
    "contentProvider": _CONTENT_PROVIDER,
    "imageSet": {"id": str, "index": int, "total": int},
    "duration": int,
    "fileName": str,
    "fileSize": int,
    "title": str,
    "address": str,
    "latitude": _Number,
    "longitude": _Number,
    "packageId": str,
    "stickerId": str,
    "stickerResourceType": str,
    "keywords": [str],
}
EVENT = {
    "type": str,
    "mode": str,
    "timestamp": int,
    "webhookEventId": str,
    "replyToken": str,
    "source": {"type": str, "userId": str, "groupId": str, "roomId": str},
    "deliveryContext": {"isRedelivery": bool},
    "message": _MESSAGE,
    "unsend": {"messageId": str},
    "follow": {"isUnblocked": bool},
    "postback": {"data": str, "params": dict},
    "joined": _MEMBERS,
    "left": _MEMBERS,
    "videoPlayComplete": {"trackingId": str},
    "beacon": {"hwid": str, "type": str, "dm": str},
    "link": {"result": str, "nonce": str},
    "delivery": {"data": str},
    "membership": {"type": str, "membershipId": int},
    "module": {"type": str, "botId": str, "scopes": [str]},
    "activated": {"chatControl": {"expireAt": int}},
    "chatControl": {"expireAt": int},
}
# What an event of a type cannot do without.
NEEDED = {
    "message": (("message", "id"), ("message", "type")),
    "messageEdited": (("message", "id"),),
    "unsend": (("unsend", "messageId"),),
    "postback": (("postback", "data"),),
    "accountLink": (("link", "result"), ("link", "nonce")),
    "videoPlayComplete": (("videoPlayComplete", "trackingId"),),
}


def clean(event):
    """``event`` as documented: (copy, paths that were put aside).

    What was put aside stays in the copy, under ``unreadable``.
    """
    aside = {}
    result = _clean(event, EVENT, "", aside)
    if aside:
        if PUT_ASIDE in result:  # LINE's own field of that name, should there be one
            aside[PUT_ASIDE] = result[PUT_ASIDE]
        result[PUT_ASIDE] = aside
    return result, sorted(aside)


def missing(event):
    """Paths that this (cleaned) event needs and does not have."""
    kind = event.get("type")
    return [
        ".".join(path)
        for path in NEEDED.get(kind if isinstance(kind, str) else None, ())
        if not _has(event, path)
    ]


def _has(event, path):
    for name in path:
        if not isinstance(event, dict) or name not in event:
            return False
        event = event[name]
    return True


def _clean(value, shape, path, aside):
    """A copy of ``value`` (known to fit at its top) with what fits ``shape``."""
    if isinstance(shape, list):
        return [
            _clean(entry, shape[0], f"{path}[{number}]", aside)
            for number, entry in enumerate(value)
            if _fits_or_aside(entry, shape[0], f"{path}[{number}]", aside)
        ]
    if not isinstance(shape, dict):
        return value
    result = {}
    for name, entry in value.items():
        if name not in shape:
            result[name] = entry
            continue
        where = f"{path}.{name}" if path else name
        if _fits_or_aside(entry, shape[name], where, aside):
            result[name] = _clean(entry, shape[name], where, aside)
    return result


def _fits_or_aside(value, shape, path, aside):
    if _fits(value, shape):
        return True
    aside[path] = value
    return False


def _fits(value, shape):
    """Whether ``value`` is of the type that ``shape`` stands for, at its top."""
    if isinstance(shape, dict):
        return isinstance(value, dict)
    if isinstance(shape, list):
        return isinstance(value, list) and len(value) <= MAX_ENTRIES
    if shape is bool:
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if shape is int:
        return isinstance(value, int) and abs(value) <= MAX_INTEGER
    if shape is _Number:
        return isinstance(value, (int, float)) and abs(value) <= MAX_INTEGER
    return isinstance(value, shape)
