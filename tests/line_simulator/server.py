"""The HTTP face: LINE's API, a control API for tests and demos, the phone page."""

import http.server
import json
import pathlib
import threading
import urllib.parse

from . import identifiers
from .faults import Faults
from .platform import BAD_TOKEN, MONTHLY_LIMIT, RATE_LIMIT, Platform, Refusal
from .webhooks import EventFactory, Sender

MAX_BODY_BYTES = 2 * 1024 * 1024
PHONE_PAGE = pathlib.Path(__file__).with_name("phone.html")
FAULT_ANSWERS = {
    "500": (500, {"message": "Internal Server Error"}),
    "rate": (429, {"message": RATE_LIMIT}),
    "quota": (429, {"message": MONTHLY_LIMIT}),
    "unauthorized": (401, {"message": BAD_TOKEN}),
}


class ConnectionLost(Exception):
    """Close the connection without an answer."""


class LineSimulator:
    """A LINE Platform on this machine.

    In a test::

        simulator = LineSimulator().start()
        user = simulator.add_user("王小明")
        webhook = simulator.webhook(simulator.text(user, "哈囉"))
        ...post webhook.body with webhook.signature to the bot server...
        assert simulator.delivered(user.id) == [...]
        simulator.stop()

    ``delivered`` is the oracle for exactly-once: it lists what customers saw.
    """

    def __init__(
        self,
        host="127.0.0.1",
        port=0,
        channel_id="2000000001",
        secret="simulator-channel-secret",
        access_token="simulator-access-token",
        bot_user_id="U" + "0" * 32,
        webhook_url=None,
    ):
        self.host, self.port = host, port
        self.platform = Platform(channel_id, secret, access_token, bot_user_id)
        self.clock = self.platform.clock
        self.faults = Faults()
        self.events = EventFactory(self.platform)
        self.sender = Sender(self.events)
        self.sender.url = webhook_url
        self._server = None

    # -- life -----------------------------------------------------------------
    def start(self):
        """Listen (port 0: any free one, kept for later restarts)."""
        server = _Server((self.host, self.port), _Handler)
        server.simulator = self
        self.port = server.server_address[1]
        self._server = server
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def refuse(self):
        """Refuse connections (nothing listens) until ``start`` is called again."""
        self.stop()

    def reset(self):
        """Forget users, messages, faults and limits; the clock keeps going."""
        self.platform.forget()
        self.platform.quota = None
        self.faults.clear()
        self.sender.unsent.clear()
        self.sender.answers.clear()

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    @property
    def api_url(self):
        return self.url + "/api"

    # -- what a test does -----------------------------------------------------
    def add_user(self, name, **values):
        return self.platform.add_user(name, **values)

    def text(self, user, text):
        """The event of a customer writing ``text``."""
        return self.events.text(user, text)

    def webhook(self, *events, **options):
        """A signed webhook call: ``.body`` (bytes) and ``.signature``."""
        return self.events.webhook(events, **options)

    def say(self, user_id, text):
        """The customer writes; the webhook leaves for the bot server."""
        event = self.events.text(self.platform.user(user_id), text)
        self.sender.send([event])
        return event

    def fail(self, endpoint, count=1, kind="500"):
        """The next ``count`` calls of ``endpoint`` go wrong (see faults.py)."""
        self.faults.add(endpoint, count, kind)

    def delivered(self, user_id=None):
        """Messages that customers saw, oldest first."""
        if user_id:
            return self.platform.delivered_to(user_id)
        with self.platform.lock:
            return list(self.platform.delivered)

    def calls(self, endpoint=None):
        """API calls that arrived: {endpoint, status, retry_key, request_id}."""
        with self.platform.lock:
            return [
                call
                for call in self.platform.calls
                if endpoint in (None, call["endpoint"])
            ]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    simulator: LineSimulator


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server

    # -- routing --------------------------------------------------------------
    def do_GET(self):
        self._dispatch("GET")

    def do_POST(self):
        self._dispatch("POST")

    def log_message(self, format, *args):  # noqa: A002 - signature of the base class
        """Quiet: the console belongs to whoever started us."""

    @property
    def simulator(self):
        return self.server.simulator

    def _dispatch(self, method):
        self._request_id = identifiers.request_id()
        parts = urllib.parse.urlsplit(self.path)
        path = parts.path
        query = dict(urllib.parse.parse_qsl(parts.query))
        try:
            body = self._read_body()
            if path in ("/", "/phone"):
                self._send(200, PHONE_PAGE.read_bytes(), "text/html; charset=utf-8")
            elif path.startswith("/control/"):
                self._json(200, _control(self.simulator, method, path, query, body))
            else:
                self._api(method, path, body)
        except Refusal as refusal:
            self._json(refusal.status, refusal.body, refusal.headers)
        except (ValueError, KeyError, TypeError) as error:
            self._json(400, {"message": f"{type(error).__name__}: {error}"})
        except ConnectionLost:
            self.close_connection = True

    def _read_body(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY_BYTES:
            self.close_connection = True
            raise Refusal(413, {"message": "Request body is too large"})
        return self.rfile.read(length)

    # -- LINE's API -----------------------------------------------------------
    def _api(self, method, path, body):
        endpoint, arguments = _endpoint(method, path)
        platform = self.simulator.platform
        record = {
            "endpoint": endpoint,
            "retry_key": self.headers.get("X-Line-Retry-Key"),
            "request_id": self._request_id,
            "status": None,
        }
        with platform.lock:
            platform.calls.append(record)
        fault = self.simulator.faults.take(endpoint)
        if fault == "dropped":
            raise ConnectionLost
        if fault in FAULT_ANSWERS:
            status, answer = FAULT_ANSWERS[fault]
            record["status"] = status
            raise Refusal(status, answer)
        try:
            answer = self._carry_out(endpoint, arguments, body)
            record["status"] = 200
        except Refusal as refusal:
            record["status"] = refusal.status
            raise
        if fault == "lost":
            raise ConnectionLost
        self._json(200, answer)

    def _carry_out(self, endpoint, arguments, body):
        platform = self.simulator.platform
        if endpoint == "token":
            return platform.issue_token(dict(urllib.parse.parse_qsl(body.decode())))
        platform.authenticate(self.headers.get("Authorization"))
        if endpoint == "info":
            return platform.info()
        if endpoint == "profile":
            return platform.profile(*arguments)
        send = platform.push if endpoint == "push" else platform.reply
        return send(
            _parse(body), self.headers.get("X-Line-Retry-Key"), self._request_id
        )

    # -- answers --------------------------------------------------------------
    def _json(self, status, content, headers=None):
        body = json.dumps(content, ensure_ascii=False).encode()
        self._send(status, body, "application/json", headers)

    def _send(self, status, body, content_type, headers=None):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Line-Request-Id", self._request_id)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _parse(body):
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(
            400, {"message": "The request body could not be parsed as JSON"}
        ) from None


def _endpoint(method, path):
    """(name, arguments) of an API path; the host is the first part of the path."""
    fixed = {
        ("POST", "/api/v2/bot/message/push"): "push",
        ("POST", "/api/v2/bot/message/reply"): "reply",
        ("POST", "/api/oauth2/v3/token"): "token",
        ("GET", "/api/v2/bot/info"): "info",
    }
    name = fixed.get((method, path))
    if name:
        return name, ()
    prefix = "/api/v2/bot/profile/"
    if method == "GET" and path.startswith(prefix):
        return "profile", (path.removeprefix(prefix),)
    # /api-data is LINE's host for contents: nothing of it is simulated yet
    raise Refusal(404, {"message": "Not found"})


def _control(simulator, method, path, query, body):
    """The control API: what a test in another process or the phone page asks."""
    command = path.removeprefix("/control/")
    platform = simulator.platform
    if method == "GET":
        readers = {
            "users": lambda: [vars(user) for user in platform.users.values()],
            "delivered": lambda: simulator.delivered(query.get("user")),
            "thread": lambda: platform.thread(query["user"]),
            "calls": lambda: simulator.calls(query.get("endpoint")),
            "bot": platform.info,
            "webhook": lambda: {
                "url": simulator.sender.url,
                "answers": simulator.sender.answers[-20:],
            },
        }
        if command not in readers:
            raise Refusal(404, {"message": "Not found"})
        with platform.lock:
            return readers[command]()
    return _command(simulator, command, json.loads(body or b"{}"))


def _command(simulator, command, values):
    platform, events, sender = simulator.platform, simulator.events, simulator.sender
    if command == "users":
        user = simulator.add_user(**values)
        sender.send([events.follow(user)])
        return vars(user)
    if command == "say":
        return simulator.say(values["user"], values["text"])
    if command in ("follow", "unfollow"):
        event = getattr(events, command)(platform.user(values["user"]))
        sender.send([event])
        return event
    if command == "unsend":
        event = events.unsend(platform.user(values["user"]), values["message"])
        sender.send([event])
        return event
    if command == "fail":
        simulator.fail(values["endpoint"], values.get("count", 1), values["kind"])
    elif command == "clock":
        simulator.clock.advance(values["advance"])
    elif command == "webhook":
        sender.url = values["url"]
        sender.redelivery = values.get("redelivery", sender.redelivery)
        platform.channel_secret = values.get("secret", platform.channel_secret)
    elif command == "quota":
        platform.quota = values["quota"]
    elif command == "reset":
        simulator.reset()
    else:
        raise Refusal(404, {"message": "Not found"})
    return {"done": command, "at": platform.clock.milliseconds()}
