"""Account linking: link tokens and what becomes of them."""

import base64
import dataclasses

from . import identifiers
from .state import Refusal

LINK_TOKEN_SECONDS = 10 * 60
NONCE_LENGTH = (10, 255)


@dataclasses.dataclass
class LinkToken:
    user_id: str
    until: float
    used: bool = False


class Linking:
    """A link token works once, for ten minutes, for the user it was made for."""

    def __init__(self, platform):
        self.platform = platform
        self.forget()

    def forget(self):
        self.tokens = {}

    def issue(self, user_id):
        with self.platform.lock:
            user = self.platform.user(user_id)
            if not user.is_reachable:
                raise Refusal(400, "The user cannot be linked")
            token = identifiers.token(32)
            until = self.platform.clock.now() + LINK_TOKEN_SECONDS
            self.tokens[token] = LinkToken(user.id, until)
            return {"linkToken": token}

    def check(self, token, nonce):
        """The token, or the reason why LINE would show an error and emit nothing."""
        with self.platform.lock:
            found = self.tokens.get(token or "")
            if found is None or found.used or found.until < self.platform.clock.now():
                raise Refusal(400, "The link token is invalid, used or expired")
            if not _is_nonce(nonce):
                raise Refusal(400, "The nonce is invalid")
            return found

    def use(self, token, nonce, user_id=None):
        """(user, ok): the event to emit. Another user than the token's: failed."""
        with self.platform.lock:
            found = self.check(token, nonce)
            found.used = True
            user = self.platform.user(found.user_id)
            return user, user_id in (None, found.user_id) and user.is_reachable


def _is_nonce(nonce):
    """Base 64 (either alphabet) of 10 to 255 characters."""
    if not nonce or not NONCE_LENGTH[0] <= len(nonce) <= NONCE_LENGTH[1]:
        return False
    text = nonce.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return False
    return True
