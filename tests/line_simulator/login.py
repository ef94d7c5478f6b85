"""LINE Login and LIFF: ID tokens, access tokens of users, apps."""

import hashlib
import hmac
import json

from . import identifiers
from .state import Refusal, not_found
from .tokens import decode, encode

ISSUER = "https://access.line.me"
TOKEN_SECONDS = 3600


class Login:
    """A LINE Login channel of the same provider: the user ids are the same."""

    def __init__(self, platform):
        self.platform = platform
        self.channel_id = "2000000002"
        self.channel_secret = "simulator-login-secret"
        self.apps = {}  # LIFF id: endpoint address
        self.forget()

    def forget(self):
        self.access_tokens = {}  # token: (user id, until)

    # -- LIFF -----------------------------------------------------------------
    def add_app(self, endpoint, liff_id=None):
        """Register an app; its LIFF id starts with the Login channel's id."""
        liff_id = liff_id or f"{self.channel_id}-{identifiers.token(8)}"
        self.apps[liff_id] = endpoint
        return liff_id

    def app(self, liff_id):
        if liff_id not in self.apps:
            raise not_found()
        return self.apps[liff_id]

    # -- tokens ---------------------------------------------------------------
    def id_token(self, user, client_id=None, nonce=None, lifetime=None, **claims):
        """A signed ID token for ``user``; ``claims`` override what is in it."""
        now = int(self.platform.clock.now())
        client_id = client_id or self.channel_id
        lifetime = TOKEN_SECONDS if lifetime is None else lifetime
        values = {
            "iss": ISSUER,
            "sub": user.id,
            "aud": client_id,
            "exp": now + lifetime,
            "iat": now,
            "amr": ["linesso"],
            "name": user.name,
        }
        if nonce is not None:
            values["nonce"] = nonce
        header = {"typ": "JWT", "alg": "HS256"}
        signed = ".".join(
            encode(json.dumps(part).encode()) for part in (header, values | claims)
        )
        return f"{signed}.{encode(self._signature(signed))}"

    def _signature(self, signed):
        secret = self.channel_secret.encode()
        return hmac.new(secret, signed.encode(), hashlib.sha256).digest()

    def access_token(self, user):
        with self.platform.lock:
            token = identifiers.token(64)
            until = self.platform.clock.now() + TOKEN_SECONDS
            self.access_tokens[token] = (user.id, until)
            return token

    def user_of(self, authorization):
        """The user whose access token this is."""
        with self.platform.lock:
            token = (authorization or "").removeprefix("Bearer ")
            user_id, until = self.access_tokens.get(token, (None, 0))
            if until < self.platform.clock.now():
                raise Refusal(401, "The access token expired")
            return self.platform.user(user_id)

    # -- verify ---------------------------------------------------------------
    def verify(self, form):
        """The claims of an ID token, when everything about it is right."""
        claims = self._claims(form.get("id_token", ""))
        if not form.get("client_id"):
            raise _invalid("client_id is required")
        if claims["iss"] != ISSUER:
            raise _invalid("Invalid IdToken Issuer.")
        if claims["exp"] < self.platform.clock.now():
            raise _invalid("IdToken expired.")
        if claims["aud"] != form["client_id"]:
            raise _invalid("Invalid IdToken Audience.")
        if form.get("nonce") and form["nonce"] != claims.get("nonce"):
            raise _invalid("Invalid IdToken Nonce.")
        if form.get("user_id") and form["user_id"] != claims["sub"]:
            raise _invalid("Invalid IdToken Subject Identifier.")
        return claims

    def _claims(self, token):
        signed, _dot, signature = token.rpartition(".")
        try:
            right = hmac.compare_digest(decode(signature), self._signature(signed))
            if right:
                return json.loads(decode(signed.split(".")[1]))
        except ValueError:
            pass  # not even the shape of a token
        raise _invalid("Invalid IdToken.")

    def friendship(self, authorization):
        user = self.user_of(authorization)
        return {"friendFlag": user.is_friend and user.is_reachable}

    def profile(self, authorization):
        user = self.user_of(authorization)
        return {"userId": user.id, "displayName": user.name}


def _invalid(description):
    return Refusal(400, {"error": "invalid_request", "error_description": description})
