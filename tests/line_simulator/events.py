"""Webhook events of every type, built as LINE builds them; each has its own ULID."""

import collections
import json

from . import identifiers, media, message_events
from .signing import sign

Webhook = collections.namedtuple("Webhook", "body signature")


class EventFactory(message_events.MessageEvents):
    """Makes events and the signed calls that carry them."""

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

    # -- friends --------------------------------------------------------------
    def follow(self, user):
        unblocked = user.is_blocked
        user.is_friend, user.is_blocked = True, False
        return self._event("follow", user, follow={"isUnblocked": unblocked})

    def unfollow(self, user):
        user.is_friend, user.is_blocked = False, True
        return self._event("unfollow", user, reply=False)

    def leave_line(self, user):
        """The user deletes their LINE account: the bot only hears of an unfollow."""
        user.is_deleted = True
        return self.unfollow(user)

    # -- taps -----------------------------------------------------------------
    def postback(self, user, data, params=None):
        content = {"data": data} | ({"params": params} if params else {})
        return self._event("postback", user, postback=content)

    def video_play_complete(self, user, tracking_id):
        content = {"trackingId": tracking_id}
        return self._event("videoPlayComplete", user, videoPlayComplete=content)

    def beacon(self, user, hwid="d41d8cd98f", kind="enter", message=None):
        content = {"hwid": hwid, "type": kind} | ({"dm": message} if message else {})
        return self._event("beacon", user, beacon=content)

    def account_link(self, user, nonce, ok=True):
        """A failed link names neither a user nor a reply token."""
        link = {"result": "ok" if ok else "failed", "nonce": nonce}
        event = self._event("accountLink", user, reply=ok, link=link)
        if not ok:
            del event["source"]
        return event

    # -- groups ---------------------------------------------------------------
    def _group(self, user, group_id):
        return {"type": "group", "groupId": group_id, "userId": user.id}

    def join(self, user, group_id="C" + "1" * 32):
        source = {"type": "group", "groupId": group_id}
        return self._event("join", user, source=source)

    def leave(self, user, group_id="C" + "1" * 32):
        source = {"type": "group", "groupId": group_id}
        return self._event("leave", user, reply=False, source=source)

    def member_joined(self, user, group_id="C" + "1" * 32):
        source = {"type": "group", "groupId": group_id}
        members = {"members": [{"type": "user", "userId": user.id}]}
        return self._event("memberJoined", user, source=source, joined=members)

    def member_left(self, user, group_id="C" + "1" * 32):
        source = {"type": "group", "groupId": group_id}
        members = {"members": [{"type": "user", "userId": user.id}]}
        return self._event("memberLeft", user, False, source=source, left=members)

    # -- the account ----------------------------------------------------------
    def _about_bot(self, kind, user, **values):
        event = self._event(kind, user, reply=False, **values)
        del event["source"]
        return event

    def module(self, user, kind="attached", bot_id="U" + "2" * 32):
        content = {"type": kind, "botId": bot_id}
        if kind == "attached":
            content["scopes"] = ["message:send", "message:receive"]
        else:
            content["reason"] = "bot_deleted"
        return self._about_bot("module", user, module=content)

    def activated(self, user, seconds=3600):
        until = self.platform.clock.milliseconds() + seconds * 1000
        return self._event("activated", user, False, chatControl={"expireAt": until})

    def deactivated(self, user):
        return self._event("deactivated", user, False)

    def bot_suspended(self, user):
        return self._about_bot("botSuspended", user)

    def bot_resumed(self, user):
        return self._about_bot("botResumed", user)

    def delivery(self, user, data="simulator"):
        """A notification message (PNP) has been delivered."""
        return self._event("delivery", user, False, delivery={"data": data})

    def membership(self, user, kind="joined", membership_id=3189):
        content = {"type": kind, "membershipId": membership_id}
        return self._event("membership", user, membership=content)

    def other(self, kind, user, **values):
        """An event of a type the bot may not know."""
        return self._event(kind, user, **values)

    # -- variations -----------------------------------------------------------
    @staticmethod
    def standby(event):
        """Another module holds the chat: no reply token."""
        quiet = {name: value for name, value in event.items() if name != "replyToken"}
        return quiet | {"mode": "standby"}

    @staticmethod
    def anonymous(event):
        """The user has not agreed to be named: no user id."""
        source = {k: v for k, v in event["source"].items() if k != "userId"}
        return event | {"source": source}

    def in_group(self, event, group_id="C" + "1" * 32):
        user = self.platform.user(event["source"]["userId"])
        return event | {"source": self._group(user, group_id)}

    def redelivered(self, event):
        """The same event, sent once more."""
        if "replyToken" in event:
            self.platform.renew_reply_token(event["replyToken"])
        return event | {"deliveryContext": {"isRedelivery": True}}

    def every_type(self, user):
        """One event of each type and of each kind of message."""
        text = self.text(user, "哈囉 😀", quoted="1234567890")
        number = text["message"]["id"]
        group = self.in_group(self.text(user, "@小幫手 嗨"))
        picture = {"user": user, "data": media.picture(16, 12)}
        return [
            text,
            self.text(user, "$ 嗨", emojis=[self.emoji(0, 1)]),
            self.text(user, "@王 嗨", mentionees=[self.mentionee(0, 2, user)]),
            self.image(**picture),
            *self.images(user, 2),
            self.external_image(user, "https://example.com/a.png"),
            self.video(user),
            self.audio(user),
            self.file(user, "報價單.pdf", b"%PDF-1.4"),
            self.location(user),
            self.location(user, title=None, address=None),
            self.sticker(user),
            self.edited(user, number, "改好了"),
            group,
            self.edited(user, group["message"]["id"], "改", group_id="C" + "1" * 32),
            self.unsend(user, number),
            self.unfollow(user),
            self.follow(user),
            self.postback(user, "rate:1:3"),
            self.postback(user, "when", {"datetime": "2026-12-24T18:00"}),
            self.video_play_complete(user, "clip-1"),
            self.beacon(user),
            self.account_link(user, "bm9uY2Utbm9uY2U="),
            self.account_link(user, "bm9uY2Utbm9uY2U=", ok=False),
            self.join(user),
            self.leave(user),
            self.member_joined(user),
            self.member_left(user),
            self.module(user),
            self.module(user, "detached"),
            self.activated(user),
            self.deactivated(user),
            self.bot_suspended(user),
            self.bot_resumed(user),
            self.delivery(user),
            self.membership(user),
            self.other("hologram", user, hologram={"height": 3}),
            self.standby(self.text(user, "standby")),
            self.anonymous(self.text(user, "anonymous")),
            self.redelivered(text),
        ]

    # -- calls ----------------------------------------------------------------
    def webhook(self, events, destination=None, secret=None, **dump_options):
        """A signed call with these events; extra options go to ``json.dumps``."""
        options = {"ensure_ascii": False, "separators": (",", ":")} | dump_options
        content = {
            "destination": destination or self.platform.bot_user_id,
            "events": list(events),
        }
        return self.raw(json.dumps(content, **options).encode(), secret)

    def raw(self, body, secret=None):
        """A signed call with exactly these bytes."""
        return Webhook(body, sign(secret or self.platform.channel_secret, body))

    def oversized(self, user, size=2 * 1024 * 1024):
        """A call whose body has at least ``size`` bytes."""
        event = self.text(user, "big")
        event["message"]["text"] = "x" * size
        return self.webhook([event])
