"""Faults: ordered, by chance, and what the caller sees of each."""

import collections
import http.client
import json
import time
import uuid

import pytest

from .conftest import BOT, text


def test_expired_in_mid_batch(simulator, call, user):
    form = {
        "grant_type": "client_credentials",
        "client_id": "2000000001",
        "client_secret": "simulator-channel-secret",
    }
    call.token = call.form("/api/oauth2/v3/token", **form)[1]["access_token"]
    assert call.push(user, text("1"))[0] == 200
    simulator.fail("push", 1, "expired")
    assert call.push(user, text("2"))[0] == 401
    assert call.push(user, text("2"))[0] == 401, "it stays dead"
    call.token = call.form("/api/oauth2/v3/token", **form)[1]["access_token"]
    assert call.push(user, text("2"))[0] == 200
    assert [entry["text"] for entry in simulator.delivered()] == ["1", "2"]


def test_truncated_and_garbled_answers_were_carried_out(simulator, call, user):
    simulator.fail("push", 1, "truncated")
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        call.push(user, text("1"))
    simulator.fail("push", 1, "garbled")
    with pytest.raises(json.JSONDecodeError):
        call.push(user, text("2"))
    assert [entry["text"] for entry in simulator.delivered()] == ["1", "2"]


def test_slow_answer(simulator, call, user):
    simulator.faults.seconds = 0.3
    simulator.fail("push", 1, "slow")
    begin = time.monotonic()
    assert call.push(user, text("1"))[0] == 200
    assert time.monotonic() - begin >= 0.3


def test_a_refusal_can_get_lost_too(simulator, call, user):
    simulator.fail("push", 1, "lost")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        call.push(user, text(""))
    assert simulator.calls("push")[0]["status"] == 400


@pytest.mark.parametrize("kind", ["500", "rate", "quota", "unauthorized"])
def test_refused_calls_leave_the_retry_key_unused(simulator, call, user, kind):
    key = str(uuid.uuid4())
    simulator.fail("push", 1, kind)
    assert call.push(user, text("1"), key=key)[0] >= 400
    assert call.push(user, text("1"), key=key)[0] == 200
    assert call.push(user, text("1"), key=key)[0] == 409
    assert len(simulator.delivered()) == 1


def test_retry_key_belongs_to_one_request(simulator, call, user):
    key = str(uuid.uuid4())
    assert call.push(user, text("1"), key=key)[0] == 200
    assert call.push(user, text("other"), key=key)[0] == 400
    body = {"messages": [text("1")]}
    headers = {"X-Line-Retry-Key": key}
    assert call(f"{BOT}/message/broadcast", body, headers=headers)[0] == 400
    assert len(simulator.delivered()) == 1


def outcomes(simulator, call, user, count):
    for number in range(count):
        try:
            yield str(call.push(user, text(str(number)))[0])
        except (http.client.HTTPException, ConnectionError):
            yield "broken"


def test_faults_by_chance_repeat_with_their_seed(simulator, call, user):
    rates = {"push": {"500": 0.3, "lost": 0.2, "rate": 0.1}}
    runs = []
    for seed in (7, 7, 8):
        simulator.random_faults(seed, rates)
        runs.append(list(outcomes(simulator, call, user, 40)))
    assert runs[0] == runs[1] != runs[2]
    counts = collections.Counter(runs[0])
    assert set(counts) == {"200", "500", "429", "broken"}
    simulator.faults.clear()
    assert set(outcomes(simulator, call, user, 5)) == {"200"}


def test_chances_are_checked(simulator):
    for rates in (
        {"moon": {"500": 0.1}},
        {"push": {"meteor": 0.1}},
        {"push": {"500": 0.6, "lost": 0.6}},
    ):
        with pytest.raises(ValueError):
            simulator.random_faults(1, rates)


def test_every_push_once_in_spite_of_faults(simulator, call, user):
    """The oracle: a client that retries with one key per message."""
    rates = {"push": {"500": 0.2, "lost": 0.2, "dropped": 0.2, "truncated": 0.1}}
    simulator.random_faults(20261128, rates)
    for number in range(30):
        key = str(uuid.uuid4())
        for _attempt in range(60):
            try:
                status = call.push(user, text(str(number)), key=key)[0]
            except (http.client.HTTPException, ConnectionError):
                continue
            if status in (200, 409):
                break
        else:
            pytest.fail("never accepted")
    shown = [entry["text"] for entry in simulator.delivered(user.id)]
    assert shown == [str(number) for number in range(30)]
