"""Webhook events: built as LINE builds them, signed, and sent to the bot server."""

import base64
import collections
import hashlib
import hmac
import json
import queue
import threading
import time
import urllib.error
import urllib.request

from . import identifiers

ANSWER_SECONDS = 2  # LINE waits this long for the bot server
REDELIVERY_SECONDS = (1, 5, 15)

Webhook = collections.namedtuple("Webhook", "body signature")


def sign(secret, body):
    """The ``x-line-signature`` of these raw bytes."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class EventFactory:
    """Makes events in the webhook format; each gets its own ULID."""

    def __init__(self, platform):
        self.platform = platform

    def _event(self, kind, user, reply=True, **values):
        at = self.platform.clock.milliseconds()
        event = {
            "type": kind,
            "webhookEventId": identifiers.ulid(at),
            "deliveryContext": {"isRedelivery": False},
            "timestamp": at,
            "source": {"type": "user", "userId": user.id},
            "mode": "active",
        }
        if reply:
            event["replyToken"] = self.platform.new_reply_token(user.id)
        return event | values

    def text(self, user, text):
        platform = self.platform
        with platform.lock:
            number = identifiers.message_id()
            user.wrote_at = platform.clock.now()
            platform.received.append(
                {
                    "id": number,
                    "user": user.id,
                    "text": text,
                    "mine": True,
                    "at": platform.clock.milliseconds(),
                }
            )
        message = {
            "type": "text",
            "id": number,
            "quoteToken": identifiers.token(40),
            "markAsReadToken": identifiers.token(40),
            "text": text,
        }
        return self._event("message", user, message=message)

    def follow(self, user):
        unblocked = user.is_blocked
        user.is_friend, user.is_blocked = True, False
        return self._event("follow", user, follow={"isUnblocked": unblocked})

    def unfollow(self, user):
        user.is_friend, user.is_blocked = False, True
        return self._event("unfollow", user, reply=False)

    def unsend(self, user, message_id):
        with self.platform.lock:
            self.platform.received[:] = [
                entry for entry in self.platform.received if entry["id"] != message_id
            ]
        return self._event(
            "unsend", user, reply=False, unsend={"messageId": message_id}
        )

    def other(self, kind, user, **values):
        """An event of a type the bot may not know."""
        return self._event(kind, user, **values)

    def redelivered(self, event):
        """The same event, sent once more."""
        if "replyToken" in event:
            self.platform.renew_reply_token(event["replyToken"])
        return event | {"deliveryContext": {"isRedelivery": True}}

    def webhook(self, events, destination=None, secret=None, **dump_options):
        """A signed call with these events; extra options go to ``json.dumps``."""
        options = {"ensure_ascii": False, "separators": (",", ":")} | dump_options
        content = {
            "destination": destination or self.platform.bot_user_id,
            "events": list(events),
        }
        body = json.dumps(content, **options).encode()
        return Webhook(body, sign(secret or self.platform.channel_secret, body))


class Sender:
    """Posts webhooks from a thread, in order, again when not answered with 2xx.

    Without a URL the webhooks are only kept in ``unsent`` for the test to use.
    """

    def __init__(self, factory):
        self.factory = factory
        self.url = None
        self.redelivery = False
        self.unsent = []
        self.answers = []
        self._queue = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def send(self, events):
        if self.url:
            self._queue.put((self.url, list(events), 0))
        else:
            self.unsent.append(self.factory.webhook(events))

    def wait(self):
        """Until everything queued so far was sent."""
        self._queue.join()

    def _run(self):
        while True:
            url, events, attempt = self._queue.get()
            try:
                self._deliver(url, events, attempt)
            finally:
                self._queue.task_done()

    def _deliver(self, url, events, attempt):
        status = self.post(url, self.factory.webhook(events))
        self.answers.append(status)
        if 200 <= status < 300 or not self.redelivery:
            return
        if attempt < len(REDELIVERY_SECONDS):
            time.sleep(REDELIVERY_SECONDS[attempt])
            again = [self.factory.redelivered(event) for event in events]
            self._queue.put((url, again, attempt + 1))

    @staticmethod
    def post(url, webhook):
        """Call the bot server: its HTTP status, or 0 when it cannot be reached."""
        request = urllib.request.Request(
            url,
            data=webhook.body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "LineBotWebhook/2.0",
                "X-Line-Signature": webhook.signature,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0
