"""The documented limits of LINE: (name, message at a size, the largest size)."""

import json

from ..tools import line_message

URL = "https://a.tw/"
SAY = line_message.message_action("a", "a")


def limit_table():
    return [
        ("text", lambda n: line_message.text("x" * n), 5000),
        ("quick replies", lambda n: line_message.text("x", None, [SAY] * n), 13),
        (
            "label of a quick reply",
            lambda n: line_message.text(
                "x", None, [line_message.message_action("x" * n, "a")]
            ),
            20,
        ),
        ("emoji", _emojis, 20),
        (
            "name of the sender",
            lambda n: line_message.text("x") | {"sender": {"name": "x" * n}},
            20,
        ),
        ("address of a picture", lambda n: line_message.image(_url(n)), 2000),
        ("alt text", lambda n: line_message.buttons("x" * n, "a", [SAY]), 1500),
        ("text of buttons", lambda n: line_message.buttons("a", "x" * n, [SAY]), 160),
        (
            "text of buttons with a title",
            lambda n: line_message.buttons("a", "x" * n, [SAY], title="a"),
            60,
        ),
        (
            "title of buttons",
            lambda n: line_message.buttons("a", "a", [SAY], title="x" * n),
            40,
        ),
        ("buttons", lambda n: line_message.buttons("a", "a", [SAY] * n), 4),
        (
            "label of a button",
            lambda n: _button(line_message.message_action("x" * n, "a")),
            20,
        ),
        (
            "text of a message action",
            lambda n: _button(line_message.message_action("a", "x" * n)),
            300,
        ),
        ("postback", lambda n: _button(line_message.postback("a", "x" * n)), 300),
        (
            "text shown for a postback",
            lambda n: _button(line_message.postback("a", "a", "x" * n)),
            300,
        ),
        ("address of a link", lambda n: _button(line_message.uri("a", _url(n))), 1000),
        (
            "text of a question",
            lambda n: _template("confirm", text="x" * n, actions=[SAY] * 2),
            240,
        ),
        (
            "actions of a question",
            lambda n: _template("confirm", text="a", actions=[SAY] * n),
            2,
        ),
        ("columns", lambda n: _carousel(n, 1), 10),
        ("actions of a column", lambda n: _carousel(1, n), 3),
        (
            "text of a column",
            lambda n: _template(
                "carousel", columns=[{"text": "x" * n, "actions": [SAY]}]
            ),
            120,
        ),
        ("pictures in a row", lambda n: _pictures(n, "a"), 10),
        ("label of a picture", lambda n: _pictures(1, "x" * n), 12),
        ("bubbles", lambda n: _flex(_bubbles(n)), 12),
        ("bytes of a bubble", lambda n: _flex(_padded(_bubble, n)), 30 * 1024),
        ("bytes of a carousel", lambda n: _flex(_padded(_two_bubbles, n)), 50 * 1024),
        ("title of a place", lambda n: _location(title="x" * n), 100),
        ("address of a place", lambda n: _location(address="x" * n), 100),
    ]


def _url(length):
    return URL + "x" * (length - len(URL))


def _emojis(count):
    return {
        "type": "text",
        "text": "$" * max(count, 1),
        "emojis": [
            {"index": n, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
            for n in range(count)
        ],
    }


def _button(action):
    return line_message.buttons("a", "a", [action])


def _template(kind, **values):
    template = {"type": kind} | values
    return {"type": "template", "altText": "a", "template": template}


def _carousel(columns, actions):
    column = {"text": "a", "actions": [SAY] * actions}
    return _template("carousel", columns=[column] * columns)


def _pictures(count, label):
    action = line_message.message_action(label, "a")
    column = {"imageUrl": URL + "a.png", "action": action}
    return _template("image_carousel", columns=[column] * count)


def _flex(contents):
    return {"type": "flex", "altText": "a", "contents": contents}


def _bubble(length):
    text = {"type": "text", "text": "x" * length}
    body = {"type": "box", "layout": "vertical", "contents": [text]}
    return {"type": "bubble", "body": body}


def _bubbles(count):
    return {"type": "carousel", "contents": [_bubble(1)] * count}


def _two_bubbles(length):
    half = length // 2
    contents = [_bubble(half), _bubble(length - half)]
    return {"type": "carousel", "contents": contents}


def _padded(make, size):
    """What ``make`` makes, as JSON exactly ``size`` bytes long."""
    empty = len(json.dumps(make(2), separators=(",", ":"))) - 2
    return make(size - empty)


def _location(title="a", address="a"):
    place = {"title": title, "address": address}
    return {"type": "location", "latitude": 25, "longitude": 121.5} | place
