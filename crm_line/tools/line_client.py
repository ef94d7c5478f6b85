"""A client of the LINE Messaging API on ``requests``: one call, one outcome."""

import dataclasses
import threading
import time
import urllib.parse

import requests
import urllib3
from urllib3.exceptions import NewConnectionError

from .line_hosts import LINE_API, LineHosts

TIMEOUT_SECONDS = 10
MAX_CONTENT_BYTES = 200_000_000
TOKEN_MARGIN_SECONDS = 60

ACCEPTED = "accepted"  # LINE took it
DUPLICATE = "duplicate"  # LINE had taken it before, under the same retry key
RETRYABLE = "retryable"  # nobody knows, or LINE was broken: try the same again
RATE = "rate"  # too fast
QUOTA = "quota"  # the month's messages are used up
AUTH = "auth"  # token or secret refused
REJECTED = "rejected"  # the request is wrong and will stay wrong
PENDING = "pending"  # LINE still prepares the content
GONE = "gone"  # the content was deleted
TOO_LARGE = "too_large"  # the content is larger than we take


@dataclasses.dataclass
class Outcome:
    """What became of one call.

    ``never_sent`` is true only when the call certainly did not reach LINE. A file
    is in ``body``; ``content`` is a JSON answer.
    """

    kind: str
    status: int = 0
    message: str = ""
    request_id: str | None = None
    accepted_request_id: str | None = None
    content: dict = dataclasses.field(default_factory=dict)
    never_sent: bool = False
    body: bytes = b""
    content_type: str = ""

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
    if status == 410:
        return GONE
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
        self.hosts = LineHosts(api_url or LINE_API)
        self.api_url = self.hosts.api
        self._local = threading.local()

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
        return self._call("GET", f"/v2/bot/profile/{_quote(user_id)}")

    def info(self):
        return self._call("GET", "/v2/bot/info")

    def quota(self):
        """The month's messages: content ``type`` (none, limited) and ``value``."""
        return self._call("GET", "/v2/bot/message/quota")

    def consumption(self):
        """How many of them are used: content ``totalUsage``."""
        return self._call("GET", "/v2/bot/message/quota/consumption")

    def validate(self, kind, messages):
        """Let LINE check messages without sending them.

        :param str kind: push, reply, multicast, narrowcast or broadcast
        """
        path = f"/v2/bot/message/validate/{kind}"
        return self._call("POST", path, {"messages": messages})

    def loading(self, user_id, seconds=20):
        """Show that somebody is about to answer (5 to 60 seconds, in fives)."""
        seconds = min(60, max(5, 5 * round(seconds / 5)))
        body = {"chatId": user_id, "loadingSeconds": seconds}
        return self._call("POST", "/v2/bot/chat/loading/start", body)

    def mark_as_read(self, token):
        """Show the customer that the message of ``token`` was read."""
        return self._call("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token})

    def link_token(self, user_id):
        """A one-time token for the account-link dialog: content ``linkToken``."""
        return self._call("POST", f"/v2/bot/user/{_quote(user_id)}/linkToken")

    def set_webhook(self, url):
        return self._call("PUT", "/v2/bot/channel/webhook/endpoint", {"endpoint": url})

    def get_webhook(self):
        """Content ``endpoint`` and ``active``."""
        return self._call("GET", "/v2/bot/channel/webhook/endpoint")

    def test_webhook(self, url):
        """LINE calls ``url`` and tells what came back: ``success``, ``reason``."""
        return self._call("POST", "/v2/bot/channel/webhook/test", {"endpoint": url})

    def verify_id_token(self, id_token, login_channel_id, nonce=None):
        """Who a LIFF page or a log-in says that it is: content ``sub``."""
        form = {"id_token": id_token, "client_id": login_channel_id}
        if nonce:
            form["nonce"] = nonce
        return self._request("POST", self.api_url + "/oauth2/v2.1/verify", data=form)

    # -- files ----------------------------------------------------------------
    def content(self, message_id, max_bytes=MAX_CONTENT_BYTES):
        """The picture or file of a message, in ``body``."""
        url = f"{self.hosts.data}/v2/bot/message/{_quote(message_id)}/content"
        return self._authorised_call(
            lambda headers: self._download(url, headers, max_bytes)
        )

    def sticker(self, sticker_id, max_bytes=1_000_000):
        """The picture of a sticker, from LINE's public shop."""
        url = f"{self.hosts.stickers}/stickershop/v1/sticker/{_quote(sticker_id)}"
        return self._download(f"{url}/android/sticker.png", {}, max_bytes)

    # -- plumbing -------------------------------------------------------------
    def _call(self, method, path, json=None, headers=None):
        return self._authorised_call(
            lambda authorised: self._request(
                method,
                self.api_url + path,
                headers=authorised | (headers or {}),
                json=json,
            )
        )

    def _authorised_call(self, send):
        """Send with a token; a refused short-lived token is renewed once."""
        outcome = self._with_token(send)
        if outcome.kind == AUTH and not self.access_token and not outcome.never_sent:
            TOKENS.drop(self._token_key)  # a refused call was not carried out
            outcome = self._with_token(send)
        return outcome

    def _with_token(self, send):
        token, failure = self._token()
        return failure or send({"Authorization": f"Bearer {token}"})

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
            self.api_url + "/oauth2/v3/token",
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

    def _session(self):
        """A session per thread: ``requests`` does not promise to share one safely."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        return self._local.session

    def _request(self, method, url, **values):
        """One HTTP request; also the place where tests look at what leaves."""
        try:
            response = self._session().request(
                method,
                url,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                **values,
            )
        except requests.RequestException as error:
            return _failure(error)
        return _outcome(response)

    def _download(self, url, headers, max_bytes):
        """A GET whose answer is a file of at most ``max_bytes``."""
        try:
            with self._session().get(
                url,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code == 202:  # LINE still prepares it
                    return dataclasses.replace(_outcome(response), kind=PENDING)
                if response.status_code != 200:
                    return _outcome(response)
                body = _read(response, max_bytes)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return _failure(error)
        return Outcome(
            kind=TOO_LARGE if body is None else ACCEPTED,
            status=200,
            message="" if body is not None else f"larger than {max_bytes} bytes",
            request_id=response.headers.get("x-line-request-id"),
            body=body or b"",
            content_type=response.headers.get("content-type", ""),
        )


def _read(response, max_bytes):
    """The body, or None when it is longer than ``max_bytes``."""
    parts, size = [], 0
    for part in response.iter_content(1 << 16):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            return None
    return b"".join(parts)


def _quote(identifier):
    return urllib.parse.quote(str(identifier), safe="")


def _failure(error):
    return Outcome(
        RETRYABLE, message=type(error).__name__, never_sent=_never_sent(error)
    )


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
    names = ("message", "error_description", "error")
    lines = [str(next((content[name] for name in names if content.get(name)), ""))]
    details = content.get("details")
    for detail in details if isinstance(details, list) else []:
        if isinstance(detail, dict):
            lines.append(f"{detail.get('property', '')}: {detail.get('message', '')}")
    return "\n".join(line for line in lines if line)
