"""The HTTP face: reads a request, lets faults happen, writes the answer."""

import http.server
import json
import sys
import time
import urllib.parse

from . import api_login, api_messages, api_richmenu, control, identifiers, pages, router
from .limits import MAX_BODY_BYTES
from .router import Answer, Call
from .state import BAD_TOKEN, MONTHLY_LIMIT, RATE_LIMIT, Refusal

API = (api_login, api_messages, api_richmenu, pages)  # importing registers the routes
FAULT_ANSWERS = {
    "500": (500, "Internal Server Error"),
    "rate": (429, RATE_LIMIT),
    "quota": (429, MONTHLY_LIMIT),
    "unauthorized": (401, BAD_TOKEN),
    "expired": (401, BAD_TOKEN),
}
BLOCK_BYTES = 64 * 1024
DISCARDED_BYTES = 32 * 1024 * 1024
METHODS = ("GET", "POST", "PUT", "DELETE")


class ConnectionLost(Exception):
    """Close the connection without an answer."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    simulator: object

    def handle_error(self, request, client_address):
        """A caller that hangs up is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # head and body leave together: no waiting between the two
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, format, *args):  # noqa: A002 - signature of the base class
        """Quiet: the console belongs to whoever started us."""

    def _dispatch(self):
        self._request_id = identifiers.request_id()
        try:
            self._answer(self._call())
        except Refusal as refusal:
            self._write(Answer(refusal.status, refusal.body, headers=refusal.headers))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            message = f"{type(error).__name__}: {error}"
            self._write(Answer(400, {"message": message}))
        except (ConnectionLost, ConnectionError):
            self.close_connection = True

    def _call(self):
        parts = urllib.parse.urlsplit(self.path)
        return Call(
            self.server.simulator,
            self.command,
            parts.path,
            dict(urllib.parse.parse_qsl(parts.query)),
            self.headers,
            self._read_body(),
            self._request_id,
        )

    def _read_body(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY_BYTES and not self.path.startswith("/control/"):
            self.close_connection = True
            self._discard(length)
            raise Refusal(413, "Request body is too large")
        return self.rfile.read(length)

    def _discard(self, length):
        """Read a body to nowhere, or its sender would not listen to the answer."""
        for _block in range(min(length, DISCARDED_BYTES) // BLOCK_BYTES + 1):
            length -= len(self.rfile.read(min(length, BLOCK_BYTES)))

    def _answer(self, call):
        if call.path.startswith("/control/"):
            self._write(_answer_of(control.run(call)))
        else:
            found, call.args = router.find(call.method, call.path)
            self._carry_out(found, call)

    def _carry_out(self, found, call):
        simulator = call.simulator
        record = {
            "endpoint": found.name,
            "retry_key": call.retry_key,
            "request_id": self._request_id,
            "status": None,
        }
        with call.platform.lock:
            call.platform.calls.append(record)
        fault = simulator.faults.take(found.name)
        if fault == "dropped":
            raise ConnectionLost
        try:
            _refuse(fault, call)
            call.platform.sending.check_rate(found.name)
            if found.authenticated:
                call.platform.tokens.authenticate(call.authorization)
            answer = _answer_of(found.function(call))
        except Refusal as refusal:
            record["status"] = refusal.status
            if fault not in ("lost", "truncated", "garbled", "slow"):
                raise
            answer = Answer(refusal.status, refusal.body, headers=refusal.headers)
        record["status"] = answer.status
        self._write_with(fault, answer)

    # -- answers --------------------------------------------------------------
    def _write_with(self, fault, answer):
        if fault == "lost":
            raise ConnectionLost
        if fault == "slow":
            time.sleep(self.server.simulator.faults.seconds)
        if fault == "garbled":
            data = _bytes(answer)
            answer = Answer(answer.status, data[: len(data) // 2], answer.content_type)
        self._write(answer, cut=fault == "truncated")

    def _write(self, answer, cut=False):
        body = _bytes(answer)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Line-Request-Id", self._request_id)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.wfile.flush()
        if cut:
            raise ConnectionLost


for _method in METHODS:
    setattr(Handler, f"do_{_method}", Handler._dispatch)


def _refuse(fault, call):
    if fault == "expired":
        call.platform.tokens.expire((call.authorization or "").partition(" ")[2])
    if fault in FAULT_ANSWERS:
        status, message = FAULT_ANSWERS[fault]
        raise Refusal(status, message)


def _answer_of(result):
    return result if isinstance(result, Answer) else Answer(content=result)


def _bytes(answer):
    if isinstance(answer.content, bytes):
        return answer.content
    return json.dumps(answer.content).encode()  # ASCII: half surrogates survive
