import datetime
import json

import psycopg2.extras

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import webhook_body
from . import line_inbox_engine
from .line_queue import CONCURRENCY, POISON

INBOX_CRON = "crm_line.ir_cron_line_inbox"
BACKOFF_MINUTES = (1, 2, 5, 10, 20)  # then the event is given up
MAX_CONFLICTS = 5  # in one pass, then the next pass continues

STATES = [
    ("new", "New"),
    ("done", "Done"),
    ("ignored", "Ignored"),
    ("error", "To Retry"),
    ("dead", "Given Up"),
]


class LineInbox(models.Model):
    """One webhook event of LINE, stored before it is worked on.

    Unique per account and webhookEventId, so a redelivered event exists once. Rows
    are made only by the webhook (``_store``) and worked on in the order of the
    events of each person.
    """

    _name = "line.inbox"
    _description = "LINE Event"
    _inherit = ["line.queue"]
    _order = "event_at DESC, id DESC"
    _rec_name = "webhook_event_id"
    _allow_sudo_commands = False

    # no index of its own: that of the constraint begins with it
    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    webhook_event_id = fields.Char(string="Event ID", required=True, readonly=True)
    event_type = fields.Char(readonly=True)
    line_uid = fields.Char(string="LINE User ID", readonly=True)
    line_user_id = fields.Many2one("line.user", readonly=True, index="btree_not_null")
    line_message_id = fields.Char(string="LINE Message ID", readonly=True)
    event_at = fields.Datetime(string="Event Time", required=True, readonly=True)
    received_at = fields.Datetime(required=True, readonly=True)
    is_redelivery = fields.Boolean(string="Redelivered", readonly=True)
    mode = fields.Char(readonly=True)
    reply_token = fields.Char(readonly=True, groups="base.group_system")
    reply_used_at = fields.Datetime(readonly=True)
    payload = fields.Json(readonly=True, groups="base.group_system")
    state = fields.Selection(STATES, required=True, readonly=True, default="new")
    attempts = fields.Integer(readonly=True)
    next_at = fields.Datetime(string="Next Attempt", readonly=True)
    done_at = fields.Datetime(string="Finished On", readonly=True)
    error = fields.Text(readonly=True)

    _event_unique = models.Constraint(
        "UNIQUE(account_id, webhook_event_id)", "This event was stored before."
    )
    _sender_waiting_idx = models.Index(
        "(account_id, line_uid, event_at, id) WHERE state IN ('new', 'error')"
    )
    _waiting_idx = models.Index("(event_at, id) WHERE state IN ('new', 'error')")
    _line_message_idx = models.Index(
        "(account_id, line_message_id) WHERE line_message_id IS NOT NULL"
    )
    _reply_token_idx = models.Index(
        "(line_user_id, received_at) WHERE reply_token IS NOT NULL"
        " AND reply_used_at IS NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Never: rows come in through one SQL statement (the door below)."""
        raise UserError(self.env._("Events are stored by the webhook of LINE only."))

    # -- the door -------------------------------------------------------------
    @api.model
    def _store(self, account, events):
        """Store the events of one webhook call that are not known yet.

        One statement, which also wakes the worker; a redelivered event changes nothing.

        :param account: the ``line.account``
        :param list events: event objects of the webhook body
        :return: the new rows
        """
        if not events:
            return self.browse()
        now = self._now()
        rows = [self._row(event, now) for event in events]
        is_new = SQL("EXISTS (SELECT FROM made)")
        wake = self._trigger_sql(INBOX_CRON, is_new)
        made = line_inbox_engine.insert(self.env, account.id, rows, wake)
        if made:
            self._ring()
        return self.browse(made)

    @api.model
    def _row(self, event, now):
        """The column values of one event, in the order of the engine's insert."""
        message = event.get("message")
        context = event.get("deliveryContext")
        identifier = message.get("id") if isinstance(message, dict) else None
        redelivered = context.get("isRedelivery") if isinstance(context, dict) else None
        return (
            webhook_body.event_id(event),
            _text(event.get("type")),
            webhook_body.sender(event),
            _text(identifier),
            _time(event.get("timestamp"), now),
            now,
            redelivered is True,
            _text(event.get("mode")),
            _text(event.get("replyToken")),
            psycopg2.extras.Json(event, dumps=json.dumps),
            "new",
            0,
            now,
            now,
            now,
        )

    # -- the worker -----------------------------------------------------------
    @api.model
    def _process(self, limit=100):
        """Work on waiting events, one transaction each.

        Events of one person are taken in the order in which they happened; one that
        fails holds back only that person's, until it is given up.

        :return: number of events that were taken up
        """
        worker = self.sudo()
        self.env["line.user"].sudo()._ensure_senders()
        worker._commit()
        self.env["line.user"].sudo()._fetch_profiles()
        handled = conflicts = 0
        while handled < limit and conflicts < MAX_CONFLICTS:
            try:
                event = worker._claim()
                if not event:
                    break
                event._work()
            except CONCURRENCY:
                worker._rollback()
                conflicts += 1
                continue
            worker._commit()
            handled += 1
        return handled

    @api.model
    def _claim(self):
        """Lock the oldest event that may be worked on now (empty when none)."""
        self.flush_model()
        ids = self._claim_ids(line_inbox_engine.next_event(self._now()))
        event = self.browse(ids)
        return event and event.with_context(lang=event.account_id._staff_lang())

    def _work(self):
        """Handle one event; a bad one is put off or given up, never lost."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                state = self._handle()
                self.write(
                    {
                        "state": state,
                        "attempts": self.attempts + 1,
                        "done_at": self._now(),
                        "next_at": False,
                        "error": False,
                    }
                )
        except POISON as error:
            self._put_off(error)

    def _put_off(self, error):
        attempts = self.attempts + 1
        values = {"attempts": attempts, "error": f"{type(error).__name__}: {error}"}
        if attempts > len(BACKOFF_MINUTES):
            values |= {"state": "dead", "next_at": False, "done_at": self._now()}
        else:
            minutes = BACKOFF_MINUTES[attempts - 1]
            next_at = self._now() + datetime.timedelta(minutes=minutes)
            values |= {"state": "error", "next_at": next_at}
            self._wake(INBOX_CRON, minutes * 60)
        self.write(values)

    @api.model
    def _cron_process(self):
        """Entry of the scheduled job."""
        if self._process(200):
            self._wake(INBOX_CRON)

    @api.model
    def _lag_seconds(self, accounts):
        """How long the oldest event that is due has been waiting.

        :return: seconds by account id, 0 when none is waiting
        """
        now = self._now()
        groups = self.sudo()._read_group(
            [
                ("account_id", "in", accounts.ids),
                ("state", "in", ("new", "error")),
                ("next_at", "<=", now),
            ],
            ["account_id"],
            ["next_at:min"],
        )
        lags = dict.fromkeys(accounts.ids, 0)
        return lags | {
            account.id: (now - oldest).total_seconds() for account, oldest in groups
        }

    # -- retention ------------------------------------------------------------
    def _purge_payload(self):
        """Forget the raw events; what happened stays on record."""
        self.write({"payload": False, "reply_token": False})

    @api.autovacuum
    def _gc_payloads(self):
        """Raw events of finished rows hold personal data: drop them in time."""
        days = self.env["res.config.settings"]._line_days("event_days")
        before = self._now() - datetime.timedelta(days=days)
        batch = 10_000
        rows = self.sudo().search(
            [
                ("state", "in", ("done", "ignored")),
                ("done_at", "<", before),
                ("payload", "!=", False),
            ],
            limit=batch,
        )
        rows._purge_payload()
        return len(rows), int(len(rows) == batch)

    # -- actions --------------------------------------------------------------
    def action_retry(self):
        """Try given-up events again, at once."""
        self._check_manager()
        self.sudo().filtered(lambda row: row.state in ("error", "dead")).write(
            {"state": "new", "attempts": 0, "next_at": self._now(), "done_at": False}
        )
        self._wake(INBOX_CRON)
        return True

    def action_discard(self):
        """Leave events alone for good."""
        self._check_manager()
        reason = self.env._("Discarded by %(user)s.", user=self.env.user.name)
        for row in self.sudo().filtered(lambda row: row.state in ("error", "dead")):
            row.write(
                {
                    "state": "ignored",
                    "next_at": False,
                    "done_at": self._now(),
                    "error": f"{row.error or ''}\n{reason}".strip(),
                }
            )
        return True

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("crm_line.group_line_manager"):
            raise AccessError(
                self.env._("Only administrators of LINE may retry or discard events.")
            )


_text = webhook_body.short


def _time(milliseconds, default):
    """UTC time of an event; LINE counts milliseconds since 1970."""
    try:
        at = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    except (ArithmeticError, OSError, TypeError, ValueError):
        return default
    return at.replace(tzinfo=None)
