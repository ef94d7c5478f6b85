"""A client of the LINE Messaging API on ``requests``: one call, one outcome."""

import dataclasses
import threading
import time

import requests
from urllib3.exceptions import NewConnectionError

from .line_hosts import LINE_API

TIMEOUT_SECONDS = 10
TOKEN_MARGIN_SECONDS = 60

ACCEPTED = "accepted"  # LINE took it
DUPLICATE = "duplicate"  # LINE had taken it before, under the same retry key
RETRYABLE = "retryable"  # nobody knows, or LINE was broken: try the same again
RATE = "rate"  # too fast
QUOTA = "quota"  # the month's messages are used up
AUTH = "auth"  # token or secret refused
REJECTED = "rejected"  # the request is wrong and will stay wrong


@dataclasses.dataclass
class Outcome:
    """What became of one call.

    ``never_sent`` is true only when the call certainly did not reach LINE.
    """

    kind: str
    status: int = 0
    message: str = ""
    request_id: str | None = None
    accepted_request_id: str | None = None
    content: dict = dataclasses.field(default_factory=dict)
    never_sent: bool = False

    @property
    def is_success(self):
        return self.kind in (ACCEPTED, DUPLICATE)

    @property
    def sent_messages(self):
        sent = self.content.get("sentMessages")
        return [row for row in sent if "id" in row] if isinstance(sent, list) else []

    @property
    def is_invalid_reply_token(self):
        return self.kind == REJECTED and "reply token" in self.message.lower()


def classify(status, message):
    """The kind of an HTTP answer. LINE's errors have no codes, only sentences."""
    if 200 <= status < 300:
        return ACCEPTED
    if status == 409:
        return DUPLICATE
    if status == 429:
        return QUOTA if "monthly limit" in message.lower() else RATE
    if status == 401:
        return AUTH
    if status >= 500:
        return RETRYABLE
    return REJECTED


class TokenCache:
    """Stateless tokens (15 minutes) per channel, shared by a process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._tokens = {}

    def get(self, key):
        with self._lock:
            token, expires_at = self._tokens.get(key, (None, 0))
            return token if expires_at > time.monotonic() else None

    def put(self, key, token, seconds):
        with self._lock:
            expires_at = time.monotonic() + seconds - TOKEN_MARGIN_SECONDS
            self._tokens[key] = (token, expires_at)

    def drop(self, key):
        with self._lock:
            self._tokens.pop(key, None)


TOKENS = TokenCache()


class LineClient:
    """Calls on behalf of one channel.

    :param str access_token: long-lived token; without it a stateless token is
        fetched with ``channel_id`` and ``channel_secret``
    :param str api_url: another host, for example the simulator
    """

    def __init__(
        self, channel_id=None, channel_secret=None, access_token=None, api_url=None
    ):
        self.channel_id = channel_id
        self.channel_secret = channel_secret
        self.access_token = access_token
        self.api_url = (api_url or LINE_API).rstrip("/")
        self._session = requests.Session()

    # -- calls ----------------------------------------------------------------
    def push(self, user_id, messages, retry_key):
        """Send to a user; the same ``retry_key`` is delivered once in 24 hours."""
        return self._call(
            "POST",
            "/v2/bot/message/push",
            {"to": user_id, "messages": messages},
            {"X-Line-Retry-Key": retry_key},
        )

    def reply(self, reply_token, messages):
        """Answer an event: free, once, within a minute, without a retry key."""
        return self._call(
            "POST",
            "/v2/bot/message/reply",
            {"replyToken": reply_token, "messages": messages},
        )

    def profile(self, user_id):
        return self._call("GET", f"/v2/bot/profile/{user_id}")

    def info(self):
        return self._call("GET", "/v2/bot/info")

    # -- plumbing -------------------------------------------------------------
    def _call(self, method, path, json=None, headers=None):
        outcome = self._authorised(method, path, json, headers)
        if outcome.kind == AUTH and not self.access_token and not outcome.never_sent:
            TOKENS.drop(self._token_key)  # a refused call was not carried out
            outcome = self._authorised(method, path, json, headers)
        return outcome

    def _authorised(self, method, path, json, headers):
        token, failure = self._token()
        if failure:
            return failure
        authorised = {"Authorization": f"Bearer {token}"} | (headers or {})
        return self._request(method, path, headers=authorised, json=json)

    @property
    def _token_key(self):
        return (self.api_url, self.channel_id, self.channel_secret)

    def _token(self):
        """(token, None) or (None, the outcome that prevented it)."""
        if self.access_token:
            return self.access_token, None
        if not self.channel_id or not self.channel_secret:
            return None, Outcome(
                AUTH, message="No access token and no channel secret", never_sent=True
            )
        token = TOKENS.get(self._token_key)
        if token:
            return token, None
        outcome = self._request(
            "POST",
            "/oauth2/v3/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self.channel_id,
                "client_secret": self.channel_secret,
            },
        )
        token = outcome.content.get("access_token")
        if outcome.kind != ACCEPTED or not isinstance(token, str):
            # whatever went wrong, the message itself has not left
            kind = AUTH if outcome.kind in (REJECTED, ACCEPTED) else outcome.kind
            failure = dataclasses.replace(outcome, kind=kind, never_sent=True)
            return None, failure
        seconds = outcome.content.get("expires_in")
        TOKENS.put(self._token_key, token, seconds if seconds else 900)
        return token, None

    def _request(self, method, path, **values):
        try:
            response = self._session.request(
                method,
                self.api_url + path,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                **values,
            )
        except requests.RequestException as error:
            return Outcome(
                RETRYABLE, message=type(error).__name__, never_sent=_never_sent(error)
            )
        return _outcome(response)


def _never_sent(error):
    """Whether the connection was not even opened."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _outcome(response):
    try:
        content = response.json()
    except ValueError:
        content = {}
    if not isinstance(content, dict):
        content = {}
    return Outcome(
        kind=classify(response.status_code, str(content.get("message", ""))),
        status=response.status_code,
        message=_explain(content),
        request_id=response.headers.get("x-line-request-id"),
        accepted_request_id=response.headers.get("x-line-accepted-request-id"),
        content=content,
    )


def _explain(content):
    """LINE's sentence with the properties it complains about."""
    lines = [str(content.get("message") or content.get("error") or "")]
    details = content.get("details")
    for detail in details if isinstance(details, list) else []:
        if isinstance(detail, dict):
            lines.append(f"{detail.get('property', '')}: {detail.get('message', '')}")
    return "\n".join(line for line in lines if line)
