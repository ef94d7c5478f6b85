from odoo.tests import BaseCase, tagged

from ..tools import binding_code, id_token
from ..tools.rate_limit import MAX_KEYS, RateLimit

CHANNEL = "2000000009"
USER = "U" + "0123456789abcdef" * 2
CLAIMS = {"iss": id_token.ISSUER, "aud": CHANNEL, "exp": 1000, "sub": USER}


@tagged("post_install", "-at_install")
class TestBindingTools(BaseCase):
    def test_nonce_has_at_least_128_bits_in_the_letters_that_line_allows(self):
        nonces = {binding_code.nonce() for _number in range(100)}
        self.assertEqual(len(nonces), 100)
        for nonce in nonces:
            self.assertRegex(nonce, r"^[A-Za-z0-9_-]{43}$")
            self.assertIsNone(binding_code.find(nonce))

    def test_claims_that_fit(self):
        self.assertEqual(id_token.user_id(CLAIMS, CHANNEL, 999), USER)

    def test_claims_that_do_not_fit(self):
        for changed in (
            {"iss": "https://evil.example.com"},
            {"iss": None},
            {"aud": "2000000010"},
            {"aud": None},
            {"exp": 999},
            {"exp": "1000000"},
            {"exp": None},
            {"sub": None},
            {"sub": 7},
            {"sub": "U123"},
            {"sub": USER + "0"},
        ):
            with self.subTest(changed=changed):
                self.assertIsNone(id_token.user_id(CLAIMS | changed, CHANNEL, 999))
        self.assertIsNone(id_token.user_id(CLAIMS | {"aud": ""}, "", 999))
        self.assertIsNone(id_token.user_id({}, CHANNEL, 999))

    def test_what_looks_like_a_token(self):
        self.assertTrue(id_token.looks_right("eyJh.eyJp.c2ln-_"))
        for wrong in (
            "",
            "a.b",
            "a.b.c.d",
            "a.b.c\n",
            "a b.c.d",
            "ä.b.c",
            "a." + "b" * 5000 + ".c",
        ):
            with self.subTest(token=wrong[:20]):
                self.assertFalse(id_token.looks_right(wrong))

    def test_rate_limit(self):
        now = [100.0]
        limit = RateLimit(3, 60, clock=lambda: now[0])
        self.assertEqual([limit.take("a") for _call in range(4)], [1, 1, 1, 0])
        self.assertTrue(limit.take("b"), "each key counts on its own")
        now[0] += 59.9
        self.assertFalse(limit.take("a"))
        now[0] += 0.2
        self.assertTrue(limit.take("a"))

    def test_rate_limit_forgets_the_oldest_keys(self):
        limit = RateLimit(1, 60, clock=lambda: 0)
        self.assertTrue(limit.take("first"))
        for number in range(MAX_KEYS):
            limit.take(number)
        self.assertTrue(limit.take("first"), "forgotten")
        self.assertFalse(limit.take(MAX_KEYS - 1), "remembered")
