import copy
import json
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import HttpCase, tagged

from ..tools import webhook_shape
from ..tools.signature import sign
from .common import LineCase, LineMixin

USER = "U" + "0123456789abcdef" * 2
SOURCES = [
    {"type": "user", "userId": USER},
    {"type": "user", "userId": "U" + "f" * 32},
    {"type": "user"},
    {"type": "group", "groupId": "C" + "1" * 32, "userId": USER},
    {"type": "room", "roomId": "R" + "1" * 32},
]
MEMBERS = {"members": [{"type": "user", "userId": USER}]}
# What each type of event and message carries besides the common fields.
BODIES = {
    "unsend": {"unsend": {"messageId": "100"}},
    "follow": {"follow": {"isUnblocked": True}},
    "unfollow": {},
    "join": {},
    "leave": {},
    "memberJoined": {"joined": MEMBERS},
    "memberLeft": {"left": MEMBERS},
    "postback": {"postback": {"data": "rate:1:5", "params": {"date": "2026-01-01"}}},
    "videoPlayComplete": {"videoPlayComplete": {"trackingId": "t"}},
    "beacon": {"beacon": {"hwid": "d41d8cd98f", "type": "enter", "dm": "00"}},
    "accountLink": {"link": {"result": "ok", "nonce": "bm9uY2U="}},
    "membership": {"membership": {"type": "joined", "membershipId": 3189}},
    "module": {"module": {"type": "attached", "botId": USER, "scopes": ["a:b"]}},
    "activated": {"chatControl": {"expireAt": 1700000000000}},
    "deactivated": {},
    "botSuspended": {},
    "botResumed": {},
    "delivery": {"delivery": {"data": "15034552939884E28681A7D668CEA94C"}},
    "messageEdited": {"message": {"id": "100", "type": "text", "text": "new"}},
    "somethingNew": {"somethingNew": {"x": [1, {"y": None}]}},
}
PROVIDER = {"contentProvider": {"type": "line"}}
MESSAGES = {
    "text": {
        "text": "(apple) @Bot 哈囉 😀",
        "emojis": [{"index": 0, "length": 7, "productId": "p", "emojiId": "001"}],
        "mention": {
            "mentionees": [
                {"index": 8, "length": 4, "type": "user", "userId": USER}
                | {"isSelf": True}
            ]
        },
        "quotedMessageId": "99",
    },
    "image": PROVIDER | {"imageSet": {"id": "I1", "index": 1, "total": 2}},
    "video": PROVIDER | {"duration": 60000},
    "audio": PROVIDER | {"duration": 4000},
    "file": {"fileName": "文件.pdf", "fileSize": 2138},
    "location": {
        "title": "Office",
        "address": "台北市",
        "latitude": 25.03,
        "longitude": 121.56,
    },
    "sticker": {
        "packageId": "446",
        "stickerId": "1988",
        "stickerResourceType": "STATIC",
        "keywords": ["cony", "sally"],
    },
    "somethingNew": {"x": 1},
}

HUGE = "a number of 5000 digits"  # Python itself refuses to print such ones
texts = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\x00\ud800\u2028'\"\\%<"),
    max_size=12,
) | st.sampled_from(["", "x" * 3000, "\x00", "%s", "../..", "綁定"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63, -(2**63), 10**400, HUGE]),
    st.floats(),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)
deep = st.integers(50, 150).map(lambda depth: json.loads("[" * depth + "]" * depth))
anything = values | deep
event_ids = st.sampled_from([f"01FUZZ{number:020d}" for number in range(6)])


@st.composite
def documented(draw):
    """An event as LINE documents it."""
    event = {
        "timestamp": draw(st.integers(1_600_000_000_000, 1_800_000_000_000)),
        "mode": draw(st.sampled_from(["active", "standby"])),
        "webhookEventId": draw(event_ids),
        "deliveryContext": {"isRedelivery": draw(st.booleans())},
        "source": draw(st.sampled_from(SOURCES)),
        "replyToken": "b60d432864f44d079f6d8efe86cf404b",
    }
    kind = draw(st.sampled_from(["message", *BODIES]))
    event["type"] = kind
    if kind != "message":
        return copy.deepcopy(event | BODIES[kind])
    message = draw(st.sampled_from(sorted(MESSAGES)))
    head = {"type": message, "quoteToken": "q", "markAsReadToken": "m"}
    head["id"] = draw(st.sampled_from(["100", "101", "102"]))
    return copy.deepcopy(event | {"message": head | MESSAGES[message]})


def _places(value):
    """(container, key) of everything inside."""
    entries = enumerate(value) if isinstance(value, list) else value.items()
    for key, entry in list(entries):
        yield value, key
        if isinstance(entry, (dict, list)):
            yield from _places(entry)


@st.composite
def fuzzed(draw):
    """An event with fields missing, too many, or of any type."""
    event = draw(documented())
    for _change in range(draw(st.integers(0, 3))):
        places = list(_places(event))
        if not places:
            break
        container, key = places[draw(st.integers(0, len(places) - 1))]
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "replace":
            container[key] = draw(anything)
        elif change == "remove":
            del container[key]
        elif isinstance(container, dict):
            container[draw(texts)] = draw(anything)
    return event


calls = st.lists(st.lists(fuzzed() | anything, max_size=4), min_size=1, max_size=3)


def fuzz(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def usable_id(event):
    """The id under which an event must be found, if it has one."""
    given_id = event.get("webhookEventId") if isinstance(event, dict) else None
    if not isinstance(given_id, str) or not 1 <= len(given_id) <= 64:
        return None
    if given_id == HUGE:
        return None
    odd = (char == "\x00" or "\ud800" <= char <= "\udfff" for char in given_id)
    return None if any(odd) else given_id


class FuzzMixin:
    def body_of(self, events):
        content = {"destination": "U" + "0" * 32, "events": events}
        body = _dumps(content).encode()
        return SimpleNamespace(
            body=body, signature=sign(self.account.channel_secret, body)
        )

    def check(self, calls_made):
        """Every event is stored once, and worked on without harm."""
        rows = self.events()
        ids = rows.mapped("webhook_event_id")
        self.assertEqual(len(ids), len(set(ids)))
        events = [event for call in calls_made for event in call]
        wanted = {usable_id(event) for event in events} - {None}
        self.assertLessEqual(wanted, set(ids))
        # without an id: as many rows as there are different events
        others = {_dumps(event) for event in events if usable_id(event) is None}
        self.assertLessEqual(len(ids) - len(wanted), len(others))
        self.assertEqual(bool(others), len(ids) > len(wanted))
        self.env["line.inbox"]._process(limit=200)
        for row in rows:
            self.assertIn(row.state, ("done", "ignored"), f"{row.error}\n{row.payload}")


def _dumps(value):
    """JSON, with numbers that Python cannot print."""
    if isinstance(value, dict):
        inner = (f"{json.dumps(key)}:{_dumps(entry)}" for key, entry in value.items())
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_dumps, value)) + "]"
    if value == HUGE:
        return "1" + "0" * 5000
    return json.dumps(value)


@tagged("post_install", "-at_install")
class TestWebhookFuzz(FuzzMixin, LineCase):
    """Whatever is signed is stored, and its shape never stops the worker."""

    @fuzz(120)
    @given(calls_made=calls)
    def test_stored_once_and_worked_on(self, calls_made):
        with self.env.cr.savepoint() as savepoint:
            for events in calls_made:
                webhook = self.body_of(events)
                for _delivery in range(2):
                    status = self.env["line.account"]._receive(
                        self.account.webhook_token, webhook.body, webhook.signature
                    )
                    self.assertEqual(status, 200)
            self.check(calls_made)
            savepoint.rollback()
        self.env.invalidate_all()

    @fuzz(150)
    @given(event=documented())
    def test_documented_events_have_nothing_odd(self, event):
        self.assertEqual(webhook_shape.clean(event), (event, []))
        self.assertEqual(webhook_shape.missing(event), [])

    @fuzz(200)
    @given(event=fuzzed())
    def test_what_is_put_aside_is_not_lost(self, event):
        cleaned, paths = webhook_shape.clean(event)
        self.assertEqual(webhook_shape.clean(cleaned), (cleaned, []))
        aside = cleaned.get("unreadable") if paths else {}
        self.assertEqual(sorted(set(aside) - {"unreadable"}), paths)

    def test_events_of_the_simulator_have_nothing_odd(self):
        for event in self.simulator.events.every_type(self.customer):
            with self.subTest(kind=event["type"]):
                self.assertEqual(webhook_shape.clean(event)[1], [])
                self.assertEqual(webhook_shape.missing(event), [])


@tagged("post_install", "-at_install")
class TestWebhookFuzzHttp(FuzzMixin, LineMixin, HttpCase):
    """The same over real HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    @fuzz(15)
    @given(events=st.lists(fuzzed() | anything, max_size=4), raw=st.binary(min_size=1))
    def test_never_an_error(self, events, raw):
        path = f"/line/webhook/{self.account.webhook_token}"
        signed_raw = SimpleNamespace(
            body=raw, signature=sign(self.account.channel_secret, raw)
        )
        before = self.events()
        for webhook in (self.body_of(events), signed_raw):
            answer = self.url_open(
                path,
                data=webhook.body,
                headers={
                    "Content-Type": "application/json; charset=utf-8",
                    "x-line-signature": webhook.signature,
                },
            )
            self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        ids = {usable_id(event) for event in events} - {None}
        self.assertLessEqual(ids, set(self.events().mapped("webhook_event_id")))
        self.assertLessEqual(before, self.events())
