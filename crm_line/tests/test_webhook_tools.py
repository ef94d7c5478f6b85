import datetime
import json

from odoo.tests import BaseCase, tagged

from ..tools import line_cost, line_credentials, webhook_body, webhook_shape
from ..tools.webhook_tally import Tally

NOW = datetime.datetime(2026, 3, 11, 0, 0)


@tagged("post_install", "-at_install")
class TestWebhookBody(BaseCase):
    def test_what_is_no_event_is_kept(self):
        body = '{"destination":"U1","events":[{"type":"x"},7,null,[1]]}'
        destination, events = webhook_body.parse(body.encode())
        self.assertEqual(destination, "U1")
        self.assertEqual(events[0], {"type": "x"})
        self.assertEqual(
            events[1:],
            [{"type": "unreadable", "content": value} for value in (7, None, [1])],
        )
        for text in ("", "[]", '{"events":{}}', '{"events":[', '"x"', "[" * 100_000):
            with self.subTest(body=text[:20]):
                destination, (event,) = webhook_body.parse(text.encode())
                self.assertIsNone(destination)
                self.assertEqual(event["type"], "unreadable")
        _none, (event,) = webhook_body.parse(b"\xff\x00{")
        self.assertEqual(event["content"], "\\xff\ufffd{")

    def test_numbers_that_the_database_cannot_hold_become_text(self):
        body = '{"events":[{"a":1e999,"b":NaN,"c":-Infinity,"d":%s,"e":1.5}]}'
        _destination, (event,) = webhook_body.parse((body % ("9" * 5000)).encode())
        self.assertEqual(
            event,
            {"a": "1e999", "b": "NaN", "c": "-Infinity", "d": "9" * 5000, "e": 1.5},
        )

    def test_deep_parts_become_text(self):
        depth = webhook_body.MAX_DEPTH + 50
        body = '{"events":[{"a":' + "[" * depth + "]" * depth + "}]}"
        _destination, (event,) = webhook_body.parse(body.encode())
        value, levels = event["a"], 0
        while isinstance(value, list):
            value, levels = value[0], levels + 1
        self.assertEqual(levels, webhook_body.MAX_DEPTH - 1)
        self.assertEqual(value, "[" * (depth - levels) + "]" * (depth - levels))

    def test_ids_that_no_index_can_hold(self):
        self.assertEqual(webhook_body.event_id({"webhookEventId": "x" * 64}), "x" * 64)
        for given in ("x" * 65, "", None, 7, []):
            self.assertTrue(
                webhook_body.event_id({"webhookEventId": given}).startswith("sha256:")
            )

    def test_senders(self):
        def sender(identifier, kind="user"):
            return webhook_body.sender({"source": {"type": kind, "userId": identifier}})

        self.assertEqual(sender("U" + "0f" * 16), "U" + "0f" * 16)
        for bad in ("", "../x", "a b", "U" * 65, "ü", 7, None, ["U"]):
            self.assertIsNone(sender(bad), bad)
        self.assertIsNone(sender("U1", "group"))
        self.assertIsNone(webhook_body.sender({"source": "U1"}))

    def test_short(self):
        self.assertEqual(webhook_body.short("x"), "x")
        self.assertIsNone(webhook_body.short("x" * 256))
        self.assertIsNone(webhook_body.short(7))


@tagged("post_install", "-at_install")
class TestWebhookShape(BaseCase):
    def test_a_documented_event_is_left_alone(self):
        event = {
            "type": "message",
            "timestamp": 1_700_000_000_000,
            "source": {"type": "user", "userId": "U1"},
            "message": {
                "id": "1",
                "type": "location",
                "latitude": 25.03,
                "longitude": 121,
                "emojis": [{"index": 0, "productId": "p"}],
                "brandNew": [{"anything": None}],
            },
            "brandNew": 7,
        }
        self.assertEqual(webhook_shape.clean(event), (event, []))
        self.assertEqual(webhook_shape.missing(event), [])

    def test_wrong_types_are_put_aside(self):
        event = {
            "type": "message",
            "replyToken": {"x": 1},
            "message": {
                "id": "1",
                "type": "text",
                "text": ["a"],
                "fileSize": True,
                "duration": 2**60,
                "emojis": [{"index": "0"}, 7],
            },
        }
        cleaned, paths = webhook_shape.clean(event)
        self.assertEqual(
            paths,
            [
                "message.duration",
                "message.emojis[0].index",
                "message.emojis[1]",
                "message.fileSize",
                "message.text",
                "replyToken",
            ],
        )
        self.assertEqual(
            cleaned["message"], {"id": "1", "type": "text", "emojis": [{}]}
        )
        self.assertEqual(cleaned["unreadable"]["message.text"], ["a"])
        again, none = webhook_shape.clean(cleaned)
        self.assertEqual((again, none), (cleaned, []))

    def test_a_field_of_line_with_our_name_survives(self):
        cleaned, _paths = webhook_shape.clean({"unreadable": 1, "mode": 2})
        self.assertEqual(cleaned["unreadable"], {"mode": 2, "unreadable": 1})

    def test_missing(self):
        for event, expected in (
            ({"type": "message"}, ["message.id", "message.type"]),
            ({"type": "message", "message": {"id": "1"}}, ["message.type"]),
            ({"type": "unsend", "unsend": {}}, ["unsend.messageId"]),
            ({"type": "postback", "postback": {"data": ""}}, []),
            ({"type": "accountLink"}, ["link.result", "link.nonce"]),
            ({"type": "new kind"}, []),
            ({"type": ["message"]}, []),
            ({}, []),
        ):
            with self.subTest(event=event):
                self.assertEqual(webhook_shape.missing(event), expected)


@tagged("post_install", "-at_install")
class TestTally(BaseCase):
    def test_given_out_at_most_once_a_minute(self):
        clock = [0.0]
        tally = Tally(seconds=60, clock=lambda: clock[0])
        self.assertEqual(tally.take("db"), {})
        tally.add("db", "a", NOW)
        self.assertEqual(tally.take("db"), {"a": (1, NOW)})
        later = NOW + datetime.timedelta(seconds=5)
        for _call in range(1000):
            tally.add("db", "a", later)
        self.assertEqual(tally.take("db"), {})
        clock[0] = 59.9
        self.assertEqual(tally.take("db"), {})
        clock[0] = 60
        self.assertEqual(tally.take("db"), {"a": (1000, later)})
        clock[0] = 500
        self.assertEqual(tally.take("db"), {})

    def test_databases_are_apart_and_failures_are_put_back(self):
        clock = [0.0]
        tally = Tally(seconds=60, clock=lambda: clock[0])
        tally.add("one", "a", NOW)
        tally.add("two", "a", NOW)
        counts = tally.take("one")
        self.assertEqual(tally.take("two"), {"a": (1, NOW)})
        tally.put_back("one", counts)
        tally.add("one", "a", NOW)
        clock[0] = 60
        self.assertEqual(tally.take("one"), {"a": (2, NOW)})


@tagged("post_install", "-at_install")
class TestCost(BaseCase):
    def test_month_is_that_of_line(self):
        late = datetime.datetime(2026, 2, 28, 15, 0)  # midnight in Japan
        self.assertEqual(line_cost.month_start(late, "Asia/Tokyo"), late)
        before = late - datetime.timedelta(seconds=1)
        self.assertEqual(
            line_cost.month_start(before, "Asia/Tokyo"),
            datetime.datetime(2026, 1, 31, 15),
        )
        self.assertEqual(
            line_cost.month_start(late, "UTC"), datetime.datetime(2026, 2, 1)
        )

    def test_forecast(self):
        # 10 days and 9 hours of 31 are over
        part = (10 + 9 / 24) / 31
        self.assertAlmostEqual(line_cost.month_part(NOW, "Asia/Tokyo"), part)
        self.assertEqual(
            line_cost.forecast(1000, 50, NOW, "Asia/Tokyo"), round(1000 / part) + 50
        )
        start = datetime.datetime(2026, 2, 28, 15, 1)
        self.assertEqual(line_cost.forecast(1, 0, start, "Asia/Tokyo"), 62)

    def test_cost(self):
        light = line_cost.Plan(0, 200)
        medium = line_cost.Plan(800, 3000)
        high = line_cost.Plan(1200, 6000, 0.2)
        self.assertEqual([light.cost(n) for n in (0, 200, 999)], [0, 0, 0])
        self.assertEqual([medium.cost(n) for n in (0, 9999)], [800, 800])
        self.assertEqual([high.cost(n) for n in (0, 6000, 7000)], [1200, 1200, 1400])
        self.assertEqual(light.price, 0)
        self.assertAlmostEqual(medium.price, 800 / 3000)
        self.assertEqual(high.price, 0.2)
        self.assertEqual(line_cost.Plan(5, 0).price, 0)


@tagged("post_install", "-at_install")
class TestCredentials(BaseCase):
    def test_what_is_evidently_wrong(self):
        self.assertEqual(line_credentials.tidy(" ab\n c\u3000"), "abc")
        self.assertEqual(line_credentials.tidy(None), "")
        self.assertTrue(line_credentials.is_channel_id("1234567890"))
        for wrong in ("", "123", "12345678901", "123456789a"):
            self.assertFalse(line_credentials.is_channel_id(wrong))
        self.assertTrue(line_credentials.is_secret("0af3" * 8))
        for wrong in ("", "0af3", "0AF3" * 8, "simulator-channel-secret"):
            self.assertFalse(line_credentials.is_secret(wrong))
        self.assertTrue(line_credentials.is_secret("simulator", loopback=True))
        self.assertFalse(line_credentials.is_secret("", loopback=True))
        self.assertFalse(line_credentials.is_access_token("short"))
        self.assertFalse(line_credentials.is_access_token("ü" * 20))
        self.assertTrue(line_credentials.is_access_token(json.dumps("a+/=" * 40)))
