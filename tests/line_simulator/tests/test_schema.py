"""The schema: what is accepted, what is refused and where."""

import pytest

from line_simulator import validation

from . import samples
from .samples import URL

FLEX_BOX = {"type": "box", "layout": "vertical", "contents": [samples.FLEX_TEXT]}


def flex(**bubble):
    contents = {"type": "bubble", "body": FLEX_BOX} | bubble
    return {"type": "flex", "altText": "a", "contents": contents}


def part(**values):
    return flex(body=FLEX_BOX | {"contents": [values]})


def action(**values):
    return samples.buttons(actions=[values])[1]["messages"][0]


IMAGE = {"type": "image", "originalContentUrl": URL, "previewImageUrl": URL}
RIGHT = [
    IMAGE,
    IMAGE | {"originalContentUrl": "http://127.0.0.1:8069/a.png"},
    IMAGE | {"previewImageUrl": "http://localhost/a.png"},
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {
        "type": "text",
        "text": "$ 嗨😀$",
        "emojis": [
            {"index": 0, "productId": "1", "emojiId": "2"},
            {"index": 5, "productId": "1", "emojiId": "2"},
        ],
    },
    {
        "type": "textV2",
        "text": "{who} 嗨",
        "substitution": {
            "who": {"type": "mention", "mentionee": {"type": "user", "userId": "U1"}},
            "all": {"type": "mention", "mentionee": {"type": "all"}},
        },
    },
    flex(hero={"type": "image", "url": URL, "size": "full"}),
    part(type="text", contents=[{"type": "span", "text": "a", "color": "#00aa00"}]),
    part(type="button", action=samples.uri(), style="primary", color="#00AA0080"),
    part(type="box", layout="baseline", contents=[{"type": "icon", "url": URL}]),
    action(type="uri", label="a", uri="tel:0912345678"),
    action(type="uri", label="a", uri="line://app/1"),
    action(
        type="datetimepicker",
        label="a",
        data="d",
        mode="datetime",
        initial="2026-01-01T10:00",
    ),
    {"type": "text", "text": "a", "sender": {"name": "Caroline", "iconUrl": URL}},
]
WRONG = [
    (IMAGE | {"originalContentUrl": "http://example.com/a.png"}, "originalContentUrl"),
    (IMAGE | {"previewImageUrl": "//example.com/a"}, "previewImageUrl"),
    (IMAGE | {"previewImageUrl": "https://example.com/圖.png"}, "previewImageUrl"),
    (IMAGE | {"previewImageUrl": "https://[::1"}, "previewImageUrl"),
    (IMAGE | {"previewImageUrl": 5}, "previewImageUrl"),
    (IMAGE | {"colour": "red"}, "colour"),
    ({"type": "image", "originalContentUrl": URL}, "previewImageUrl"),
    ({"type": "sticker", "packageId": "a", "stickerId": "1"}, "packageId"),
    (
        {
            "type": "text",
            "text": "嗨",
            "emojis": [{"index": 0, "productId": "1", "emojiId": "2"}],
        },
        "emojis[0].index",
    ),
    (
        {"type": "text", "text": "$", "emojis": [{"index": 0, "productId": "1"}]},
        "emojis[0].emojiId",
    ),
    (
        {"type": "textV2", "text": "a", "substitution": {"b": {"type": "image"}}},
        "substitution.b.type",
    ),
    ({"type": "text", "text": "a", "sender": {"name": "LINE"}}, "sender.name"),
    (
        {"type": "text", "text": "a", "quickReply": {"items": [{"type": "action"}]}},
        "quickReply.items[0].action",
    ),
    ({"type": "audio", "originalContentUrl": URL, "duration": "1"}, "duration"),
    (
        {
            "type": "location",
            "title": "a",
            "address": "a",
            "latitude": "1",
            "longitude": 1,
        },
        "latitude",
    ),
    (
        action(type="uri", label="a", uri="javascript:alert(1)"),
        "template.actions[0].uri",
    ),
    (action(type="uri", uri=URL), "template.actions[0].label"),
    (action(type="camera", label="a"), "template.actions[0].type"),
    (
        action(type="richmenuswitch", label="a", data="d", richMenuAliasId="a"),
        "template.actions[0].type",
    ),
    (action(type="postback", label="a"), "template.actions[0].data"),
    (
        action(type="postback", label="a", data="d", text="a", displayText="b"),
        "template.actions[0].text",
    ),
    (
        action(type="postback", label="a", data="d", fillInText="a"),
        "template.actions[0].fillInText",
    ),
    (
        action(type="datetimepicker", label="a", data="d", mode="date", min="soon"),
        "template.actions[0].min",
    ),
    (part(type="span", text="a"), "contents.body.contents[0]"),
    (part(type="icon", url=URL), "contents.body.contents[0]"),
    (part(type="text"), "contents.body.contents[0].text"),
    (part(type="text", text="a", color="red"), "contents.body.contents[0].color"),
    (part(type="text", text="a", weight="heavy"), "contents.body.contents[0].weight"),
    (part(type="text", text="a", wrap="yes"), "contents.body.contents[0].wrap"),
    (part(type="text", text="a", maxLines=1.5), "contents.body.contents[0].maxLines"),
    (
        part(type="button", action={"type": "uri", "uri": URL}),
        "contents.body.contents[0].action.label",
    ),
    (
        part(type="box", layout="baseline", contents=[FLEX_BOX]),
        "contents.body.contents[0].contents[0]",
    ),
    (flex(hero=samples.FLEX_TEXT), "contents.hero"),
    (flex(body=samples.FLEX_TEXT), "contents.body.type"),
    (flex(size="huge"), "contents.size"),
    (
        samples.template(
            "carousel",
            columns=[
                {"text": "a", "actions": [samples.uri()]},
                {"text": "a", "actions": [samples.uri()] * 2},
            ],
        )[1]["messages"][0],
        "template.columns",
    ),
    (
        samples.template(
            "carousel",
            columns=[
                {"text": "a", "title": "t", "actions": [samples.uri()]},
                {"text": "a", "actions": [samples.uri()]},
            ],
        )[1]["messages"][0],
        "template.columns",
    ),
    ({"type": "template", "altText": "a", "template": []}, "template"),
    ({"type": ["text"], "text": "a"}, "type"),
]


@pytest.mark.parametrize("message", RIGHT)
def test_right_messages(message):
    assert validation.check_messages([message]) == []


@pytest.mark.parametrize("message, place", WRONG)
def test_wrong_messages(message, place):
    errors = validation.check_messages([message])
    assert f"messages[0].{place}" in [error["property"] for error in errors]


@pytest.mark.parametrize(
    "body", [None, [], "x", 5, {"messages": {}}, {"messages": [1]}]
)
def test_bodies_that_are_no_messages(body):
    assert validation.check("Validate", body)


def test_deep_nesting_is_refused_not_fatal(call, user):
    box = FLEX_BOX
    for _level in range(400):
        box = FLEX_BOX | {"contents": [box]}
    assert validation.check_messages([flex(body=box)])
    assert call.push(user, flex(body=box))[0] == 400
    raw = b'{"to":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert call.status("/api/v2/bot/message/push", raw) == 400
