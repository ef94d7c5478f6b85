"""What must be true of an ID token of LINE Login besides LINE's own check."""

import re

ISSUER = "https://access.line.me"
MAX_LENGTH = 4096
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_USER_ID = re.compile(r"U[0-9a-f]{32}")


def looks_right(token):
    """Whether it is worth asking LINE about ``token``."""
    return len(token) <= MAX_LENGTH and bool(_TOKEN.fullmatch(token))


def user_id(claims, channel_id, now):
    """The LINE user that verified ``claims`` speak of; None when they do not fit.

    :param dict claims: LINE's answer to the verification
    :param str channel_id: the LINE Login channel the token must be for
    :param float now: seconds since 1970
    """
    expires = claims.get("exp")
    fits = (
        claims.get("iss") == ISSUER
        and channel_id
        and claims.get("aud") == channel_id
        and isinstance(expires, int)
        and expires > now
    )
    subject = claims.get("sub")
    if not fits or not isinstance(subject, str) or not _USER_ID.fullmatch(subject):
        return None
    return subject
