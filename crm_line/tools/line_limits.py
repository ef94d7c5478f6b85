"""What LINE refuses in message objects, found before a message is queued.

``problems`` returns (path, key, values): where, what (see ``SENTENCES``) and the
numbers for the sentence.
"""

import json
import urllib.parse

from .line_text import MAX_MESSAGES, MAX_TEXT_UNITS, graphemes, utf16_units

SENTENCES = {
    "missing": "is missing",
    "unknown": "is of a kind that LINE does not know",
    "too_long": "has %(length)s characters, at most %(limit)s are allowed",
    "too_many": "has %(count)s entries, %(least)s to %(limit)s are allowed",
    "too_big": "takes %(size)s bytes, at most %(limit)s are allowed",
    "not_https": "must be a public https address",
    "bad_address": "must be an address that starts with http, https, line or tel",
    "forbidden_name": "must not contain the name LINE",
    "uneven": "must have the same number of actions in every column",
    "out_of_range": "must be a number from %(least)s to %(limit)s",
}
KB = 1024
ALT_TEXT = 1500
URL = 2000
ACTION_URI = 1000
DATA, FILL_IN = 300, 1000
QUICK_REPLIES = 13
EMOJIS = 20
SENDER_NAME = 20
LABELS = {"template": 20, "image_carousel": 12, "quick": 20, "flex": 40}
BUBBLE_BYTES, CAROUSEL_BYTES, BUBBLES = 30 * KB, 50 * KB, 12


def problems(messages, loopback=False):
    """What LINE would refuse of the ``messages`` of one call; empty when right.

    :param bool loopback: accept plain http addresses of this machine (simulator)
    :return: list of (path, key of ``SENTENCES``, values)
    """
    check = _Check(loopback)
    if check.count("messages", messages, 1, MAX_MESSAGES):
        for index, message in enumerate(messages):
            check.message(f"messages[{index}]", message)
    return check.found


class _Check:
    """Collects problems; each method checks one kind of object."""

    def __init__(self, loopback):
        self.loopback = loopback
        self.found = []

    def add(self, path, key, **values):
        self.found.append((path, key, values))

    # -- basic --------------------------------------------------------------------
    def count(self, path, value, least, limit):
        if not isinstance(value, list | tuple) or not least <= len(value) <= limit:
            size = len(value) if isinstance(value, list | tuple) else 0
            self.add(path, "too_many", count=size, least=least, limit=limit)
            return False
        return True

    def text(self, path, value, limit, needed=True, length=utf16_units):
        if value is None or value == "":
            if needed:
                self.add(path, "missing")
        elif not isinstance(value, str):
            self.add(path, "missing")
        elif length(value) > limit:
            self.add(path, "too_long", length=length(value), limit=limit)

    def number(self, path, value, least, limit):
        right = isinstance(value, int | float) and not isinstance(value, bool)
        if not right or not least <= value <= limit:
            self.add(path, "out_of_range", least=least, limit=limit)

    def url(self, path, value, needed=True):
        self.text(path, value, URL, needed)
        if isinstance(value, str) and value and not self._is_public(value):
            self.add(path, "not_https")

    def _is_public(self, value):
        scheme, host = _scheme_and_host(value)
        if scheme == "https" and host:
            return True
        return self.loopback and scheme == "http" and host in ("127.0.0.1", "localhost")

    # -- messages -----------------------------------------------------------------
    def message(self, path, message):
        if not isinstance(message, dict):
            self.add(path, "missing")
            return
        method = getattr(self, f"_message_{message.get('type')}", None)
        if not method:
            self.add(f"{path}.type", "unknown")
            return
        method(path, message)
        if "quickReply" in message:
            self._quick_reply(f"{path}.quickReply", message["quickReply"])
        if "sender" in message:
            self._sender(f"{path}.sender", message["sender"])

    def _message_text(self, path, message):
        self.text(f"{path}.text", message.get("text"), MAX_TEXT_UNITS)
        if "emojis" in message:
            self.count(f"{path}.emojis", message["emojis"], 0, EMOJIS)

    def _message_textV2(self, path, message):
        self.text(f"{path}.text", message.get("text"), MAX_TEXT_UNITS)

    def _message_sticker(self, path, message):
        for name in ("packageId", "stickerId"):
            self.text(f"{path}.{name}", message.get(name), URL)

    def _message_image(self, path, message):
        for name in ("originalContentUrl", "previewImageUrl"):
            self.url(f"{path}.{name}", message.get(name))

    _message_video = _message_image

    def _message_audio(self, path, message):
        self.url(f"{path}.originalContentUrl", message.get("originalContentUrl"))
        self.number(f"{path}.duration", message.get("duration"), 1, 24 * 3600 * 1000)

    def _message_location(self, path, message):
        for name in ("title", "address"):
            self.text(f"{path}.{name}", message.get(name), 100)
        self.number(f"{path}.latitude", message.get("latitude"), -90, 90)
        self.number(f"{path}.longitude", message.get("longitude"), -180, 180)

    def _message_imagemap(self, path, message):
        self.url(f"{path}.baseUrl", message.get("baseUrl"))
        self.text(f"{path}.altText", message.get("altText"), ALT_TEXT)
        self.count(f"{path}.actions", message.get("actions"), 1, 50)

    def _message_coupon(self, path, message):
        self.text(f"{path}.couponId", message.get("couponId"), URL)
        self.text(f"{path}.deliveryTag", message.get("deliveryTag"), 30, needed=False)

    def _message_template(self, path, message):
        self.text(f"{path}.altText", message.get("altText"), ALT_TEXT)
        template = message.get("template")
        kind = template.get("type") if isinstance(template, dict) else None
        method = getattr(self, f"_template_{kind}", None)
        if method:
            method(f"{path}.template", template)
        else:
            self.add(f"{path}.template.type", "unknown")

    # -- templates ----------------------------------------------------------------
    def _template_buttons(self, path, template):
        self._card(path, template, plain=160, with_title=60, actions=4)

    def _template_confirm(self, path, template):
        self.text(f"{path}.text", template.get("text"), 240, length=graphemes)
        self._actions(path, template.get("actions"), 2, 2, "template")

    def _template_carousel(self, path, template):
        columns = template.get("columns")
        if not self.count(f"{path}.columns", columns, 1, 10):
            return
        for index, column in enumerate(columns):
            where = f"{path}.columns[{index}]"
            self._card(where, column, plain=120, with_title=60, actions=3)
        if len({len(column.get("actions") or ()) for column in columns}) > 1:
            self.add(f"{path}.columns", "uneven")

    def _template_image_carousel(self, path, template):
        columns = template.get("columns")
        if not self.count(f"{path}.columns", columns, 1, 10):
            return
        for index, column in enumerate(columns):
            where = f"{path}.columns[{index}]"
            self.url(f"{where}.imageUrl", column.get("imageUrl"))
            self.action(f"{where}.action", column.get("action"), "image_carousel")

    def _card(self, path, card, plain, with_title, actions):
        decorated = card.get("title") or card.get("thumbnailImageUrl")
        limit = with_title if decorated else plain
        self.url(f"{path}.thumbnailImageUrl", card.get("thumbnailImageUrl"), False)
        self.text(f"{path}.title", card.get("title"), 40, False, graphemes)
        self.text(f"{path}.text", card.get("text"), limit, length=graphemes)
        self._actions(path, card.get("actions"), 1, actions, "template")

    # -- flex ---------------------------------------------------------------------
    def _message_flex(self, path, message):
        self.text(f"{path}.altText", message.get("altText"), ALT_TEXT)
        contents = message.get("contents")
        where = f"{path}.contents"
        kind = contents.get("type") if isinstance(contents, dict) else None
        if kind == "bubble":
            self._bubble(where, contents)
        elif kind == "carousel":
            self._size(where, contents, CAROUSEL_BYTES)
            bubbles = contents.get("contents")
            if self.count(f"{where}.contents", bubbles, 1, BUBBLES):
                for index, bubble in enumerate(bubbles):
                    self._bubble(f"{where}.contents[{index}]", bubble)
        else:
            self.add(f"{where}.type", "unknown")

    def _bubble(self, path, bubble):
        self._size(path, bubble, BUBBLE_BYTES)
        self._component(path, bubble)

    def _size(self, path, content, limit):
        written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        size = len(written.encode("utf-8", "surrogatepass"))
        if size > limit:
            self.add(path, "too_big", size=size, limit=limit)

    def _component(self, path, value):
        """Addresses and actions, wherever they are in a bubble."""
        if isinstance(value, list):
            for index, entry in enumerate(value):
                self._component(f"{path}[{index}]", entry)
        elif isinstance(value, dict):
            for name, entry in value.items():
                if name == "action":
                    needed = value.get("type") == "button"
                    self.action(f"{path}.action", entry, "flex", needed)
                elif name in ("url", "previewUrl"):
                    self.url(f"{path}.{name}", entry)
                else:
                    self._component(f"{path}.{name}", entry)

    # -- actions ------------------------------------------------------------------
    def _actions(self, path, actions, least, limit, place):
        if self.count(f"{path}.actions", actions, least, limit):
            for index, action in enumerate(actions):
                self.action(f"{path}.actions[{index}]", action, place)

    def action(self, path, action, place, labelled=None):
        """One action; its label is needed except on pictures."""
        kind = action.get("type") if isinstance(action, dict) else None
        method = getattr(self, f"_action_{kind}", None)
        if not method:
            self.add(f"{path}.type", "unknown")
            return
        needed = place != "image_carousel" if labelled is None else labelled
        limit = LABELS[place]
        self.text(f"{path}.label", action.get("label"), limit, needed, graphemes)
        method(path, action)

    def _action_uri(self, path, action):
        value = action.get("uri")
        self.text(f"{path}.uri", value, ACTION_URI)
        if isinstance(value, str) and value:
            scheme = _scheme_and_host(value)[0]
            if scheme not in ("http", "https", "line", "tel"):
                self.add(f"{path}.uri", "bad_address")

    def _action_postback(self, path, action):
        self.text(f"{path}.data", action.get("data"), DATA)
        for name, limit in (("displayText", DATA), ("fillInText", FILL_IN)):
            self.text(f"{path}.{name}", action.get(name), limit, needed=False)

    def _action_message(self, path, action):
        self.text(f"{path}.text", action.get("text"), DATA)

    def _action_datetimepicker(self, path, action):
        self.text(f"{path}.data", action.get("data"), DATA)
        if action.get("mode") not in ("date", "time", "datetime"):
            self.add(f"{path}.mode", "unknown")

    def _action_clipboard(self, path, action):
        self.text(f"{path}.clipboardText", action.get("clipboardText"), 1000)

    def _action_richmenuswitch(self, path, action):
        self.text(f"{path}.richMenuAliasId", action.get("richMenuAliasId"), 32)
        self.text(f"{path}.data", action.get("data"), DATA)

    def _nothing_else(self, path, action):
        """Only a label."""

    _action_camera = _action_cameraRoll = _action_location = _nothing_else

    # -- around a message -----------------------------------------------------------
    def _quick_reply(self, path, value):
        items = value.get("items") if isinstance(value, dict) else None
        if not self.count(f"{path}.items", items, 1, QUICK_REPLIES):
            return
        for index, item in enumerate(items):
            where = f"{path}.items[{index}]"
            self.url(f"{where}.imageUrl", item.get("imageUrl"), needed=False)
            self.action(f"{where}.action", item.get("action"), "quick")

    def _sender(self, path, value):
        name = value.get("name")
        self.text(f"{path}.name", name, SENDER_NAME, needed=False)
        if isinstance(name, str) and "line" in name.lower():
            self.add(f"{path}.name", "forbidden_name")
        self.url(f"{path}.iconUrl", value.get("iconUrl"), needed=False)


def _scheme_and_host(value):
    try:
        parts = urllib.parse.urlsplit(value)
        return parts.scheme.lower(), parts.hostname or ""
    except ValueError:
        return "", ""
