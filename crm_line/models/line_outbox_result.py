import datetime
import random
import time

import psycopg2.extras

from odoo import api, models

from ..tools import line_client, line_delivery
from . import line_outbox_engine
from .line_outbox import OUTBOX_BULK_CRON, OUTBOX_CRONS
from .line_queue import CONCURRENCY

MAX_CONFLICTS = 5


class LineOutboxResult(models.Model):
    """What became of calls: the rows, the account, and when to come back."""

    _inherit = "line.outbox"  # pylint: disable=consider-merging-classes-inherited

    def _record_all(self, results):
        """Write what became of calls, in one transaction.

        A conflict with somebody who touched a row at the same time is repeated: what
        LINE answered must not be forgotten.
        """
        for conflict in range(MAX_CONFLICTS):
            try:
                self._record(results)
                self._commit()
                return
            except CONCURRENCY:
                self._rollback()
                time.sleep(random.random() * 0.02 * 2**conflict)
        # the rows are found in ``sending`` later, as if this worker had died

    def _record(self, results):
        """Write what became of calls: (call, result) pairs."""
        if not results:
            return
        now = self._now()
        quota_until = self._note_accounts(results)
        values, answers = [], {}
        for call, result in results:
            until = quota_until.get(call.account_id)
            decision = line_delivery.decide(call, result, now, until)
            values.append(self._values(call, result, decision, now))
            answers[call.id] = (call, result.outcome, decision)
        self.env.flush_all()
        done = line_outbox_engine.record(self.env, values)
        self.invalidate_model()
        self._link_sent([answers[row_id] for row_id in done])
        unused = [
            row.id
            for row in self.browse(done)
            if not answers[row.id][1] and answers[row.id][0].transport == "reply"
        ]
        if unused:
            self._give_tokens_back(unused, answers)
        self._wake_for([answers[row_id][2] for row_id in done])
        self.browse(done)._refresh_messages()

    def _values(self, call, result, decision, now):
        """The columns of one row for the engine."""
        outcome = result.outcome or line_client.Outcome("")
        account = self.env["line.account"].browse(call.account_id)
        sent = decision.state == "sent"
        ids = [row["id"] for row in outcome.sent_messages] if sent else None
        return (
            call.id,
            call.claimed_at,
            call.attempts,
            decision.state,
            decision.transport,
            decision.attempts,
            decision.quota_refusals,
            decision.next_at,
            decision.first_try_at,
            self._word(decision.reason, account),
            outcome.status,
            outcome.request_id,
            outcome.accepted_request_id,
            now if sent else None,
            psycopg2.extras.Json(ids) if sent else None,
            decision.keeps_token,
            now,
        )

    def _word(self, reason, account):
        """The sentence for the screen, in the language of the account's team."""
        if reason == line_delivery.DOUBT:
            env = self.with_context(lang=account._staff_lang()).env
            return env._(
                "LINE's answer to this reply was lost: it may have arrived. "
                "Retry sends it again."
            )
        if reason == line_delivery.USED_UP:
            env = self.with_context(lang=account._staff_lang()).env
            return env._("The monthly messages of the account are used up.")
        if reason == line_delivery.WAITS_FOR_MONTH:
            return account.with_context(lang=account._staff_lang())._quota_reason()
        return reason

    def _link_sent(self, answers):
        """Remember which LINE messages the accepted rows are."""
        sent = [
            (call, message)
            for call, outcome, decision in answers
            if decision.state == "sent" and call.lane != "control"
            for message in outcome.sent_messages
        ]
        Message = self.env["line.message"]
        ids = [message["id"] for _call, message in sent]
        found = Message.search([("line_message_id", "in", ids)]) if ids else Message
        known = {(row.account_id.id, row.line_message_id) for row in found}
        Message.create(
            [
                {
                    "account_id": call.account_id,
                    "line_user_id": call.line_user_id,
                    "mail_message_id": call.mail_message_id,
                    "outbox_id": call.id,
                    "line_message_id": message["id"],
                    "direction": "out",
                    "quote_token": message.get("quoteToken"),
                }
                for call, message in sent
                if (call.account_id, message["id"]) not in known
            ]
        )

    def _give_tokens_back(self, row_ids, answers):
        """Reply tokens of rows that were claimed and then not called."""
        tokens = [answers[row_id][0].reply_token for row_id in row_ids]
        events = self.env["line.inbox"].search([("reply_token", "in", tokens)])
        events.reply_used_at = False

    def _note_accounts(self, results):
        """What answers say about the account as a whole.

        :return: when marketing is tried again, by account id
        """
        quota_until, punished = {}, set()
        for call, result in results:
            outcome = result.outcome
            account = self.env["line.account"].browse(call.account_id)
            if outcome is None or call.lane == "control":
                continue
            if outcome.is_success:
                if call.lane == "marketing" and account.quota_strikes:
                    account._resume_marketing()
            elif outcome.kind == line_client.RATE:
                punished.add((account, call.transport))
            elif outcome.kind == line_client.AUTH:
                self._pause(account, line_delivery.AUTH_PAUSE_SECONDS)
                explained = account._explain_failure(outcome)
                account.write({"is_connected": False, "test_result": explained})
            elif outcome.kind == line_client.QUOTA:
                quota_until[account.id] = account._take_quota_refusal()
            elif outcome.never_sent:
                self._pause(account, line_delivery.SILENCE_PAUSE_SECONDS)
        for account, endpoint in punished:
            seconds = line_delivery.RATE_PAUSE_SECONDS
            self.env["line.bucket"]._punish(account, endpoint, seconds)
        return quota_until

    def _pause(self, account, seconds):
        account.paused_until = self._now() + datetime.timedelta(seconds=seconds)

    def _wake_for(self, decisions):
        """Come back when rows that were put off are due."""
        now = self._now()
        waits = {
            max(0, int((decision.next_at - now).total_seconds()))
            for decision in decisions
            if decision.state == "queued" and decision.next_at
        }
        if waits:
            for cron in OUTBOX_CRONS:
                self._wake(cron, min(waits))

    @api.model
    def _release_held(self, account):
        """Marketing that waited for the month's messages may leave now."""
        rows = self.search(
            [
                ("account_id", "=", account.id),
                ("lane", "=", "marketing"),
                ("state", "=", "queued"),
                ("quota_refusals", ">", 0),
            ]
        )
        rows.write({"next_at": self._now()})
        self._wake(OUTBOX_BULK_CRON)

    def _refresh_messages(self):
        """Show the new state below the message in open conversations."""
        self.flush_recordset()
        self.mail_message_id._line_send_state()
