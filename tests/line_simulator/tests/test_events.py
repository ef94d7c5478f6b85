"""Webhooks: every type of event, odd bytes, repeats, order, redelivery."""

import json
import time

import pytest

from line_simulator.control import CUSTOMER
from line_simulator.identifiers import CROCKFORD
from line_simulator.signing import sign

from .conftest import text
from .receiver import Receiver

SECRET = "simulator-channel-secret"
TYPES = {
    "message",
    "messageEdited",
    "unsend",
    "follow",
    "unfollow",
    "join",
    "leave",
    "memberJoined",
    "memberLeft",
    "postback",
    "videoPlayComplete",
    "beacon",
    "accountLink",
    "membership",
    "module",
    "activated",
    "deactivated",
    "botSuspended",
    "botResumed",
    "delivery",
    "hologram",
}
KINDS = {"text", "image", "video", "audio", "file", "location", "sticker"}
WITHOUT_REPLY = {
    "unsend",
    "unfollow",
    "leave",
    "memberLeft",
    "module",
    "activated",
    "deactivated",
    "botSuspended",
    "botResumed",
    "delivery",
}


@pytest.fixture
def events(simulator, user):
    return simulator.events.every_type(user)


def test_there_is_an_event_of_every_type(events):
    assert {event["type"] for event in events} == TYPES
    assert {event["message"]["type"] for event in events if "message" in event} == KINDS


def test_what_every_event_has(events):
    ids = set()
    for event in events:
        assert event["mode"] in ("active", "standby")
        assert isinstance(event["timestamp"], int)
        assert set(event["deliveryContext"]) == {"isRedelivery"}
        assert len(event["webhookEventId"]) == 26
        assert set(event["webhookEventId"]) <= set(CROCKFORD)
        ids.add(event["webhookEventId"])
        if event["type"] in WITHOUT_REPLY or event["mode"] == "standby":
            assert "replyToken" not in event
        elif event["type"] != "accountLink":
            assert event["replyToken"]
    assert len(ids) == len(events) - 1  # one is a redelivery


def test_text_with_emoji_mention_and_quote(simulator, user):
    make = simulator.events
    first = make.text(user, "原文")["message"]["id"]
    event = make.text(user, "$ 好", emojis=[make.emoji(0, 1)], quoted=first)
    assert event["message"]["quotedMessageId"] == first
    assert event["message"]["emojis"][0]["length"] == 1
    mention = make.mention(user, "小幫手😀", "嗨")["message"]
    assert mention["text"] == "@小幫手😀 嗨"
    assert mention["mention"]["mentionees"] == [
        {"type": "all", "index": 0, "length": 6}
    ]


def test_image_set(simulator, user):
    sent = simulator.events.images(user, 3)
    sets = [event["message"]["imageSet"] for event in sent]
    assert len({one["id"] for one in sets}) == 1
    assert [(one["index"], one["total"]) for one in sets] == [(1, 3), (2, 3), (3, 3)]


def test_edited_and_unsent_on_the_phone(simulator, user):
    number = simulator.text(user, "before")["message"]["id"]
    event = simulator.events.edited(user, number, "after")
    assert (event["type"], event["message"]["text"]) == ("messageEdited", "after")
    assert [row["text"] for row in simulator.platform.thread(user.id)] == ["after"]
    simulator.events.unsend(user, number)
    assert simulator.platform.thread(user.id) == []


def test_blocking_and_unblocking(simulator, user):
    simulator.events.unfollow(user)
    assert user.is_blocked and not user.is_friend
    again = simulator.events.follow(user)
    assert again["follow"] == {"isUnblocked": True} and user.is_friend
    newcomer = simulator.add_user("新", is_friend=False)
    assert simulator.events.follow(newcomer)["follow"] == {"isUnblocked": False}


def test_variations_of_an_event(simulator, user):
    event = simulator.text(user, "hi")
    make = simulator.events
    standby = make.standby(event)
    assert standby["mode"] == "standby" and "replyToken" not in standby
    assert make.anonymous(event)["source"] == {"type": "user"}
    group = make.in_group(event)["source"]
    assert group["type"] == "group" and group["userId"] == user.id
    assert event["mode"] == "active" and event["source"]["userId"], "unchanged"


@pytest.mark.parametrize(
    "content",
    ["嗨 / & <b> \u2028 \x00 😀", "half \ud83d a pair", '"\\\\"', "\u202ertl"],
)
def test_odd_characters_survive_as_escapes(simulator, user, content):
    webhook = simulator.webhook(simulator.text(user, content), ensure_ascii=True)
    assert json.loads(webhook.body)["events"][0]["message"]["text"] == content
    assert webhook.signature == sign(SECRET, webhook.body)


def test_raw_bytes_large_bodies_empty_and_mixed_calls(simulator, user):
    raw = b'{ "destination" : "U\\u0030" , "events" : [ ] }\n'
    assert simulator.events.raw(raw).body == raw
    assert simulator.events.raw(raw).signature == sign(SECRET, raw)
    assert len(simulator.events.oversized(user).body) > 2 * 1024 * 1024
    assert json.loads(simulator.webhook().body)["events"] == []
    others = [simulator.add_user(name) for name in "AB"]
    mixed = simulator.webhook(*[simulator.text(other, "hi") for other in others])
    users = {event["source"]["userId"] for event in json.loads(mixed.body)["events"]}
    assert users == {other.id for other in others}
    assert simulator.webhook(secret="x").signature == sign(
        "x", simulator.webhook().body
    )


# -- sending --------------------------------------------------------------------------
@pytest.fixture
def receiver(simulator):
    with Receiver() as receiver:
        simulator.sender.url = receiver.url
        yield receiver


def received(simulator, receiver):
    simulator.sender.wait()
    return [
        [event["message"]["text"] for event in events] for events in receiver.events
    ]


def test_copies_order_and_one_call(simulator, receiver, user):
    simulator.sender.copies = 2
    simulator.say(user.id, "twice")
    assert received(simulator, receiver) == [["twice"], ["twice"]]
    simulator.sender.copies = 1
    receiver.bodies.clear()
    simulator.sender.hold()
    for content in "abc":
        simulator.say(user.id, content)
    assert received(simulator, receiver) == []
    simulator.sender.release(reverse=True)
    assert received(simulator, receiver) == [["c"], ["b"], ["a"]]
    receiver.bodies.clear()
    simulator.sender.hold()
    for content in "abc":
        simulator.say(user.id, content)
    simulator.sender.release(together=True)
    assert received(simulator, receiver) == [["a", "b", "c"]]


def test_an_idle_sender_has_no_thread(simulator, receiver, user):
    for content in "ab":
        simulator.say(user.id, content)
        simulator.sender.wait()
        deadline = time.monotonic() + 5
        while simulator.sender._thread and time.monotonic() < deadline:
            time.sleep(0.01)
        assert simulator.sender._thread is None
    assert received(simulator, receiver) == [["a"], ["b"]]


def test_wrong_signature_mode(simulator, receiver, user):
    simulator.sender.secret = "not the channel's"
    simulator.say(user.id, "hi")
    simulator.sender.wait()
    assert receiver.signatures[0] == sign("not the channel's", receiver.bodies[0])
    simulator.reset()
    assert simulator.sender.secret is None


def test_redelivery_after_errors_until_accepted(simulator, receiver, user):
    simulator.sender.redelivery = True
    simulator.sender.redelivery_seconds = (0, 0, 0)
    receiver.statuses[:] = [500, 404]
    event = simulator.say(user.id, "hi")
    simulator.sender.wait()
    assert simulator.sender.answers == [500, 404, 200]
    sent = [events[0] for events in receiver.events]
    assert {one["webhookEventId"] for one in sent} == {event["webhookEventId"]}
    flags = [one["deliveryContext"]["isRedelivery"] for one in sent]
    assert flags == [False, True, True]
    assert simulator.platform.reply_tokens[event["replyToken"]].expires_at > time.time()


def test_redelivery_gives_up(simulator, receiver, user):
    simulator.sender.redelivery = True
    simulator.sender.redelivery_seconds = (0,)
    receiver.statuses[:] = [500, 500, 500]
    simulator.say(user.id, "hi")
    simulator.sender.wait()
    assert simulator.sender.answers == [500, 500]


def test_an_answer_after_two_seconds_is_too_late(simulator, receiver, user):
    receiver.delay = 2.4
    simulator.say(user.id, "hi")
    simulator.sender.wait()
    assert simulator.sender.answers == [-1]


def test_switched_off_and_unreachable(simulator, receiver, user):
    simulator.sender.active = False
    simulator.say(user.id, "hi")
    assert len(simulator.sender.unsent) == 1 and not receiver.bodies
    simulator.sender.active = True
    simulator.sender.url = "http://127.0.0.1:9/nobody"
    simulator.say(user.id, "hi")
    simulator.sender.wait()
    assert simulator.sender.answers == [0]


def test_everything_can_be_emitted(simulator, receiver, user, call):
    needed = {
        "text": {"text": "a"},
        "mention": {"name": "a", "rest": "b"},
        "edited": {"message_id": "1", "text": "b"},
        "images": {"count": 2},
        "external_image": {"address": "https://example.com/a"},
        "unsend": {"message_id": "1"},
        "postback": {"data": "x"},
        "video_play_complete": {"tracking_id": "x"},
        "account_link": {"nonce": "x"},
    }
    for kind in CUSTOMER:
        body = {"user": user.id, "kind": kind} | needed.get(kind, {})
        assert call.status("/control/event", body) == 200, kind
    simulator.sender.wait()
    assert len(receiver.bodies) == len(CUSTOMER) + 1  # two pictures are two events
    assert {events[0]["type"] for events in receiver.events} == TYPES - {"hologram"}
    assert call.status("/control/event", {"user": user.id, "kind": "webhook"}) == 400
    assert call.status("/control/event", {"user": user.id, "kind": "text"}) == 400


def test_reply_to_a_follow_and_a_postback(simulator, call, user):
    for event in (simulator.events.follow(user), simulator.events.postback(user, "x")):
        assert call.reply(event["replyToken"], text("hi"))[0] == 200
