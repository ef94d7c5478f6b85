"""Identifiers in the shapes the LINE Platform uses."""

import itertools
import secrets
import threading
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_counter = itertools.count(500_000_000_000_000_001)
_counter_lock = threading.Lock()


def ulid(milliseconds):
    """A ULID: 48 bits of time and 80 random bits in Crockford base 32."""
    number = (milliseconds << 80) | secrets.randbits(80)
    digits = []
    for _position in range(26):
        number, digit = divmod(number, 32)
        digits.append(CROCKFORD[digit])
    return "".join(reversed(digits))


def user_id():
    return "U" + secrets.token_hex(16)


def message_id():
    """An ever growing number in a string of 18 digits."""
    with _counter_lock:
        return str(next(_counter))


def token(length=32):
    return secrets.token_hex(length // 2)


def request_id():
    return str(uuid.uuid4())


def is_uuid(text):
    """Whether ``text`` is a UUID in its hyphenated hexadecimal form."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
