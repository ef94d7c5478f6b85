"""Which function answers which address; the host is the first part of the path."""

import dataclasses
import re
import urllib.parse

from . import validation
from .sending import check
from .state import Refusal, not_found


@dataclasses.dataclass
class Answer:
    """What goes back when it is not a plain 200 with JSON."""

    status: int = 200
    content: object = None
    content_type: str = "application/json"
    headers: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Call:
    """One request."""

    simulator: object
    method: str
    path: str
    query: dict
    headers: object
    raw: bytes
    request_id: str
    args: dict = dataclasses.field(default_factory=dict)

    @property
    def platform(self):
        return self.simulator.platform

    @property
    def retry_key(self):
        return self.headers.get("X-Line-Retry-Key")

    @property
    def authorization(self):
        return self.headers.get("Authorization")

    def json(self, kind=None):
        """The body; with ``kind`` also checked against the schema."""
        try:
            body = validation.parse(self.raw)
        except ValueError:
            raise Refusal(400, "The request body could not be parsed as JSON") from None
        if kind:
            check(kind, body)
        return body

    def form(self):
        return dict(urllib.parse.parse_qsl(self.raw.decode()))

    def cookie(self, name):
        for part in (self.headers.get("Cookie") or "").split(";"):
            key, _equals, value = part.strip().partition("=")
            if key == name:
                return urllib.parse.unquote(value)
        return None


@dataclasses.dataclass(frozen=True)
class Route:
    name: str
    method: str
    pattern: re.Pattern
    function: object
    authenticated: bool


ROUTES = []


def route(method, path, name, authenticated=True):
    """Register a function for ``path``; ``{x}`` in it ends up in ``call.args``."""
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))

    def register(function):
        compiled = re.compile(pattern)
        ROUTES.append(Route(name, method, compiled, function, authenticated))
        return function

    return register


def find(method, path):
    """(route, arguments), or a refusal: LINE answers 404 to what it does not know."""
    for found in ROUTES:
        match = found.method == method and found.pattern.fullmatch(path)
        if match:
            values = match.groupdict().items()
            return found, {key: urllib.parse.unquote(text) for key, text in values}
    raise not_found()


def endpoints():
    return tuple(sorted({found.name for found in ROUTES}))
