"""Events of what customers write and send."""

from . import identifiers, media
from .measure import utf16_units

STICKERS = ("52002734", "52002735", "52002736", "52002738", "52002739", "52002745")
PACKAGE = "11537"
PROVIDED_BY_LINE = {"type": "line"}


class MessageEvents:
    def __init__(self, platform):
        self.platform = platform

    def _message(self, user, kind, quotable=True, **values):
        number = identifiers.message_id()
        message = {"id": number, "type": kind} | values
        if quotable:
            message["quoteToken"] = identifiers.token(40)
        message["markAsReadToken"] = self.platform.receive(user, message)
        return self._event("message", user, message=message)

    # -- text -----------------------------------------------------------------
    def text(self, user, text, emojis=(), mentionees=(), quoted=None):
        """The customer writes; ``quoted`` is the id of the message they answer."""
        values = {"text": text}
        if emojis:
            values["emojis"] = list(emojis)
        if mentionees:
            values["mention"] = {"mentionees": list(mentionees)}
        if quoted:
            values["quotedMessageId"] = quoted
        return self._message(user, "text", **values)

    @staticmethod
    def emoji(index, length, product="670e0cce840a8236ddd4ee4c", number="001"):
        """A LINE emoji at this place of the text, counted in UTF-16 units."""
        return {
            "index": index,
            "length": length,
            "productId": product,
            "emojiId": number,
        }

    def mentionee(self, index, length, user=None):
        """Somebody mentioned at this place of the text; without a user: everybody."""
        place = {"index": index, "length": length}
        if user is None:
            return {"type": "all"} | place
        is_self = user.id == self.platform.bot_user_id
        return {"type": "user", "userId": user.id, "isSelf": is_self} | place

    def mention(self, user, name, rest, mentioned=None):
        """A text that starts with a mention."""
        whole = f"@{name} {rest}"
        length = utf16_units(name) + 1
        return self.text(user, whole, mentionees=[self.mentionee(0, length, mentioned)])

    def edited(self, user, message_id, text, group_id=None):
        """The customer changes a text they had sent."""
        platform = self.platform
        message = {"id": message_id, "type": "text", "text": text}
        with platform.lock:
            for entry in platform.received:
                if entry["id"] == message_id:
                    message = entry["message"] | {"text": text}
                    entry.update(text=text, message=message)
        event = self._event("messageEdited", user, message=message)
        return self.in_group(event, group_id) if group_id else event

    def unsend(self, user, message_id):
        self.platform.withdraw(message_id)
        return self._event(
            "unsend", user, reply=False, unsend={"messageId": message_id}
        )

    # -- pictures, sounds, files ----------------------------------------------
    def _with_content(self, event, data, content_type=None):
        self.platform.contents.put(event["message"]["id"], data, content_type)
        return event

    def image(self, user, data=None, image_set=None):
        """A picture (bytes; without any: a small landscape)."""
        values = {"contentProvider": PROVIDED_BY_LINE}
        if image_set:
            values["imageSet"] = image_set
        event = self._message(user, "image", **values)
        number = event["message"]["id"]
        return self._with_content(event, data or media.picture(seed=number))

    def images(self, user, count, data=None):
        """Several pictures sent at once: one event each, joined by a set."""
        name = identifiers.token(64).upper()
        return [
            self.image(user, data, {"id": name, "index": index + 1, "total": count})
            for index in range(count)
        ]

    def external_image(self, user, address):
        """A picture sent by a LIFF app: LINE does not serve it."""
        provider = {
            "type": "external",
            "originalContentUrl": address,
            "previewImageUrl": address,
        }
        return self._message(user, "image", contentProvider=provider)

    def video(self, user, data=None, duration=60000):
        event = self._message(
            user, "video", duration=duration, contentProvider=PROVIDED_BY_LINE
        )
        return self._with_content(event, data or media.clip(), "video/mp4")

    def audio(self, user, data=None, duration=4000):
        event = self._message(
            user, "audio", False, duration=duration, contentProvider=PROVIDED_BY_LINE
        )
        return self._with_content(event, data or media.silence(), "audio/x-m4a")

    def file(self, user, name="file.txt", data=b"hello"):
        event = self._message(user, "file", False, fileName=name, fileSize=len(data))
        return self._with_content(event, data)

    # -- the rest -------------------------------------------------------------
    def location(
        self,
        user,
        title="台北101",
        address="台北市信義區信義路五段7號",
        latitude=25.033976,
        longitude=121.564538,
    ):
        values = {"latitude": latitude, "longitude": longitude}
        if title:
            values["title"] = title
        if address:
            values["address"] = address
        return self._message(user, "location", False, **values)

    def sticker(
        self, user, sticker=STICKERS[0], package=PACKAGE, keywords=("謝謝", "開心")
    ):
        return self._message(
            user,
            "sticker",
            packageId=package,
            stickerId=sticker,
            stickerResourceType="STATIC",
            keywords=list(keywords),
        )
