"""Faithful to LINE: its official SDK drives the simulator and reads what it emits.

The SDK lives in an environment of its own, which ./setup/test prepares.
"""

import base64
import pathlib
import uuid

import pytest

from line_simulator import media, sdk
from line_simulator.signing import sign

from . import samples, test_limits
from .conftest import text

DRIVE = pathlib.Path(__file__).with_name("sdk_drive.py")


@pytest.fixture
def driven(simulator, call, user):
    event = simulator.events.image(user)
    given = {
        "url": simulator.url,
        "user": user.id,
        "token": call.token,
        "reply_token": event["replyToken"],
        "read_token": event["message"]["markAsReadToken"],
        "content": event["message"]["id"],
        "retry_key": str(uuid.uuid4()),
        "picture": media.picture(800, 270).hex(),
    }
    return sdk.run(DRIVE, given)


def test_the_official_client_is_served(simulator, user, driven):
    assert driven["info"]["userId"] == simulator.platform.bot_user_id
    assert driven["profile"]["displayName"] == "王小明"
    assert driven["unknown_profile"]["status"] == 404
    sent = driven["push"]["sentMessages"]
    again = driven["push_again"]
    assert again["status"] == 409 and again["body"]["sentMessages"] == sent
    assert again["accepted"] == simulator.delivered()[0]["request_id"]
    assert len(driven["reply"]["sentMessages"]) == 1
    assert driven["reply_again"]["body"] == {"message": "Invalid reply token"}
    via = [entry["via"] for entry in simulator.delivered()]
    assert via == ["push", "reply", "multicast"]
    assert driven["quota"] == {"type": "none"}
    assert driven["consumption"] == {"totalUsage": 2}
    assert driven["link_token"]["linkToken"] in simulator.platform.linking.tokens
    assert driven["followers"]["status"] == 403
    assert [row["kind"] for row in simulator.signals()] == ["loading", "read"]
    assert driven["get_webhook"]["endpoint"] == "https://example.com/line"
    assert driven["content"]["bytes"] == driven["preview"]["bytes"] > 100
    assert driven["transcoding"] == {"status": "succeeded"}
    assert driven["menu_of_user"]["richMenuId"] == driven["menu"]["richMenuId"]
    assert driven["menu_list"]["richmenus"][0]["chatBarText"] == "menu"
    assert driven["token"]["expires_in"] == 900


def webhook_item(webhook, secret="simulator-channel-secret"):
    return {
        "kind": "webhook",
        "body": webhook.body.decode(),
        "signature": webhook.signature,
        "secret": secret,
    }


def test_the_official_parser_reads_every_event(simulator, user):
    events = simulator.events.every_type(user)
    calls = [simulator.webhook(event) for event in events]
    calls += [simulator.webhook(*events), simulator.webhook()]
    calls += [
        simulator.webhook(events[0], ensure_ascii=True, separators=(" , ", " : "))
    ]
    verdicts = sdk.verdicts([webhook_item(one) for one in calls])
    refused = {
        event["type"]
        for event, verdict in zip(events, verdicts, strict=False)
        if verdict
    }
    assert refused == {"hologram"}  # unknown on purpose
    assert verdicts[-2:] == [None, None]
    forged = webhook_item(calls[0]) | {"secret": "another"}
    assert sdk.verdicts([forged])[0].startswith("InvalidSignatureError")


def test_signature_vectors():
    rfc_4231_case_2 = bytes.fromhex(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    found = sign("Jefe", b"what do ya want for nothing?")
    assert found == base64.b64encode(rfc_4231_case_2).decode()
    body = '{"destination":"U","events":[]}'
    items = [
        {"kind": "webhook", "body": body, "signature": sign(secret, body.encode())}
        | {"secret": secret}
        for secret in ("a", "secret", "密")
    ]
    assert sdk.verdicts(items) == [None] * 3


KINDS = {
    "Push": "push",
    "Reply": "reply",
    "Multicast": "multicast",
    "Broadcast": "broadcast",
    "Narrowcast": "narrowcast",
    "Validate": "validate",
    "Loading": "loading",
    "SetWebhook": "set_webhook",
    "TestWebhook": "test_webhook",
    "RichMenu": "richmenu",
    "RichMenuAlias": "richmenu_alias",
    "RichMenuLink": "richmenu_link",
}


def test_what_the_simulator_accepts_the_models_accept():
    """Every sample at its limit: nothing of it is unknown to the SDK."""
    bodies = [test_limits.body(one, one.maximum) for one in test_limits.SIMPLE]
    bodies = [(kind, body) for kind, body in bodies if kind in KINDS]
    items = [{"kind": KINDS[kind], "body": body} for kind, body in bodies]
    refused = [
        (item["body"], verdict)
        for item, verdict in zip(items, sdk.verdicts(items), strict=True)
        if verdict
    ]
    assert refused == []
    assert len(items) > 100


def test_the_judge_refuses_what_is_wrong():
    wrong = [
        {"type": "text"},
        {"type": "hologram", "text": "a"},
        text("a") | {"colour": "red"},
        samples.quick(samples.uri())[1]["messages"][0] | {"quickReply": {"itmes": []}},
    ]
    assert all(sdk.message_verdicts(wrong))
    assert sdk.message_verdicts([text("a")]) == [None]


def test_a_missing_environment_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv(sdk.VARIABLE, str(tmp_path / "python"))
    with pytest.raises(FileNotFoundError, match="requirements-line-sdk.txt"):
        sdk.python()
