"""Signatures of webhooks."""

import base64
import hashlib
import hmac


def sign(secret, body):
    """The ``x-line-signature`` of these raw bytes."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
