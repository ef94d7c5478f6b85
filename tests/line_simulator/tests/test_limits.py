"""Every limit of the table: accepted at the limit, refused one beyond."""

import json

import pytest

from line_simulator import limits, measure, validation

from . import samples
from .samples import SAMPLES, URL

ADDRESSES = ("Url", "url", "uri", "Uri", "desktop", "endpoint")
SPECIAL_LISTS = {
    "ImagemapMessage.actions": {
        "type": "message",
        "text": "a",
        "area": samples.AREA,
    },
    "ImageCarouselTemplate.columns": {"imageUrl": URL, "action": samples.uri()},
}


def filled(place, unit, size):
    """A value of this size for a property."""
    name = place.split(".")[1]
    if unit == "number":
        return size
    if name == "substitution":
        emoji = {"type": "emoji", "productId": "1", "emojiId": "1"}
        return {f"k{number}": emoji for number in range(size)}
    if unit == "items":
        return [SPECIAL_LISTS.get(place, samples.ELEMENTS[name])] * size
    if name.endswith(ADDRESSES) and size > len(URL):
        return URL + "x" * (size - len(URL))
    if name == "richMenuAliasId":
        return "a" * size
    return {
        "utf16": "😀" * (size // 2) + "x" * (size % 2),
        "graphemes": "e\u0301" * size,
    }.get(unit, "字" * size)


def body(limit, size):
    """(kind, body) in which the limited property has this size."""
    owner, name = limit.place.split(".")
    value = filled(limit.place, limit.unit, size)
    if owner in samples.ACTIONS:
        action = samples.ACTIONS[owner] | {"label": "a", name: value}
        if name == "fillInText":
            action["inputOption"] = "openKeyboard"
        default = {"RichMenuSwitchAction": "richmenu"}.get(owner, "template")
        return samples.PLACES[limit.context or default](action)
    values = {name: value}
    if limit.context == "decorated":
        values["title"] = "a"
    if name == "emojis":
        values["text"] = "$"
    return SAMPLES[owner](**values)


SIMPLE = [limit for limit in limits.LIMITS if limit.unit != "bytes"]


def identify(limit):
    return f"{limit.place}-{limit.context}".rstrip("-")


@pytest.mark.parametrize("limit", SIMPLE, ids=identify)
def test_at_the_limit_and_one_beyond(limit):
    kind, right = body(limit, limit.maximum)
    assert validation.check(kind, right) == []
    kind, wrong = body(limit, limit.maximum + limit.step)
    places = [error["property"] for error in validation.check(kind, wrong)]
    # nothing else is wrong than this property (or a rule about its owner)
    name = limit.place.split(".")[1]
    assert places and all(place.split(".")[-1].startswith(name) for place in places)


@pytest.mark.parametrize(
    "limit", [limit for limit in SIMPLE if limit.minimum], ids=identify
)
def test_at_the_minimum_and_one_below(limit):
    if not limit.place.endswith(ADDRESSES):  # no address is one character long
        kind, right = body(limit, limit.minimum)
        assert validation.check(kind, right) == []
    kind, wrong = body(limit, limit.minimum - limit.step)
    assert validation.check(kind, wrong)


def bubble_of(size):
    """A flex bubble whose JSON has exactly ``size`` bytes."""
    text = {"type": "text", "text": "x"}
    bubble = {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [text]},
    }
    text["text"] += "x" * (size - measure.json_bytes(bubble))
    return bubble


def flex_errors(contents):
    message = {"type": "flex", "altText": "a", "contents": contents}
    return validation.check_messages([message])


def test_size_of_a_flex_bubble():
    assert flex_errors(bubble_of(30 * 1024)) == []
    assert flex_errors(bubble_of(30 * 1024 + 1))


def test_size_of_a_flex_carousel():
    empty = measure.json_bytes({"type": "carousel", "contents": [None, None]})
    rest = 50 * 1024 - (empty - 2 * len("null"))

    def carousel(more):
        bubbles = [bubble_of(rest // 2), bubble_of(rest - rest // 2 + more)]
        return {"type": "carousel", "contents": bubbles}

    assert flex_errors(carousel(0)) == []
    assert flex_errors(carousel(1))


@pytest.mark.parametrize("seconds", [0, 4, 5, 7, 59, 60, 61, 65, 20.5, "20", True])
def test_loading_seconds_are_5_to_60_in_steps_of_5(seconds):
    errors = validation.check("Loading", {"chatId": "U", "loadingSeconds": seconds})
    assert (errors == []) is (seconds in (5, 60) and seconds is not True)


@pytest.mark.parametrize(
    "text, units, signs",
    [
        ("abc", 3, 3),
        ("中文", 2, 2),
        ("😀", 2, 1),
        ("👨‍👩‍👧", 8, 1),
        ("👍🏽", 4, 1),
        ("🇹🇼🇯🇵", 8, 2),
        ("e\u0301\u0302", 3, 1),
        ("❤️", 2, 1),
    ],
)
def test_how_lengths_are_counted(text, units, signs):
    assert (measure.utf16_units(text), measure.graphemes(text)) == (units, signs)


def test_a_body_of_two_megabytes_is_the_most(call, user):
    path = "/api/v2/bot/message/push"
    frame = json.dumps({"to": user.id, "messages": [], "x": ""})
    for extra, status in ((0, 400), (1, 413)):
        filler = "x" * (limits.MAX_BODY_BYTES - len(frame) + extra)
        raw = json.dumps({"to": user.id, "messages": [], "x": filler}).encode()
        assert call.status(path, raw) == status
