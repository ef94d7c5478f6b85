import importlib
import json

from odoo.tests import BaseCase, tagged

from ..tools import (
    binding_code,
    line_client,
    line_limits,
    line_message,
    line_text,
    signature,
    webhook_body,
)
from .common import load_simulator
from .limits import limit_table


@tagged("post_install", "-at_install")
class TestSignature(BaseCase):
    def test_known_value(self):
        body = '{"events":[{"text":"哈囉"}]}'.encode()
        # printf '...' | openssl dgst -sha256 -hmac secret -binary | base64
        self.assertEqual(
            signature.sign("secret", body),
            "VyAxb/a9nXMTPV6THiwE/n/nLjhvJWO2xTtvsTblwuU=",
        )

    def test_any_of_the_secrets(self):
        signed = signature.sign("new", b"body")
        self.assertTrue(signature.is_signed(b"body", signed, ["old", "new"]))
        self.assertFalse(signature.is_signed(b"body ", signed, ["old", "new"]))
        self.assertFalse(signature.is_signed(b"body", signed, ["old", False, None]))
        self.assertFalse(signature.is_signed(b"body", signed, []))
        for wrong in ("", None, "ünïcode", "a" * 1000, "\udcff"):
            self.assertFalse(signature.is_signed(b"body", wrong, ["new"]))

    def test_an_empty_secret_signs_nothing(self):
        signed = signature.sign("", b"body")
        self.assertFalse(signature.is_signed(b"body", signed, ["", None]))


@tagged("post_install", "-at_install")
class TestWebhookBody(BaseCase):
    def test_event_id_and_sender(self):
        self.assertEqual(webhook_body.event_id({"webhookEventId": "E1"}), "E1")
        first = webhook_body.event_id({"type": "follow", "timestamp": 1})
        same = webhook_body.event_id({"timestamp": 1, "type": "follow"})
        self.assertEqual(first, same)
        self.assertNotEqual(first, webhook_body.event_id({"type": "follow"}))
        user = {"source": {"type": "user", "userId": "U1"}}
        self.assertEqual(webhook_body.sender(user), "U1")
        for source in (None, {}, {"type": "user"}, {"type": "group", "userId": "U1"}):
            self.assertIsNone(webhook_body.sender({"source": source}))


@tagged("post_install", "-at_install")
class TestText(BaseCase):
    def test_from_html(self):
        cases = {
            "": "",
            "<p><br></p>": "",
            "<p>一<br>二</p><p>三</p>": "一\n二\n三",
            '<a href="https://a.tw/x">https://a.tw/x</a>': "https://a.tw/x",
            '看<a href="https://a.tw">這裡</a>。': "看這裡 (https://a.tw)。",
            '<a href="/web#id=1" class="o_mail_redirect">@Amy</a> 好': "@Amy 好",
            "<ul><li>甲</li><li>乙</li></ul>": "甲\n乙",
            "a &lt; b &amp;&nbsp;c": "a < b & c",
            "前<!-- hidden -->後": "前後",
        }
        for body, text in cases.items():
            with self.subTest(body=body):
                self.assertEqual(line_text.from_html(body), text)

    def test_split_counts_utf16_units(self):
        self.assertEqual(line_text.utf16_units("a中😀"), 4)
        pieces = line_text.split("😀" * 6000)
        self.assertEqual([line_text.utf16_units(p) for p in pieces], [5000, 5000, 2000])

    def test_split_prefers_line_ends(self):
        pieces = line_text.split("x" * 4000 + "\n" + "y" * 3000)
        self.assertEqual([len(piece) for piece in pieces], [4000, 3000])

    def test_messages(self):
        self.assertEqual(line_text.messages(" a "), [{"type": "text", "text": "a"}])
        self.assertEqual(len(line_text.messages("x" * 25_000)), 5)
        for wrong in ("", "  \n", "x" * 25_001):
            with self.assertRaises(ValueError):
                line_text.messages(wrong)


@tagged("post_install", "-at_install")
class TestBindingCode(BaseCase):
    def test_generated_codes_are_found_again(self):
        codes = {binding_code.generate() for _number in range(200)}
        self.assertEqual(len(codes), 200)
        for code in codes:
            self.assertEqual(binding_code.find(binding_code.pretty(code)), code)

    def test_ways_to_type_a_code(self):
        for text in (
            "K7QM4T9X",
            "k7qm-4t9x",
            " K7QM 4T9X ",
            "綁定 K7QM-4T9X",
            "綁定碼:k7qm4t9x",
            "bind K7QM4T9X",
            "K7QM-4T9X",
        ):
            with self.subTest(text=text):
                self.assertEqual(binding_code.find(text), "K7QM4T9X")

    def test_ordinary_talk_is_no_code(self):
        for text in (
            "",
            None,
            "你好",
            "THANKYOU",
            "23456789",
            "0912345678",
            "我的碼是 K7QM4T9X",
            "K7QM4T9",
            "K7QM4T9X5",
            "https://K7QM4T9X",
        ):
            with self.subTest(text=text):
                self.assertIsNone(binding_code.find(text))

    def test_digest_needs_the_pepper(self):
        one = binding_code.digest("K7QM4T9X", "pepper")
        self.assertNotEqual(one, binding_code.digest("K7QM4T9X", "other"))
        self.assertNotIn("K7QM4T9X", one)


@tagged("post_install", "-at_install")
class TestClassification(BaseCase):
    def test_kinds(self):
        rate = "The API rate limit has been exceeded. Try again later."
        monthly = "You have reached your monthly limit."
        cases = [
            (200, "", line_client.ACCEPTED),
            (202, "", line_client.ACCEPTED),
            (409, "The retry key is already accepted", line_client.DUPLICATE),
            (429, rate, line_client.RATE),
            (429, "", line_client.RATE),
            (429, monthly, line_client.QUOTA),
            (401, "", line_client.AUTH),
            (403, "", line_client.REJECTED),
            (400, "Invalid reply token", line_client.REJECTED),
            (500, "", line_client.RETRYABLE),
            (503, "", line_client.RETRYABLE),
        ]
        for status, message, kind in cases:
            with self.subTest(status=status, message=message):
                self.assertEqual(line_client.classify(status, message), kind)

    def test_explanation_names_the_property(self):
        content = json.loads(
            '{"message": "The request body has 1 error(s)", "details":'
            ' [{"message": "May not be empty", "property": "messages[0].text"}, 3]}'
        )
        text = line_client._explain(content)
        self.assertIn("messages[0].text: May not be empty", text)
        self.assertEqual(line_client._explain({"details": "odd"}), "")


@tagged("post_install", "-at_install")
class TestMessages(BaseCase):
    """The table of limits: right at the limit, refused when one more."""

    def keys(self, *messages, loopback=False):
        return [
            (path.partition("].")[2] or path, key)
            for path, key, _values in line_message.problems(list(messages), loopback)
        ]

    def test_builders_make_what_line_accepts(self):
        url = "https://a.tw/x.png"
        open_it = line_message.uri("Open", "https://a.tw")
        say = line_message.message_action("Yes", "yes")
        rate = line_message.postback("Good", "rate:1:3", "good")
        for message in (
            line_message.text("哈囉", quote_token="q", quick_replies=[say, rate]),
            line_message.image(url),
            line_message.buttons("alt", "text", [open_it, say, rate], title="Title"),
            line_message.link_card("x" * 90, "y" * 90, "Open", url),
            line_message.link_card("Quotation", "", "Open", url),
            line_message.with_sender(line_message.text("a"), "Amy " * 9, url),
        ):
            with self.subTest(message=message):
                self.assertEqual(self.keys(message), [])

    def test_sender_that_line_would_refuse_is_left_out(self):
        hello = line_message.text("a")
        for name in ("", None, "  ", "Line Team", "ONLINE"):
            self.assertEqual(line_message.with_sender(hello, name), hello)
        named = line_message.with_sender(hello, "王 小明\n")
        self.assertEqual(named["sender"], {"name": "王 小明"})

    def test_summary_and_shorten(self):
        self.assertEqual(line_message.summary({"type": "text", "text": "a"}), "a")
        self.assertEqual(line_message.summary({"altText": "b"}), "b")
        self.assertEqual(line_message.summary({"type": "image"}), "[image]")
        self.assertEqual(line_message.summary(None), "")
        self.assertEqual(line_message.shorten("abcd", 4), "abcd")
        self.assertEqual(line_message.shorten("abcde", 4), "abc…")
        self.assertEqual(line_message.shorten("😀😀😀", 4), "😀…")

    def test_limits(self):
        for name, make, limit in limit_table():
            with self.subTest(limit=name):
                self.assertEqual(self.keys(make(limit)), [], "at the limit")
                self.assertTrue(self.keys(make(limit + 1)), "one more")

    def test_the_simulator_draws_the_same_lines(self):
        load_simulator()
        check = importlib.import_module("line_simulator.validation").check_messages
        for name, make, limit in limit_table():
            with self.subTest(limit=name):
                self.assertEqual(check([make(limit)]), [])
                self.assertTrue(check([make(limit + 1)]))

    def test_call(self):
        hello = line_message.text("a")
        self.assertEqual(self.keys(*[hello] * 5), [])
        for wrong in ([hello] * 6, [], None, "text"):
            [(path, key, _values)] = line_message.problems(wrong)
            self.assertEqual((path, key), ("messages", "too_many"))

    def test_wrong_things(self):
        button = line_message.message_action("a", "a")
        for message, expected in (
            ("text", ("messages[0]", "missing")),
            ({}, ("type", "unknown")),
            ({"type": "flex"}, ("altText", "missing")),
            ({"type": "file"}, ("type", "unknown")),
            (line_message.text(""), ("text", "missing")),
            (line_message.text(7), ("text", "missing")),
            (
                line_message.image("http://a.tw/x.png"),
                ("originalContentUrl", "not_https"),
            ),
            (
                line_message.image("https:///x.png"),
                ("originalContentUrl", "not_https"),
            ),
            (
                line_message.buttons("a", "b", [line_message.uri("a", "ftp://a.tw")]),
                ("template.actions[0].uri", "bad_address"),
            ),
            (
                line_message.buttons("a", "b", [button | {"type": "fax"}]),
                ("template.actions[0].type", "unknown"),
            ),
            (
                line_message.text("a") | {"sender": {"name": "LINE Bot"}},
                ("sender.name", "forbidden_name"),
            ),
            (
                {
                    "type": "template",
                    "altText": "a",
                    "template": {
                        "type": "carousel",
                        "columns": [
                            {"text": "a", "actions": [button]},
                            {"text": "a", "actions": [button] * 2},
                        ],
                    },
                },
                ("template.columns", "uneven"),
            ),
            (
                {"type": "location", "title": "a", "address": "b", "latitude": 91},
                ("latitude", "out_of_range"),
            ),
        ):
            with self.subTest(message=str(message)[:60]):
                self.assertIn(expected, self.keys(message))
        self.assertEqual(
            {key for _p, key, _v in line_message.problems([{"type": "flex"}])}
            - set(line_limits.SENTENCES),
            set(),
        )

    def test_http_of_this_machine_only_with_the_simulator(self):
        local = line_message.image("http://127.0.0.1:8069/x.png")
        self.assertEqual(len(self.keys(local)), 2)
        self.assertEqual(self.keys(local, loopback=True), [])
        far = line_message.image("http://a.tw/x.png")
        self.assertEqual(len(self.keys(far, loopback=True)), 2)

    def test_graphemes(self):
        for text, count in (
            ("", 0),
            ("a中", 2),
            ("👨\u200d👩\u200d👧", 1),
            ("🇹🇼🇯🇵", 2),
            ("👍🏽e\u0301", 2),
        ):
            with self.subTest(text=text):
                self.assertEqual(line_text.graphemes(text), count)
