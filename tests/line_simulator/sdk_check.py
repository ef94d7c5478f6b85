"""Runs in the SDK's Python: a JSON list on standard input, a list of verdicts out.

A body is accepted when the SDK's model reads it and gives back all of it: what a model
does not know it drops, and that is reported too.
"""

import json
import sys

from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import models
from linebot.v3.webhook import WebhookParser
from linebot.v3.webhooks import Event

MODELS = {
    "push": models.PushMessageRequest,
    "reply": models.ReplyMessageRequest,
    "multicast": models.MulticastRequest,
    "broadcast": models.BroadcastRequest,
    "narrowcast": models.NarrowcastRequest,
    "validate": models.ValidateMessageRequest,
    "message": models.Message,
    "richmenu": models.RichMenuRequest,
    "loading": models.ShowLoadingAnimationRequest,
    "mark_as_read": models.MarkMessagesAsReadByTokenRequest,
    "set_webhook": models.SetWebhookEndpointRequest,
    "test_webhook": models.TestWebhookEndpointRequest,
    "richmenu_alias": models.CreateRichMenuAliasRequest,
    "richmenu_link": models.RichMenuBulkLinkRequest,
}


def lost(given, kept, path=""):
    """Paths of what is in ``given`` and not in ``kept``."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            place = f"{path}.{name}" if path else name
            if name not in kept:
                yield place
            else:
                yield from lost(value, kept[name], place)
    elif isinstance(given, list) and isinstance(kept, list):
        if len(given) != len(kept):
            yield path
        for index, (one, other) in enumerate(zip(given, kept, strict=False)):
            yield from lost(one, other, f"{path}[{index}]")
    elif given != kept:
        yield path


def body_verdict(kind, body):
    try:
        model = MODELS[kind].from_dict(body)
    except (ValueError, TypeError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"
    missing = list(lost(body, json.loads(model.to_json())))
    return f"not in the SDK's model: {missing}" if missing else None


def webhook_verdict(item):
    """Accepted: the signature is right and every event is one the SDK has a model of.

    The parser itself takes an event it cannot read for an unknown one.
    """
    try:
        WebhookParser(item["secret"]).parse(item["body"], item["signature"])
        for event in json.loads(item["body"])["events"]:
            Event.from_dict(event)
    except InvalidSignatureError as error:
        return f"InvalidSignatureError: {error}"
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def verdict(item):
    if item["kind"] == "webhook":
        return webhook_verdict(item)
    return body_verdict(item["kind"], item["body"])


if __name__ == "__main__":
    json.dump([verdict(item) for item in json.load(sys.stdin)], sys.stdout)
