"""The control API: what a test in another process and the phone page use."""

import base64
import json
import urllib.parse

import pytest

from line_simulator import media

from .conftest import BOT, text
from .receiver import Receiver


def control(call, command, **values):
    status, answer, _headers = call(f"/control/{command}", values)
    assert status == 200, answer
    return answer


def test_a_customer_from_another_process(call):
    user = control(call, "users", name="陳小姐")
    assert user["is_friend"] and not user["is_blocked"]
    picture = base64.b64encode(media.picture(8, 6)).decode()
    event = control(call, "say", user=user["id"], kind="image", data=picture)
    assert event["message"]["type"] == "image"
    control(call, "say", user=user["id"], text="嗨")
    control(call, "say", user=user["id"], kind="sticker", sticker="52002735")
    name = {"user": user["id"], "kind": "file", "name": "a.pdf", "data": "JVBERg=="}
    control(call, "say", **name)
    thread = call(f"/control/thread?user={user['id']}")[1]
    assert [row["type"] for row in thread] == ["image", "text", "sticker", "file"]
    path = f"/api-data/v2/bot/message/{event['message']['id']}/content"
    assert call(path)[1] == media.picture(8, 6)
    assert call(f"/phone/content/{event['message']['id']}")[1] == media.picture(8, 6)


def test_a_tap_shows_its_text_and_posts_back(simulator, call, user):
    event = control(call, "tap", user=user.id, data="rate:1:3", display="滿意")
    assert event["postback"] == {"data": "rate:1:3"}
    (shown,) = simulator.platform.thread(user.id)
    assert (shown["type"], shown["text"]) == ("display", "滿意")
    params = {"datetime": "2026-12-24T18:00"}
    event = control(call, "tap", user=user.id, data="when", params=params)
    assert event["postback"]["params"] == params


def test_state_of_a_customer(simulator, call, user):
    control(call, "user", user=user.id, is_friend=False, name="改名")
    assert call(f"{BOT}/profile/{user.id}")[1]["displayName"] == "改名"
    assert call.push(user, text("x"))[0] == 400
    control(call, "user", user=user.id, is_deleted=True)
    assert call.status(f"{BOT}/profile/{user.id}") == 404


def test_account_link_and_liff_by_control(simulator, call, user):
    token = call(f"{BOT}/user/{user.id}/linkToken", b"")[1]["linkToken"]
    event = control(call, "link", link_token=token, nonce="bm9uY2Utbm9uY2U=")
    assert event["link"]["result"] == "ok"
    app = {"endpoint": "http://127.0.0.1:8069/x", "liff_id": "2000000009-abc"}
    assert control(call, "app", channel_id="2000000009", **app)["liff_id"]
    assert call("/control/apps")[1] == {"2000000009-abc": "http://127.0.0.1:8069/x"}
    values = {"user": user.id, "nonce": "n", "lifetime": 60}
    token = control(call, "id_token", **values)["id_token"]
    form = {"id_token": token, "client_id": "2000000009", "nonce": "n"}
    assert call.form("/api/oauth2/v2.1/verify", **form)[1]["sub"] == user.id


def test_settings(simulator, call, user):
    with Receiver() as receiver:
        control(call, "webhook", url=receiver.url, copies=2, wrong_secret="no")
        control(call, "say", user=user.id, text="a")
        simulator.sender.wait()
        assert len(receiver.bodies) == 2
        control(call, "webhook", copies=1, wrong_secret=None, secret="new")
        raw = base64.b64encode(b'{"destination":"U","events":[]}').decode()
        assert control(call, "raw", body=raw) == {"status": 200}
        assert receiver.bodies[-1] == base64.b64decode(raw)
        control(call, "hold")
        for content in "bc":
            control(call, "say", user=user.id, text=content)
        control(call, "release", reverse=True)
        simulator.sender.wait()
        last = [events[0]["message"]["text"] for events in receiver.events[-2:]]
        assert last == ["c", "b"]
        assert call("/control/webhook")[1]["answers"] == [200] * 4
    control(call, "bot", name="青禾", has_chat=True, is_verified=True)
    assert call("/control/bot")[1]["displayName"] == "青禾"
    assert call(f"{BOT}/followers/ids")[1] == {"userIds": [user.id]}
    control(call, "quota", quota=0)
    assert call.push(user, text("x"))[0] == 429
    control(call, "quota", quota=None)
    control(call, "limit", endpoint="push", per_second=0.001, burst=1)
    assert [call.push(user, text("x"))[0] for _turn in range(2)] == [200, 429]
    control(call, "limit", endpoint="push", per_second=None)
    control(call, "random_faults", seed=1, rates={"push": {"500": 1.0}})
    assert call.push(user, text("x"))[0] == 500
    control(call, "reset")
    assert call("/control/users")[1] == []


def test_contents_and_slowness(simulator, call, user):
    control(call, "contents", seconds=5)
    number = simulator.events.image(user)["message"]["id"]
    path = f"/api-data/v2/bot/message/{number}/content"
    assert call.status(path) == 202
    control(call, "clock", advance=6)
    assert call.status(path) == 200
    control(call, "contents", fail=number)
    assert call.status(path) == 202
    control(call, "contents", expire=number)
    assert call.status(path) == 404
    control(call, "slow", seconds=0)
    assert simulator.faults.seconds == 0


def test_reading(simulator, call, user):
    call.push(user, text("hi"))
    query = urllib.parse.urlencode({"user": user.id})
    assert call(f"/control/delivered?{query}")[1][0]["message"] == text("hi")
    assert call("/control/delivered?user=nobody")[1] == []
    screen = call(f"/control/screen?{query}")[1]
    assert screen["user"]["name"] == "王小明" and screen["menu"] is None
    assert [row["text"] for row in screen["thread"]] == ["hi"]
    body = {"chatId": user.id, "loadingSeconds": 5}
    call(f"{BOT}/chat/loading/start", body)
    assert call("/control/signals?kind=loading")[1][0]["seconds"] == 5
    assert call("/control/signals?kind=read")[1] == []


def test_half_surrogates_reach_the_phone_as_valid_json(simulator, call, user):
    simulator.text(user, "half \ud83d a pair")
    raw = json.dumps(call(f"/control/thread?user={user.id}")[1])
    assert "half" in raw


@pytest.mark.parametrize(
    "path", ["/phone/../clock.py", "/phone/%2e%2e%2fclock.py", "/phone/nothing.js"]
)
def test_pages_come_from_their_folder_only(call, path):
    assert call.status(path) == 404


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"{", b'{"user": 5}'])
def test_nonsense_is_refused(call, body):
    assert call.status("/control/say", body) in (400, 404)
