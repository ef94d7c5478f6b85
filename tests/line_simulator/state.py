"""What the platform remembers: people, tokens, and how it says no."""

import dataclasses

BAD_TOKEN = (
    "Authentication failed. Confirm that the access token in the authorization "
    "header is valid."
)
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
MONTHLY_LIMIT = "You have reached your monthly limit."


class Refusal(Exception):
    """An answer other than success: status, JSON body and extra headers."""

    def __init__(self, status, body, headers=None):
        body = {"message": body} if isinstance(body, str) else body
        super().__init__(body.get("message", status))
        self.status = status
        self.body = body
        self.headers = headers or {}


def not_found():
    return Refusal(404, "Not found")


@dataclasses.dataclass
class User:
    """Somebody with LINE. ``is_deleted``: the account is gone, for everybody."""

    id: str
    name: str
    language: str = "zh-TW"
    is_friend: bool = True
    is_blocked: bool = False
    wrote_at: float = 0.0
    is_deleted: bool = False
    status_message: str = ""
    loading_until: float = 0.0

    @property
    def is_reachable(self):
        return not self.is_blocked and not self.is_deleted


@dataclasses.dataclass
class ReplyToken:
    user_id: str
    event_at: float
    expires_at: float
    used: bool = False
