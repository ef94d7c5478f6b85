"""An account on a simulator that runs as a process of its own, and its customers."""

import contextlib
import hashlib
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

SECRET = "bench-channel-secret"
TOKEN = "bench-access-token"
TESTS = Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def simulator(people):
    """The simulator with so many customers; its address."""
    command = [
        *[sys.executable, "-m", "line_simulator", "--port", "0"],
        *["--secret", SECRET, "--access-token", TOKEN],
    ]
    for number in range(people):
        command += ["--user", f"C{number}={line_uid(number)}"]
    process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        yield line.split("API ")[1].split("/api")[0]
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(address, command, values=None):
    """The control API of the simulator."""
    body = None if values is None else json.dumps(values).encode()
    with urllib.request.urlopen(f"{address}/control/{command}", body) as answer:
        return json.loads(answer.read())


def line_uid(number):
    return "U" + hashlib.md5(f"bench-{number}".encode()).hexdigest()


def make_account(env, address, rate=100):
    """:return: (id, webhook token)"""
    account = env["line.account"].create(
        {
            "name": "Benchmark",
            "channel_ident": "2000000001",
            "channel_secret": SECRET,
            "token_mode": "long_lived",
            "access_token": TOKEN,
            "api_url": f"{address}/api",
            "push_rate": rate,
            "agent_ids": [(6, 0, env.ref("base.user_admin").ids)],
        }
    )
    return account.id, account.webhook_token


def make_users(env, account_id, count):
    """LINE users who need no profile any more. :return: their ids"""
    users = env["line.user"].create(
        [
            {
                "account_id": account_id,
                "line_uid": line_uid(number),
                "name": f"C{number}",
                "profile_at": "2026-01-01",
                "friend_state": "friend",
            }
            for number in range(count)
        ]
    )
    return users.ids


def event(number, sequence, timestamp):
    """A text of a customer."""
    identity = f"{number}-{sequence}-{timestamp}"
    return {
        "type": "message",
        "webhookEventId": "01" + hashlib.md5(identity.encode()).hexdigest()[:24],
        "deliveryContext": {"isRedelivery": False},
        "timestamp": timestamp,
        "mode": "active",
        "source": {"type": "user", "userId": line_uid(number)},
        "replyToken": hashlib.md5(f"r{identity}".encode()).hexdigest(),
        "message": {
            "type": "text",
            "id": str(int(hashlib.md5(identity.encode()).hexdigest()[:15], 16)),
            "quoteToken": "q" * 40,
            "text": f"請問 {sequence} 號商品還有貨嗎?",
        },
    }


def body(events):
    content = {"destination": "U" + "0" * 32, "events": events}
    return json.dumps(content, ensure_ascii=False).encode()
