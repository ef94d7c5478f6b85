import datetime
import random
import time

from odoo import api, models

from ..tools import line_client
from . import line_outbox_engine
from .line_outbox import OUTBOX_CRON
from .line_queue import CONCURRENCY

# LINE guarantees a reply token for a minute and a retry key for 24 hours; we keep
# away from both edges.
REPLY_TOKEN_SECONDS = 50
RETRY_KEY_HOURS = 23
STALE_SECONDS = 60
BACKOFF_SECONDS = 30  # doubled with every attempt
MAX_BACKOFF_SECONDS = 3600
RATE_PAUSE_SECONDS = 60
AUTH_PAUSE_SECONDS = 300
QUOTA_PAUSE_MINUTES = 15  # a narrowcast may hold messages only for a while
MAX_QUOTA_REFUSALS = 3
SILENCE_PAUSE_SECONDS = 30
MAX_CONFLICTS = 5
PASS_SECONDS = 60  # a slow LINE must not hold a cron worker for longer


class LineOutboxWorker(models.Model):
    """Claim, commit, call, record.

    Nothing is locked while LINE is called. The claim is committed before the call,
    so a worker that dies leaves a row in ``sending``: a push is repeated with the
    same retry key, a reply (which has none) becomes ``uncertain``.
    """

    _inherit = "line.outbox"

    @api.model
    def _process(self, limit=100):
        """Send waiting messages, one at a time.

        :return: number of messages that were taken up
        """
        worker = self.sudo()
        worker._recover()
        worker._commit()
        handled = conflicts = 0
        deadline = time.monotonic() + PASS_SECONDS
        while handled < limit and conflicts < MAX_CONFLICTS:
            if time.monotonic() > deadline:
                break
            try:
                row = worker._claim()
            except CONCURRENCY:
                worker._rollback()
                conflicts += 1
                continue
            if not row:
                break
            handled += 1
            if row.state == "sending":
                row._send()
        worker._commit()
        return handled

    @api.model
    def _cron_process(self):
        """Entry of the scheduled job."""
        if self._process(200):
            self._wake(OUTBOX_CRON)

    # -- claim ----------------------------------------------------------------
    @api.model
    def _recover(self):
        """Rows whose worker died: repeat pushes, leave replies to a person."""
        self.flush_model()
        before = self._now() - datetime.timedelta(seconds=STALE_SECONDS)
        rows = self.browse(self._claim_ids(line_outbox_engine.stale_rows(before)))
        replies = rows.filtered(lambda row: row.transport == "reply")
        for row in replies:
            row.with_context(lang=row.account_id._staff_lang())._doubt()
        (rows - replies).write({"state": "queued", "next_at": self._now()})
        rows._refresh_messages()

    @api.model
    def _claim(self):
        """Take the next row: ``sending`` and committed, or cancelled right away."""
        self.flush_model()
        self.env["line.account"].flush_model()
        row = self.browse(self._claim_ids(line_outbox_engine.next_row(self._now())))
        if not row:
            return row
        row = row.with_context(lang=row.account_id._staff_lang())
        reason = row._obstacle()
        if reason:
            row.write({"state": "cancelled", "reason": reason, "next_at": False})
            row._refresh_messages()
        else:
            now = self._now()
            row.write(
                {
                    "state": "sending",
                    "claimed_at": now,
                    "first_try_at": row.first_try_at or now,
                    "attempts": row.attempts + 1,
                    **row._choose_transport(),
                }
            )
        self._commit()
        return row

    def _obstacle(self):
        """Why this row must not be sent now; asked again at the last moment."""
        self.ensure_one()
        if self.line_user_id.friend_state == "blocked":
            return self.env._("The customer has blocked the account.")
        if not self.payload:
            return self.env._("The content was deleted.")
        return self._refusals(self.line_user_id, self.lane).get(self.line_user_id.id)

    def _choose_transport(self):
        """A reply when a token is fresh and unused: it is free. Otherwise a push.

        A row that was tried by push stays with push: LINE may have it already.
        """
        self.ensure_one()
        if self.transport or self.lane not in ("reply", "chat"):
            return {"transport": "push"}
        self.env["line.inbox"].flush_model()
        since = self._now() - datetime.timedelta(seconds=REPLY_TOKEN_SECONDS)
        found = self.env.execute_query(
            line_outbox_engine.reply_token(self.line_user_id.id, since)
        )
        if not found:
            return {"transport": "push"}
        event = self.env["line.inbox"].browse(found[0][0])
        event.reply_used_at = self._now()
        return {"transport": "reply", "reply_inbox_id": event.id}

    # -- call -----------------------------------------------------------------
    def _send(self):
        """Call LINE and record what became of it."""
        self.ensure_one()
        client = self.account_id._client()
        if self.transport == "reply":
            self._send_reply(client)
        else:
            outcome = client.push(
                self.line_user_id.line_uid, self.payload, self.retry_key
            )
            self._record_push(outcome)
        self._refresh_messages()
        self._commit()

    def _send_reply(self, client):
        token = self.reply_inbox_id.reply_token
        outcome = client.reply(token, self.payload)
        if outcome.kind == line_client.RETRYABLE and not outcome.never_sent:
            # a token works once: repeating it at once cannot deliver twice
            again = client.reply(token, self.payload)
            if not again.is_success:
                self._record_answer(again)
                self._doubt()
                return
            outcome = again
        if outcome.is_success:
            self._succeed(outcome)
        elif outcome.kind == line_client.REJECTED and (
            not outcome.is_invalid_reply_token
        ):
            self._fail(outcome)
        else:  # certainly not delivered: push it
            self.write({"transport": "push", "reply_inbox_id": False})
            if outcome.is_invalid_reply_token:
                self.write({"state": "queued", "next_at": self._now()})
            else:
                self._record_push(outcome)

    # -- record ---------------------------------------------------------------
    def _record_push(self, outcome):
        """Move the row on according to the outcome of a push."""
        if outcome.is_success:
            self._succeed(outcome)
        elif outcome.kind == line_client.REJECTED:
            self._fail(outcome)
        elif outcome.kind == line_client.QUOTA:
            self._wait_for_quota(outcome)
        else:
            self._record_answer(outcome)
            seconds = self._backoff()
            if outcome.kind == line_client.RATE:
                self._pause_account("paused_until", RATE_PAUSE_SECONDS)
                seconds = RATE_PAUSE_SECONDS
            elif outcome.kind == line_client.AUTH:
                self._pause_account("paused_until", AUTH_PAUSE_SECONDS)
                self.account_id.write(
                    {
                        "is_connected": False,
                        "test_result": self.account_id._explain_failure(outcome),
                    }
                )
                seconds = AUTH_PAUSE_SECONDS
            elif outcome.never_sent:
                self._pause_account("paused_until", SILENCE_PAUSE_SECONDS)
            self._retry_in(seconds)

    def _record_answer(self, outcome):
        self.write(
            {
                "http_status": outcome.status,
                "line_request_id": outcome.request_id,
                "accepted_request_id": outcome.accepted_request_id,
                "reason": outcome.message or False,
            }
        )

    def _succeed(self, outcome):
        sent = outcome.sent_messages
        self._record_answer(outcome)
        self.write(
            {
                "state": "sent",
                "sent_at": self._now(),
                "next_at": False,
                "reason": False,
                "sent_message_ids": [row["id"] for row in sent],
            }
        )
        Message = self.env["line.message"]
        for row in sent:
            if not Message._find(self.account_id, row["id"]):
                Message._link(
                    self.mail_message_id,
                    self.line_user_id,
                    row["id"],
                    "out",
                    quote_token=row.get("quoteToken"),
                    row=self,
                )

    def _fail(self, outcome):
        self._record_answer(outcome)
        self.write({"state": "failed", "next_at": False})

    def _doubt(self):
        """A reply that may or may not have arrived: never repeated by itself."""
        self.write(
            {
                "state": "uncertain",
                "next_at": False,
                "reason": self.env._(
                    "LINE's answer to this reply was lost: it may have arrived. "
                    "Retry sends it again."
                ),
            }
        )

    def _wait_for_quota(self, outcome):
        """The month's messages are used up: wait a little, then give up."""
        self._record_answer(outcome)
        self.quota_refusals += 1
        seconds = QUOTA_PAUSE_MINUTES * 60
        self._pause_account("quota_paused_until", seconds)
        if self.quota_refusals >= MAX_QUOTA_REFUSALS:
            self.write(
                {
                    "state": "failed",
                    "next_at": False,
                    "reason": self.env._(
                        "The monthly messages of the account are used up."
                    ),
                }
            )
        else:
            self._retry_in(seconds)

    def _backoff(self):
        """Seconds until the next attempt, with a tenth of jitter."""
        seconds = BACKOFF_SECONDS * 2 ** min(self.attempts - 1, 10)
        jitter = 1 + random.random() / 10
        return int(min(seconds, MAX_BACKOFF_SECONDS) * jitter)

    def _retry_in(self, seconds):
        """Queue again, as long as LINE still remembers the retry key."""
        next_at = self._now() + datetime.timedelta(seconds=seconds)
        last = self.first_try_at + datetime.timedelta(hours=RETRY_KEY_HOURS)
        if next_at > last:
            self.write({"state": "dead", "next_at": False})
            return
        self.write({"state": "queued", "next_at": next_at})
        self._wake(OUTBOX_CRON, seconds)

    def _pause_account(self, field, seconds):
        until = self._now() + datetime.timedelta(seconds=seconds)
        self.account_id.write({field: until})

    # -- screens --------------------------------------------------------------
    def _refresh_messages(self):
        """Show the new state below the message in open conversations."""
        self.flush_recordset()
        self.mail_message_id._line_send_state()
