"""A simulator, a customer, and calls as a bot server makes them."""

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest

from line_simulator import LineSimulator

BOT = "/api/v2/bot"


class Caller:
    """Calls of one bot server: (status, answer, headers)."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.token = "simulator-access-token"

    def __call__(self, path, body=None, method=None, headers=None):
        data = body
        if isinstance(body, (dict, list)):
            data = json.dumps(body).encode()
        request = urllib.request.Request(
            self.simulator.url + path,
            data=data,
            headers={"Authorization": f"Bearer {self.token}"} | (headers or {}),
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, self._read(answer), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, self._read(error), error.headers

    @staticmethod
    def _read(answer):
        data = answer.read()
        if answer.headers.get_content_type() == "application/json":
            return json.loads(data)
        return data

    def status(self, *arguments, **values):
        return self(*arguments, **values)[0]

    def form(self, path, **values):
        return self(path, urllib.parse.urlencode(values).encode())

    def push(self, user, *messages, key=None, **values):
        headers = {"X-Line-Retry-Key": key} if key else {}
        body = {"to": user.id, "messages": list(messages)} | values
        return self(f"{BOT}/message/push", body, headers=headers)

    def reply(self, token, *messages):
        body = {"replyToken": token, "messages": list(messages)}
        return self(f"{BOT}/message/reply", body)


@pytest.fixture
def simulator():
    simulator = LineSimulator().start()
    yield simulator
    simulator.stop()


@pytest.fixture
def user(simulator):
    return simulator.add_user("王小明")


@pytest.fixture
def call(simulator):
    return Caller(simulator)


def text(content):
    return {"type": "text", "text": content}
