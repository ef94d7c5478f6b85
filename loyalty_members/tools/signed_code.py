"""The code in the QR of a member card that is valid for a minute.

``LM1:<system>:<member id>:<expiry>:<signature>``: capitals, digits and colons only, so
that the QR stays small and a scanner with any keyboard layout types it right.
"""

import re

MARK = "LM1:"
FORMAT = re.compile(r"LM1:([0-9A-F]{8}):([0-9]{1,18}):([0-9]{10}):([0-9A-F]{32})")
SIGNATURE_LENGTH = 32  # 128 bits of the HMAC


def compose(system, member_id, expiry, sign):
    """The code.

    :param str system: eight hexadecimal digits that tell systems apart
    :param int expiry: Unix time of its end
    :param sign: function from text to hexadecimal HMAC
    """
    text = f"{MARK}{system.upper()}:{member_id}:{expiry}"
    return f"{text}:{signature_of(text, sign)}"


def parse(text):
    """``(system, member id, expiry)`` as strings and ints, and what is signed.

    :return: ``None`` when the text is no such code
    """
    match = FORMAT.fullmatch(text.strip().upper())
    if not match:
        return None
    system, member_id, expiry, signature = match.groups()
    signed = f"{MARK}{system}:{member_id}:{expiry}"
    return system, int(member_id), int(expiry), signed, signature


def is_code(text):
    """Whether the text was meant as such a code, be it complete or not."""
    return text.strip().upper().startswith(MARK)


def signature_of(text, sign):
    """The signature that belongs to ``text``."""
    return sign(text)[:SIGNATURE_LENGTH].upper()
