"""Channel access tokens: long-lived, stateless (v3), by JWT assertion (v2.1), v2."""

import base64
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from . import identifiers
from .state import BAD_TOKEN, Refusal

STATELESS_SECONDS = 15 * 60
MONTH_SECONDS = 30 * 24 * 3600
ASSERTION_SECONDS = 30 * 60  # how long an assertion itself may be valid
MAX_TOKENS = 30
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUDIENCE = "https://api.line.me/"


class Tokens:
    """``authenticate`` answers whether a call may go on."""

    def __init__(self, platform):
        self.platform = platform
        self.keys = {}  # key id: public key, as registered in LINE's console
        self.forget()

    def forget(self):
        self.stateless = {}  # token: until when
        self.issued = {}  # token: {until, kid}; v2 tokens have no kid
        self.revoked = set()

    def authenticate(self, authorization):
        with self.platform.lock:
            scheme, _space, token = (authorization or "").partition(" ")
            if scheme != "Bearer" or not self.is_valid(token):
                raise Refusal(401, BAD_TOKEN)
            return token

    def is_valid(self, token):
        if not token or token in self.revoked:
            return False
        return token == self.platform.access_token or self.seconds_left(token) > 0

    def seconds_left(self, token):
        until = self.stateless.get(token, 0)
        if token in self.issued:
            until = self.issued[token]["until"]
        return until - self.platform.clock.now()

    def expire(self, token):
        """As if the time of this token had just run out."""
        with self.platform.lock:
            self.stateless.pop(token, None)
            self.issued.pop(token, None)
            if token == self.platform.access_token:
                self.revoked.add(token)

    # -- issuing --------------------------------------------------------------
    def issue_stateless(self, form):
        with self.platform.lock:
            self._check_grant(form)
            if form.get("client_assertion"):
                self._assertion(form)
            else:
                self._check_secret(form)
            token = identifiers.token(64)
            self.stateless[token] = self.platform.clock.now() + STATELESS_SECONDS
            return _issued(token, STATELESS_SECONDS)

    def issue_v2(self, form):
        """Short-lived token: 30 days; the oldest goes when there are too many."""
        with self.platform.lock:
            self._check_grant(form)
            self._check_secret(form)
            token = self._keep(MONTH_SECONDS, None)
            short = [name for name, row in self.issued.items() if row["kid"] is None]
            for name in short[:-MAX_TOKENS]:
                del self.issued[name]
            return _issued(token, MONTH_SECONDS)

    def issue_by_assertion(self, form):
        """v2.1: the assertion says for how long; at most 30 tokens live at a time."""
        with self.platform.lock:
            self._check_grant(form)
            claims = self._assertion(form)
            seconds = claims.get("token_exp")
            if not isinstance(seconds, int) or not 0 < seconds <= MONTH_SECONDS:
                raise _refused("invalid_request", "token_exp is invalid")
            if len(self.live_kids()) >= MAX_TOKENS:
                raise _refused("invalid_request", "Too many tokens")
            kid = identifiers.token(24)
            token = self._keep(seconds, kid)
            return _issued(token, seconds) | {"key_id": kid}

    def live_kids(self):
        return [
            row["kid"]
            for token, row in self.issued.items()
            if row["kid"] and self.is_valid(token)
        ]

    def kids(self, form):
        with self.platform.lock:
            self._assertion(form)
            return {"kids": self.live_kids()}

    def _keep(self, seconds, kid):
        token = identifiers.token(64)
        until = self.platform.clock.now() + seconds
        self.issued[token] = {"until": until, "kid": kid}
        return token

    # -- verify and revoke ----------------------------------------------------
    def verify(self, token):
        with self.platform.lock:
            if not self.is_valid(token):
                raise _refused("invalid_request", "access token expired")
            seconds = int(max(self.seconds_left(token), 0))
            return {"client_id": self.platform.channel_id, "expires_in": seconds}

    def revoke(self, form, by_secret):
        """v2.1 wants the channel's secret too; stateless tokens cannot be revoked."""
        with self.platform.lock:
            if by_secret:
                self._check_secret(form)
            token = form.get("access_token", "")
            if token not in self.stateless:
                self.revoked.add(token)
            return {}

    # -- checks ---------------------------------------------------------------
    @staticmethod
    def _check_grant(form):
        if form.get("grant_type") != "client_credentials":
            raise _refused("unsupported_grant_type", "")

    def _check_secret(self, form):
        given = (form.get("client_id"), form.get("client_secret"))
        if given != (self.platform.channel_id, self.platform.channel_secret):
            raise _refused("invalid_client", "invalid client_secret")

    def register_key(self, pem):
        """The public key of assertions (PEM); its key id."""
        kid = identifiers.token(24)
        self.keys[kid] = serialization.load_pem_public_key(pem)
        return kid

    def _assertion(self, form):
        """The claims of a valid assertion, else a refusal."""
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise _refused("invalid_request", "client_assertion_type is invalid")
        try:
            header, claims = self._verified(form.get("client_assertion", ""))
        except (ValueError, KeyError, AttributeError, InvalidSignature):
            raise _refused("invalid_client", "Invalid client_assertion") from None
        now = self.platform.clock.now()
        expires = claims.get("exp")
        right = (
            header.get("alg") == "RS256"
            and claims.get("iss") == claims.get("sub") == self.platform.channel_id
            and claims.get("aud") == AUDIENCE
            and isinstance(expires, (int, float))
            and now < expires <= now + ASSERTION_SECONDS + 1
        )
        if not right:
            raise _refused("invalid_client", "Invalid client_assertion claims")
        return claims

    def _verified(self, assertion):
        signed, _dot, signature = assertion.rpartition(".")
        header, claims = (json.loads(decode(part)) for part in signed.split("."))
        self.keys[header["kid"]].verify(
            decode(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        return header, claims


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encode(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _issued(token, seconds):
    return {"token_type": "Bearer", "access_token": token, "expires_in": seconds}


def _refused(error, description):
    return Refusal(400, {"error": error, "error_description": description})
