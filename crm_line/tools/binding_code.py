"""Codes that a customer types to bind their LINE account."""

import hashlib
import hmac
import re
import secrets

from .line_text import normalise

# No 0/O, 1/I/L: read aloud and typed on a telephone.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS = "23456789"
LENGTH = 8
_CODE = re.compile(rf"([{LETTERS}{DIGITS}]{{4}})[-\s]?([{LETTERS}{DIGITS}]{{4}})")
_WORDS = re.compile(r"(?:綁定碼?|BIND)\s*[::]?\s*")


def generate():
    """A random code with letters and digits (about 38 bits), without its dash."""
    while True:
        code = "".join(secrets.choice(LETTERS + DIGITS) for _position in range(LENGTH))
        if _is_mixed(code):
            return code


def nonce():
    """A secret of 256 bits in the letters that LINE allows for a nonce."""
    return secrets.token_urlsafe(32)


def _is_mixed(code):
    """Two of each kind: never an English word, a phone number or a tax id."""
    digits = sum(char in DIGITS for char in code)
    return 2 <= digits <= LENGTH - 2


def pretty(code):
    return f"{code[:4]}-{code[4:]}"


def find(text):
    """The code that ``text`` consists of, or None when it is ordinary talk.

    Accepts lower case, full-width characters, a dash or blank in the middle and
    a leading 綁定 or "bind".
    """
    wanted = normalise(text)
    word = _WORDS.match(wanted)
    match = _CODE.fullmatch(wanted[word.end() :] if word else wanted)
    if not match:
        return None
    code = "".join(match.groups())
    return code if _is_mixed(code) else None


def digest(code, pepper):
    """What is stored instead of the code: HMAC-SHA256 under a database secret."""
    return hmac.new(pepper.encode(), code.encode(), hashlib.sha256).hexdigest()
