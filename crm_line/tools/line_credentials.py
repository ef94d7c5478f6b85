"""Credentials as people paste them: what is evidently wrong before LINE is asked."""

import re

_CHANNEL_ID = re.compile(r"[0-9]{10}")
_SECRET = re.compile(r"[0-9a-f]{32}")


def tidy(value):
    """Without the blanks and line ends that come along when copying."""
    return "".join((value or "").split())


def is_channel_id(value, loopback=False):
    """Ten digits; the simulator has its own."""
    return bool(_CHANNEL_ID.fullmatch(value)) or (loopback and value.isdigit())


def is_secret(value, loopback=False):
    """32 hexadecimal digits; the simulator has its own."""
    return bool(_SECRET.fullmatch(value)) or (loopback and bool(value))


def is_access_token(value):
    """Long-lived tokens are long, base64 like, with few other characters."""
    return value.isascii() and value.isprintable() and len(value) >= 16
