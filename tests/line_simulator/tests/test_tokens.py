"""Channel access tokens of every kind, by the simulator's clock."""

import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from line_simulator.tokens import ASSERTION_TYPE, encode

from .conftest import BOT, text

CHANNEL = {"client_id": "2000000001", "client_secret": "simulator-channel-secret"}
MONTH = 30 * 24 * 3600


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def kid(simulator, key):
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return simulator.platform.tokens.register_key(pem)


def assertion(simulator, key, kid, header=None, **claims):
    values = {
        "iss": "2000000001",
        "sub": "2000000001",
        "aud": "https://api.line.me/",
        "exp": int(simulator.clock.now()) + 1800,
        "token_exp": 3600,
    } | claims
    top = {"alg": "RS256", "typ": "JWT", "kid": kid} | (header or {})
    signed = ".".join(encode(json.dumps(part).encode()) for part in (top, values))
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{encode(signature)}"


def issue(call, jwt, path="/api/oauth2/v2.1/token", **form):
    values = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt,
    } | form
    return call.form(path, **values)


def works(call, token):
    call.token = token
    return call.status(f"{BOT}/info") == 200


def test_token_by_assertion_lives_as_long_as_it_says(simulator, call, key, kid):
    status, answer, _headers = issue(call, assertion(simulator, key, kid))
    assert (status, answer["expires_in"], answer["token_type"]) == (200, 3600, "Bearer")
    token = answer["access_token"]
    assert works(call, token)
    query = f"client_assertion_type={ASSERTION_TYPE}&client_assertion="
    jwt = assertion(simulator, key, kid)
    kids = call(f"/api/oauth2/v2.1/tokens/kid?{query}{jwt}")[1]["kids"]
    assert kids == [answer["key_id"]]
    found = call(f"/api/oauth2/v2.1/verify?access_token={token}")[1]
    assert found["client_id"] == "2000000001" and 3500 < found["expires_in"] <= 3600
    simulator.clock.advance(3601)
    assert not works(call, token)
    assert call.status(f"/api/oauth2/v2.1/verify?access_token={token}") == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"aud": "https://evil.example/"},
        {"exp": 1},
        {"exp": 99999999999},
        {"exp": "soon"},
        {"token_exp": MONTH + 1},
        {"token_exp": 0},
        {"token_exp": None},
        {"header": {"alg": "HS256"}},
        {"header": {"kid": "other"}},
    ],
)
def test_wrong_assertions(simulator, call, key, kid, changes):
    assert issue(call, assertion(simulator, key, kid, **changes))[0] == 400


def test_forged_assertions(simulator, call, key, kid):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    right = assertion(simulator, key, kid)
    for jwt in (assertion(simulator, other, kid), right[:-8], "", "a.b", "é.b.c"):
        assert issue(call, jwt)[0] == 400
    assert issue(call, right, client_assertion_type="other")[0] == 400
    assert issue(call, right, grant_type="password")[0] == 400


def test_at_most_thirty_tokens_by_assertion(simulator, call, key, kid):
    for _number in range(30):
        assert issue(call, assertion(simulator, key, kid))[0] == 200
    assert issue(call, assertion(simulator, key, kid))[0] == 400
    simulator.clock.advance(3601)
    assert issue(call, assertion(simulator, key, kid))[0] == 200


def test_revoking_needs_the_secret_in_v21(simulator, call, key, kid):
    token = issue(call, assertion(simulator, key, kid))[1]["access_token"]
    path = "/api/oauth2/v2.1/revoke"
    wrong = CHANNEL | {"client_secret": "x"}
    assert call.form(path, access_token=token, **wrong)[0] == 400
    assert works(call, token)
    assert call.form(path, access_token=token, **CHANNEL)[0] == 200
    assert not works(call, token)


def test_stateless_tokens_by_assertion_cannot_be_revoked(simulator, call, key, kid):
    path = "/api/oauth2/v3/token"
    status, answer, _headers = issue(call, assertion(simulator, key, kid), path)
    assert (status, answer["expires_in"]) == (200, 900)
    token = answer["access_token"]
    call.form("/api/v2/oauth/revoke", access_token=token)
    assert works(call, token)
    simulator.clock.advance(901)
    assert not works(call, token)


def test_short_lived_and_long_lived_tokens(simulator, call, user):
    path = "/api/v2/oauth/accessToken"
    form = {"grant_type": "client_credentials"} | CHANNEL
    assert call.form(path, **form | {"client_secret": "x"})[0] == 400
    tokens = [call.form(path, **form)[1]["access_token"] for _turn in range(31)]
    assert not works(call, tokens[0]), "the 31st pushed out the first"
    assert works(call, tokens[1]) and works(call, tokens[-1])
    verified = call.form("/api/v2/oauth/verify", access_token=tokens[-1])[1]
    assert verified["expires_in"] > MONTH - 60
    simulator.clock.advance(MONTH + 1)
    assert not works(call, tokens[-1])
    assert works(call, "simulator-access-token"), "long-lived"
    call.form("/api/v2/oauth/revoke", access_token="simulator-access-token")
    assert not works(call, "simulator-access-token")
    assert call.push(user, text("hi"))[0] == 401


@pytest.mark.parametrize("value", ["", "Basic x", "Bearer", "Bearer ", "bearer x"])
def test_authorization_header(simulator, call, value):
    header = {"Authorization": value}
    assert call.status(f"{BOT}/info", headers=header) == 401
