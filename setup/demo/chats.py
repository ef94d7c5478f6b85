"""LINE: the official account, who is bound to it, and what was said.

Events come in as signed webhook calls and messages leave through the outbox. LINE
itself is a stand-in while the story is told, because the days of the story are over:
what was sent then cannot be sent to the simulator now.
"""

import datetime
import itertools
import json
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.crm_line.models.line_account import LineAccount
from odoo.addons.crm_line.models.line_queue import LineQueue
from odoo.addons.crm_line.tools.line_client import ACCEPTED, Outcome
from odoo.addons.crm_line.tools.signature import sign

from . import cast

OPENED = 60
AGENTS = ("agent", "clerk", "manager")
# the defaults of the simulator
CHANNEL = {
    "channel_ident": "2000000001",
    "channel_secret": "simulator-channel-secret",
}
BOT = {"userId": "U" + "0" * 32, "basicId": "@simulator", "displayName": "青禾生活選物"}


class _Line:
    """Accepts every call, as LINE did on the days of the story."""

    numbers = itertools.count(400_000_000_000_000_001)

    def push(self, _user_id, messages, _retry_key):
        return self._accept(messages)

    def reply(self, _token, messages):
        return self._accept(messages)

    def profile(self, user_id):
        names = {uid: name for name, uid in cast.LINE_USERS.items()}
        return self._answer(displayName=names[user_id], language="zh-TW")

    def info(self):
        return self._answer(chatMode="bot", **BOT)

    def _accept(self, messages):
        return self._answer(
            sentMessages=[{"id": str(next(self.numbers))} for _message in messages]
        )

    def _answer(self, **content):
        return Outcome(ACCEPTED, status=200, content=content)


@contextmanager
def stand_in():
    """Calls to LINE are accepted, and the workers leave the commit to the caller."""
    with (
        patch.object(LineAccount, "_client", lambda account: _Line()),
        patch.object(LineQueue, "_commit", lambda queue: None),
        patch.object(LineQueue, "_rollback", lambda queue: None),
    ):
        yield


def tell(story):
    story.on(OPENED, 9, 0, open_account)
    for name, (contact, ago, agrees) in cast.BOUND.items():
        story.on(ago, 12, 30, follow, name)
        story.on(ago, 12, 35, bind, name, contact, agrees)
    for name, ago in cast.GUESTS.items():
        story.on(ago, 12, 40, follow, name)
    for name, ago in cast.WITHDRAWN.items():
        story.on(ago, 20, 0, withdraw, cast.BOUND[name][0])
    story.on(cast.CAMPAIGN_AGO, 11, 0, send_campaign)
    for name, ago, hour, lines in cast.TALKS:
        for number, line in enumerate(lines):
            minutes = number * cast.MINUTES_BETWEEN
            story.on(ago, hour, minutes, speak, name, line)
    story.just_now(cast.WAITING[0][1] + 1, read_everything)
    for name, minutes, line in cast.WAITING:
        story.just_now(minutes, speak, name, line)


def open_account(story):
    agents = [story.users[login].id for login in AGENTS] + [story.env.user.id]
    account = story.env["line.account"].create(
        {
            "name": "青禾生活選物",
            "api_url": f"http://127.0.0.1:{story.line_port}/api",
            "webhook_token": cast.WEBHOOK_TOKEN,
            "agent_ids": [(6, 0, agents)],
            **CHANNEL,
        }
    )
    account.action_test_connection()
    story.line_account = account


def follow(story, name):
    _receive(story, name, {"type": "follow", "follow": {"isUnblocked": False}})


def bind(story, name, contact, agrees):
    """The clerk makes a code for the customer, who types it in LINE."""
    _link, code = story.env["line.link"]._create_code(
        story.line_account, story.customers[contact], agrees
    )
    speak(story, name, f"<{code}")


def withdraw(story, contact):
    story.env["pdpa.receipt"]._record(
        story.customers[contact], "marketing", "withdraw", via="line"
    )


def speak(story, name, line):
    """One line of a talk: "<" from the customer, ">" by the agent in Discuss."""
    if line[0] == "<":
        number = str(next(_Line.numbers))
        message = {"type": "text", "id": number, "text": line[1:]}
        _receive(story, name, {"type": "message", "message": message})
    else:
        channel = _user(story, name).channel_id.with_user(story.users["agent"])
        channel.message_post(
            body=line[1:], message_type="comment", subtype_xmlid="mail.mt_comment"
        )
    deliver(story)


def read_everything(story):
    """All agents are up to date; what comes now is unread."""
    members = story.env["discuss.channel.member"].search(
        [("channel_id.channel_type", "=", "line"), ("partner_id", "!=", False)]
    )
    for member in members.sudo():
        member._mark_as_read(member.channel_id.message_ids[:1].id)


def send_campaign(story):
    """Marketing to everybody who is bound: the gate leaves some out."""
    for user in story.env["line.user"].search([("partner_id", "!=", False)]):
        user._send_text(cast.CAMPAIGN, "marketing", "campaign:new-tea")
    deliver(story)


def deliver(story):
    """Let the workers do what waits."""
    if story.line_account:
        story.env["line.inbox"]._process()
        story.env["line.outbox"]._process()


def _user(story, name):
    return story.env["line.user"].search([("line_uid", "=", cast.LINE_USERS[name])])


def _receive(story, name, event):
    """A webhook call with one event, signed as LINE signs it."""
    moment = story.env.cr.now().replace(tzinfo=datetime.UTC).timestamp()
    account = story.line_account.sudo()
    number = next(_Line.numbers)
    event = {
        "webhookEventId": f"DEMO{number}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(moment * 1000),
        "source": {"type": "user", "userId": cast.LINE_USERS[name]},
        "mode": "active",
        "replyToken": f"demo-{number}",
        **event,
    }
    body = json.dumps({"destination": BOT["userId"], "events": [event]}).encode()
    signature = sign(account.channel_secret, body)
    status = account._receive(account.webhook_token, body, signature)
    if status != 200:
        raise AssertionError(f"the webhook answered {status}")
    deliver(story)
