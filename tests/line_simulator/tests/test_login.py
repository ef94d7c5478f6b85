"""Account linking, LINE Login, LIFF."""

import http.client
import json
import urllib.parse

import pytest

from .conftest import BOT

NONCE = "bm9uY2Utbm9uY2U="
DIALOG = "/access/dialog/bot/accountLink"


@pytest.fixture
def link_token(call, user):
    return call(f"{BOT}/user/{user.id}/linkToken", b"")[1]["linkToken"]


def dialog(token, nonce=NONCE):
    return f"{DIALOG}?{urllib.parse.urlencode({'linkToken': token, 'nonce': nonce})}"


def confirm(call, token, nonce=NONCE, holder=None):
    data = urllib.parse.urlencode({"linkToken": token, "nonce": nonce}).encode()
    headers = {"Cookie": f"line_user={holder.id}"} if holder else {}
    return call(DIALOG, data, headers=headers)


def sent_events(simulator):
    return [
        event
        for webhook in simulator.sender.unsent
        for event in json.loads(webhook.body)["events"]
    ]


def test_dialog_asks_and_confirming_emits_the_event(simulator, call, user, link_token):
    status, page, _headers = call(dialog(link_token))
    assert status == 200 and NONCE in page.decode()
    assert not sent_events(simulator), "asking is not linking"
    assert confirm(call, link_token, holder=user)[0] == 200
    (event,) = sent_events(simulator)
    assert event["link"] == {"result": "ok", "nonce": NONCE}
    assert event["source"]["userId"] == user.id and event["replyToken"]
    assert confirm(call, link_token)[0] == 400, "a link token works once"
    assert call.status(dialog(link_token)) == 400
    assert len(sent_events(simulator)) == 1


def test_link_token_lasts_ten_minutes(simulator, call, link_token):
    simulator.clock.advance(601)
    assert call.status(dialog(link_token)) == 400
    assert confirm(call, link_token)[0] == 400
    assert not sent_events(simulator)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 256, "not base 64!!"])
def test_nonce_must_be_base64_of_10_to_255(simulator, call, link_token, nonce):
    assert confirm(call, link_token, nonce)[0] == 400
    assert not sent_events(simulator)
    assert confirm(call, link_token)[0] == 200


def test_somebody_else_opens_the_link(simulator, call, link_token):
    other = simulator.add_user("另一人")
    assert confirm(call, link_token, holder=other)[0] == 200
    (event,) = sent_events(simulator)
    assert event["link"]["result"] == "failed"
    assert "source" not in event and "replyToken" not in event


def test_no_link_token_for_strangers(simulator, call, user):
    assert call.status(f"{BOT}/user/{'U' + 'f' * 32}/linkToken", b"") == 404
    simulator.events.unfollow(user)
    assert call.status(f"{BOT}/user/{user.id}/linkToken", b"") == 400


# -- ID tokens ------------------------------------------------------------------------
def verify(call, token, **form):
    values = {"id_token": token, "client_id": "2000000002"} | form
    status, answer, _headers = call.form("/api/oauth2/v2.1/verify", **values)
    return status, answer.get("error_description") or answer


def test_right_id_token(simulator, call, user):
    token = simulator.platform.login.id_token(user, nonce="n1")
    status, claims = verify(call, token, nonce="n1", user_id=user.id)
    assert status == 200
    assert (claims["sub"], claims["aud"]) == (user.id, "2000000002")
    assert claims["name"] == "王小明"


@pytest.mark.parametrize(
    "token_values, form, reason",
    [
        ({}, {"client_id": "other"}, "Invalid IdToken Audience."),
        ({"client_id": "other"}, {}, "Invalid IdToken Audience."),
        ({"nonce": "a"}, {"nonce": "b"}, "Invalid IdToken Nonce."),
        ({}, {"nonce": "b"}, "Invalid IdToken Nonce."),
        ({"lifetime": -1}, {}, "IdToken expired."),
        ({"iss": "https://evil.example"}, {}, "Invalid IdToken Issuer."),
        ({}, {"user_id": "U0"}, "Invalid IdToken Subject Identifier."),
        ({}, {"client_id": ""}, "client_id is required"),
    ],
)
def test_wrong_id_token(simulator, call, user, token_values, form, reason):
    token = simulator.platform.login.id_token(user, **token_values)
    assert verify(call, token, **form) == (400, reason)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-4],
        lambda token: "x.y.z",
        lambda token: "",
        lambda token: "é" + token,
    ],
)
def test_forged_id_token(simulator, call, user, change):
    token = change(simulator.platform.login.id_token(user))
    assert verify(call, token) == (400, "Invalid IdToken.")


def test_id_token_expires_by_the_clock(simulator, call, user):
    token = simulator.platform.login.id_token(user)
    simulator.clock.advance(3601)
    assert verify(call, token) == (400, "IdToken expired.")


def test_friendship_and_profile_of_a_logged_in_user(simulator, call, user):
    call.token = simulator.platform.login.access_token(user)
    assert call("/api/friendship/v1/status")[1] == {"friendFlag": True}
    assert call("/api/v2/profile")[1]["displayName"] == "王小明"
    simulator.events.unfollow(user)
    assert call("/api/friendship/v1/status")[1] == {"friendFlag": False}
    simulator.clock.advance(3601)
    assert call.status("/api/friendship/v1/status") == 401


# -- LIFF -----------------------------------------------------------------------------
def open_liff(simulator, path, holder=None):
    connection = http.client.HTTPConnection(simulator.host, simulator.port, timeout=5)
    headers = {"Cookie": f"line_user={holder.id}"} if holder else {}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Location"], body


def test_liff_app_opens_its_endpoint_with_an_id_token(simulator, call, user):
    liff = simulator.platform.login.add_app("http://127.0.0.1:8069/line/liff")
    status, location, _body = open_liff(simulator, f"/liff/{liff}?code=7", user)
    assert status == 302
    address, _hash, fragment = location.partition("#")
    assert address == "http://127.0.0.1:8069/line/liff?code=7"
    values = dict(urllib.parse.parse_qsl(fragment))
    assert values["liff_id"] == liff
    assert verify(call, values["id_token"])[1]["sub"] == user.id
    _status, location, _body = open_liff(simulator, f"/liff/{liff}/card", user)
    assert location.startswith("http://127.0.0.1:8069/line/liff/card#")


def test_liff_asks_who_opens_it(simulator, user):
    liff = simulator.platform.login.add_app("http://127.0.0.1:8069/x")
    status, location, body = open_liff(simulator, f"/liff/{liff}")
    assert (status, location) == (200, None)
    assert f"/liff/{liff}?user={user.id}" in body
    assert open_liff(simulator, f"/liff/{liff}?user={user.id}")[0] == 302
    assert open_liff(simulator, "/liff/unknown", user)[0] == 404


def test_liff_sdk_stand_in_is_served(call):
    status, script, headers = call("/liff/sdk.js")
    assert status == 200 and headers.get_content_type() == "text/javascript"
    for name in (
        "init",
        "isLoggedIn",
        "getIDToken",
        "getProfile",
        "closeWindow",
        "isInClient",
    ):
        assert name in script.decode()
