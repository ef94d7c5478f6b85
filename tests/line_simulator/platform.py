"""The state behind the API: people, what they wrote and what was delivered."""

import threading

from . import identifiers
from .clock import Clock
from .contents import Contents
from .linking import Linking
from .login import Login
from .richmenus import RichMenus
from .sending import Sending
from .state import (  # re-exported: tests name them here
    Refusal,
    ReplyToken,
    User,
    not_found,
)
from .tokens import Tokens

REPLY_TOKEN_SECONDS = 60
REDELIVERED_TOKEN_SECONDS = 20 * 60


class Platform:
    """One channel of the LINE Platform. Every method is safe between threads.

    The parts keep their own state and share the lock and the clock.
    """

    def __init__(self, channel_id, channel_secret, access_token, bot_user_id):
        self.lock = threading.RLock()
        self.clock = Clock()
        self.channel_id = channel_id
        self.channel_secret = channel_secret
        self.access_token = access_token
        self.bot_user_id = bot_user_id
        self.bot_name = "LINE Simulator"
        self.basic_id = "@simulator"
        self.has_chat = False  # the setting "Chat" of the official account manager
        self.is_verified = False  # only verified accounts may list their followers
        self.quota = None  # messages a month that are not replies; None = no limit
        self.tokens = Tokens(self)
        self.contents = Contents(self)
        self.linking = Linking(self)
        self.login = Login(self)
        self.menus = RichMenus(self)
        self.sending = Sending(self)
        self.forget()

    def forget(self):
        """Back to an empty platform (settings stay)."""
        with self.lock:
            self.users = {}
            self.reply_tokens = {}
            self.read_tokens = {}
            self.delivered = []
            self.received = []
            self.signals = []  # loading animations and marks as read
            self.calls = []
            self.consumption = 0
            for part in (
                self.tokens,
                self.contents,
                self.linking,
                self.login,
                self.menus,
                self.sending,
            ):
                part.forget()

    @property
    def stateless_tokens(self):
        return self.tokens.stateless

    @property
    def retry_keys(self):
        return self.sending.retry_keys

    # -- people ---------------------------------------------------------------
    def add_user(self, name, language="zh-TW", user_id=None, is_friend=True):
        with self.lock:
            user = User(user_id or identifiers.user_id(), name, language, is_friend)
            self.users[user.id] = user
            return user

    def user(self, user_id):
        with self.lock:
            if user_id not in self.users:
                raise not_found()
            return self.users[user_id]

    def profile(self, user_id):
        user = self.user(user_id)
        if not user.is_reachable:
            raise not_found()
        values = {
            "userId": user.id,
            "displayName": user.name,
            "language": user.language,
        }
        if user.status_message:
            values["statusMessage"] = user.status_message
        return values

    def followers(self):
        """Ids of the friends; only verified accounts may ask."""
        if not self.is_verified:
            raise Refusal(403, "Access to this API is not available for your account")
        with self.lock:
            return [
                user.id
                for user in self.users.values()
                if user.is_friend and user.is_reachable
            ]

    def info(self):
        return {
            "userId": self.bot_user_id,
            "basicId": self.basic_id,
            "displayName": self.bot_name,
            "chatMode": "chat" if self.has_chat else "bot",
            "markAsReadMode": "manual" if self.has_chat else "auto",
        }

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

    # -- reading and typing ---------------------------------------------------
    def show_loading(self, user_id, seconds):
        """The dots in the chat; shown only to a friend of ours."""
        with self.lock:
            user = self.users.get(user_id)
            if user is None:
                raise Refusal(400, "The property, 'chatId', is invalid")
            now = self.clock.now()
            user.loading_until = now + seconds if user.is_reachable else 0.0
            self._signal("loading", user_id, seconds=seconds)

    def mark_as_read(self, token):
        """Everything the customer wrote up to the token's message is read."""
        with self.lock:
            if token not in self.read_tokens:
                raise Refusal(400, "Invalid markAsReadToken")
            user_id, message_id = self.read_tokens[token]
            self._signal("read", user_id, message_id=message_id)
            if self.has_chat:
                for entry in self.received:
                    if entry["user"] == user_id and int(entry["id"]) <= int(message_id):
                        entry["read"] = True

    def _signal(self, kind, user_id, **values):
        at = self.clock.milliseconds()
        self.signals.append({"kind": kind, "user": user_id, "at": at} | values)

    # -- what customers wrote -------------------------------------------------
    def receive(self, user, message):
        """A customer's message arrives: its record for the phone, a read token."""
        with self.lock:
            user.wrote_at = self.clock.now()
            token = identifiers.token(40)
            self.read_tokens[token] = (user.id, message["id"])
            self.received.append(
                {
                    "id": message["id"],
                    "user": user.id,
                    "type": message["type"],
                    "text": message.get("text", ""),
                    "message": message,
                    "mine": True,
                    "read": not self.has_chat,
                    "at": self.clock.milliseconds(),
                }
            )
            return token

    def show_own(self, user, text):
        """A text on the customer's side that no event tells of."""
        with self.lock:
            self.received.append(
                {
                    "id": identifiers.message_id(),
                    "user": user.id,
                    "type": "display",
                    "text": text,
                    "message": None,
                    "mine": True,
                    "read": True,
                    "at": self.clock.milliseconds(),
                }
            )

    def withdraw(self, message_id):
        """A customer takes a message back: it and its content are gone."""
        with self.lock:
            self.received[:] = [
                entry for entry in self.received if entry["id"] != message_id
            ]
            self.contents.withdraw(message_id)

    # -- reading back ---------------------------------------------------------
    def delivered_to(self, user_id):
        with self.lock:
            return [entry for entry in self.delivered if entry["user"] == user_id]

    def thread(self, user_id):
        """Both sides of a conversation in order, for the phone page."""
        keys = ("id", "at", "text", "type", "message", "mine", "read")
        with self.lock:
            bubbles = self.delivered_to(user_id)
            bubbles += [entry for entry in self.received if entry["user"] == user_id]
            shown = [{key: entry.get(key) for key in keys} for entry in bubbles]
            return sorted(shown, key=lambda bubble: (bubble["at"], bubble["id"]))
