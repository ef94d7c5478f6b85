import importlib

from odoo.tests import tagged

from ..tools import line_message
from .common import LineCase, load_simulator
from .limits import limit_table


@tagged("post_install", "-at_install")
class TestMessagesSdk(LineCase):
    """LINE's official SDK reads what we send, and gives all of it back."""

    def verdicts(self, items):
        load_simulator()
        return importlib.import_module("line_simulator.sdk").verdicts(items)

    def test_messages_at_their_limits(self):
        table = [(name, make(limit)) for name, make, limit in limit_table()]
        items = [{"kind": "message", "body": message} for _name, message in table]
        found = self.verdicts(items)
        for (name, _message), verdict in zip(table, found, strict=True):
            with self.subTest(limit=name):
                self.assertIsNone(verdict)

    def test_requests(self):
        url = "https://a.tw/x.png"
        say = line_message.message_action("Yes", "yes")
        messages = [
            line_message.text("a", "q" * 40, [say, line_message.postback("b", "c")]),
            line_message.with_sender(line_message.image(url), "Amy", url),
            line_message.link_card("Quotation S00042", "TWD 1,200", "Open", url),
            line_message.buttons("a", "b", [say, line_message.uri("c", url)], "d"),
        ]
        items = [
            {"kind": "push", "body": {"to": "U" + "0" * 32, "messages": messages}},
            {"kind": "reply", "body": {"replyToken": "r", "messages": messages}},
            {"kind": "validate", "body": {"messages": messages}},
            {"kind": "loading", "body": {"chatId": "U1", "loadingSeconds": 20}},
            {"kind": "mark_as_read", "body": {"markAsReadToken": "t"}},
            {"kind": "set_webhook", "body": {"endpoint": url}},
            {"kind": "test_webhook", "body": {"endpoint": url}},
        ]
        self.assertEqual(self.verdicts(items), [None] * len(items))
