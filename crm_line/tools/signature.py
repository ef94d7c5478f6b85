"""The webhook signature of the LINE Platform."""

import base64
import hashlib
import hmac


def sign(secret, body):
    """Base64 of HMAC-SHA256 over the raw bytes of a webhook body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def is_signed(body, signature, secrets):
    """Whether ``signature`` belongs to ``body`` under one of ``secrets``.

    Compares in constant time and always against every secret, so that the time
    taken tells nothing about which one matched.
    """
    given = (signature or "").encode("utf-8", "surrogateescape")
    matches = [
        hmac.compare_digest(sign(secret, body).encode(), given)
        for secret in secrets
        if secret
    ]
    return any(matches)
