"""The stand-in keeps LINE's rules: plain pytest, no Odoo."""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pytest

from line_simulator import LineSimulator
from line_simulator.identifiers import CROCKFORD

SECRET = "simulator-channel-secret"


@pytest.fixture
def simulator():
    simulator = LineSimulator().start()
    yield simulator
    simulator.stop()


@pytest.fixture
def user(simulator):
    return simulator.add_user("王小明")


def call(simulator, path, body=None, headers=None, token="simulator-access-token"):
    """(status, answer, headers) of an API or control call."""
    data = body
    if isinstance(body, dict):
        data = json.dumps(body).encode()
    request = urllib.request.Request(
        simulator.url + path,
        data=data,
        headers={"Authorization": f"Bearer {token}"} | (headers or {}),
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), error.headers


def texts(*contents):
    return [{"type": "text", "text": content} for content in contents]


def push(simulator, user, messages, retry_key=None):
    headers = {"X-Line-Retry-Key": retry_key} if retry_key else {}
    body = {"to": user.id, "messages": messages}
    return call(simulator, "/api/v2/bot/message/push", body, headers)


def reply(simulator, token, messages, headers=None):
    body = {"replyToken": token, "messages": messages}
    return call(simulator, "/api/v2/bot/message/reply", body, headers)


def test_push_is_delivered_once_with_ids(simulator, user):
    status, answer, headers = push(simulator, user, texts("一", "二"))
    assert status == 200
    assert headers["X-Line-Request-Id"]
    log = simulator.delivered(user.id)
    assert [entry["text"] for entry in log] == ["一", "二"]
    assert [entry["id"] for entry in log] == [
        entry["id"] for entry in answer["sentMessages"]
    ]


@pytest.mark.parametrize(
    "messages, place",
    [
        ([], "messages"),
        (texts(*"123456"), "messages"),
        (texts(""), "messages[0].text"),
        ([{"type": "text"}], "messages[0].text"),
        (texts("ok", "x" * 5001), "messages[1].text"),
        (texts("😀" * 2501), "messages[0].text"),
        ([{"type": "hologram"}], "messages[0].type"),
        ([{"type": "text", "text": "a", "colour": "red"}], "messages[0].colour"),
        ("text", "messages"),
    ],
)
def test_wrong_messages_are_refused_with_their_place(simulator, user, messages, place):
    status, answer, _headers = push(simulator, user, messages)
    assert status == 400
    assert place in [detail["property"] for detail in answer["details"]]
    assert not simulator.delivered()


def test_text_length_counts_utf16_units(simulator, user):
    assert push(simulator, user, texts("😀" * 2500))[0] == 200


def test_body_that_is_not_json_and_unknown_paths(simulator):
    assert call(simulator, "/api/v2/bot/message/push", b"{")[0] == 400
    assert call(simulator, "/api/v2/bot/nothing")[0] == 404
    assert call(simulator, "/v2/bot/info")[0] == 404
    assert call(simulator, "/api-data/v2/bot/message/1/content")[0] == 404


def test_retry_key_answers_409_for_24_hours(simulator, user):
    key = str(uuid.uuid4())
    _status, first, headers = push(simulator, user, texts("一次"), key)
    status, again, retry_headers = push(simulator, user, texts("一次"), key)
    assert status == 409
    assert again["sentMessages"] == first["sentMessages"]
    assert retry_headers["x-line-accepted-request-id"] == headers["X-Line-Request-Id"]
    assert len(simulator.delivered()) == 1
    simulator.clock.advance(24 * 3600 + 1)
    assert push(simulator, user, texts("一次"), key)[0] == 200
    assert len(simulator.delivered()) == 2


def test_retry_key_must_be_a_uuid_and_is_not_for_replies(simulator, user):
    assert push(simulator, user, texts("a"), "not-a-uuid")[0] == 400
    token = simulator.text(user, "hi")["replyToken"]
    headers = {"X-Line-Retry-Key": str(uuid.uuid4())}
    assert reply(simulator, token, texts("a"), headers)[0] == 400
    assert reply(simulator, token, texts("a"))[0] == 200


def test_reply_token_works_once_and_for_a_minute(simulator, user):
    token = simulator.text(user, "hi")["replyToken"]
    assert reply(simulator, token, texts("a"))[0] == 200
    status, answer, _headers = reply(simulator, token, texts("b"))
    assert (status, answer["message"]) == (400, "Invalid reply token")
    late = simulator.text(user, "hi")["replyToken"]
    simulator.clock.advance(61)
    assert reply(simulator, late, texts("c"))[0] == 400
    assert [entry["text"] for entry in simulator.delivered()] == ["a"]


def test_redelivery_gives_the_token_another_minute_within_20(simulator, user):
    event = simulator.text(user, "hi")
    simulator.clock.advance(600)
    again = simulator.events.redelivered(event)
    assert again["webhookEventId"] == event["webhookEventId"]
    assert again["deliveryContext"] == {"isRedelivery": True}
    assert reply(simulator, event["replyToken"], texts("a"))[0] == 200
    other = simulator.text(user, "hi")
    simulator.clock.advance(20 * 60 + 1)
    simulator.events.redelivered(other)
    assert reply(simulator, other["replyToken"], texts("b"))[0] == 400


def test_tokens(simulator, user):
    def issue(**changes):
        form = {
            "grant_type": "client_credentials",
            "client_id": "2000000001",
            "client_secret": SECRET,
        } | changes
        data = urllib.parse.urlencode(form).encode()
        return call(simulator, "/api/oauth2/v3/token", data)

    assert call(simulator, "/api/v2/bot/info", token="wrong")[0] == 401
    assert issue(client_secret="wrong")[0] == 400
    assert issue(grant_type="password")[0] == 400
    status, answer, _headers = issue()
    assert (status, answer["expires_in"]) == (200, 900)
    token = answer["access_token"]
    assert call(simulator, "/api/v2/bot/info", token=token)[0] == 200
    simulator.clock.advance(901)
    assert call(simulator, "/api/v2/bot/info", token=token)[0] == 401


def test_profile_and_unreachable_users(simulator, user):
    path = f"/api/v2/bot/profile/{user.id}"
    assert call(simulator, path)[1]["displayName"] == "王小明"
    simulator.events.unfollow(user)
    assert call(simulator, path)[0] == 404
    assert push(simulator, user, texts("a"))[0] == 200  # accepted, not shown
    assert not simulator.delivered()
    stranger = simulator.add_user("路人", is_friend=False)
    assert push(simulator, stranger, texts("a"))[0] == 400
    simulator.text(stranger, "hi")
    assert push(simulator, stranger, texts("a"))[0] == 200
    stranger.id = "U" + "f" * 32
    assert push(simulator, stranger, texts("a"))[0] == 400


def test_monthly_quota_counts_pushes_not_replies(simulator, user):
    simulator.platform.quota = 1
    assert push(simulator, user, texts("a", "b"))[0] == 200
    status, answer, _headers = push(simulator, user, texts("c"))
    assert (status, answer["message"]) == (429, "You have reached your monthly limit.")
    token = simulator.text(user, "hi")["replyToken"]
    assert reply(simulator, token, texts("d"))[0] == 200


@pytest.mark.parametrize(
    "kind, status", [("500", 500), ("rate", 429), ("quota", 429), ("unauthorized", 401)]
)
def test_faults_that_answer(simulator, user, kind, status):
    simulator.fail("push", 2, kind)
    assert push(simulator, user, texts("a"))[0] == status
    assert push(simulator, user, texts("a"))[0] == status
    assert push(simulator, user, texts("a"))[0] == 200
    assert len(simulator.delivered()) == 1


def test_lost_answer_was_carried_out_and_dropped_call_was_not(simulator, user):
    key = str(uuid.uuid4())
    simulator.fail("push", 1, "lost")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        push(simulator, user, texts("a"), key)
    assert len(simulator.delivered()) == 1
    assert push(simulator, user, texts("a"), key)[0] == 409
    simulator.fail("push", 1, "dropped")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        push(simulator, user, texts("b"))
    assert len(simulator.delivered()) == 1


def test_refused_connections(simulator, user):
    simulator.refuse()
    with pytest.raises(urllib.error.URLError):
        push(simulator, user, texts("a"))
    simulator.start()
    assert push(simulator, user, texts("a"))[0] == 200


def test_faults_are_checked_when_ordered(simulator):
    with pytest.raises(ValueError):
        simulator.fail("push", 1, "meteor")
    with pytest.raises(ValueError):
        simulator.fail("moon", 1, "500")


def test_webhook_is_signed_over_its_raw_bytes(simulator, user):
    event = simulator.text(user, "哈囉 😀")
    for options in ({}, {"ensure_ascii": True}, {"separators": (" , ", " : ")}):
        webhook = simulator.webhook(event, **options)
        digest = hmac.new(SECRET.encode(), webhook.body, hashlib.sha256).digest()
        assert webhook.signature == base64.b64encode(digest).decode()
        assert json.loads(webhook.body)["events"] == [event]
    assert len(event["webhookEventId"]) == 26
    assert set(event["webhookEventId"]) <= set(CROCKFORD)
    first = simulator.text(user, "1")["webhookEventId"]
    simulator.clock.advance(1)
    assert simulator.text(user, "2")["webhookEventId"] > first


class Receiver(http.server.BaseHTTPRequestHandler):
    """A bot server that fails the first call."""

    bodies = []
    statuses = [500, 200, 200]

    def do_POST(self):
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.statuses[len(self.bodies) - 1])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""


def test_unanswered_webhook_is_redelivered(simulator, user):
    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    simulator.sender.redelivery = True
    simulator.sender.url = f"http://127.0.0.1:{server.server_address[1]}/line"
    event = simulator.say(user.id, "在嗎")
    simulator.sender.wait()
    server.shutdown()
    server.server_close()
    assert simulator.sender.answers == [500, 200]
    first, second = (json.loads(body)["events"][0] for body in Receiver.bodies)
    assert (
        first["webhookEventId"] == second["webhookEventId"] == event["webhookEventId"]
    )
    assert second["deliveryContext"]["isRedelivery"]


def test_control_api_and_phone(simulator):
    _status, user, _headers = call(simulator, "/control/users", {"name": "陳小姐"})
    path = "/control/thread?user=" + user["id"]
    words = {"user": user["id"], "text": "請問營業嗎"}
    event = call(simulator, "/control/say", words)[1]
    assert [row["text"] for row in call(simulator, path)[1]] == ["請問營業嗎"]
    assert len(simulator.sender.unsent) == 2  # follow and message, no URL is set
    call(
        simulator,
        "/control/unsend",
        {"user": user["id"], "message": event["message"]["id"]},
    )
    assert call(simulator, path)[1] == []
    call(simulator, "/control/fail", {"endpoint": "push", "kind": "500"})
    assert push(simulator, simulator.platform.user(user["id"]), texts("a"))[0] == 500
    assert call(simulator, "/control/calls?endpoint=push")[1][0]["status"] == 500
    assert call(simulator, "/control/clock", {"advance": 5})[0] == 200
    assert call(simulator, "/control/clock", {"advance": -5})[0] == 400
    assert call(simulator, "/control/nothing", {})[0] == 404
    assert call(simulator, "/control/say", {"user": "nobody", "text": "x"})[0] == 404
    with urllib.request.urlopen(simulator.url + "/phone") as page:
        assert "模擬手機" in page.read().decode()


def test_runs_as_a_process():
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [
            *[sys.executable, "-m", "line_simulator", "--port", "0", "--chat"],
            *["--user", "小華=Uabc", "--liff", "2-a=http://127.0.0.1:1/x?a=b"],
            *["--login-channel-id", "2", "--name", "青禾"],
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(root)},
    )
    try:
        line = process.stdout.readline()
        url = line.rsplit(" ", 1)[1].strip().removesuffix("/phone")
        with urllib.request.urlopen(url + "/control/users") as answer:
            assert json.load(answer)[0]["id"] == "Uabc"
        with urllib.request.urlopen(url + "/control/bot") as answer:
            bot = json.load(answer)
            assert (bot["displayName"], bot["chatMode"]) == ("青禾", "chat")
        with urllib.request.urlopen(url + "/control/apps") as answer:
            assert json.load(answer) == {"2-a": "http://127.0.0.1:1/x?a=b"}
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    assert process.returncode == 0
