"""Endpoints beside push and reply: people, chats, numbers, webhook settings."""

import threading
import uuid

import pytest

from .conftest import BOT, text
from .receiver import Receiver


def test_wrong_host_is_unknown(call, user):
    for path in (
        "/v2/bot/info",
        "/api-data/v2/bot/info",
        "/access/v2/bot/info",
        f"/api/v2/bot/message/{user.id}/content",
        "/stickers/v2/bot/info",
        "/control/nothing",
    ):
        assert call.status(path) == 404, path


def test_multicast_leaves_out_whom_it_cannot_reach(simulator, call, user):
    blocked, stranger = (
        simulator.add_user("B"),
        simulator.add_user("C", is_friend=False),
    )
    simulator.events.unfollow(blocked)
    ids = [user.id, blocked.id, stranger.id, "U" + "f" * 32]
    body = {"to": ids, "messages": [text("hi")]}
    key = {"X-Line-Retry-Key": str(uuid.uuid4())}
    assert call(f"{BOT}/message/multicast", body, headers=key)[:2] == (200, {})
    assert [entry["user"] for entry in simulator.delivered()] == [user.id]
    status, answer, _headers = call(f"{BOT}/message/multicast", body, headers=key)
    assert (status, "sentMessages" in answer) == (409, False)
    assert simulator.platform.consumption == 1


def test_broadcast_reaches_friends(simulator, call, user):
    simulator.add_user("B", is_friend=False)
    friend = simulator.add_user("C")
    assert call.status(f"{BOT}/message/broadcast", {"messages": [text("hi")]}) == 200
    assert {entry["user"] for entry in simulator.delivered()} == {user.id, friend.id}


def test_narrowcast_reserves_quota_and_works_later(simulator, call, user):
    simulator.platform.quota = 1
    body = {"messages": [text("hi")]}
    status, _answer, headers = call(f"{BOT}/message/narrowcast", body)
    assert status == 202
    assert call.push(user, text("no"))[0] == 429, "the narrowcast holds the quota"
    path = f"{BOT}/message/progress/narrowcast?requestId={headers['X-Line-Request-Id']}"
    phases = [call(path)[1]["phase"] for _turn in range(3)]
    assert phases == ["waiting", "sending", "succeeded"]
    assert call(path)[1]["successCount"] == 1
    assert [entry["via"] for entry in simulator.delivered()] == ["narrowcast"]
    assert call.status(f"{BOT}/message/progress/narrowcast?requestId=x") == 404


def test_validate_sends_nothing(simulator, call):
    path = f"{BOT}/message/validate/"
    for kind in ("reply", "push", "multicast", "narrowcast", "broadcast"):
        assert call.status(path + kind, {"messages": [text("hi")]}) == 200
        assert call.status(path + kind, {"messages": [text("")]}) == 400
    assert call.status(path + "pigeon", {"messages": [text("hi")]}) == 404
    assert not simulator.delivered()


def test_quota_and_consumption(simulator, call, user):
    assert call(f"{BOT}/message/quota")[1] == {"type": "none"}
    simulator.platform.quota = 5
    assert call(f"{BOT}/message/quota")[1] == {"type": "limited", "value": 5}
    call.push(user, text("1"), text("2"))
    assert call(f"{BOT}/message/quota/consumption")[1] == {"totalUsage": 1}
    simulator.events.unfollow(user)
    call.push(user, text("blocked"))
    assert call(f"{BOT}/message/quota/consumption")[1] == {"totalUsage": 1}


def test_counts_of_a_day(simulator, call, user):
    call.push(user, text("1"))
    day = simulator.clock.day()
    path = f"{BOT}/message/delivery/push?date="
    assert call(path + day)[1] == {"status": "unready"}
    simulator.clock.advance(24 * 3600)
    assert call(path + day)[1] == {"status": "ready", "success": 1}
    assert call.status(path + "yesterday") == 400
    assert call.status(f"{BOT}/message/delivery/pigeon?date={day}") == 404


def test_aggregation_units(simulator, call, user):
    unit = {"customAggregationUnits": ["m1_A"]}
    assert call.push(user, text("1"), **unit)[0] == 200
    assert call.push(user, text("1"), customAggregationUnits=["m1-A"])[0] == 400
    for number in range(1001):
        simulator.platform.sending._name_units(
            {"customAggregationUnits": [f"u{number}"]}
        )
    assert call(f"{BOT}/message/aggregation/info")[1] == {
        "numOfCustomAggregationUnits": 1000  # the next one is dropped silently
    }
    names = call(f"{BOT}/message/aggregation/list")[1]["customAggregationUnits"]
    assert "m1_A" in names and "u1000" not in names


def test_followers_only_for_verified_accounts(simulator, call, user):
    path = f"{BOT}/followers/ids"
    assert call.status(path) == 403
    simulator.platform.is_verified = True
    others = [simulator.add_user(str(number)) for number in range(2)]
    first = call(path + "?limit=2")[1]
    second = call(f"{path}?limit=2&start={first['next']}")[1]
    ids = [user.id, *[other.id for other in others]]
    assert first["userIds"] + second["userIds"] == ids
    assert "next" not in second
    assert call.status(path + "?limit=1001") == 400


def test_deleted_user(simulator, call, user):
    simulator.events.leave_line(user)
    assert call.status(f"{BOT}/profile/{user.id}") == 404
    assert call.push(user, text("x"))[0] == 200
    assert not simulator.delivered()


def test_loading_shows_until_a_message_comes(simulator, call, user):
    path = f"{BOT}/chat/loading/start"
    screen = f"/control/screen?user={user.id}"
    assert call(path, {"chatId": user.id, "loadingSeconds": 10})[:2] == (202, {})
    assert call(screen)[1]["loading"]
    call.push(user, text("hi"))
    assert not call(screen)[1]["loading"]
    call(path, {"chatId": user.id, "loadingSeconds": 10})
    simulator.clock.advance(11)
    assert not call(screen)[1]["loading"]
    assert call.status(path, {"chatId": "U" + "f" * 32}) == 400
    assert len(simulator.signals("loading")) == 2


def test_mark_as_read_reads_all_earlier_ones_when_chat_is_on(simulator, call, user):
    simulator.platform.has_chat = True
    info = call(f"{BOT}/info")[1]
    assert (info["chatMode"], info["markAsReadMode"]) == ("chat", "manual")
    events = [simulator.text(user, str(number)) for number in range(3)]
    body = {"markAsReadToken": events[1]["message"]["markAsReadToken"]}
    assert call.status(f"{BOT}/chat/markAsRead", body) == 200
    thread = simulator.platform.thread(user.id)
    assert [bubble["read"] for bubble in thread] == [True, True, False]
    assert simulator.signals("read")[0]["user"] == user.id
    assert call.status(f"{BOT}/chat/markAsRead", {"markAsReadToken": "x"}) == 400


def test_without_chat_everything_is_read_at_once(simulator, call, user):
    simulator.text(user, "hi")
    assert simulator.platform.thread(user.id)[0]["read"]
    assert call(f"{BOT}/info")[1]["markAsReadMode"] == "auto"


# -- webhook settings -----------------------------------------------------------------
def test_webhook_endpoint_is_set_read_and_tested(simulator, call):
    path = f"{BOT}/channel/webhook"
    assert call.status(f"{path}/endpoint") == 404
    assert call.status(f"{path}/test", b"") == 404
    with Receiver() as receiver:
        body = {"endpoint": receiver.url}
        assert call.status(f"{path}/endpoint", body, method="PUT") == 200
        found = call(f"{path}/endpoint")[1]
        assert found == {"endpoint": receiver.url, "active": True}
        report = call(f"{path}/test", {})[1]
        assert (report["success"], report["statusCode"]) == (True, 200)
        assert (report["reason"], receiver.events) == ("OK", [[]])
        receiver.statuses[:] = [500]
        report = call(f"{path}/test", {"endpoint": receiver.url})[1]
        assert (report["success"], report["reason"]) == (False, "ERROR_STATUS_CODE")
        receiver.delay = 2.5
        assert call(f"{path}/test", {})[1]["reason"] == "REQUEST_TIMEOUT"
    report = call(f"{path}/test", {"endpoint": "http://127.0.0.1:9/x"})[1]
    assert report["reason"] == "COULD_NOT_CONNECT"


@pytest.mark.parametrize(
    "address", ["http://example.com/x", "ftp://127.0.0.1/", "nonsense", "https://a b/"]
)
def test_webhook_endpoint_must_be_https(call, address):
    body = {"endpoint": address}
    path = f"{BOT}/channel/webhook/endpoint"
    assert call.status(path, body, method="PUT") == 400
    assert call.status(f"{BOT}/channel/webhook/test", body) == 400


# -- rates ----------------------------------------------------------------------------
def test_token_bucket_per_endpoint(simulator, call, user):
    simulator.limit("push", per_second=2, burst=3)
    statuses = [call.push(user, text(str(number)))[0] for number in range(5)]
    assert statuses.count(429) >= 1 and statuses[:3] == [200, 200, 200]
    assert call.status(f"{BOT}/info") == 200, "each endpoint has its own"
    simulator.clock.advance(1)
    assert call.push(user, text("later"))[0] == 200
    simulator.limit("push", None)
    assert {call.push(user, text("free"))[0] for _turn in range(5)} == {200}


def test_many_threads_get_what_the_bucket_holds(simulator, call, user):
    simulator.limit("push", per_second=0.001, burst=4)
    statuses = []
    threads = [
        threading.Thread(target=lambda: statuses.append(call.push(user, text("x"))[0]))
        for _number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) == len(simulator.delivered()) == 4
