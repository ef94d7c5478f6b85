"""The state behind the API: users, tokens, retry keys and what was delivered."""

import dataclasses
import threading

from . import identifiers, validation
from .clock import Clock

REPLY_TOKEN_SECONDS = 60
REDELIVERED_TOKEN_SECONDS = 20 * 60
RETRY_KEY_SECONDS = 24 * 3600
STATELESS_TOKEN_SECONDS = 15 * 60
WROTE_RECENTLY_SECONDS = 7 * 24 * 3600

BAD_TOKEN = (
    "Authentication failed. Confirm that the access token in the authorization "
    "header is valid."
)
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
MONTHLY_LIMIT = "You have reached your monthly limit."


class Refusal(Exception):
    """An answer other than success: status, JSON body and extra headers."""

    def __init__(self, status, body, headers=None):
        super().__init__(body.get("message", status))
        self.status = status
        self.body = body
        self.headers = headers or {}


@dataclasses.dataclass
class User:
    id: str
    name: str
    language: str = "zh-TW"
    is_friend: bool = True
    is_blocked: bool = False
    wrote_at: float = 0.0


@dataclasses.dataclass
class ReplyToken:
    user_id: str
    event_at: float
    expires_at: float
    used: bool = False


class Platform:
    """One channel of the LINE Platform. Every method is safe between threads."""

    def __init__(self, channel_id, channel_secret, access_token, bot_user_id):
        self.lock = threading.RLock()
        self.clock = Clock()
        self.channel_id = channel_id
        self.channel_secret = channel_secret
        self.access_token = access_token
        self.bot_user_id = bot_user_id
        self.bot_name = "LINE Simulator"
        self.basic_id = "@simulator"
        self.quota = None  # messages a month that are not replies; None = no limit
        self.forget()

    def forget(self):
        """Back to an empty platform (settings stay)."""
        with self.lock:
            self.users = {}
            self.stateless_tokens = {}
            self.reply_tokens = {}
            self.retry_keys = {}
            self.delivered = []
            self.received = []
            self.calls = []
            self.consumption = 0

    # -- users ----------------------------------------------------------------
    def add_user(self, name, language="zh-TW", user_id=None, is_friend=True):
        with self.lock:
            user = User(user_id or identifiers.user_id(), name, language, is_friend)
            self.users[user.id] = user
            return user

    def user(self, user_id):
        with self.lock:
            if user_id not in self.users:
                raise Refusal(404, {"message": "Not found"})
            return self.users[user_id]

    def profile(self, user_id):
        user = self.user(user_id)
        if user.is_blocked:
            raise Refusal(404, {"message": "Not found"})
        return {
            "userId": user.id,
            "displayName": user.name,
            "language": user.language,
        }

    def info(self):
        return {
            "userId": self.bot_user_id,
            "basicId": self.basic_id,
            "displayName": self.bot_name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }

    # -- tokens ---------------------------------------------------------------
    def issue_token(self, form):
        """A stateless channel access token for the channel id and secret."""
        with self.lock:
            if form.get("grant_type") != "client_credentials":
                raise Refusal(400, {"error": "unsupported_grant_type"})
            if (form.get("client_id"), form.get("client_secret")) != (
                self.channel_id,
                self.channel_secret,
            ):
                raise Refusal(400, {"error": "invalid_client"})
            token = identifiers.token(64)
            self.stateless_tokens[token] = self.clock.now() + STATELESS_TOKEN_SECONDS
            return {
                "token_type": "Bearer",
                "access_token": token,
                "expires_in": STATELESS_TOKEN_SECONDS,
            }

    def authenticate(self, authorization):
        with self.lock:
            scheme, _space, token = (authorization or "").partition(" ")
            known = token == self.access_token or (
                self.stateless_tokens.get(token, 0) > self.clock.now()
            )
            if scheme != "Bearer" or not known:
                raise Refusal(401, {"message": BAD_TOKEN})

    # -- sending --------------------------------------------------------------
    def push(self, body, retry_key, request_id):
        """Accept a push; the same retry key within 24 hours answers 409."""
        with self.lock:
            if retry_key is not None and not identifiers.is_uuid(retry_key):
                raise Refusal(400, {"message": "The retry key is invalid"})
            accepted = self._accepted(retry_key)
            if accepted:
                raise Refusal(
                    409,
                    {
                        "message": "The retry key is already accepted",
                        "sentMessages": accepted["sent"],
                    },
                    {"x-line-accepted-request-id": accepted["request_id"]},
                )
            errors = validation.check_push(body)
            if errors:
                raise Refusal(400, validation.refusal(errors))
            user = self._reachable(body["to"])
            self._consume(1)
            sent = self._deliver(user, body["messages"], "push", request_id, retry_key)
            if retry_key:
                self.retry_keys[retry_key] = {
                    "at": self.clock.now(),
                    "request_id": request_id,
                    "sent": sent,
                }
            return {"sentMessages": sent}

    def _accepted(self, retry_key):
        entry = self.retry_keys.get(retry_key)
        if entry and entry["at"] + RETRY_KEY_SECONDS > self.clock.now():
            return entry
        return None

    def _reachable(self, user_id):
        user = self.users.get(user_id)
        if user is None:
            raise Refusal(
                400,
                {
                    "message": "The property, 'to', in the request body is invalid "
                    "(line: -, column: -)"
                },
            )
        recently = user.wrote_at + WROTE_RECENTLY_SECONDS > self.clock.now()
        if not user.is_friend and not user.is_blocked and not recently:
            raise Refusal(400, {"message": "Failed to send messages"})
        return user

    def _consume(self, count):
        if self.quota is not None and self.consumption + count > self.quota:
            raise Refusal(429, {"message": MONTHLY_LIMIT})
        self.consumption += count

    def reply(self, body, retry_key, request_id):
        """Accept a reply: the token works once, for a minute."""
        with self.lock:
            if retry_key is not None:
                raise Refusal(
                    400,
                    {"message": "The retry key is not supported for this endpoint"},
                )
            errors = validation.check_reply(body)
            if errors:
                raise Refusal(400, validation.refusal(errors))
            token = self.reply_tokens.get(body["replyToken"])
            if token is None or token.used or token.expires_at < self.clock.now():
                raise Refusal(400, {"message": "Invalid reply token"})
            token.used = True
            user = self.users[token.user_id]
            sent = self._deliver(user, body["messages"], "reply", request_id, None)
            return {"sentMessages": sent}

    def _deliver(self, user, messages, via, request_id, retry_key):
        sent = []
        for message in messages:
            entry = {"id": identifiers.message_id()}
            entry["quoteToken"] = identifiers.token(40)
            sent.append(entry)
            if user.is_blocked:  # accepted by the API, shown to nobody
                continue
            self.delivered.append(
                {
                    "id": entry["id"],
                    "user": user.id,
                    "text": message["text"],
                    "via": via,
                    "request_id": request_id,
                    "retry_key": retry_key,
                    "at": self.clock.milliseconds(),
                }
            )
        return sent

    # -- reply tokens ---------------------------------------------------------
    def new_reply_token(self, user_id):
        with self.lock:
            now = self.clock.now()
            name = identifiers.token(32)
            self.reply_tokens[name] = ReplyToken(
                user_id, now, now + REPLY_TOKEN_SECONDS
            )
            return name

    def renew_reply_token(self, name):
        """A redelivered event gives its token another minute, within 20 minutes."""
        with self.lock:
            token = self.reply_tokens.get(name)
            if token:
                now = self.clock.now()
                token.expires_at = min(
                    now + REPLY_TOKEN_SECONDS,
                    token.event_at + REDELIVERED_TOKEN_SECONDS,
                )

    # -- reading back ---------------------------------------------------------
    def delivered_to(self, user_id):
        with self.lock:
            return [entry for entry in self.delivered if entry["user"] == user_id]

    def thread(self, user_id):
        """Both sides of a conversation in order, for the phone page."""
        with self.lock:
            bubbles = [
                {"id": entry["id"], "at": entry["at"], "text": entry["text"]}
                | {"mine": False}
                for entry in self.delivered_to(user_id)
            ]
            bubbles += [
                {key: entry[key] for key in ("id", "at", "text", "mine")}
                for entry in self.received
                if entry["user"] == user_id
            ]
            return sorted(bubbles, key=lambda bubble: (bubble["at"], bubble["id"]))
