"""Whatever arrives: an answer of LINE's kind, never a broken simulator."""

import copy
import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from line_simulator import validation

from . import test_limits
from .conftest import BOT

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["text", "image", "template", "flex", "bubble", "box", "uri"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "contents", "actions", "x", "label"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)
SAMPLES = [test_limits.body(one, one.maximum) for one in test_limits.SIMPLE]


def places(value, found=None):
    """Every (container, key) below ``value``."""
    found = [] if found is None else found
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        found.append((value, key))
        if isinstance(inner, (dict, list)):
            places(inner, found)
    return found


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(SAMPLES), JSON, st.integers(0, 2**31))
def test_a_body_with_one_odd_value_gets_a_verdict(sample, odd, seed):
    kind, body = sample[0], copy.deepcopy(sample[1])
    container, key = random.Random(seed).choice(places(body))
    container[key] = odd
    errors = validation.check(kind, body)
    assert all(set(error) == {"message", "property"} for error in errors)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(JSON, st.sampled_from(["push", "reply", "multicast", "validate/push"]))
def test_any_json_is_answered_with_400(call, body, endpoint):
    raw = json.dumps(body).encode()
    assert call.status(f"{BOT}/message/{endpoint}", raw) == 400


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.binary(max_size=40), st.sampled_from(["v3/token", "v2.1/token", "v2.1/verify"])
)
def test_any_bytes_as_a_form_are_answered_with_400(call, raw, endpoint):
    assert call.status(f"/api/oauth2/{endpoint}", raw) == 400
