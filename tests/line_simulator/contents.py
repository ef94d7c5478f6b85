"""Pictures, videos, voices and files that customers sent."""

import dataclasses

from . import media
from .state import Refusal, not_found


@dataclasses.dataclass
class Content:
    data: bytes
    content_type: str
    ready_at: float = 0.0
    preview: bytes | None = None
    failed: bool = False  # LINE could not prepare it


class Contents:
    """What ``api-data`` serves: 202 while prepared, 410 after an unsend, else 404."""

    def __init__(self, platform):
        self.platform = platform
        self.seconds_to_prepare = 0.0
        self.forget()

    def forget(self):
        self.stored = {}
        self.withdrawn = set()

    def put(self, message_id, data, content_type=None, preview=None):
        with self.platform.lock:
            self.stored[message_id] = Content(
                data,
                content_type or media.content_type(data),
                self.platform.clock.now() + self.seconds_to_prepare,
                preview,
            )

    def withdraw(self, message_id):
        if self.stored.pop(message_id, None):
            self.withdrawn.add(message_id)

    def expire(self, message_id):
        """LINE deletes contents after some time."""
        with self.platform.lock:
            self.stored.pop(message_id, None)

    def fail(self, message_id):
        """LINE cannot prepare this content."""
        with self.platform.lock:
            self.stored[message_id].failed = True

    # -- what the API answers -------------------------------------------------
    def find(self, message_id):
        with self.platform.lock:
            if message_id in self.withdrawn:
                raise Refusal(410, "The message was unsent")
            if message_id not in self.stored:
                raise not_found()
            return self.stored[message_id]

    def is_ready(self, content):
        return content.ready_at <= self.platform.clock.now() and not content.failed

    def get(self, message_id, preview=False):
        """(data, content type), or None while LINE is preparing it."""
        content = self.find(message_id)
        if not self.is_ready(content):
            return None
        if not preview:
            return content.data, content.content_type
        if not content.content_type.startswith(("image/", "video/")):
            raise not_found()
        data = content.preview
        if data is None:
            is_picture = content.content_type.startswith("image/")
            data = content.data if is_picture else media.picture(120, 80)
        return data, media.content_type(data)

    def transcoding(self, message_id):
        content = self.find(message_id)
        if content.failed:
            return {"status": "failed"}
        return {"status": "succeeded" if self.is_ready(content) else "processing"}
