import hashlib
import json
import uuid

import psycopg2.extras

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import line_message
from . import line_outbox_engine

OUTBOX_CRON = "crm_line.ir_cron_line_outbox"
OUTBOX_BULK_CRON = "crm_line.ir_cron_line_outbox_bulk"
OUTBOX_CRONS = (OUTBOX_CRON, OUTBOX_BULK_CRON)
FAST_LANES, BULK_LANES = ("reply", "chat", "control", "service"), ("marketing",)

LANES = [
    ("reply", "Automatic Reply"),
    ("chat", "Agent"),
    ("service", "Service Notice"),
    ("marketing", "Marketing"),
    ("control", "Control"),
]
ACTIONS = [
    ("message", "Message"),
    ("loading", "Loading Animation"),
    ("mark_read", "Mark as Read"),
]
STATES = [
    ("queued", "Waiting"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("uncertain", "Uncertain"),
    ("failed", "Refused by LINE"),
    ("dead", "Given Up"),
    ("cancelled", "Not Sent"),
]
# Answers before notices before campaigns.
PRIORITIES = {"reply": 0, "chat": 0, "control": 1, "service": 1, "marketing": 2}
# What the table keeps forever as it was queued (see the trigger).
FROZEN = {
    "account_id",
    "line_user_id",
    "lane",
    "action",
    "idempotency_key",
    "payload_sha256",
    "retry_key",
}


class LineOutbox(models.Model):
    """One call to LINE, queued with the business change that causes it.

    The only way out: rows are made by ``_enqueue`` alone, one per LINE user and
    idempotency key. What will be sent is frozen (PostgreSQL trigger); the payload
    can only be forgotten. A row is delivered at most once per retry key.
    """

    _name = "line.outbox"
    _description = "LINE Outgoing Message"
    _inherit = ["line.queue", "mail.thread"]
    _order = "id DESC"
    _rec_name = "idempotency_key"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    line_user_id = fields.Many2one(
        "line.user", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="line_user_id.partner_id")
    lane = fields.Selection(LANES, required=True, readonly=True)
    action = fields.Selection(ACTIONS, required=True, readonly=True, default="message")
    priority = fields.Integer(readonly=True, aggregator=None)
    idempotency_key = fields.Char(string="Cause", required=True, readonly=True)
    payload = fields.Json(string="Content", readonly=True)
    payload_sha256 = fields.Char(required=True, readonly=True)
    preview = fields.Char(string="Text", compute="_compute_preview")
    retry_key = fields.Char(required=True, readonly=True)
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message in Discuss",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="queued")
    reason = fields.Text(readonly=True, help="Why it was not sent.")
    transport = fields.Selection(
        [("reply", "Reply (free)"), ("push", "Push")], readonly=True
    )
    reply_inbox_id = fields.Many2one(
        "line.inbox",
        string="Replied To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    attempts = fields.Integer(readonly=True)
    quota_refusals = fields.Integer(readonly=True)
    next_at = fields.Datetime(string="Next Attempt", readonly=True)
    first_try_at = fields.Datetime(string="First Attempt", readonly=True)
    claimed_at = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(string="Sent On", readonly=True)
    http_status = fields.Integer(string="HTTP Status", readonly=True)
    line_request_id = fields.Char(string="LINE Request ID", readonly=True)
    accepted_request_id = fields.Char(
        string="Accepted Request ID",
        readonly=True,
        help="The request that LINE had accepted earlier under the same retry key.",
    )
    sent_message_ids = fields.Json(string="LINE Message IDs", readonly=True)

    _cause_unique = models.Constraint(
        "UNIQUE(line_user_id, idempotency_key)", "This message was queued before."
    )
    _retry_key_unique = models.Constraint(
        "UNIQUE(retry_key)", "A retry key belongs to one message."
    )
    _waiting_idx = models.Index(
        "(line_user_id, id) WHERE state IN ('queued', 'sending')"
    )
    _due_idx = models.Index(
        "(account_id, priority, next_at, id) WHERE state = 'queued'"
    )
    _sending_idx = models.Index("(claimed_at) WHERE state = 'sending'")
    _pushed_idx = models.Index(
        "(account_id, sent_at) WHERE state = 'sent' AND transport = 'push'"
    )

    def init(self):
        line_outbox_engine.install_triggers(self.env)

    @api.depends("payload")
    def _compute_preview(self):
        for row in self:
            texts = [line_message.summary(message) for message in row._messages()]
            preview = " ".join(" ".join(texts).split())
            row.preview = preview if len(preview) <= 80 else preview[:79] + "…"

    def _messages(self):
        """The message objects; none for control calls and forgotten contents."""
        self.ensure_one()
        return self.payload if isinstance(self.payload, list) else []

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Never: rows come in through one SQL statement (the door below)."""
        raise UserError(
            self.env._("Messages are queued by the action that causes them.")
        )

    def write(self, vals):
        if FROZEN & vals.keys() or vals.get("payload"):
            raise UserError(
                self.env._("A queued message is frozen. Discard it and write anew.")
            )
        return super().write(vals)

    # -- the door -------------------------------------------------------------
    @api.model
    def _enqueue(self, line_users, messages, lane, key, mail_message=None):
        """Queue messages in this transaction; a worker sends them after its commit.

        One row per LINE user and key: queueing the same key again changes nothing.
        Marketing asks ``pdpa.gate`` and the month's messages, service needs a bound
        contact; who may not be written to gets a row that says so and is not sent.

        :param line_users: ``line.user`` records
        :param list messages: LINE message objects, at most five
        :param str lane: reply, chat, service, marketing or control
        :param str key: what causes the message, for example ``order:7:confirmed``
        :param mail_message: the ``mail.message`` in Discuss, if there is one
        :return: the rows of these users for ``key``, new and old
        :raise ValidationError: messages that LINE would refuse
        """
        if lane not in dict(LANES):
            raise ValueError(f"unknown lane {lane!r}")
        self._check_messages(messages, line_users.account_id)
        rows = self.sudo()
        if not line_users:
            return rows
        known = rows._find(line_users, key).line_user_id
        refused = rows._refusals(line_users, lane)
        if lane == "marketing":
            refused |= rows._beyond_quota(
                (line_users - known).filtered(lambda user: user.id not in refused)
            )
        made = rows._insert(
            line_users, lane, "message", key, messages, refused, mail_message
        )
        if any(state == "queued" for _id, state in made):
            self._wake(OUTBOX_CRONS[lane in BULK_LANES])
        rows.invalidate_model()
        return rows._find(line_users, key)

    @api.model
    def _enqueue_control(self, line_user, action, values, key):
        """Queue a call that shows something in LINE and says nothing: best effort.

        Dropped when it comes too late, never repeated, never a problem to solve.

        :param str action: ``loading`` (values: ``seconds``) or ``mark_read``
            (values: ``token``)
        :return: the row
        """
        if action not in ("loading", "mark_read"):
            raise ValueError(f"unknown action {action!r}")
        rows = self.sudo()
        if rows._insert(line_user, "control", action, key, values, {}):
            self._wake(OUTBOX_CRON)
        rows.invalidate_model()
        return rows._find(line_user, key)

    @api.model
    def _insert(self, line_users, lane, action, key, payload, refused, message=None):
        """Insert a row per LINE user that has none for ``key``: [(id, state)]."""
        now = self._now()
        canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        values = [
            (
                user.account_id.id,
                user.company_id.id,
                user.id,
                lane,
                action,
                PRIORITIES[lane],
                key,
                psycopg2.extras.Json(payload),
                digest,
                str(uuid.uuid4()),
                message.id if message else None,
                "cancelled" if user.id in refused else "queued",
                refused.get(user.id),
                now,
                self.env.uid,
                self.env.uid,
                now,
                now,
            )
            for user in line_users.sudo()
        ]
        return line_outbox_engine.insert(self.env, values)

    @api.model
    def _find(self, line_users, key):
        """The rows of these users for ``key``."""
        return self.search(
            [
                ("line_user_id", "in", line_users.ids),
                ("idempotency_key", "=", key),
            ],
            order="id",
        )
